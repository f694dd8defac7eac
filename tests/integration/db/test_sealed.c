/* SPDX-License-Identifier: Apache-2.0 */
/* Personal and secret fields: sealed in the table, readable through the layer, gone with their key.
 */
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

static uint8_t photo[] = {0, 255, 128, 10};

static Owner *owner_of(const char *id, const char *email)
{
	struct arena *arena = fixture.call.session.arena;
	Owner *owner = (Owner *)message_new(arena, &owner__descriptor);

	owner->name = arena_text(arena, "platforms/acme/owners/%s", id);
	owner->email = arena_text(arena, "%s", email);
	owner->home = (Place *)message_new(arena, &place__descriptor);
	owner->home->city = (char *)"Paris";
	owner->photo = (ProtobufCBinaryData){sizeof photo, photo};
	owner->nickname = (char *)"Nick";
	return owner;
}

static struct status find_owner(struct call *call, const char *email, Owner **owner)
{
	FindOwnerRequest request = FIND_OWNER_REQUEST__INIT;

	request.email = (char *)(uintptr_t)email;
	*owner = (Owner *)message_new(fixture.call.session.arena, &owner__descriptor);
	return sql_find_owner(call, &request, *owner);
}

static void test_personal_fields_come_back_and_are_not_in_the_table(void **state)
{
	Owner *owner;
	char *count;

	(void)state;
	assert_ok(sql_add_owner(&fixture.call, owner_of("o1", "Anna@Example.org ")));
	assert_ok(db_commit(&fixture.call.session));
	assert_string_equal(fixture.last_subject, "platforms/acme/owners/o1");
	assert_ok(find_owner(&fixture.call, " anna@example.ORG", &owner));
	assert_string_equal(owner->name, "platforms/acme/owners/o1");
	assert_string_equal(owner->email, "Anna@Example.org ");
	assert_string_equal(owner->home->city, "Paris");
	assert_int_equal(owner->photo.len, sizeof photo);
	assert_memory_equal(owner->photo.data, photo, sizeof photo);
	assert_string_equal(owner->nickname, "Nick");
	count = test_database_value(
	    "shelves", "SELECT COUNT(*) FROM owner WHERE LOWER(email) LIKE '%anna%' OR "
		       "home LIKE '%Paris%' OR email_index LIKE '%anna%'");
	assert_string_equal(count, "0");
	free(count);
}

static void test_another_message_reads_the_same_column(void **state)
{
	OwnerCard *card =
	    (OwnerCard *)message_new(fixture.call.session.arena, &owner_card__descriptor);
	FindOwnerRequest request = FIND_OWNER_REQUEST__INIT;

	(void)state;
	assert_ok(sql_add_owner(&fixture.call, owner_of("o1", "anna@example.org")));
	request.email = (char *)"anna@example.org";
	assert_ok(sql_find_card(&fixture.call, &request, card));
	assert_string_equal(card->email, "anna@example.org");
}

static void test_a_destroyed_key_reads_as_empty(void **state)
{
	Owner *owner;

	(void)state;
	assert_ok(sql_add_owner(&fixture.call, owner_of("o1", "anna@example.org")));
	assert_ok(db_commit(&fixture.call.session));
	fixture.person_destroyed = true;
	assert_ok(find_owner(&fixture.call, "anna@example.org", &owner));
	assert_string_equal(owner->email, "");
	assert_null(owner->home);
	assert_int_equal(owner->photo.len, 0);
	assert_string_equal(owner->nickname, "Nick");
}

static void test_empty_personal_fields_stay_empty_and_have_no_index(void **state)
{
	Owner *owner = owner_of("o1", "");
	char *empty;

	(void)state;
	owner->home = NULL;
	assert_ok(sql_add_owner(&fixture.call, owner));
	assert_ok(sql_add_owner(&fixture.call, owner_of("o2", ""))); /* No duplicate. */
	assert_ok(db_commit(&fixture.call.session));
	empty = test_database_value("shelves",
				    "SELECT email = '' AND home = '' AND email_index IS NULL "
				    "FROM owner WHERE id = 'o1'");
	assert_string_equal(empty, "1");
	free(empty);
	assert_reason(find_owner(&fixture.call, "", &owner), REASON__REASON_NOT_FOUND);
}

static void test_the_index_differs_between_platforms_and_keys(void **state)
{
	Owner *owner;

	(void)state;
	assert_ok(sql_add_owner(&fixture.call, owner_of("o1", "anna@example.org")));
	fixture.call.session.platform = "beta";
	assert_ok(sql_add_owner(&fixture.call, owner_of("o1", "anna@example.org")));
	assert_ok(db_commit(&fixture.call.session));
	{
		char *count =
		    test_database_value("shelves", "SELECT COUNT(DISTINCT email_index) FROM owner");

		assert_string_equal(count, "2");
		free(count);
	}
	crypto_key_generate(&fixture.index_key);
	assert_reason(find_owner(&fixture.call, "anna@example.org", &owner),
		      REASON__REASON_NOT_FOUND);
}

static void test_a_sealed_value_moved_to_another_row_does_not_open(void **state)
{
	Owner *owner;

	(void)state;
	assert_ok(sql_add_owner(&fixture.call, owner_of("o1", "anna@example.org")));
	assert_ok(sql_add_owner(&fixture.call, owner_of("o2", "bert@example.org")));
	assert_ok(db_commit(&fixture.call.session));
	test_database_execute("shelves", "UPDATE owner a, owner b SET a.email = b.email "
					 "WHERE a.id = 'o1' AND b.id = 'o2'");
	assert_reason(find_owner(&fixture.call, "anna@example.org", &owner),
		      REASON__REASON_INTERNAL);
	assert_ok(find_owner(&fixture.call, "bert@example.org", &owner));
}

static void test_a_person_must_be_known_to_be_stored(void **state)
{
	Owner *owner = owner_of("o1", "anna@example.org");

	(void)state;
	owner->name = NULL;
	assert_reason(sql_add_owner(&fixture.call, owner), REASON__REASON_INTERNAL);
}

static void test_secrets_are_sealed_with_the_services_key(void **state)
{
	Row *row = fixture_row('a');
	Row *read = (Row *)message_new(fixture.call.session.arena, &row__descriptor);
	char *plain;

	(void)state;
	row->token = (char *)"test_s3cret";
	assert_ok(sql_add_row(&fixture.call, row));
	assert_ok(db_commit(&fixture.call.session));
	plain = test_database_value("shelves", "SELECT token LIKE '%s3cret%' FROM shelf_row");
	assert_string_equal(plain, "0");
	free(plain);
	assert_ok(sql_get_row(&fixture.call, fixture_get('a'), read));
	assert_string_equal(read->token, "test_s3cret");
	crypto_key_generate(&fixture.secret_key);
	assert_reason(sql_get_row(&fixture.call, fixture_get('a'), read), REASON__REASON_INTERNAL);
}

int main(void)
{
#define ROW_TEST(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
	    ROW_TEST(test_personal_fields_come_back_and_are_not_in_the_table),
	    ROW_TEST(test_another_message_reads_the_same_column),
	    ROW_TEST(test_a_destroyed_key_reads_as_empty),
	    ROW_TEST(test_empty_personal_fields_stay_empty_and_have_no_index),
	    ROW_TEST(test_the_index_differs_between_platforms_and_keys),
	    ROW_TEST(test_a_sealed_value_moved_to_another_row_does_not_open),
	    ROW_TEST(test_a_person_must_be_known_to_be_stored),
	    ROW_TEST(test_secrets_are_sealed_with_the_services_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
