/* SPDX-License-Identifier: Apache-2.0 */
/* Headers of mail: nothing breaks out of its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
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
	    cmocka_unit_test(test_plain_subjects_stand_as_they_are),
	    cmocka_unit_test(test_other_subjects_become_encoded_words),
	    cmocka_unit_test(test_long_subjects_are_folded_between_characters),
	    cmocka_unit_test(test_nothing_breaks_out_of_a_header),
	    cmocka_unit_test(test_addresses_are_strict),
	    cmocka_unit_test(test_a_date_is_written_in_english),
	};

	return cmocka_run_group_tests_name("mail_header", tests, set_up, tear_down);
}
