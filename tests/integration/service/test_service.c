/* SPDX-License-Identifier: Apache-2.0 */
/* A server's process from its first line to its exit: settings, schema, signals, drain. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "call/call.h"
#include "crypto/token_key.h"
#include "db/migrate.h"
#include "entremise/common/v1/mail.pb-c.h"
#include "service/service.h"
#include "support/database.h"

#define NAME "billing"
#define POLLS 2000

static struct arena *arena;
static char folder[] = "/tmp/entremise-service-XXXXXX";
static bool begin_fails;

static bool begin(const struct call_environment *environment, struct rpc_server *server)
{
	(void)server;
	puts(environment->service);
	return !begin_fails;
}

static void end(void)
{
	puts("end");
}

static struct status attempt(struct call *call, const Work *work, const ProtobufCMessage *payload,
			     void **outcome)
{
	(void)call, (void)work, (void)payload, (void)outcome;
	return STATUS_OK;
}

static const struct embedded_file migrations[] = {
    {"0001_own.sql", "-- Nothing much.\n-- compatible_from: 1\n\n"
		     "CREATE TABLE own (platform VARCHAR(30) NOT NULL, PRIMARY KEY (platform));\n"},
    {0},
};
static const struct runner_kind work[] = {{"mail", &mail__descriptor, attempt, NULL}, {0}};
static ProtobufCService *const services[] = {NULL};
static const struct service plain = {
    .name = NAME, .services = services, .begin = begin, .end = end};
static const struct service stored = {.name = NAME,
				      .services = services,
				      .migrations = migrations,
				      .work = work,
				      .begin = begin,
				      .end = end};

static const char *path_of(const char *name)
{
	return arena_text(arena, "%s/%s", folder, name);
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	assert_int_equal(fputs(text, file) < 0, 0);
	fclose(file);
}

static void write_keys(void)
{
	struct token_key *key = token_key_generate("own-1", NAME);

	write_file("keys", token_jwks_text(&key, 1, false, arena));
	write_file("signing", token_jwks_text(&key, 1, true, arena));
	write_file("seal", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE");
	write_file("password", TEST_DATABASE_PASSWORD);
	token_key_destroy(key);
}

static int set_up(void **state)
{
	(void)state;
	arena = arena_create();
	begin_fails = false;
	clearenv();
	setenv("PATH", "/usr/bin:/bin", 1);
	setenv("ENTREMISE_LISTEN", arena_text(arena, "unix:%s", path_of("s")), 1);
	setenv("ENTREMISE_KEYS_FILE", path_of("keys"), 1);
	setenv("ENTREMISE_SIGNING_KEY_FILE", path_of("signing"), 1);
	write_keys();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path_of("s"));
	arena_destroy(arena);
	return 0;
}

/* The settings of a server with tables, on a schema made anew. */
static void set_database(const char *user)
{
	setenv("ENTREMISE_DB_SOCKET", test_database_socket(), 1);
	setenv("ENTREMISE_DB_NAME", NAME, 1);
	setenv("ENTREMISE_DB_USER", user, 1);
	setenv("ENTREMISE_DB_PASSWORD_FILE", path_of("password"), 1);
	setenv("ENTREMISE_SEAL_KEY_FILE", path_of("seal"), 1);
}

/* Runs the server in a child, its output in the file "out". */
static pid_t run(const struct service *service, const char *word)
{
	char *arguments[] = {(char *)"server", (char *)(uintptr_t)word, NULL};
	pid_t child;

	write_file("out", "");
	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (!freopen(path_of("out"), "a", stdout) || dup2(1, 2) < 0)
			_exit(99);
		exit(service_main(service, word ? 2 : 1, arguments));
	}
	return child;
}

/* Its exit code; 128 and the signal when one ended it. */
static int result_of(pid_t child)
{
	int status = 0;

	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* What it printed has this text in it. */
static bool said(const char *text)
{
	static char output[100000];
	FILE *file = fopen(path_of("out"), "r");
	size_t length = fread(output, 1, sizeof(output) - 1, file);

	fclose(file);
	output[length] = 0;
	return strstr(output, text) != NULL;
}

static void wait_until_serving(pid_t child)
{
	for (int i = 0; i < POLLS; i++) {
		if (said("\"serving\""))
			return;
		if (waitpid(child, NULL, WNOHANG) == child)
			fail_msg("the server has ended");
		nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
	}
	fail_msg("the server does not serve");
}

static void test_it_serves_until_it_is_told_to_stop(void **state)
{
	pid_t child = run(&plain, NULL);

	(void)state;
	wait_until_serving(child);
	kill(child, SIGTERM);
	assert_int_equal(result_of(child), 0);
	assert_true(said(NAME));
	assert_true(said("\nend\n"));
}

static void test_an_address_that_can_not_be_had_is_told(void **state)
{
	(void)state;
	setenv("ENTREMISE_LISTEN", "unix:/nonexistent/folder/s", 1);
	assert_int_equal(result_of(run(&plain, NULL)), 1);
	assert_true(said("ENTREMISE_LISTEN"));
	assert_true(said("\nend\n"));
}

static void test_what_a_server_needs_of_its_own_may_fail(void **state)
{
	(void)state;
	begin_fails = true;
	assert_int_equal(result_of(run(&plain, NULL)), 1);
	assert_false(said("\"serving\""));
	assert_true(said("\nend\n"));
}

static void test_settings_and_words_it_does_not_know_are_refused(void **state)
{
	(void)state;
	assert_int_equal(result_of(run(&plain, "--help")), 0);
	assert_true(said("ENTREMISE_LISTEN"));
	assert_int_equal(result_of(run(&plain, "--helo")), 2);
	setenv("ENTREMISE_LISTENN", "x", 1);
	assert_int_equal(result_of(run(&plain, NULL)), 1);
	assert_true(said("ENTREMISE_LISTENN"));
	unsetenv("ENTREMISE_LISTENN");
	setenv("ENTREMISE_LOG_LEVEL", "loud", 1);
	assert_int_equal(result_of(run(&plain, NULL)), 1);
}

static void test_keys_that_can_not_be_read_are_told(void **state)
{
	(void)state;
	write_file("signing", "{}");
	assert_int_equal(result_of(run(&plain, NULL)), 1);
	assert_true(said("ENTREMISE_SIGNING_KEY_FILE"));
	write_file("keys", "no json");
	assert_int_equal(result_of(run(&plain, NULL)), 1);
	assert_true(said("ENTREMISE_KEYS_FILE"));
}

static void test_a_schema_is_migrated_checked_and_served(void **state)
{
	pid_t child;

	(void)state;
	test_database_create(NAME);
	set_database(NAME);
	assert_int_equal(result_of(run(&stored, NULL)), 1); /* Nothing is migrated yet. */
	set_database(NAME "_migration");
	assert_int_equal(result_of(run(&stored, "--migrate")), 0);
	set_database(NAME);
	assert_int_equal(result_of(run(&stored, "--check")), 0);
	assert_false(said("\"serving\""));
	child = run(&stored, NULL);
	wait_until_serving(child);
	kill(child, SIGINT);
	assert_int_equal(result_of(child), 0);
	assert_true(said("\nend\n"));
}

static void test_a_server_with_tables_that_can_not_listen_ends_cleanly(void **state)
{
	(void)state;
	test_database_create(NAME);
	set_database(NAME "_migration");
	assert_int_equal(result_of(run(&stored, "--migrate")), 0);
	set_database(NAME);
	setenv("ENTREMISE_LISTEN", "unix:/nonexistent/folder/s", 1);
	assert_int_equal(result_of(run(&stored, NULL)), 1);
	assert_true(said("ENTREMISE_LISTEN"));
	write_file("seal", "not a key");
	assert_int_equal(result_of(run(&stored, NULL)), 1);
	assert_true(said("ENTREMISE_SEAL_KEY_FILE"));
}

int main(void)
{
#define SERVICE_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    SERVICE_TEST(test_it_serves_until_it_is_told_to_stop),
	    SERVICE_TEST(test_an_address_that_can_not_be_had_is_told),
	    SERVICE_TEST(test_what_a_server_needs_of_its_own_may_fail),
	    SERVICE_TEST(test_settings_and_words_it_does_not_know_are_refused),
	    SERVICE_TEST(test_keys_that_can_not_be_read_are_told),
	    SERVICE_TEST(test_a_schema_is_migrated_checked_and_served),
	    SERVICE_TEST(test_a_server_with_tables_that_can_not_listen_ends_cleanly),
	};
	int failed;

	if (!mkdtemp(folder))
		fatal("no folder");
	failed = cmocka_run_group_tests_name("service", tests, NULL, NULL);
	arena = arena_create();
	for (size_t i = 0; i < 5; i++)
		unlink(path_of(
		    ((const char *const[]){"keys", "signing", "seal", "password", "out"})[i]));
	rmdir(folder);
	arena_destroy(arena);
	return failed;
}
