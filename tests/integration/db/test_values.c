/* SPDX-License-Identifier: Apache-2.0 */
/* Every kind of field, written to a row and read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "contract/field.h"
#include "fixture.h"
#include "rows.sql.h"
#include "support/database.h"

/* Stores the row and reads it back, through a commit. */
static Row *through_the_table(Row *row, char letter)
{
	struct call *call = &fixture.call;
	Row *read = (Row *)message_new(call->session.arena, &row__descriptor);

	assert_ok(sql_add_row(call, row));
	assert_ok(db_commit(&call->session));
	assert_ok(sql_get_row(call, fixture_get(letter), read));
	return read;
}

static void test_all_kinds_of_fields_come_back_as_they_were(void **state)
{
	Row *row = fixture_row('a');
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	Google__Type__Date day = GOOGLE__TYPE__DATE__INIT;
	Money price = MONEY__INIT;
	Place place = PLACE__INIT;
	uint8_t bytes[512];
	Row *read;

	(void)state;
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)i;
	time.seconds = 1800000000;
	time.nanos = 123456789;
	day.year = 2026;
	day.month = 2;
	day.day = 28;
	price.currency = (char *)"EUR";
	price.minor = -2900;
	place.city = (char *)"Paris \xf0\x9f\x92\xa1 'x' ?";
	row->owner_name = (char *)"platforms/acme/owners/o1";
	row->data = (ProtobufCBinaryData){sizeof bytes, bytes};
	row->small = INT32_MIN;
	row->large = INT64_MIN;
	row->unsigned_small = UINT32_MAX;
	row->unsigned_large = UINT64_MAX;
	row->yes = 1;
	row->kind = ROW_KIND__ROW_KIND_SMALL;
	row->ratio = 0.1;
	row->share = 0.25f;
	row->create_time = &time;
	row->day = &day;
	row->price = &price;
	row->place = &place;
	row->choice_case = ROW__CHOICE_NUMBER;
	row->number = 0;
	row->token = (char *)"s3cret";

	read = through_the_table(row, 'a');
	assert_string_equal(read->name, row->name);
	assert_string_equal(read->owner_name, "platforms/acme/owners/o1");
	assert_string_equal(read->text, "text a");
	assert_int_equal(read->data.len, sizeof bytes);
	assert_memory_equal(read->data.data, bytes, sizeof bytes);
	assert_true(read->small == INT32_MIN && read->large == INT64_MIN);
	assert_true(read->unsigned_small == UINT32_MAX && read->unsigned_large == UINT64_MAX);
	assert_true(read->yes && read->kind == ROW_KIND__ROW_KIND_SMALL);
	assert_true(read->ratio == 0.1 && read->share == 0.25f);
	assert_int_equal(read->create_time->seconds, 1800000000);
	assert_int_equal(read->create_time->nanos, 123456000); /* Cut to microseconds. */
	assert_true(read->day->year == 2026 && read->day->month == 2 && read->day->day == 28);
	assert_string_equal(read->price->currency, "EUR");
	assert_int_equal(read->price->minor, -2900);
	assert_string_equal(read->place->city, place.city);
	assert_string_equal(read->place->street, "");
	assert_int_equal(read->choice_case, ROW__CHOICE_NUMBER);
	assert_int_equal(read->number, 0);
	assert_string_equal(read->token, "s3cret");
	assert_string_equal(read->etag, "1");
}

static void test_absent_values_are_null_and_come_back_absent(void **state)
{
	Row *row = fixture_row('b');
	Row *read = through_the_table(row, 'b');
	char *nulls;

	(void)state;
	assert_string_equal(read->owner_name, "");
	assert_null(read->create_time);
	assert_null(read->day);
	assert_null(read->price);
	assert_null(read->place);
	assert_int_equal(read->choice_case, ROW__CHOICE__NOT_SET);
	assert_int_equal(read->data.len, 0);
	assert_string_equal(read->token, "");
	assert_int_equal(read->small, 0);
	nulls =
	    test_database_value("shelves", "SELECT owner IS NULL AND create_us IS NULL AND day IS "
					   "NULL AND price_minor IS NULL AND city IS NULL AND "
					   "word IS NULL AND number IS NULL AND spot_city IS NULL "
					   "FROM shelf_row");
	assert_string_equal(nulls, "1");
	free(nulls);
}

static void test_each_member_of_a_oneof_is_told_apart(void **state)
{
	Row *row = fixture_row('c');
	Place spot = PLACE__INIT;
	Row *read;

	(void)state;
	row->choice_case = ROW__CHOICE_WORD;
	row->word = (char *)"said";
	read = through_the_table(row, 'c');
	assert_int_equal(read->choice_case, ROW__CHOICE_WORD);
	assert_string_equal(read->word, "said");

	row = fixture_row('d');
	spot.city = (char *)"Lyon";
	row->choice_case = ROW__CHOICE_SPOT;
	row->spot = &spot;
	read = through_the_table(row, 'd');
	assert_int_equal(read->choice_case, ROW__CHOICE_SPOT);
	assert_string_equal(read->spot->city, "Lyon");
}

static void test_large_and_odd_texts_come_back(void **state)
{
	static char large[300001];
	Row *row = fixture_row('e');
	Row *read;

	(void)state;
	memset(large, 'x', sizeof large - 1);
	row->text = large;
	row->data = (ProtobufCBinaryData){300000, (uint8_t *)large};
	read = through_the_table(row, 'e');
	assert_string_equal(read->text, large);
	assert_int_equal(read->data.len, 300000);
	row = fixture_row('f');
	row->text = NULL;
	assert_string_equal(through_the_table(row, 'f')->text, "");
}

static void test_times_before_1970_keep_their_order(void **state)
{
	Row *row = fixture_row('g');
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	Row *read;

	(void)state;
	time.seconds = -1;
	time.nanos = 999999000;
	row->create_time = &time;
	read = through_the_table(row, 'g');
	assert_int_equal(read->create_time->seconds, -1);
	assert_int_equal(read->create_time->nanos, 999999000);
}

static void test_a_value_too_large_for_its_field_is_refused(void **state)
{
	Row *read = (Row *)message_new(fixture.call.session.arena, &row__descriptor);

	(void)state;
	assert_ok(sql_add_row(&fixture.call, fixture_row('h')));
	assert_ok(db_commit(&fixture.call.session));
	test_database_execute("shelves", "ALTER TABLE shelf_row MODIFY small BIGINT NOT NULL;"
					 "UPDATE shelf_row SET small = 5000000000");
	assert_reason(sql_get_row(&fixture.call, fixture_get('h'), read), REASON__REASON_INTERNAL);
	/* The statement noticed the wider column by itself, and reads what fits. */
	test_database_execute("shelves", "UPDATE shelf_row SET small = 7");
	fixture_rewind(&fixture.call);
	read = (Row *)message_new(fixture.call.session.arena, &row__descriptor);
	assert_ok(sql_get_row(&fixture.call, fixture_get('h'), read));
	assert_int_equal(read->small, 7);
}

static void test_the_session_gives_its_own_values(void **state)
{
	Row *read = (Row *)message_new(fixture.call.session.arena, &row__descriptor);

	(void)state;
	assert_ok(sql_session_values(&fixture.call, read));
	assert_string_equal(read->text, "clients/c1");
	assert_int_equal(read->large, 1000);
	assert_int_equal(read->number, 2000);
	assert_null(read->place);
	fixture.call.session.owner = "c1";
	assert_ok(sql_session_values(&fixture.call, read));
	assert_string_equal(read->place->city, "c1");
	fixture.call.session.platform = "other";
	assert_reason(sql_session_values(&fixture.call, read), REASON__REASON_NOT_FOUND);
}

static void test_names_are_built_from_their_parts(void **state)
{
	Settings *settings =
	    (Settings *)message_new(fixture.call.session.arena, &settings__descriptor);
	RowList *list = (RowList *)message_new(fixture.call.session.arena, &row_list__descriptor);

	(void)state;
	assert_ok(sql_get_settings(&fixture.call, settings));
	assert_string_equal(settings->name, "platforms/acme/settings");
	assert_ok(sql_add_row(&fixture.call, fixture_row('a')));
	fixture.call.session.platform = "beta";
	assert_ok(sql_add_row(&fixture.call, fixture_row('a')));
	fixture.call.session.platform = "*";
	assert_ok(sql_all_platforms(&fixture.call, list));
	assert_int_equal(list->n_rows, 2);
	assert_string_equal(list->rows[1]->name,
			    "platforms/beta/shelves/s1/rows/aaaaaaaaaaaaaaaaaaaaaaaaaa");
}

int main(void)
{
#define ROW_TEST(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
	    ROW_TEST(test_all_kinds_of_fields_come_back_as_they_were),
	    ROW_TEST(test_absent_values_are_null_and_come_back_absent),
	    ROW_TEST(test_each_member_of_a_oneof_is_told_apart),
	    ROW_TEST(test_large_and_odd_texts_come_back),
	    ROW_TEST(test_times_before_1970_keep_their_order),
	    ROW_TEST(test_a_value_too_large_for_its_field_is_refused),
	    ROW_TEST(test_the_session_gives_its_own_values),
	    ROW_TEST(test_names_are_built_from_their_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
