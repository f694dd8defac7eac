/* SPDX-License-Identifier: Apache-2.0 */
/* The private server of the tests: its settings, its users, and that it ends with its owner. */
#include "support/database.h"

#include <errno.h>
#include <mysql.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* Runs one statement as `user` in schema `shop`; 0 or the server's error number. */
static unsigned error_of(const char *user, const char *statement)
{
	MYSQL *connection = mysql_init(NULL);
	unsigned error = 0;

	assert_non_null(connection);
	if (mysql_real_connect(connection, NULL, user, TEST_DATABASE_PASSWORD, "shop", 0,
			       test_database_socket(), 0) == NULL ||
	    mysql_query(connection, statement) != 0)
		error = mysql_errno(connection);
	else
		mysql_free_result(mysql_store_result(connection));
	mysql_close(connection);
	return error;
}

static void assert_value(const char *query, const char *expected)
{
	char *value = test_database_value(NULL, query);

	assert_non_null(value);
	assert_string_equal(value, expected);
	free(value);
}

static void test_the_server_answers(void **state)
{
	(void)state;
	assert_value("SELECT 1", "1");
	assert_null(test_database_value(NULL, "SELECT NULL"));
	assert_null(test_database_value(NULL, "SELECT 1 FROM DUAL WHERE FALSE"));
	assert_ptr_equal(test_database_start(), test_database_start());
}

static void test_the_settings_are_those_the_runtime_relies_on(void **state)
{
	(void)state;
	assert_value("SELECT @@global.innodb_snapshot_isolation", "1");
	assert_value("SELECT @@global.time_zone", "+00:00");
	assert_value("SELECT @@global.collation_server", "utf8mb4_bin");
	assert_value("SELECT @@global.log_bin", "0");
	assert_value("SELECT @@global.innodb_lock_wait_timeout", "1");
}

static void test_each_user_may_do_what_it_is_for(void **state)
{
	(void)state;
	test_database_create("other");
	test_database_create("shop");
	assert_int_equal(error_of("shop_migration", "CREATE TABLE item (id INT PRIMARY KEY)"), 0);
	assert_int_equal(error_of("shop", "INSERT INTO item VALUES (1)"), 0);
	assert_int_equal(error_of("shop", "CREATE TABLE more (id INT)"), 1142);
	assert_int_equal(error_of("shop", "DROP TABLE item"), 1142);
	assert_int_equal(error_of("other", "SELECT 1"), 1044);
}

static void test_creating_a_schema_again_empties_it(void **state)
{
	(void)state;
	test_database_create("shop");
	test_database_execute("shop", "CREATE TABLE item (id INT); INSERT INTO item VALUES (1)");
	test_database_create("shop");
	assert_int_equal(error_of("shop", "SELECT * FROM item"), 1146);
}

/* A process of its own that starts a server, reports its folder and waits to be killed. */
static void own_a_server(int out)
{
	const struct test_database *database = test_database_start();

	if (write(out, database->folder, sizeof database->folder) < 0)
		_exit(1);
	for (;;)
		pause();
}

static void test_a_killed_owner_takes_its_server_along(void **state)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	char self[256] = {0};
	char folder[sizeof((struct test_database *)0)->folder];
	struct stat info;
	int ends[2];
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		char descriptor[12];

		snprintf(descriptor, sizeof descriptor, "%d", ends[1]);
		execl(self, self, descriptor, (char *)NULL);
		_exit(1);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], folder, sizeof folder), sizeof folder);
	close(ends[0]);
	assert_int_equal(stat(folder, &info), 0);

	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	for (int i = 0; i < 1000 && stat(folder, &info) == 0; i++)
		nanosleep(&pause, NULL);
	assert_int_equal(stat(folder, &info), -1);
	assert_int_equal(errno, ENOENT);
}

int main(int count, char **arguments)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_server_answers),
	    cmocka_unit_test(test_the_settings_are_those_the_runtime_relies_on),
	    cmocka_unit_test(test_each_user_may_do_what_it_is_for),
	    cmocka_unit_test(test_creating_a_schema_again_empties_it),
	    cmocka_unit_test(test_a_killed_owner_takes_its_server_along),
	};

	if (count == 2)
		own_a_server((int)strtol(arguments[1], NULL, 10));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
