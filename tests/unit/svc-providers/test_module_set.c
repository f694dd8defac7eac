/* SPDX-License-Identifier: Apache-2.0 */
/* Which modules may be switched on, and what a switch makes of the set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "entremise/common/v1/reason.pb-c.h"
#include "module_set.h"

#define PROVIDERS MODULE__MODULE_PROVIDERS
#define EMPLOYEES MODULE__MODULE_EMPLOYEES
#define NETWORK MODULE__MODULE_NETWORK

static uint32_t set_of(Module a, Module b)
{
	Module modules[] = {a, b};

	return module_set_of(modules, b == MODULE__MODULE_UNSPECIFIED ? 1 : 2);
}

static void test_a_set_lists_each_module_once_in_order(void **state)
{
	Module modules[] = {NETWORK, PROVIDERS, NETWORK, MODULE__MODULE_UNSPECIFIED, (Module)77};
	Module listed[MODULE_SET_MAX];

	(void)state;
	assert_int_equal(module_set_list(module_set_of(modules, 5), listed), 2);
	assert_int_equal(listed[0], PROVIDERS);
	assert_int_equal(listed[1], NETWORK);
}

static void test_a_switch_turns_modules_on_and_off(void **state)
{
	struct module_switch wanted = {.on = set_of(EMPLOYEES, 0),
				       .allowed = set_of(PROVIDERS, EMPLOYEES),
				       .edition = EDITION__EDITION_BASIC,
				       .enable = set_of(PROVIDERS, 0),
				       .disable = set_of(EMPLOYEES, 0)};
	uint32_t next = 0;
	Module culprit;

	(void)state;
	assert_int_equal(module_set_switch(&wanted, &next, &culprit), 0);
	assert_int_equal(next, set_of(PROVIDERS, 0));
}

static void test_off_wins_over_on_and_needs_no_permission(void **state)
{
	struct module_switch wanted = {.edition = EDITION__EDITION_BASIC,
				       .enable = set_of(NETWORK, 0),
				       .disable = set_of(NETWORK, 0)};
	uint32_t next = 99;
	Module culprit;

	(void)state;
	assert_int_equal(module_set_switch(&wanted, &next, &culprit), 0);
	assert_int_equal(next, 0);
}

static void test_a_module_that_is_not_allowed_is_refused_by_name(void **state)
{
	struct module_switch wanted = {.allowed = set_of(PROVIDERS, 0),
				       .edition = EDITION__EDITION_ENTERPRISE,
				       .enable = set_of(PROVIDERS, EMPLOYEES)};
	uint32_t next = 99;
	Module culprit = 0;

	(void)state;
	assert_int_equal(module_set_switch(&wanted, &next, &culprit),
			 REASON__REASON_MODULE_NOT_ALLOWED);
	assert_int_equal(culprit, EMPLOYEES);
	assert_int_equal(next, 99);
}

static void test_a_module_above_the_edition_is_refused(void **state)
{
	struct module_switch wanted = {.allowed = set_of(NETWORK, 0),
				       .edition = EDITION__EDITION_BASIC,
				       .enable = set_of(NETWORK, 0)};
	uint32_t next = 99;
	Module culprit = 0;

	(void)state;
	assert_int_equal(module_set_switch(&wanted, &next, &culprit),
			 REASON__REASON_EDITION_TOO_LOW);
	assert_int_equal(culprit, NETWORK);
	wanted.edition = EDITION__EDITION_PRO;
	assert_int_equal(module_set_switch(&wanted, &next, &culprit), 0);
	assert_int_equal(next, set_of(NETWORK, 0));
}

static void test_what_is_on_already_is_not_judged_again(void **state)
{
	struct module_switch wanted = {.on = set_of(NETWORK, 0), .enable = set_of(NETWORK, 0)};
	uint32_t next = 0;
	Module culprit;

	(void)state;
	assert_int_equal(module_set_switch(&wanted, &next, &culprit), 0);
	assert_int_equal(next, set_of(NETWORK, 0));
}

static void test_a_higher_edition_includes_the_lower_ones(void **state)
{
	uint32_t basic = module_set_of_edition(EDITION__EDITION_BASIC);
	uint32_t pro = module_set_of_edition(EDITION__EDITION_PRO);

	(void)state;
	assert_int_equal(basic & pro, basic);
	assert_int_equal(pro & ~basic, set_of(NETWORK, 0));
	assert_string_equal(module_set_name(EMPLOYEES), "EMPLOYEES");
	assert_string_equal(module_set_name((Module)77), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_set_lists_each_module_once_in_order),
	    cmocka_unit_test(test_a_switch_turns_modules_on_and_off),
	    cmocka_unit_test(test_off_wins_over_on_and_needs_no_permission),
	    cmocka_unit_test(test_a_module_that_is_not_allowed_is_refused_by_name),
	    cmocka_unit_test(test_a_module_above_the_edition_is_refused),
	    cmocka_unit_test(test_what_is_on_already_is_not_judged_again),
	    cmocka_unit_test(test_a_higher_edition_includes_the_lower_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
