/* SPDX-License-Identifier: Apache-2.0 */
/* Hex and both base64: RFC 4648's vectors, round trips, and what strict decoding refuses. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"
#include "tests/unit/base/seeded.h"

static struct arena *arena;

static int set_up(void **state)
{
	(void)state;
	arena = arena_create();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_destroy(arena);
	return 0;
}

static void test_the_vectors_of_the_norm(void **state)
{
	static const struct {
		const char *bytes;
		const char *padded;
		const char *url;
	} cases[] = {
	    {"", "", ""},
	    {"f", "Zg==", "Zg"},
	    {"fo", "Zm8=", "Zm8"},
	    {"foo", "Zm9v", "Zm9v"},
	    {"foob", "Zm9vYg==", "Zm9vYg"},
	    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
	    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
	    {"\xFB\xEF\xFF", "++//", "--__"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		size_t length = strlen(cases[i].bytes);

		assert_string_equal(text_base64_encode(arena, cases[i].bytes, length),
				    cases[i].padded);
		assert_string_equal(text_base64url_encode(arena, cases[i].bytes, length),
				    cases[i].url);
	}
}

static void test_what_is_encoded_is_decoded(void **state)
{
	(void)state;
	seeded_begin("encoding");
	for (int round = 0; round < 10000; round++) {
		uint8_t bytes[64];
		uint8_t back[64];
		size_t length = (size_t)seeded_between(0, sizeof bytes);
		uint8_t *decoded;
		size_t decoded_length;

		for (size_t i = 0; i < length; i++)
			bytes[i] = (uint8_t)seeded_next();
		assert_true(text_base64url_decode(
		    arena, text_of(text_base64url_encode(arena, bytes, length)), &decoded,
		    &decoded_length));
		assert_int_equal(decoded_length, length);
		assert_memory_equal(decoded, bytes, length);
		assert_true(
		    text_hex_read(text_of(text_hex_encode(arena, bytes, length)), back, length));
		assert_memory_equal(back, bytes, length);
		arena_reset(arena);
	}
}

static void test_every_value_has_one_text_only(void **state)
{
	static const char *const bad_url[] = {"Zg==", "Zh",    "Zm9", "Z",     "Zm+v",
					      "Zm/v", "Zm9vY", "A",   "QUJDA", NULL};
	uint8_t *bytes;
	size_t length;

	(void)state;
	for (size_t i = 0; bad_url[i]; i++) {
		if (text_base64url_decode(arena, text_of(bad_url[i]), &bytes, &length))
			fail_msg("base64url \"%s\"", bad_url[i]);
	}
}

static void test_hex_is_read_in_either_case_and_full_length_only(void **state)
{
	uint8_t bytes[2] = {0};

	(void)state;
	assert_string_equal(text_hex_encode(arena, "\x00\xAB\xFF", 3), "00abff");
	assert_true(text_hex_read(TEXT("aBFf"), bytes, 2));
	assert_int_equal(bytes[0], 0xAB);
	assert_int_equal(bytes[1], 0xFF);
	assert_false(text_hex_read(TEXT("abf"), bytes, 2));
	assert_false(text_hex_read(TEXT("abfff"), bytes, 2));
	assert_false(text_hex_read(TEXT("abfg"), bytes, 2));
	assert_false(text_hex_read(TEXT("ab\x10"
					"f"),
				   bytes, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_vectors_of_the_norm),
	    cmocka_unit_test(test_what_is_encoded_is_decoded),
	    cmocka_unit_test(test_every_value_has_one_text_only),
	    cmocka_unit_test(test_hex_is_read_in_either_case_and_full_length_only),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
