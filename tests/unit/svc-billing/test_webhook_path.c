/* SPDX-License-Identifier: Apache-2.0 */
/* Only addresses that were made here are taken. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "base/status.h"
#include "crypto/key.h"
#include "webhook_path.h"

#define PAYMENT "01jd8w3v5k0000000000000001"

static const struct crypto_key key = {{1}};
static const struct crypto_key other = {{2}};

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

static void test_an_address_leads_back_to_its_payment(void **state)
{
	const char *path = webhook_path_make(*state, &key, "test-a", PAYMENT);
	struct text platform;
	const char *name = webhook_path_read(*state, &key, path, &platform);

	assert_non_null(name);
	assert_string_equal(name, "platforms/test-a/payments/" PAYMENT);
	assert_true(text_equal_string(platform, "test-a"));
}

static void test_another_key_makes_other_addresses(void **state)
{
	struct text platform;

	assert_null(webhook_path_read(
	    *state, &other, webhook_path_make(*state, &key, "test-a", PAYMENT), &platform));
}

static void test_every_changed_character_is_refused(void **state)
{
	const char *path = webhook_path_make(*state, &key, "test-a", PAYMENT);
	struct text platform;

	for (size_t i = 0; i < strlen(path); i++) {
		char *changed = arena_copy(*state, path, strlen(path));

		changed[i] = changed[i] == 'b' ? 'c' : 'b';
		assert_null(webhook_path_read(*state, &key, changed, &platform));
		assert_null(
		    webhook_path_read(*state, &key, arena_copy(*state, path, i), &platform));
	}
}

/* Even with a tag of ours: a name must be one before it is passed on. */
static void test_what_is_no_id_is_refused(void **state)
{
	struct text platform;

	assert_null(webhook_path_read(*state, &key, webhook_path_make(*state, &key, "test-a", "x"),
				      &platform));
	assert_null(webhook_path_read(*state, &key, webhook_path_make(*state, &key, "*", PAYMENT),
				      &platform));
}

static void test_other_paths_are_refused(void **state)
{
	static const char *const paths[] = {"",
					    "/",
					    "/webhooks/",
					    "/webhooks///",
					    "/webhooks/test-a/" PAYMENT,
					    "/webhooks/test-a/" PAYMENT "/",
					    "/webhooks/TEST/" PAYMENT "/0123456789012345678901",
					    "/webhooks/test-a/x/0123456789012345678901",
					    "/hooks/test-a/" PAYMENT "/0123456789012345678901"};
	struct text platform;

	for (size_t i = 0; i < ARRAY_COUNT(paths); i++)
		assert_null(webhook_path_read(*state, &key, paths[i], &platform));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_an_address_leads_back_to_its_payment),
	    cmocka_unit_test(test_another_key_makes_other_addresses),
	    cmocka_unit_test(test_every_changed_character_is_refused),
	    cmocka_unit_test(test_what_is_no_id_is_refused),
	    cmocka_unit_test(test_other_paths_are_refused),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
