/* SPDX-License-Identifier: Apache-2.0 */
/* A secret keeps what it is given, apart from the giver's bytes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "base/secret.h"

static void test_a_secret_is_a_copy_with_a_nul_behind(void **state)
{
	char bytes[] = "hush";
	struct secret *secret = secret_create(bytes, 4);

	(void)state;
	memset(bytes, 'x', 4);
	assert_int_equal(strlen(secret_string(secret)), 4);
	assert_memory_equal(secret_string(secret), "hush", 5);
	assert_string_equal(secret_string(secret), "hush");
	secret_destroy(secret);
}

static void test_a_secret_may_hold_any_bytes_or_none(void **state)
{
	struct secret *binary = secret_create("a\0b", 3);
	struct secret *empty = secret_create(NULL, 0);

	(void)state;
	assert_memory_equal(secret_string(binary), "a\0b", 4);
	assert_string_equal(secret_string(empty), "");
	secret_destroy(binary);
	secret_destroy(empty);
	secret_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_secret_is_a_copy_with_a_nul_behind),
	    cmocka_unit_test(test_a_secret_may_hold_any_bytes_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
