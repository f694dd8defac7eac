/* SPDX-License-Identifier: Apache-2.0 */
/* Migrations: applied once and in order, and refused when the schema and the files disagree. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/status.h"
#include "db/connection.h"
#include "db/migrate.h"
#include "support/database.h"

#define FIRST                                                                                      \
	{                                                                                          \
		"0001_init.sql", "-- Items; not the end.\nCREATE TABLE item (id INT, "             \
				 "word VARCHAR(20) DEFAULT ';');\n/* ; */ INSERT INTO item "       \
				 "VALUES (1, 'it''s;'), (2, \"\\\";\");"                           \
	}
#define SECOND                                                                                     \
	{                                                                                          \
		"0002_more.sql", "CREATE TABLE more (id INT); INSERT INTO more SELECT 1;"          \
	}
#define RUNTIME                                                                                    \
	{                                                                                          \
		"0001_runtime.sql", "CREATE TABLE runtime (id INT)"                                \
	}

static const struct embedded_file runtime[] = {RUNTIME, {0}};
static const struct embedded_file one[] = {FIRST, {0}};
static const struct embedded_file both[] = {SECOND, {"mail.fr.txt", "Bonjour"}, FIRST, {0}};
static const struct embedded_file changed[] = {{"0001_init.sql", "CREATE TABLE item (id INT)"},
					       {0}};
static const struct embedded_file broken[] = {
    FIRST, {"0002_bad.sql", "CREATE TABLE more (id INT); CREATE TABLE more (id INT)"}, {0}};
static const struct embedded_file third_needs_second[] = {
    FIRST, SECOND, {"0003_drop.sql", "-- compatible_from: 2\nDROP TABLE item"}, {0}};
static const struct embedded_file twice[] = {FIRST, {"0001_again.sql", "SELECT 1"}, {0}};

static struct db_address address = {
    .schema = "shop", .user = "shop_migration", .password = TEST_DATABASE_PASSWORD};

static bool migrate(const struct embedded_file *files)
{
	const struct db_migrations sets[] = {{"runtime", runtime}, {"shop", files}};

	return db_migrate(&address, sets, ARRAY_COUNT(sets));
}

/* As the server does, with the user that may not change tables. */
static bool check(const struct embedded_file *files)
{
	const struct db_migrations sets[] = {{"runtime", runtime}, {"shop", files}};
	struct db_address server = address;

	server.user = "shop";
	return db_migrations_check(&server, sets, ARRAY_COUNT(sets));
}

static void assert_value(const char *query, const char *expected)
{
	char *value = test_database_value("shop", query);

	assert_non_null(value);
	assert_string_equal(value, expected);
	free(value);
}

static int setup(void **state)
{
	(void)state;
	test_database_create("shop");
	address.socket = test_database_socket();
	return 0;
}

static void test_migrations_are_applied_once_in_the_order_of_their_numbers(void **state)
{
	(void)state;
	assert_true(migrate(both));
	assert_value("SELECT GROUP_CONCAT(word ORDER BY id) FROM item", "it's;,\";");
	assert_value("SELECT COUNT(*) FROM more", "1");
	assert_value("SELECT GROUP_CONCAT(set_name, version, name, state ORDER BY applied_us) "
		     "FROM schema_migration",
		     "runtime10001_runtime.sqlAPPLIED,shop10001_init.sqlAPPLIED,"
		     "shop20002_more.sqlAPPLIED");
	assert_true(migrate(both));
	assert_value("SELECT COUNT(*) FROM more", "1");
	assert_true(check(both));
}

static void test_a_later_migration_is_added_to_those_applied(void **state)
{
	(void)state;
	assert_true(migrate(one));
	assert_true(check(one));
	assert_false(check(both)); /* Not yet migrated. */
	assert_true(migrate(both));
	assert_true(check(both));
}

static void test_a_file_changed_after_it_was_applied_is_refused(void **state)
{
	(void)state;
	assert_true(migrate(one));
	assert_false(migrate(changed));
	assert_false(check(changed));
}

static void test_a_migration_that_stopped_half_way_stops_everything(void **state)
{
	(void)state;
	assert_false(migrate(broken));
	assert_value("SELECT state FROM schema_migration WHERE set_name = 'shop' AND version = 2",
		     "DIRTY");
	assert_false(migrate(broken));
	assert_false(check(broken));
	/* By hand, as the line in the log says. */
	test_database_execute("shop", "DROP TABLE more; DELETE FROM schema_migration WHERE state "
				      "<> 'APPLIED'");
	assert_true(migrate(both));
}

static void test_an_older_executable_serves_within_its_window(void **state)
{
	(void)state;
	assert_true(migrate(both));
	assert_false(check(one)); /* 0002 says nothing, so it needs an executable that knows it. */
	assert_true(migrate(third_needs_second));
	assert_true(check(third_needs_second));
	assert_true(check(both));
	assert_false(check(one));
}

static void test_nothing_is_served_before_the_first_migration(void **state)
{
	(void)state;
	assert_false(check(one));
}

static void test_two_files_of_one_number_are_refused(void **state)
{
	(void)state;
	assert_false(migrate(twice));
	assert_value("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'shop'",
		     "0");
}

static void *migrate_in_a_thread(void *data)
{
	*(bool *)data = migrate(both);
	return NULL;
}

static void test_of_several_at_once_one_applies_and_all_succeed(void **state)
{
	bool done[4] = {false};
	pthread_t threads[4];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, migrate_in_a_thread, &done[i]),
				 0);
	for (size_t i = 0; i < ARRAY_COUNT(threads); i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < ARRAY_COUNT(threads); i++)
		assert_true(done[i]);
	assert_value("SELECT COUNT(*) FROM more", "1");
}

static void test_a_database_that_is_not_there_is_a_failure(void **state)
{
	(void)state;
	address.socket = "/nonexistent/socket";
	assert_false(migrate(one));
	assert_false(check(one));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_migrations_are_applied_once_in_the_order_of_their_numbers,
				   setup),
	    cmocka_unit_test_setup(test_a_later_migration_is_added_to_those_applied, setup),
	    cmocka_unit_test_setup(test_a_file_changed_after_it_was_applied_is_refused, setup),
	    cmocka_unit_test_setup(test_a_migration_that_stopped_half_way_stops_everything, setup),
	    cmocka_unit_test_setup(test_an_older_executable_serves_within_its_window, setup),
	    cmocka_unit_test_setup(test_nothing_is_served_before_the_first_migration, setup),
	    cmocka_unit_test_setup(test_two_files_of_one_number_are_refused, setup),
	    cmocka_unit_test_setup(test_of_several_at_once_one_applies_and_all_succeed, setup),
	    cmocka_unit_test_setup(test_a_database_that_is_not_there_is_a_failure, setup),
	};

	db_begin_process();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
