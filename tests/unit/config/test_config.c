/* SPDX-License-Identifier: Apache-2.0 */
/* Settings of two tables from an environment: taken, defaulted, refused by name, all at once. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "base/status.h"
#include "config/config.h"

struct runtime_settings {
	const char *host;
	int64_t port;
	bool tls;
	struct secret *password;
	struct config_list peers;
};

struct service_settings {
	const char *sender;
	int64_t offset;
	struct secret *key;
};

static const struct config_row runtime_rows[] = {
    {"DB_HOST", CONFIG_TEXT, offsetof(struct runtime_settings, host), "localhost", false, 0, 0,
     "Where the database is."},
    {"PORT", CONFIG_INT, offsetof(struct runtime_settings, port), NULL, true, 1, 65535,
     "Where to listen."},
    {"TLS", CONFIG_BOOL, offsetof(struct runtime_settings, tls), "false", false, 0, 0,
     "Whether calls are encrypted."},
    {"DB_PASSWORD", CONFIG_SECRET, offsetof(struct runtime_settings, password), NULL, false, 0, 0,
     "The password of the database."},
    {"PEERS", CONFIG_LIST, offsetof(struct runtime_settings, peers), NULL, false, 0, 0,
     "The other servers."},
};

static const struct config_row service_rows[] = {
    {"SENDER", CONFIG_TEXT, offsetof(struct service_settings, sender), NULL, false, 0, 0,
     "Who mails come from."},
    {"OFFSET", CONFIG_INT, offsetof(struct service_settings, offset), "-5", false, 0, 0,
     "Any number."},
    {"KEY", CONFIG_SECRET, offsetof(struct service_settings, key), NULL, true, 0, 0,
     "The signing key."},
};

static struct runtime_settings runtime;
static struct service_settings service;
static const struct config_table tables[] = {
    {runtime_rows, ARRAY_COUNT(runtime_rows), &runtime},
    {service_rows, ARRAY_COUNT(service_rows), &service},
};

static char folder[] = "/tmp/entremise-config-XXXXXX";
static char key_path[64];
static char key_entry[128];
static char error[1024];

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return 1;
	snprintf(key_path, sizeof key_path, "%s/key", folder);
	snprintf(key_entry, sizeof key_entry, "ENTREMISE_KEY_FILE=%s", key_path);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(key_path);
	return rmdir(folder);
}

static void write_key(const void *bytes, size_t length)
{
	FILE *file = fopen(key_path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	fclose(file);
}

static bool load(const char *const *environment)
{
	/* environ's type has no const, and nothing is written. */
	return config_load(tables, ARRAY_COUNT(tables), "ENTREMISE_", (char *const *)environment,
			   error, sizeof error);
}

static void release(void)
{
	config_release(tables, ARRAY_COUNT(tables));
}

static void test_all_kinds_are_read_into_both_targets(void **state)
{
	const char *const environment[] = {"PATH=/bin",
					   "ENTREMISE_PORT=8443",
					   "ENTREMISE_DB_HOST=db.example",
					   "ENTREMISE_TLS=true",
					   "ENTREMISE_PEERS=a:1, b:2 ,c:3",
					   "ENTREMISE_SENDER=a=b",
					   key_entry,
					   NULL};

	(void)state;
	write_key("hush\n", 5);
	if (!load(environment))
		fail_msg("%s", error);
	assert_string_equal(runtime.host, "db.example");
	assert_int_equal(runtime.port, 8443);
	assert_true(runtime.tls);
	assert_null(runtime.password);
	assert_int_equal(runtime.peers.count, 3);
	assert_string_equal(runtime.peers.items[0], "a:1");
	assert_string_equal(runtime.peers.items[1], "b:2");
	assert_string_equal(runtime.peers.items[2], "c:3");
	assert_string_equal(service.sender, "a=b");
	assert_int_equal(service.offset, -5);
	assert_string_equal(secret_string(service.key), "hush");
	release();
	assert_null(runtime.host);
	assert_null(service.key);
	assert_int_equal(runtime.peers.count, 0);
	assert_int_equal(runtime.port, 0);
	release();
}

static void test_defaults_hold_when_nothing_is_set(void **state)
{
	const char *const environment[] = {"ENTREMISE_PORT=1", key_entry, NULL};

	(void)state;
	write_key("k", 1);
	assert_true(load(environment));
	assert_string_equal(runtime.host, "localhost");
	assert_false(runtime.tls);
	assert_int_equal(runtime.peers.count, 0);
	assert_null(service.sender);
	release();
}

static void test_all_faults_are_told_at_once(void **state)
{
	const char *const environment[] = {"ENTREMISE_DB_HOSTS=x",
					   "ENTREMISE_DB_PASSWORD=hunter2",
					   "ENTREMISE_KEY_FILE=/nowhere/key",
					   "ENTREMISE_TLS=yes",
					   "ENTREMISE_PEERS=a,,b",
					   "ENTREMISE_OFFSET=1x",
					   "ENTREMISE_PORT_FILE=/x",
					   "ENTREMISE_",
					   NULL};

	(void)state;
	assert_false(load(environment));
	assert_string_equal(error, "ENTREMISE_DB_HOSTS: unknown setting\n"
				   "ENTREMISE_DB_PASSWORD: a secret comes from a file, set "
				   "ENTREMISE_DB_PASSWORD_FILE\n"
				   "ENTREMISE_PORT_FILE: unknown setting\n"
				   "ENTREMISE_: unknown setting\n"
				   "ENTREMISE_PORT: missing\n"
				   "ENTREMISE_TLS: neither true nor false\n"
				   "ENTREMISE_PEERS: an empty part\n"
				   "ENTREMISE_OFFSET: not an integer\n"
				   "ENTREMISE_KEY_FILE: cannot open /nowhere/key: No such file or "
				   "directory");
	assert_null(runtime.host);
	assert_null(runtime.peers.items);
}

static void test_bounds_are_kept(void **state)
{
	static const struct {
		const char *entry;
		bool valid;
	} cases[] = {
	    {"ENTREMISE_PORT=0", false},    {"ENTREMISE_PORT=1", true},
	    {"ENTREMISE_PORT=65535", true}, {"ENTREMISE_PORT=65536", false},
	    {"ENTREMISE_PORT=-1", false},   {"ENTREMISE_PORT=99999999999999999999", false},
	    {"ENTREMISE_PORT=", false},	    {"ENTREMISE_PORT= 80", false},
	    {"ENTREMISE_PORT=0x50", false}, {"ENTREMISE_PORT=080", false},
	};

	(void)state;
	write_key("k", 1);
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		const char *const environment[] = {cases[i].entry, key_entry, NULL};

		if (load(environment) != cases[i].valid)
			fail_msg("%s: %s", cases[i].entry, error);
		release();
	}
}

static void test_a_secret_loses_one_trailing_newline_only(void **state)
{
	static const struct {
		const char *file;
		const char *secret;
	} cases[] = {
	    {"hush", "hush"},	  {"hush\n", "hush"}, {"hush\r\n", "hush"}, {"hush\n\n", "hush\n"},
	    {" hush ", " hush "}, {"\n", NULL},	      {"", NULL},
	};
	const char *const environment[] = {"ENTREMISE_PORT=1", key_entry, NULL};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		write_key(cases[i].file, strlen(cases[i].file));
		assert_int_equal(load(environment), cases[i].secret != NULL);
		if (cases[i].secret)
			assert_string_equal(secret_string(service.key), cases[i].secret);
		else
			assert_non_null(strstr(error, "is empty"));
		release();
	}
	write_key("a\0b", 3);
	assert_true(load(environment));
	assert_memory_equal(secret_string(service.key), "a\0b", 4);
	release();
}

static void test_a_secret_that_is_too_large_is_refused(void **state)
{
	static char large[65 * 1024];
	const char *const environment[] = {"ENTREMISE_PORT=1", key_entry, NULL};

	(void)state;
	memset(large, 'x', sizeof large);
	write_key(large, sizeof large);
	assert_false(load(environment));
	assert_non_null(strstr(error, "too large"));
}

static void test_a_required_text_may_not_be_empty(void **state)
{
	const char *const environment[] = {"ENTREMISE_PORT=1", "ENTREMISE_KEY_FILE=", NULL};

	(void)state;
	assert_false(load(environment));
	assert_string_equal(error, "ENTREMISE_KEY_FILE: missing");
}

static void test_broken_utf8_is_refused(void **state)
{
	const char *const environment[] = {"ENTREMISE_PORT=1", key_entry, "ENTREMISE_SENDER=\xFF",
					   NULL};

	(void)state;
	write_key("k", 1);
	assert_false(load(environment));
	assert_string_equal(error, "ENTREMISE_SENDER: not UTF-8");
}

static void test_a_small_buffer_cuts_the_faults(void **state)
{
	const char *const environment[] = {"ENTREMISE_A=1", "ENTREMISE_B=1", NULL};
	char small[40];

	(void)state;
	for (size_t size = 1; size <= sizeof small; size++) {
		memset(small, 'x', sizeof small);
		assert_false(config_load(tables, ARRAY_COUNT(tables), "ENTREMISE_",
					 (char *const *)environment, small, size));
		assert_true(strlen(small) < size);
	}
}

static void test_the_help_shows_every_row(void **state)
{
	char *text = NULL;
	size_t length;
	FILE *file = open_memstream(&text, &length);

	(void)state;
	config_print_help(tables, ARRAY_COUNT(tables), "ENTREMISE_", file);
	fclose(file);
	assert_non_null(strstr(text, "ENTREMISE_DB_HOST  text, default \"localhost\"\n"
				     "    Where the database is.\n"));
	assert_non_null(strstr(text, "ENTREMISE_PORT  integer 1 to 65535, required\n"));
	assert_non_null(strstr(text, "ENTREMISE_DB_PASSWORD_FILE  file\n"));
	assert_non_null(strstr(text, "ENTREMISE_KEY_FILE  file, required\n"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all_kinds_are_read_into_both_targets),
	    cmocka_unit_test(test_defaults_hold_when_nothing_is_set),
	    cmocka_unit_test(test_all_faults_are_told_at_once),
	    cmocka_unit_test(test_bounds_are_kept),
	    cmocka_unit_test(test_a_secret_loses_one_trailing_newline_only),
	    cmocka_unit_test(test_a_secret_that_is_too_large_is_refused),
	    cmocka_unit_test(test_a_required_text_may_not_be_empty),
	    cmocka_unit_test(test_broken_utf8_is_refused),
	    cmocka_unit_test(test_a_small_buffer_cuts_the_faults),
	    cmocka_unit_test(test_the_help_shows_every_row),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
