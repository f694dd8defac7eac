/* SPDX-License-Identifier: Apache-2.0 */
/* Permissions are kept for a moment, apart by provider, in a table that does not grow. */
#include "permits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/arena.h"

#define NOW INT64_C(1000000)
#define LATER (NOW + PERMIT_LIFE_US)

static const char amina[] = "platforms/a/providers/amina";
static const struct permit permit = {.entitlement = "entitled", .standing = "stands"};

static int set_up(void **state)
{
	*state = arena_create();
	return 0;
}

static int tear_down(void **state)
{
	permits_clear();
	arena_destroy(*state);
	return 0;
}

static void test_a_permission_is_found_until_its_life_ends(void **state)
{
	struct permit found;

	permit_keep(amina, &permit, LATER);
	assert_true(permit_find(*state, amina, LATER - 1, &found));
	assert_string_equal(found.entitlement, "entitled");
	assert_string_equal(found.standing, "stands");
	assert_false(permit_find(*state, amina, LATER, &found));
}

static void test_it_is_one_providers_on_one_platform(void **state)
{
	struct permit found;

	permit_keep(amina, &permit, LATER);
	assert_false(permit_find(*state, "platforms/b/providers/amina", NOW, &found));
	assert_false(permit_find(*state, "platforms/a/providers/karim", NOW, &found));
}

static void test_a_newer_one_takes_the_place(void **state)
{
	const struct permit newer = {.entitlement = "", .standing = "employed"};
	struct permit found;

	permit_keep(amina, &permit, LATER);
	permit_keep(amina, &newer, LATER + 1);
	assert_true(permit_find(*state, amina, LATER, &found));
	assert_string_equal(found.entitlement, "");
	assert_string_equal(found.standing, "employed");
}

static void test_a_forgotten_one_is_gone_and_others_stay(void **state)
{
	struct permit found;

	permit_keep(amina, &permit, LATER);
	permit_forget("platforms/a/providers/karim");
	assert_true(permit_find(*state, amina, NOW, &found));
	permit_forget(amina);
	assert_false(permit_find(*state, amina, NOW, &found));
}

static void test_a_copy_outlives_the_place(void **state)
{
	struct permit found;

	permit_keep(amina, &permit, LATER);
	assert_true(permit_find(*state, amina, NOW, &found));
	permits_clear();
	assert_string_equal(found.standing, "stands");
}

static void test_the_table_is_bounded(void **state)
{
	char name[64];
	struct permit found;
	size_t count = 0;

	for (int i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "platforms/a/providers/%d", i);
		permit_keep(name, &permit, LATER);
	}
	for (int i = 0; i < 10000; i++) {
		snprintf(name, sizeof(name), "platforms/a/providers/%d", i);
		count += permit_find(*state, name, NOW, &found);
	}
	assert_in_range(count, 900, 1024);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_a_permission_is_found_until_its_life_ends, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_it_is_one_providers_on_one_platform, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_a_newer_one_takes_the_place, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_forgotten_one_is_gone_and_others_stay, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_a_copy_outlives_the_place, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_the_table_is_bounded, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
