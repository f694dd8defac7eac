/* SPDX-License-Identifier: Apache-2.0 */
/* Views, UTF-8, numbers and the syntax checks, case by case. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/text.h"

static void test_views_compare_by_their_bytes(void **state)
{
	(void)state;
	assert_true(text_equal(text_of("abc"), TEXT("abc")));
	assert_false(text_equal(TEXT("abc"), TEXT("abd")));
	assert_false(text_equal(TEXT("abc"), TEXT("ab")));
	assert_true(text_equal(text_of(NULL), TEXT("")));
	assert_true(text_equal_string((struct text){"abcd", 3}, "abc"));
	assert_true(text_starts_with(TEXT("platforms/acme"), "platforms/"));
	assert_false(text_starts_with(TEXT("plat"), "platforms/"));
	assert_true(text_starts_with(text_of(NULL), ""));
	assert_true(text_ends_with(TEXT("a.sql"), ".sql"));
	assert_false(text_ends_with(TEXT("sql"), ".sql"));
}

static void test_a_character_is_taken_off_the_front(void **state)
{
	struct text rest = TEXT("ab");

	(void)state;
	assert_false(text_take(&rest, 'b'));
	assert_true(text_take(&rest, 'a'));
	assert_true(text_equal_string(rest, "b"));
	assert_true(text_take(&rest, 'b'));
	assert_false(text_take(&rest, 'b'));
}

static void test_a_resource_name_splits_into_its_parts(void **state)
{
	static const char *const expected[] = {"platforms", "acme", "", "x", ""};
	struct text rest = TEXT("platforms/acme//x/");
	struct text part;
	size_t count = 0;

	(void)state;
	while (text_next(&rest, '/', &part))
		assert_true(text_equal_string(part, expected[count++]));
	assert_int_equal(count, 5);

	rest = TEXT("");
	assert_true(text_next(&rest, '/', &part));
	assert_int_equal(part.length, 0);
	assert_false(text_next(&rest, '/', &part));
	rest = text_of(NULL);
	assert_false(text_next(&rest, '/', &part));
}

/* What each sequence is, by RFC 3629's grammar. */
static const struct {
	const char *name;
	const char *bytes;
	size_t length;
	bool valid;
} utf8_cases[] = {
    {"empty", "", 0, true},
    {"ascii", "hello, world, over eight bytes", 30, true},
    {"two bytes", "\xC3\xA9", 2, true},
    {"three bytes", "\xE2\x82\xAC", 3, true},
    {"four bytes", "\xF0\x9F\x98\x80", 4, true},
    {"highest", "\xF4\x8F\xBF\xBF", 4, true},
    {"just below the surrogates", "\xED\x9F\xBF", 3, true},
    {"just above the surrogates", "\xEE\x80\x80", 3, true},
    {"noncharacter is allowed", "\xEF\xBF\xBF", 3, true},
    {"nul", "a\0b", 3, false},
    {"nul late in a word", "abcdefg\0abcdefgh", 16, false},
    {"lone continuation", "\x80", 1, false},
    {"overlong slash", "\xC0\xAF", 2, false},
    {"overlong nul", "\xC0\x80", 2, false},
    {"overlong in three", "\xE0\x9F\xBF", 3, false},
    {"overlong in four", "\xF0\x8F\xBF\xBF", 4, false},
    {"high surrogate", "\xED\xA0\x80", 3, false},
    {"low surrogate", "\xED\xBF\xBF", 3, false},
    {"above the highest", "\xF4\x90\x80\x80", 4, false},
    {"five bytes", "\xF8\x88\x80\x80\x80", 5, false},
    {"cut in two", "\xC3", 1, false},
    {"cut in three", "\xE2\x82", 2, false},
    {"cut in four", "\xF0\x9F\x98", 3, false},
    {"second is no continuation", "\xC3(", 2, false},
    {"late in a long text", "abcdefghijklmnop\xFFqrstuvwxyz", 27, false},
    {"latin-1", "caf\xE9 au lait", 12, false},
};

static void test_utf8_is_told_from_what_only_looks_like_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(utf8_cases); i++) {
		/* A block of its own, so that ASan sees a read past the end. */
		char *copy = malloc(utf8_cases[i].length + 1);

		memcpy(copy + 1, utf8_cases[i].bytes, utf8_cases[i].length);
		if (text_is_utf8(copy + 1, utf8_cases[i].length) != utf8_cases[i].valid)
			fail_msg("%s", utf8_cases[i].name);
		free(copy);
	}
}

/* Every code point, encoded by hand here, is read back; with a byte changed it is not. */
static void test_every_code_point_is_decoded(void **state)
{
	(void)state;
	for (uint32_t c = 1; c <= 0x10FFFF; c++) {
		char bytes[4];
		size_t length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
		static const unsigned lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
		uint32_t decoded = 0;
		bool surrogate = c >= 0xD800 && c <= 0xDFFF;

		for (size_t i = 0; i < length; i++)
			bytes[length - 1 - i] = (char)(0x80 | (c >> 6 * i & 0x3F));
		bytes[0] = (char)(length == 1 ? c : lead[length] | c >> 6 * (length - 1));
		assert_int_equal(text_decode((struct text){bytes, length}, &decoded),
				 surrogate ? 0 : length);
		assert_int_equal(text_is_utf8(bytes, length), !surrogate);
		if (!surrogate)
			assert_int_equal(decoded, c);
	}
}

static void test_code_points_are_counted(void **state)
{
	(void)state;
	assert_int_equal(text_code_points(TEXT("")), 0);
	assert_int_equal(text_code_points(TEXT("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80")), 4);
}

static void test_integers_have_exactly_one_text(void **state)
{
	static const struct {
		const char *text;
		bool valid;
		int64_t value;
	} cases[] = {
	    {"0", true, 0},
	    {"7", true, 7},
	    {"-7", true, -7},
	    {"9223372036854775807", true, INT64_MAX},
	    {"-9223372036854775808", true, INT64_MIN},
	    {"9223372036854775808", false, 0},
	    {"-9223372036854775809", false, 0},
	    {"99999999999999999999", false, 0},
	    {"", false, 0},
	    {"-", false, 0},
	    {"+1", false, 0},
	    {" 1", false, 0},
	    {"1 ", false, 0},
	    {"01", false, 0},
	    {"00", false, 0},
	    {"-0", false, 0},
	    {"0x1", false, 0},
	    {"1e3", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		int64_t value = 42;

		if (text_to_int64(text_of(cases[i].text), &value) != cases[i].valid)
			fail_msg("\"%s\"", cases[i].text);
		assert_int_equal(value, cases[i].valid ? cases[i].value : 42);
	}
}

static void check(bool (*function)(struct text), const char *const *texts, bool expected)
{
	for (; *texts; texts++) {
		if (function(text_of(*texts)) != expected)
			fail_msg("\"%s\" is %s", *texts, expected ? "refused" : "accepted");
	}
}

static void test_email_addresses(void **state)
{
	static const char *const good[] = {"a@b.fr",
					   "jean.dupont+x@mail.example.com",
					   "o'neil@example.org",
					   "x_y-z@a-b.co",
					   "1@2.museum",
					   "a@xn--caf-dma.fr",
					   NULL};
	static const char *const bad[] = {"",
					  "a",
					  "@b.fr",
					  "a@",
					  "a@b",
					  "a@b.",
					  "a@localhost",
					  "a@.fr",
					  "a@b..fr",
					  "a..b@c.fr",
					  ".a@b.fr",
					  "a.@b.fr",
					  "a@b@c.fr",
					  "a b@c.fr",
					  "a@-b.fr",
					  "a@b-.fr",
					  "a@b.f",
					  "a@1.2.3.4",
					  "a@b.1fr",
					  "<a@b.fr>",
					  "\"a b\"@c.fr",
					  "a@b.fr\n",
					  "\xC3\xA9@b.fr",
					  "a,b@c.fr",
					  NULL};
	char local[80];
	char address[300];

	(void)state;
	check(text_is_email, good, true);
	check(text_is_email, bad, false);
	for (int length = 64; length <= 65; length++) {
		memset(local, 'a', sizeof local);
		local[length] = '\0';
		snprintf(address, sizeof address, "%s@b.fr", local);
		assert_int_equal(text_is_email(text_of(address)), length == 64);
	}
	memset(address, 'a', sizeof address);
	for (size_t i = 10; i < 250; i += 10)
		address[i] = '.';
	address[1] = '@';
	assert_true(text_is_email((struct text){address, 254}));
	assert_false(text_is_email((struct text){address, 255}));
	assert_false(text_is_email((struct text){"a\0b@c.fr", 8}));
}

static void test_phone_numbers(void **state)
{
	static const char *const good[] = {"+33612345678", "+1234567", "+123456789012345", NULL};
	static const char *const bad[] = {"",
					  "+",
					  "0612345678",
					  "+0612345678",
					  "+123456",
					  "+1234567890123456",
					  "+33 612345678",
					  "33612345678",
					  "+3361234567a",
					  NULL};

	(void)state;
	check(text_is_phone, good, true);
	check(text_is_phone, bad, false);
}

static void test_outer_blanks_are_seen_in_unicode_too(void **state)
{
	static const char *const with[] = {" a",
					   "a ",
					   "\ta",
					   "a\n",
					   "\xC2\xA0"
					   "a",
					   "a\xE2\x80\x83",
					   "a\xE3\x80\x80",
					   "\xEF\xBB\xBF"
					   "a",
					   "a\x7F",
					   "a\xE2\x80\x8B",
					   " ",
					   NULL};
	static const char *const without[] = {
	    "", "a", "a b", "\xC3\xA9t\xC3\xA9", "a\xC2\xA0z", "\xE2\x82\xAC", NULL};

	(void)state;
	check(text_has_outer_blanks, with, true);
	check(text_has_outer_blanks, without, false);
}

static void test_folding_touches_only_ascii_capitals(void **state)
{
	char bytes[] = "AZaz@[\xC3\x89 09";

	(void)state;
	text_fold_ascii(bytes, sizeof bytes - 1);
	assert_string_equal(bytes, "azaz@[\xC3\x89 09");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_views_compare_by_their_bytes),
	    cmocka_unit_test(test_a_character_is_taken_off_the_front),
	    cmocka_unit_test(test_a_resource_name_splits_into_its_parts),
	    cmocka_unit_test(test_utf8_is_told_from_what_only_looks_like_it),
	    cmocka_unit_test(test_every_code_point_is_decoded),
	    cmocka_unit_test(test_code_points_are_counted),
	    cmocka_unit_test(test_integers_have_exactly_one_text),
	    cmocka_unit_test(test_email_addresses),
	    cmocka_unit_test(test_phone_numbers),
	    cmocka_unit_test(test_outer_blanks_are_seen_in_unicode_too),
	    cmocka_unit_test(test_folding_touches_only_ascii_capitals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
