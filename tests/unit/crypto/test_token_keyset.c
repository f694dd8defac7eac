/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of keys: files that change, are torn or wrong; rotation; development keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "crypto/token.h"
#include "crypto/token_key.h"

static const int64_t now_us = INT64_C(1900000000) * 1000000;

struct fixture {
	struct arena *arena;
	char path[64];
	struct token_key *old_key;
	struct token_key *new_key;
	struct token_key *development_key;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	int file;

	snprintf(fixture->path, sizeof(fixture->path), "/tmp/entremise-keyset-XXXXXX");
	file = mkstemp(fixture->path);
	assert_true(file >= 0);
	close(file);
	fixture->arena = arena_create();
	fixture->old_key = token_key_generate("2026-1", "callers");
	fixture->new_key = token_key_generate("2026-2", "callers");
	fixture->development_key = token_key_generate("dev-callers", "callers");
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	unlink(fixture->path);
	token_key_destroy(fixture->old_key);
	token_key_destroy(fixture->new_key);
	token_key_destroy(fixture->development_key);
	arena_destroy(fixture->arena);
	free(fixture);
	return 0;
}

/* Writes in place, as an editor or a copy would: the worst case, no rename. */
static void write_text(struct fixture *fixture, const char *text, size_t length)
{
	FILE *file = fopen(fixture->path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	fclose(file);
}

static void write_keys(struct fixture *fixture, struct token_key *const *keys, size_t count,
		       bool private_part)
{
	const char *text = token_jwks_text(keys, count, private_part, fixture->arena);

	write_text(fixture, text, strlen(text));
}

static enum token_result result_with(struct fixture *fixture, struct token_keyset *keyset,
				     const struct token_key *key)
{
	struct token_claims claims = {.audience = "entremise", .expires_us = now_us + 1000000};
	const char *token = token_sign(key, &claims, fixture->arena);

	return token_verify(keyset, token, strlen(token), "entremise", now_us, fixture->arena,
			    &claims);
}

static void test_a_key_that_is_added_counts_after_a_refresh(void **state)
{
	struct fixture *fixture = *state;
	struct token_key *both[] = {fixture->old_key, fixture->new_key};
	const char *error = NULL;
	struct token_keyset *keyset;

	write_keys(fixture, both, 1, false);
	keyset = token_keyset_load(fixture->path, false, fixture->arena, &error);
	assert_non_null(keyset);
	assert_int_equal(result_with(fixture, keyset, fixture->new_key), TOKEN_UNKNOWN_KEY);
	assert_false(token_keyset_refresh(keyset, fixture->arena, &error));
	assert_null(error);

	write_keys(fixture, both, 2, false);
	assert_true(token_keyset_refresh(keyset, fixture->arena, &error));
	assert_int_equal(result_with(fixture, keyset, fixture->old_key), TOKEN_OK);
	assert_int_equal(result_with(fixture, keyset, fixture->new_key), TOKEN_OK);

	write_keys(fixture, both + 1, 1, false);
	assert_true(token_keyset_refresh(keyset, fixture->arena, &error));
	assert_int_equal(result_with(fixture, keyset, fixture->old_key), TOKEN_UNKNOWN_KEY);
	assert_int_equal(result_with(fixture, keyset, fixture->new_key), TOKEN_OK);
	token_keyset_destroy(keyset);
}

static void test_a_change_of_equal_size_within_one_tick_is_seen(void **state)
{
	struct fixture *fixture = *state;
	const char *error = NULL;
	struct token_keyset *keyset;
	struct stat facts;

	write_keys(fixture, &fixture->old_key, 1, false);
	assert_int_equal(stat(fixture->path, &facts), 0);
	keyset = token_keyset_load(fixture->path, false, fixture->arena, &error);
	assert_non_null(keyset);
	/* What a file system with a coarse clock would show. */
	write_keys(fixture, &fixture->new_key, 1, false);
	assert_int_equal(utimensat(AT_FDCWD, fixture->path,
				   (struct timespec[]){facts.st_atim, facts.st_mtim}, 0),
			 0);
	assert_true(token_keyset_refresh(keyset, fixture->arena, &error));
	assert_int_equal(result_with(fixture, keyset, fixture->new_key), TOKEN_OK);
	token_keyset_destroy(keyset);
}

static void test_a_file_torn_anywhere_keeps_the_old_set(void **state)
{
	struct fixture *fixture = *state;
	struct token_key *both[] = {fixture->old_key, fixture->new_key};
	const char *error = NULL;
	const char *text = token_jwks_text(both, 2, false, fixture->arena);
	struct token_keyset *keyset;

	write_keys(fixture, both, 1, false);
	keyset = token_keyset_load(fixture->path, false, fixture->arena, &error);
	assert_non_null(keyset);
	for (size_t length = 0; length < strlen(text) - 1; length++) {
		struct arena_mark mark = arena_mark(fixture->arena);

		write_text(fixture, text, length);
		assert_false(token_keyset_refresh(keyset, fixture->arena, &error));
		assert_non_null(error);
		assert_int_equal(result_with(fixture, keyset, fixture->old_key), TOKEN_OK);
		arena_rewind(fixture->arena, mark);
	}
	unlink(fixture->path);
	assert_false(token_keyset_refresh(keyset, fixture->arena, &error));
	assert_non_null(error);
	assert_int_equal(result_with(fixture, keyset, fixture->old_key), TOKEN_OK);

	write_text(fixture, text, strlen(text));
	assert_true(token_keyset_refresh(keyset, fixture->arena, &error));
	assert_int_equal(result_with(fixture, keyset, fixture->new_key), TOKEN_OK);
	token_keyset_destroy(keyset);
}

static void test_a_development_key_is_refused_unless_allowed(void **state)
{
	struct fixture *fixture = *state;
	struct token_key *both[] = {fixture->old_key, fixture->development_key};
	const char *error = NULL;
	struct token_keyset *keyset;

	write_keys(fixture, both, 2, false);
	keyset = token_keyset_load(fixture->path, false, fixture->arena, &error);
	assert_int_equal(token_keyset_count(keyset), 1);
	assert_int_equal(result_with(fixture, keyset, fixture->old_key), TOKEN_OK);
	assert_int_equal(result_with(fixture, keyset, fixture->development_key), TOKEN_UNKNOWN_KEY);
	token_keyset_destroy(keyset);

	keyset = token_keyset_load(fixture->path, true, fixture->arena, &error);
	assert_int_equal(token_keyset_count(keyset), 2);
	assert_int_equal(result_with(fixture, keyset, fixture->development_key), TOKEN_OK);
	token_keyset_destroy(keyset);

	write_keys(fixture, both, 2, true);
	assert_null(token_key_load(fixture->path, "dev-callers", false, fixture->arena, &error));
	assert_non_null(strstr(error, "development"));
}

static void test_the_last_private_key_of_a_file_signs(void **state)
{
	struct fixture *fixture = *state;
	struct token_key *both[] = {fixture->old_key, fixture->new_key};
	const char *error = NULL;
	struct token_keyset *keyset = token_keyset_of(both, 2);
	struct token_key *key;

	write_keys(fixture, both, 2, true);
	key = token_key_load(fixture->path, NULL, false, fixture->arena, &error);
	assert_non_null(key);
	assert_string_equal(token_key_kid(key), "2026-2");
	assert_string_equal(token_key_issuer(key), "callers");
	assert_int_equal(result_with(fixture, keyset, key), TOKEN_OK);
	token_key_destroy(key);

	key = token_key_load(fixture->path, "2026-1", false, fixture->arena, &error);
	assert_non_null(key);
	assert_string_equal(token_key_kid(key), "2026-1");
	assert_int_equal(result_with(fixture, keyset, key), TOKEN_OK);
	token_key_destroy(key);
	assert_null(token_key_load(fixture->path, "2026-3", false, fixture->arena, &error));
	assert_non_null(error);
	token_keyset_destroy(keyset);
}

#define X "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\""
#define OKP "\"kty\":\"OKP\",\"crv\":\"Ed25519\""

static const struct {
	const char *name;
	const char *text;
} wrong_files[] = {
    {"empty", ""},
    {"not JSON", "keys"},
    {"no array", "{\"keys\":{}}"},
    {"no keys", "{\"keys\":[]}"},
    {"keys twice", "{\"keys\":[],\"keys\":[{" OKP ",\"kid\":\"a\",\"iss\":\"i\"," X "}]}"},
    {"no issuer", "{\"keys\":[{" OKP ",\"kid\":\"a\"," X "}]}"},
    {"no kid", "{\"keys\":[{" OKP ",\"iss\":\"i\"," X "}]}"},
    {"an empty kid", "{\"keys\":[{" OKP ",\"kid\":\"\",\"iss\":\"i\"," X "}]}"},
    {"another type", "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\",\"iss\":\"i\"," X "}]}"},
    {"another curve", "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"X25519\",\"kid\":\"a\",\"iss\":"
		      "\"i\"," X "}]}"},
    {"a short key", "{\"keys\":[{" OKP ",\"kid\":\"a\",\"iss\":\"i\",\"x\":\"11qYAYKxCrfVS\"}]}"},
    {"a kid twice", "{\"keys\":[{" OKP ",\"kid\":\"a\",\"iss\":\"i\"," X "},{" OKP
		    ",\"kid\":\"a\",\"iss\":\"j\"," X "}]}"},
    {"a private part", "{\"keys\":[{" OKP ",\"kid\":\"a\",\"iss\":\"i\"," X
		       ",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\"}]}"},
    {"text behind it", "{\"keys\":[{" OKP ",\"kid\":\"a\",\"iss\":\"i\"," X "}]} x"},
};

static void test_wrong_files_are_refused_with_a_cause(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(wrong_files) / sizeof(wrong_files[0]); i++) {
		const char *error = NULL;
		struct token_keyset *keyset;

		write_text(fixture, wrong_files[i].text, strlen(wrong_files[i].text));
		keyset = token_keyset_load(fixture->path, false, fixture->arena, &error);
		if (keyset || !error || !strstr(error, fixture->path))
			fail_msg("%s: %s", wrong_files[i].name, error ? error : "accepted");
	}
}

static void test_a_private_key_whose_halves_differ_is_refused(void **state)
{
	static const char text[] = "{\"keys\":[{" OKP ",\"kid\":\"a\",\"iss\":\"i\"," X
				   ",\"d\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}]}";
	struct fixture *fixture = *state;
	const char *error = NULL;

	write_text(fixture, text, strlen(text));
	assert_null(token_key_load(fixture->path, NULL, false, fixture->arena, &error));
	assert_non_null(strstr(error, "not of one key"));
	assert_null(strstr(error, "AAAA"));
}

struct reader {
	struct token_keyset *keyset;
	const char *token;
	atomic_bool stop;
	atomic_int wrong;
	atomic_int verified;
};

static void *verify_all_the_time(void *data)
{
	struct reader *reader = data;
	struct arena *arena = arena_create();

	while (!reader->stop) {
		struct token_claims claims;

		if (token_verify(reader->keyset, reader->token, strlen(reader->token), NULL, now_us,
				 arena, &claims) != TOKEN_OK)
			reader->wrong++;
		reader->verified++;
		arena_reset(arena);
	}
	arena_destroy(arena);
	return NULL;
}

static void test_threads_verify_while_the_set_is_replaced(void **state)
{
	struct fixture *fixture = *state;
	struct token_key *both[] = {fixture->old_key, fixture->new_key};
	struct token_claims claims = {.audience = "entremise", .expires_us = now_us + 1000000};
	struct reader reader = {0};
	pthread_t threads[2];
	const char *error = NULL;
	int swaps = 0;

	write_keys(fixture, both, 1, false);
	reader.keyset = token_keyset_load(fixture->path, false, fixture->arena, &error);
	reader.token = token_sign(fixture->old_key, &claims, fixture->arena);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, verify_all_the_time, &reader),
				 0);
	while (swaps < 100 || reader.verified < 100) {
		write_keys(fixture, both, swaps % 2 ? 1 : 2, false);
		swaps += token_keyset_refresh(reader.keyset, fixture->arena, &error);
	}
	reader.stop = true;
	for (size_t i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(reader.wrong, 0);
	token_keyset_destroy(reader.keyset);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_a_key_that_is_added_counts_after_a_refresh, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_a_change_of_equal_size_within_one_tick_is_seen,
					    set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_file_torn_anywhere_keeps_the_old_set, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_a_development_key_is_refused_unless_allowed,
					    set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_the_last_private_key_of_a_file_signs, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_wrong_files_are_refused_with_a_cause, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_a_private_key_whose_halves_differ_is_refused,
					    set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_threads_verify_while_the_set_is_replaced, set_up,
					    tear_down),
	};

	return cmocka_run_group_tests_name("token_keyset", tests, NULL, NULL);
}
