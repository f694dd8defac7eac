/* SPDX-License-Identifier: Apache-2.0 */
/* Forms and headers of mail: what is written is read back, and nothing breaks out of its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "http/http_form.h"
#include "http/mail_header.h"

static int set_up(void **state)
{
	*state = arena_create();
	return 0;
}

static int tear_down(void **state)
{
	arena_destroy(*state);
	return 0;
}

static void test_a_form_is_taken_apart(void **state)
{
	static const char body[] = "id=tr_1&name=Jos%C3%A9+L&empty=&flag&&amp=%26%3d";
	struct http_form_field *fields;
	size_t count = 0;

	assert_true(http_form_read(body, strlen(body), *state, &fields, &count));
	assert_int_equal(count, 5);
	assert_string_equal(http_form_value(fields, count, "id"), "tr_1");
	assert_string_equal(http_form_value(fields, count, "name"), "Jos\xc3\xa9 L");
	assert_string_equal(http_form_value(fields, count, "empty"), "");
	assert_string_equal(http_form_value(fields, count, "flag"), "");
	assert_string_equal(http_form_value(fields, count, "amp"), "&=");
	assert_null(http_form_value(fields, count, "absent"));
}

static void test_a_field_given_twice_has_no_value(void **state)
{
	struct http_form_field *fields;
	size_t count = 0;

	assert_true(http_form_read("id=1&id=2", 9, *state, &fields, &count));
	assert_int_equal(count, 2);
	assert_null(http_form_value(fields, count, "id"));
}

static void test_broken_forms_are_refused(void **state)
{
	static const char *const broken[] = {"a=%", "a=%4", "a=%zz", "a=%00", "%=1", "a=1&b=%0"};
	struct http_form_field *fields;
	char many[4 * (HTTP_FORM_MAX + 1)] = "";
	size_t count = 0;

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		if (http_form_read(broken[i], strlen(broken[i]), *state, &fields, &count))
			fail_msg("accepted: %s", broken[i]);
	for (size_t i = 0; i <= HTTP_FORM_MAX; i++)
		memcpy(many + 3 * i, "a=&", sizeof "a=&");
	assert_false(http_form_read(many, strlen(many), *state, &fields, &count));
	assert_true(http_form_read(many, strlen(many) - 3, *state, &fields, &count));
	assert_int_equal(count, HTTP_FORM_MAX);
}

static void test_an_escaped_text_is_read_back(void **state)
{
	char all[256];
	struct http_form_field *fields;
	size_t count = 0;
	const char *escaped;

	for (int i = 1; i < 256; i++)
		all[i - 1] = (char)i;
	all[255] = '\0';
	escaped = arena_text(*state, "x=%s", http_form_escape(all, *state));
	assert_int_equal(strspn(escaped + 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					     "0123456789-._~%"),
			 strlen(escaped) - 2);
	assert_true(http_form_read(escaped, strlen(escaped), *state, &fields, &count));
	assert_string_equal(http_form_value(fields, count, "x"), all);
}

static void test_plain_subjects_stand_as_they_are(void **state)
{
	assert_string_equal(mail_header_text("Subject", "Your request", *state),
			    "Subject: Your request");
	assert_string_equal(mail_header_text("Subject", "", *state), "Subject: ");
}

static void test_other_subjects_become_encoded_words(void **state)
{
	assert_string_equal(mail_header_text("Subject", "R\xc3\xa9ponse", *state),
			    "Subject: =?UTF-8?B?UsOpcG9uc2U=?=");
	/* Plain text that looks like an encoded word would be read as one. */
	assert_string_equal(mail_header_text("Subject", "=?x?=", *state),
			    "Subject: =?UTF-8?B?PT94Pz0=?=");
}

static void test_long_subjects_are_folded_between_characters(void **state)
{
	char text[400] = "";
	const char *header;
	const char *line;

	for (int i = 0; i < 90; i++)
		strncat(text, i % 2 ? "\xe2\x82\xac" : "x\xf0\x9f\x98\x80",
			sizeof(text) - strlen(text) - 1);
	header = mail_header_text("Subject", text, *state);
	line = header;
	while (line) {
		const char *next = strstr(line, "\r\n ");
		size_t length = next ? (size_t)(next - line) : strlen(line);

		assert_true(length <= 78 + strlen("Subject: "));
		assert_memory_equal(line + length - 2, "?=", 2);
		line = next ? next + 3 : NULL;
	}
}

static void test_nothing_breaks_out_of_a_header(void **state)
{
	assert_null(mail_header_text("Subject", "a\r\nBcc: x@y.fr", *state));
	assert_null(mail_header_text("Subject", "a\nb", *state));
	assert_null(mail_header_text("Subject", "\xff", *state));
	assert_null(mail_header_address("From", "a\nb", "a@b.fr", *state));
	assert_null(mail_header_address("From", NULL, "a@b.fr>\r\nX: y", *state));
	assert_string_equal(mail_header_address("From", "A \"B\" \\ C", "a@b.fr", *state),
			    "From: \"A \\\"B\\\" \\\\ C\" <a@b.fr>");
	assert_string_equal(mail_header_address("From", "Zo\xc3\xab", "a@b.fr", *state),
			    "From: =?UTF-8?B?Wm/Dqw==?= <a@b.fr>");
	assert_string_equal(mail_header_address("To", NULL, "a@b.fr", *state), "To: <a@b.fr>");
}

static void test_addresses_are_strict(void **state)
{
	static const char *const wrong[] = {
	    "", "a", "@b", "a@", "a@b@c", "a b@c.d", "<a@b>", "a@b\n", "a@\xc3\xa9.fr", "a,b@c.d"};

	(void)state;
	assert_true(mail_header_is_address("camille.martin+x@example.org"));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (mail_header_is_address(wrong[i]))
			fail_msg("accepted: %s", wrong[i]);
}

static void test_a_date_is_written_in_english(void **state)
{
	assert_string_equal(mail_header_date(INT64_C(1795372400) * 1000000, *state),
			    "Date: Sun, 22 Nov 2026 18:33:20 +0000");
	assert_string_equal(mail_header_date(0, *state), "Date: Thu, 1 Jan 1970 00:00:00 +0000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_form_is_taken_apart),
	    cmocka_unit_test(test_a_field_given_twice_has_no_value),
	    cmocka_unit_test(test_broken_forms_are_refused),
	    cmocka_unit_test(test_an_escaped_text_is_read_back),
	    cmocka_unit_test(test_plain_subjects_stand_as_they_are),
	    cmocka_unit_test(test_other_subjects_become_encoded_words),
	    cmocka_unit_test(test_long_subjects_are_folded_between_characters),
	    cmocka_unit_test(test_nothing_breaks_out_of_a_header),
	    cmocka_unit_test(test_addresses_are_strict),
	    cmocka_unit_test(test_a_date_is_written_in_english),
	};

	return cmocka_run_group_tests_name("form", tests, set_up, tear_down);
}
