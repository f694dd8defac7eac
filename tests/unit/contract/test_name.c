/* SPDX-License-Identifier: Apache-2.0 */
/* Resource names by the contract's patterns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract/name.h"
#include "desks.h"

static const struct resource_type *desk_type(void)
{
	return contract_message(&desk__descriptor)->resource;
}

static const struct resource_type *settings_type(void)
{
	return contract_message(&room_settings__descriptor)->resource;
}

static void test_a_name_is_taken_apart(void **state)
{
	struct name_parts parts;

	(void)state;
	assert_true(name_parse(desk_type(), TEXT(DESK), &parts));
	assert_int_equal(parts.count, 3);
	assert_true(text_equal_string(parts.parts[0], "acme"));
	assert_true(text_equal_string(parts.parts[1], "blue"));
	assert_true(text_equal_string(parts.parts[2], "d1"));
}

static void test_names_that_do_not_fit_are_refused(void **state)
{
	static const char *const names[] = {
	    "",
	    "platforms",
	    "platforms/acme/rooms/blue",
	    "platforms/acme/rooms/blue/desks",
	    "platforms/acme/rooms/blue/desks/",
	    "platforms//rooms/blue/desks/d1",
	    "platforms/acme/rooms/blue/desks/d1/",
	    "platforms/acme/rooms/blue/desks/d1/x",
	    "/platforms/acme/rooms/blue/desks/d1",
	    "Platforms/acme/rooms/blue/desks/d1",
	    "platforms/acme/halls/blue/desks/d1",
	    "platformsxacme/rooms/blue/desks/d1",
	};
	struct name_parts parts = {.count = 77};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		assert_false(name_parse(desk_type(), text_of(names[i]), &parts));
	assert_false(name_parse(desk_type(), (struct text){0}, &parts));
	assert_int_equal(parts.count, 77);
}

static void test_a_singleton_ends_with_its_own_literal(void **state)
{
	const struct text two[] = {TEXT("acme"), TEXT("blue")};
	struct name_parts parts;

	assert_string_equal(settings_type()->singleton, "settings");
	assert_true(
	    name_parse(settings_type(), TEXT("platforms/acme/rooms/blue/settings"), &parts));
	assert_int_equal(parts.count, 2);
	assert_false(name_parse(settings_type(), TEXT("platforms/acme/rooms/blue"), &parts));
	assert_false(name_parse(settings_type(), TEXT("platforms/acme/rooms/blue/set"), &parts));
	assert_string_equal(name_make(*state, settings_type(), two, 2),
			    "platforms/acme/rooms/blue/settings");
}

static void test_a_name_is_put_together(void **state)
{
	const struct text three[] = {TEXT("acme"), TEXT("blue"), TEXT("d1")};

	assert_string_equal(name_make(*state, desk_type(), three, 3), DESK);
}

static void test_a_part_is_found_by_its_name(void **state)
{
	assert_int_equal(name_part_index(desk_type(), TEXT("platform")), 0);
	assert_int_equal(name_part_index(desk_type(), TEXT("desk")), 2);
	assert_int_equal(name_part_index(desk_type(), TEXT("des")), -1);
	assert_string_equal(name_part(*state, desk_type(), DESK, "room"), "blue");
	assert_null(name_part(*state, desk_type(), DESK, "floor"));
	assert_null(name_part(*state, desk_type(), "platforms/acme", "room"));
}

static void test_the_platform_of_a_name_is_its_first_part(void **state)
{
	(void)state;
	assert_true(text_equal_string(name_platform(TEXT(DESK)), "acme"));
	assert_true(text_equal_string(name_platform(TEXT("platforms/acme")), "acme"));
	assert_int_equal(name_platform(TEXT("platforms/")).length, 0);
	assert_int_equal(name_platform(TEXT("rooms/blue")).length, 0);
	assert_int_equal(name_platform((struct text){0}).length, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_a_name_is_taken_apart, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_names_that_do_not_fit_are_refused, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_a_singleton_ends_with_its_own_literal, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_a_name_is_put_together, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_part_is_found_by_its_name, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_the_platform_of_a_name_is_its_first_part, set_up,
					    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
