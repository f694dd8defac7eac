/* SPDX-License-Identifier: Apache-2.0 */
/* The payment simulator's forms: what is written is read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "tools/mollie/form.h"

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
	struct form_field *fields;
	size_t count = 0;

	assert_true(form_read(body, strlen(body), *state, &fields, &count));
	assert_int_equal(count, 5);
	assert_string_equal(form_value(fields, count, "id"), "tr_1");
	assert_string_equal(form_value(fields, count, "name"), "Jos\xc3\xa9 L");
	assert_string_equal(form_value(fields, count, "empty"), "");
	assert_string_equal(form_value(fields, count, "flag"), "");
	assert_string_equal(form_value(fields, count, "amp"), "&=");
	assert_null(form_value(fields, count, "absent"));
}

static void test_a_field_given_twice_has_no_value(void **state)
{
	struct form_field *fields;
	size_t count = 0;

	assert_true(form_read("id=1&id=2", 9, *state, &fields, &count));
	assert_int_equal(count, 2);
	assert_null(form_value(fields, count, "id"));
}

static void test_broken_forms_are_refused(void **state)
{
	static const char *const broken[] = {"a=%", "a=%4", "a=%zz", "a=%00", "%=1", "a=1&b=%0"};
	struct form_field *fields;
	char many[4 * (FORM_MAX + 1)] = "";
	size_t count = 0;

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		if (form_read(broken[i], strlen(broken[i]), *state, &fields, &count))
			fail_msg("accepted: %s", broken[i]);
	for (size_t i = 0; i <= FORM_MAX; i++)
		memcpy(many + 3 * i, "a=&", sizeof "a=&");
	assert_false(form_read(many, strlen(many), *state, &fields, &count));
	assert_true(form_read(many, strlen(many) - 3, *state, &fields, &count));
	assert_int_equal(count, FORM_MAX);
}

static void test_an_escaped_text_is_read_back(void **state)
{
	char all[256];
	struct form_field *fields;
	size_t count = 0;
	const char *escaped;

	for (int i = 1; i < 256; i++)
		all[i - 1] = (char)i;
	all[255] = '\0';
	escaped = arena_text(*state, "x=%s", form_escape(all, *state));
	assert_int_equal(strspn(escaped + 2, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					     "0123456789-._~%"),
			 strlen(escaped) - 2);
	assert_true(form_read(escaped, strlen(escaped), *state, &fields, &count));
	assert_string_equal(form_value(fields, count, "x"), all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_form_is_taken_apart),
	    cmocka_unit_test(test_a_field_given_twice_has_no_value),
	    cmocka_unit_test(test_broken_forms_are_refused),
	    cmocka_unit_test(test_an_escaped_text_is_read_back),
	};

	return cmocka_run_group_tests_name("form", tests, set_up, tear_down);
}
