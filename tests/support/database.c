/* SPDX-License-Identifier: Apache-2.0 */
/* Starts tests/support/mariadb.sh, waits for the server and talks to it as its administrator. */
#include "support/database.h"

#include <errno.h>
#include <fcntl.h>
#include <mysql.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { START_TIMEOUT_MS = 60000, POLL_MS = 10 };

static struct test_database database;
static pid_t supervisor; /* 0 = not started */
static pid_t owner;

__attribute__((format(printf, 1, 2), noreturn)) static void fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("test database: ", stderr);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
	exit(1);
}

/* What the server said, for the case that it does not come up. */
static void print_log(void)
{
	char path[64];
	char line[512];
	FILE *log;

	snprintf(path, sizeof path, "%s/log", database.folder);
	log = fopen(path, "r");
	if (log == NULL)
		return;
	while (fgets(line, sizeof line, log) != NULL)
		fputs(line, stderr);
	fclose(log);
}

static void stop(void)
{
	if (supervisor == 0 ||
	    getpid() != owner) /* A forked child must not end its parent's server. */
		return;
	kill(supervisor, SIGTERM);
	waitpid(supervisor, NULL, 0);
	supervisor = 0;
}

static void run_supervisor(pid_t parent)
{
	char path[64];
	int log;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent) /* It died before the line above. */
		_exit(1);
	snprintf(path, sizeof path, "%s/log", database.folder);
	log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (log < 0 || dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
		_exit(1);
	/* The tests' own preloads and sanitizer settings are not for the server. */
	unsetenv("LD_PRELOAD");
	execl("/bin/bash", "bash", TEST_SUPPORT_FOLDER "/mariadb.sh", database.folder,
	      (char *)NULL);
	_exit(1);
}

static MYSQL *try_connect(const char *schema)
{
	MYSQL *connection = mysql_init(NULL);

	if (connection == NULL)
		fail("out of memory");
	if (mysql_real_connect(connection, NULL, database.user, NULL, schema, 0, database.socket,
			       CLIENT_MULTI_STATEMENTS) == NULL) {
		mysql_close(connection);
		return NULL;
	}
	return connection;
}

static MYSQL *connect_as_administrator(const char *schema)
{
	MYSQL *connection;

	test_database_start();
	connection = try_connect(schema);
	if (connection == NULL)
		fail("no connection to schema %s", schema != NULL ? schema : "(none)");
	return connection;
}

static void wait_until_ready(void)
{
	const struct timespec pause = {.tv_nsec = POLL_MS * 1000000L};

	for (int waited_ms = 0; waited_ms < START_TIMEOUT_MS; waited_ms += POLL_MS) {
		MYSQL *connection = try_connect(NULL);

		if (connection != NULL) {
			mysql_close(connection);
			return;
		}
		if (waitpid(supervisor, NULL, WNOHANG) == supervisor) {
			print_log();
			supervisor = 0;
			fail("the server ended while starting");
		}
		nanosleep(&pause, NULL);
	}
	print_log();
	fail("the server did not start within %d ms", START_TIMEOUT_MS);
}

const struct test_database *test_database_start(void)
{
	const struct passwd *account;

	if (supervisor != 0)
		return &database;

	account = getpwuid(geteuid());
	if (account == NULL)
		fail("the user %u has no name", (unsigned)geteuid());
	database.user = account->pw_name;
	/* A socket's path must fit in 107 bytes, so it is not in the build tree. */
	snprintf(database.folder, sizeof database.folder, "/tmp/entremise-test-XXXXXX");
	if (mkdtemp(database.folder) == NULL)
		fail("mkdtemp: %s", strerror(errno));
	snprintf(database.socket, sizeof database.socket, "%s/s", database.folder);

	owner = getpid();
	supervisor = fork();
	if (supervisor < 0)
		fail("fork: %s", strerror(errno));
	if (supervisor == 0)
		run_supervisor(owner);
	atexit(stop);
	wait_until_ready();
	return &database;
}

const char *test_database_socket(void)
{
	return test_database_start()->socket;
}

/* Runs all statements; returns the first one's result (NULL when it has none). */
static MYSQL_RES *run(MYSQL *connection, const char *statements)
{
	MYSQL_RES *first = NULL;
	int more;

	if (mysql_query(connection, statements) != 0)
		fail("%s: %s", mysql_error(connection), statements);
	first = mysql_store_result(connection);
	while ((more = mysql_next_result(connection)) == 0)
		mysql_free_result(mysql_store_result(connection));
	if (more > 0)
		fail("%s: %s", mysql_error(connection), statements);
	return first;
}

void test_database_execute(const char *schema, const char *statements)
{
	MYSQL *connection = connect_as_administrator(schema);

	mysql_free_result(run(connection, statements));
	mysql_close(connection);
}

char *test_database_value(const char *schema, const char *query)
{
	MYSQL *connection = connect_as_administrator(schema);
	MYSQL_RES *result = run(connection, query);
	MYSQL_ROW row;
	char *value = NULL;

	if (result == NULL)
		fail("no result: %s", query);
	row = mysql_fetch_row(result);
	if (row != NULL && row[0] != NULL) {
		value = strdup(row[0]);
		if (value == NULL)
			fail("out of memory");
	}
	mysql_free_result(result);
	mysql_close(connection);
	return value;
}

/* Runs one statement in which the only placeholders are `%s`, all of them `name`. */
static void execute_for(const char *pattern, const char *name)
{
	char statement[512];
	size_t length = 0;
	const char *rest = pattern;

	for (const char *place; (place = strstr(rest, "%s")) != NULL; rest = place + 2) {
		length += (size_t)snprintf(statement + length, sizeof statement - length, "%.*s%s",
					   (int)(place - rest), rest, name);
		if (length + strlen(pattern) >= sizeof statement)
			fail("schema name too long: %s", name);
	}
	snprintf(statement + length, sizeof statement - length, "%s", rest);
	test_database_execute(NULL, statement);
}

void test_database_create(const char *name)
{
	static const char *const patterns[] = {
	    "DROP DATABASE IF EXISTS %s",
	    "CREATE DATABASE %s",
	    "CREATE OR REPLACE USER %s@localhost IDENTIFIED BY '" TEST_DATABASE_PASSWORD "'",
	    "GRANT SELECT, INSERT, UPDATE, DELETE ON %s.* TO %s@localhost",
	    "CREATE OR REPLACE USER %s_migration@localhost IDENTIFIED BY '" TEST_DATABASE_PASSWORD
	    "'",
	    "GRANT ALL ON %s.* TO %s_migration@localhost",
	};

	for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
		execute_for(patterns[i], name);
}
