/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of statements: how many rows each gives, lists in and out, pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "contract/field.h"
#include "fixture.h"
#include "rows.sql.h"
#include "support/database.h"

#define NEW(type, descriptor) ((type *)message_new(fixture.call.session.arena, &(descriptor)))

static void assert_value(const char *query, const char *expected)
{
	char *value = test_database_value("shelves", query);

	assert_non_null(value);
	assert_string_equal(value, expected);
	free(value);
}

static void add_rows(const char *letters)
{
	for (; *letters != 0; letters++)
		assert_ok(sql_add_row(&fixture.call, fixture_row(*letters)));
	assert_ok(db_commit(&fixture.call.session));
}

static void test_one_gives_its_row_or_not_found(void **state)
{
	(void)state;
	add_rows("ab");
	assert_ok(sql_lock_row(&fixture.call, fixture_get('a')));
	assert_reason(sql_lock_row(&fixture.call, fixture_get('x')), REASON__REASON_NOT_FOUND);
	assert_reason(sql_one_of_many(&fixture.call, NEW(Row, row__descriptor)),
		      REASON__REASON_INTERNAL);
	/* None of them ends the transaction. */
	assert_int_equal(fixture.call.session.broken, 0);
}

static void test_maybe_tells_whether_there_was_a_row(void **state)
{
	Row *row = NEW(Row, row__descriptor);
	bool found = false;

	(void)state;
	add_rows("a");
	assert_ok(sql_find_row(&fixture.call, fixture_get('a'), row, &found));
	assert_true(found);
	assert_string_equal(row->text, "text a");
	assert_ok(sql_find_row(&fixture.call, fixture_get('x'), row, &found));
	assert_false(found);
	assert_string_equal(row->text, "text a"); /* Untouched. */
}

static void test_a_malformed_name_matches_no_row(void **state)
{
	GetRowRequest *request = fixture_get('a');
	Row *row = NEW(Row, row__descriptor);

	(void)state;
	add_rows("a");
	request->name = (char *)"platforms/acme/aaaaaaaaaaaaaaaaaaaaaaaaaa";
	assert_reason(sql_get_row(&fixture.call, request, row), REASON__REASON_NOT_FOUND);
	request->name = NULL;
	assert_reason(sql_get_row(&fixture.call, request, row), REASON__REASON_NOT_FOUND);
}

static void test_another_platforms_row_is_not_found(void **state)
{
	(void)state;
	add_rows("a");
	fixture.call.session.platform = "other";
	assert_reason(sql_lock_row(&fixture.call, fixture_get('a')), REASON__REASON_NOT_FOUND);
}

static BatchGetRowsRequest *batch_of(const char *letters)
{
	BatchGetRowsRequest *request = NEW(BatchGetRowsRequest, batch_get_rows_request__descriptor);

	request->names = arena_new(fixture.call.session.arena, char *, strlen(letters));
	for (; *letters != 0; letters++)
		request->names[request->n_names++] = fixture_get(*letters)->name;
	return request;
}

static void test_many_appends_its_rows(void **state)
{
	RowList *list = NEW(RowList, row_list__descriptor);

	(void)state;
	add_rows("abcd");
	assert_ok(sql_batch_get(&fixture.call, batch_of("bxc"), list));
	assert_int_equal(list->n_rows, 2);
	assert_string_equal(list->rows[0]->text, "text b");
	assert_string_equal(list->rows[1]->name, fixture_get('c')->name);
	assert_ok(sql_batch_get(&fixture.call, batch_of("a"), list));
	assert_int_equal(list->n_rows, 3);
}

static void test_an_empty_list_gives_no_rows_and_a_long_one_is_refused(void **state)
{
	RowList *list = NEW(RowList, row_list__descriptor);

	(void)state;
	add_rows("abcd");
	assert_ok(sql_batch_get(&fixture.call, batch_of(""), list));
	assert_int_equal(list->n_rows, 0);
	assert_reason(sql_batch_get(&fixture.call, batch_of("abcde"), list),
		      REASON__REASON_INTERNAL);
}

static void test_lists_of_numbers_and_of_fields_of_items_are_bound(void **state)
{
	BatchGetRowsRequest *request = NEW(BatchGetRowsRequest, batch_get_rows_request__descriptor);
	RowList *list = NEW(RowList, row_list__descriptor);
	int64_t numbers[] = {4, -7};
	Item items[2] = {ITEM__INIT, ITEM__INIT};
	Item *pointers[] = {&items[0], &items[1]};

	(void)state;
	add_rows("abc");
	test_database_execute("shelves",
			      "UPDATE shelf_row SET large = -7, owner = 'o1' WHERE id LIKE 'a%';"
			      "UPDATE shelf_row SET large = 4, owner = 'o2' WHERE id LIKE 'b%'");
	request->n_numbers = 2;
	request->numbers = numbers;
	assert_ok(sql_rows_of_numbers(&fixture.call, request, list));
	assert_int_equal(list->n_numbers, 2);
	assert_true(list->numbers[0] == -7 && list->numbers[1] == 4);

	items[0].owner_name = (char *)"platforms/acme/owners/o2";
	items[1].owner_name = (char *)"no name";
	request->n_items = 2;
	request->items = pointers;
	assert_ok(sql_rows_of_items(&fixture.call, request, list));
	assert_int_equal(list->n_rows, 1);
	assert_string_equal(list->rows[0]->text, "text b");
}

static void test_a_list_of_names_is_read(void **state)
{
	RowList *list = NEW(RowList, row_list__descriptor);

	(void)state;
	add_rows("ab");
	test_database_execute("shelves", "UPDATE shelf_row SET owner = id");
	assert_ok(sql_owners_of_rows(&fixture.call, fixture_get('a'), list));
	assert_int_equal(list->n_owners, 2);
	assert_string_equal(list->owners[1], "platforms/acme/owners/bbbbbbbbbbbbbbbbbbbbbbbbbb");
}

static void test_more_rows_than_the_cap_are_refused(void **state)
{
	RowList *list = NEW(RowList, row_list__descriptor);
	BatchGetRowsRequest *request = batch_of("a");

	(void)state;
	add_rows("a");
	test_database_execute("shelves", "ALTER TABLE shelf_row DROP PRIMARY KEY");
	for (int i = 0; i < 3; i++)
		test_database_execute("shelves",
				      "INSERT INTO shelf_row (platform, shelf, id, text)"
				      " SELECT platform, shelf, id, UUID() FROM shelf_row");
	assert_reason(sql_batch_get(&fixture.call, request, list), REASON__REASON_INTERNAL);
	assert_int_equal(list->n_rows, 0);
}

static void test_a_page_goes_on_behind_its_cursor(void **state)
{
	RowList *list = NEW(RowList, row_list__descriptor);
	PageCursor cursor = PAGE_CURSOR__INIT;

	(void)state;
	add_rows("abcd");
	cursor.limit = 2;
	cursor.id = (char *)"aaaaaaaaaaaaaaaaaaaaaaaaaa";
	assert_ok(sql_list_rows(&fixture.call, fixture_get('a'), &cursor, list));
	assert_int_equal(list->n_rows, 2);
	assert_string_equal(list->rows[0]->text, "text b");
}

static void test_exec1_needs_its_row_and_its_version(void **state)
{
	Row *row = fixture_row('a');

	(void)state;
	add_rows("a");
	row->text = (char *)"changed";
	row->etag = (char *)"1";
	assert_ok(sql_set_text(&fixture.call, row));
	assert_reason(sql_set_text(&fixture.call, row), REASON__REASON_CONFLICT);
	assert_false(fixture.call.session.retry);
	row->etag = (char *)"W/1";
	assert_reason(sql_set_text(&fixture.call, row), REASON__REASON_CONFLICT);
	row->etag = NULL;
	assert_ok(sql_set_text(&fixture.call, row));
	/* To the same value: matched is enough. */
	assert_ok(sql_set_same_text(&fixture.call, row));
	assert_ok(db_commit(&fixture.call.session));
	assert_value("SELECT CONCAT(text, version) FROM shelf_row", "changed3");
}

static void test_each_stores_every_item_of_a_list(void **state)
{
	static const size_t counts[] = {0, 1, 2, 7, 64, 100, 131};
	struct call *call = &fixture.call;

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
		Row *row = fixture_row('a');
		Row *read = NEW(Row, row__descriptor);

		row->tags = arena_new(call->session.arena, char *, counts[i]);
		for (size_t k = 0; k < counts[i]; k++)
			row->tags[row->n_tags++] = arena_text(call->session.arena, "tag %zu", k);
		assert_ok(sql_put_tags(call, row, fixture_get('a')));
		assert_ok(sql_get_tags(call, fixture_get('a'), read));
		assert_int_equal(read->n_tags, counts[i]);
		for (size_t k = 0; k < counts[i]; k++)
			assert_string_equal(read->tags[k], row->tags[k]);
		fixture_rewind(call);
	}
}

static void test_each_takes_items_that_are_messages(void **state)
{
	Item items[3] = {ITEM__INIT, ITEM__INIT, ITEM__INIT};
	Item *pointers[] = {&items[0], &items[1], &items[2]};
	Money price = MONEY__INIT;
	Row *row = fixture_row('a');
	Row *read = NEW(Row, row__descriptor);

	(void)state;
	price.minor = 5;
	for (int i = 0; i < 3; i++) {
		items[i].id = arena_text(fixture.call.session.arena, "i%d", i);
		items[i].count = 10 + i;
		items[i].owner_name = (char *)"platforms/acme/owners/o1";
	}
	items[1].price = &price;
	row->n_items = 3;
	row->items = pointers;
	assert_ok(sql_put_items(&fixture.call, row, fixture_get('a')));
	assert_ok(sql_get_items(&fixture.call, fixture_get('a'), read));
	assert_int_equal(read->n_items, 3);
	assert_int_equal(read->items[2]->count, 12);
	assert_null(read->items[0]->price);
	assert_int_equal(read->items[1]->price->minor, 5);
	assert_string_equal(read->items[1]->owner_name, "platforms/acme/owners/o1");
}

static void test_what_is_not_committed_is_not_seen(void **state)
{
	bool found;
	Row *row = NEW(Row, row__descriptor);

	(void)state;
	assert_ok(sql_add_row(&fixture.call, fixture_row('a')));
	assert_ok(sql_find_row(&fixture.reads, fixture_get('a'), row, &found));
	assert_false(found);
	db_rollback(&fixture.call.session);
	assert_ok(sql_add_row(&fixture.call, fixture_row('a')));
	assert_ok(db_commit(&fixture.call.session));
	assert_ok(sql_find_row(&fixture.reads, fixture_get('a'), row, &found));
	assert_true(found);
}

int main(void)
{
#define ROW_TEST(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
	    ROW_TEST(test_one_gives_its_row_or_not_found),
	    ROW_TEST(test_maybe_tells_whether_there_was_a_row),
	    ROW_TEST(test_a_malformed_name_matches_no_row),
	    ROW_TEST(test_another_platforms_row_is_not_found),
	    ROW_TEST(test_many_appends_its_rows),
	    ROW_TEST(test_an_empty_list_gives_no_rows_and_a_long_one_is_refused),
	    ROW_TEST(test_lists_of_numbers_and_of_fields_of_items_are_bound),
	    ROW_TEST(test_a_list_of_names_is_read),
	    ROW_TEST(test_more_rows_than_the_cap_are_refused),
	    ROW_TEST(test_a_page_goes_on_behind_its_cursor),
	    ROW_TEST(test_exec1_needs_its_row_and_its_version),
	    ROW_TEST(test_each_stores_every_item_of_a_list),
	    ROW_TEST(test_each_takes_items_that_are_messages),
	    ROW_TEST(test_what_is_not_committed_is_not_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
