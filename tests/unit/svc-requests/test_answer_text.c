/* SPDX-License-Identifier: Apache-2.0 */
/* What the client reads of those who applied (P2). */
#include "answer_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

#define MOST 50 /* Providers in one answer. */

static int begin(void **state)
{
	*state = arena_create();
	return 0;
}

static int end(void **state)
{
	arena_destroy(*state);
	return 0;
}

static ProviderIdentity *identity(struct arena *arena, const char *title, const char *presentation)
{
	ProviderIdentity *one = arena_new(arena, ProviderIdentity, 1);

	provider_identity__init(one);
	one->title = arena_text(arena, "%s", title);
	one->presentation = arena_text(arena, "%s", presentation);
	return one;
}

static void test_every_provider_has_a_line(void **state)
{
	ProviderIdentity *providers[] = {
	    identity(*state, "Nettoyage Durand", "Dix ans de métier"),
	    identity(*state, "Ana Silva", ""),
	};

	assert_string_equal(answer_text_of(*state, providers, ARRAY_COUNT(providers)),
			    "- Nettoyage Durand: Dix ans de métier\n- Ana Silva\n");
	assert_string_equal(answer_text_of(*state, providers, 0), "");
}

static void test_nobody_makes_up_lines(void **state)
{
	ProviderIdentity *one = identity(*state, "Eve\n- Durand",
					 "a\r\nb\xC2\x85"
					 "c\xE2\x80\xA8"
					 "d\te\x7F"
					 "é");

	assert_string_equal(answer_text_of(*state, &one, 1), "- Eve - Durand: a  b  c   d e é\n");
}

static void test_the_longest_answer_is_no_longer_than_a_message(void **state)
{
	char title[2 * 250 + 1];
	char presentation[2 * 2000 + 1];
	ProviderIdentity *providers[MOST];
	const char *text;

	for (size_t i = 0; i < sizeof(title) - 1; i += 2)
		memcpy(title + i, "é", 3);
	for (size_t i = 0; i < sizeof(presentation) - 1; i += 2)
		memcpy(presentation + i, "é", 3);
	for (size_t i = 0; i < MOST; i++)
		providers[i] = identity(*state, title, presentation);
	text = answer_text_of(*state, providers, MOST);
	assert_int_equal(text_code_points(text_of(text)), ANSWER_TEXT_MAX);
	assert_true(text_ends_with(text_of(text), "é...\n"));
	text = answer_text_of(*state, providers, 1);
	assert_int_equal(text_code_points(text_of(text)), 2 + 250 + 2 + 2000 + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_every_provider_has_a_line, begin, end),
	    cmocka_unit_test_setup_teardown(test_nobody_makes_up_lines, begin, end),
	    cmocka_unit_test_setup_teardown(test_the_longest_answer_is_no_longer_than_a_message,
					    begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
