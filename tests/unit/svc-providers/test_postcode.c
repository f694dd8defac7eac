/* SPDX-License-Identifier: Apache-2.0 */
/* The beginnings of a postcode, and lists of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "postcode.h"

static void test_a_postcode_has_every_beginning_from_two_characters(void **state)
{
	struct arena *arena = arena_create();
	char *prefixes[POSTCODE_PREFIXES_MAX];

	(void)state;
	assert_int_equal(postcode_prefixes(arena, "75011", prefixes), 4);
	assert_string_equal(prefixes[0], "75");
	assert_string_equal(prefixes[1], "750");
	assert_string_equal(prefixes[2], "7501");
	assert_string_equal(prefixes[3], "75011");
	arena_destroy(arena);
}

static void test_the_shortest_and_the_longest_postcode_fit(void **state)
{
	struct arena *arena = arena_create();
	char *prefixes[POSTCODE_PREFIXES_MAX];

	(void)state;
	assert_int_equal(postcode_prefixes(arena, "", prefixes), 0);
	assert_int_equal(postcode_prefixes(arena, "7", prefixes), 0);
	assert_int_equal(postcode_prefixes(arena, "75", prefixes), 1);
	assert_int_equal(postcode_prefixes(arena, "ABCDEFGHIJ", prefixes), POSTCODE_PREFIXES_MAX);
	assert_string_equal(prefixes[POSTCODE_PREFIXES_MAX - 1], "ABCDEFGHIJ");
	assert_int_equal(postcode_prefixes(arena, "ABCDEFGHIJK", prefixes), POSTCODE_PREFIXES_MAX);
	arena_destroy(arena);
}

static void test_a_list_is_sorted_and_holds_each_prefix_once(void **state)
{
	char a[] = "92", b[] = "75", c[] = "92", d[] = "750";
	char *list[] = {a, b, c, d};

	(void)state;
	assert_int_equal(postcode_list_normalize(list, 4), 3);
	assert_string_equal(list[0], "75");
	assert_string_equal(list[1], "750");
	assert_string_equal(list[2], "92");
	assert_int_equal(postcode_list_normalize(NULL, 0), 0);
	assert_int_equal(postcode_list_normalize(list, 1), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_postcode_has_every_beginning_from_two_characters),
	    cmocka_unit_test(test_the_shortest_and_the_longest_postcode_fit),
	    cmocka_unit_test(test_a_list_is_sorted_and_holds_each_prefix_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
