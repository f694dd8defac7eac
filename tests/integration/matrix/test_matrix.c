/* SPDX-License-Identifier: Apache-2.0 */
/* A tenant never sees another's row, a caller never more than its role: over every method. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "matrix.h"

static struct matrix matrix;

static int begin(void **state)
{
	(void)state;
	matrix_begin(&matrix);
	server_populate(&matrix);
	return 0;
}

static int end(void **state)
{
	(void)state;
	matrix_end(&matrix);
	return 0;
}

static void report(const char *what)
{
	size_t failed;

	print_message("%s: %s: %zu pairs checked, %zu failed\n", server_package, what,
		      matrix.checked, matrix.failed);
	assert_true(matrix.checked > 0);
	matrix.checked = 0;
	failed = matrix.failed;
	matrix.failed = 0;
	assert_int_equal(failed, 0);
}

static void test_a_tenant_and_an_owner_never_see_another_ones_row(void **state)
{
	(void)state;
	if (server_is_gateway)
		skip();
	isolation_check(&matrix);
	report("rows");
}

static bool is_of_package(const struct method_rule *method)
{
	size_t length = strlen(server_package);

	return strncmp(method->service_name, server_package, length) == 0 &&
	       method->service_name[length] == '.';
}

static void test_a_caller_never_does_more_than_its_role(void **state)
{
	size_t count;
	const struct method_rule *methods = contract_methods(&count);
	size_t checked = 0;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		if (!matrix_is_served(&matrix, &methods[i])) {
			/* Nothing of the server's own package is left out. */
			matrix_check_unserved(&matrix, &methods[i]);
			if (!server_is_gateway && is_of_package(&methods[i]))
				fail_msg("%s is not served", methods[i].path);
			continue;
		}
		matrix_check_method(&matrix, &methods[i]);
		checked++;
	}
	print_message("%s: %zu methods, %zu of the own calls went through\n", server_package,
		      checked, matrix.succeeded);
	assert_true(checked > 0);
	report("methods");
}

/* A package that no server's matrix walks would be left out by all of them. */
static void test_every_package_of_the_contract_has_a_matrix(void **state)
{
	static const char *const packages[] = {"entremise.common.v1", "entremise.providers.v1",
					       "entremise.requests.v1", "entremise.billing.v1"};
	size_t count;
	const struct method_rule *methods = contract_methods(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const char *dot = strrchr(methods[i].service_name, '.');
		size_t length = (size_t)(dot - methods[i].service_name);
		bool found = false;

		for (size_t p = 0; p < sizeof(packages) / sizeof(packages[0]); p++)
			found |= strlen(packages[p]) == length &&
				 strncmp(packages[p], methods[i].service_name, length) == 0;
		if (!found)
			fail_msg("%s is in no matrix", methods[i].path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_package_of_the_contract_has_a_matrix),
	    cmocka_unit_test(test_a_tenant_and_an_owner_never_see_another_ones_row),
	    cmocka_unit_test(test_a_caller_never_does_more_than_its_role),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
