/* SPDX-License-Identifier: Apache-2.0 */
/* Sealed values, rings of keys and the data keys of subjects. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "crypto/key.h"
#include "crypto/keyring.h"
#include "crypto/seal.h"

static const char place[] = "acme/client/01jd8w/email";
static const char subject[] = "platforms/acme/clients/a";
static const char value[] = "camille@example.org";

#define KEY_1                                                                                      \
	"{\"kty\":\"oct\",\"kid\":\"2026-1\",\"k\":\""                                             \
	"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"}"
#define KEY_2                                                                                      \
	"{\"kty\":\"oct\",\"kid\":\"2026-2\",\"k\":\""                                             \
	"ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8\"}"

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

static struct crypto_keyring *ring(struct arena *arena, const char *text)
{
	const char *error = NULL;
	struct crypto_keyring *keyring = crypto_keyring_parse(text, strlen(text), arena, &error);

	if (!keyring)
		fail_msg("%s", error);
	return keyring;
}

static void test_a_sealed_value_opens_again(void **state)
{
	uint8_t sealed[sizeof(value) + SEAL_OVERHEAD];
	uint8_t again[sizeof(value) + SEAL_OVERHEAD];
	uint8_t plain[sizeof(value)];
	struct crypto_key key;

	(void)state;
	crypto_key_generate(&key);
	seal_make(&key, place, sizeof(place), value, sizeof(value), sealed);
	seal_make(&key, place, sizeof(place), value, sizeof(value), again);
	assert_int_equal(sealed[0], 1);
	assert_memory_not_equal(sealed, again, sizeof(sealed));
	assert_true(seal_open(&key, place, sizeof(place), sealed, sizeof(sealed), plain));
	assert_string_equal((const char *)plain, value);
}

static void test_nothing_at_all_can_be_sealed(void **state)
{
	uint8_t sealed[SEAL_OVERHEAD];
	uint8_t plain[1] = {42};
	struct crypto_key key;

	(void)state;
	crypto_key_generate(&key);
	seal_make(&key, NULL, 0, NULL, 0, sealed);
	assert_true(seal_open(&key, NULL, 0, sealed, sizeof(sealed), plain));
	assert_int_equal(plain[0], 42);
	assert_false(seal_open(&key, "x", 1, sealed, sizeof(sealed), plain));
}

static void test_a_value_with_any_bit_changed_does_not_open(void **state)
{
	uint8_t sealed[sizeof(value) + SEAL_OVERHEAD];
	uint8_t plain[sizeof(value)];
	struct crypto_key key;

	(void)state;
	crypto_key_generate(&key);
	seal_make(&key, place, sizeof(place), value, sizeof(value), sealed);
	for (size_t i = 0; i < 8 * sizeof(sealed); i++) {
		sealed[i / 8] ^= (uint8_t)(1U << i % 8);
		assert_false(seal_open(&key, place, sizeof(place), sealed, sizeof(sealed), plain));
		sealed[i / 8] ^= (uint8_t)(1U << i % 8);
	}
	for (size_t length = 0; length < sizeof(sealed); length++)
		assert_false(seal_open(&key, place, sizeof(place), sealed, length, plain));
}

static void test_a_value_moved_elsewhere_does_not_open(void **state)
{
	uint8_t sealed[sizeof(value) + SEAL_OVERHEAD];
	uint8_t plain[sizeof(value)];
	struct crypto_key key;
	struct crypto_key other;

	(void)state;
	crypto_key_generate(&key);
	crypto_key_generate(&other);
	seal_make(&key, place, sizeof(place), value, sizeof(value), sealed);
	assert_false(
	    seal_open(&key, "acme/client/01jd8w/phone", 24, sealed, sizeof(sealed), plain));
	assert_false(seal_open(&key, place, sizeof(place) - 1, sealed, sizeof(sealed), plain));
	assert_false(seal_open(&other, place, sizeof(place), sealed, sizeof(sealed), plain));
}

static void test_an_older_key_of_the_ring_still_opens(void **state)
{
	struct crypto_keyring *before = ring(*state, "{\"keys\":[" KEY_1 "]}");
	struct crypto_keyring *after = ring(*state, "{\"keys\":[" KEY_1 "," KEY_2 "]}");
	struct crypto_key key;
	struct crypto_key opened;
	size_t length = 0;
	uint8_t *wrapped = crypto_subject_key_create(before, subject, &key, *state, &length);

	assert_memory_equal(wrapped,
			    "\2\x06"
			    "2026-1",
			    8);
	assert_true(crypto_subject_key_open(after, subject, wrapped, length, &opened));
	assert_memory_equal(&opened, &key, sizeof(key));

	wrapped = crypto_subject_key_create(after, subject, &key, *state, &length);
	assert_memory_equal(wrapped,
			    "\2\x06"
			    "2026-2",
			    8);
	assert_false(crypto_subject_key_open(before, subject, wrapped, length, &opened));
	crypto_keyring_destroy(before);
	crypto_keyring_destroy(after);
}

static void test_the_ring_refuses_what_was_changed(void **state)
{
	struct crypto_keyring *keyring = ring(*state, "{\"keys\":[" KEY_1 "," KEY_2 "]}");
	struct crypto_key key;
	size_t length = 0;
	uint8_t *wrapped = crypto_subject_key_create(keyring, subject, &key, *state, &length);

	for (size_t i = 0; i < 8 * length; i++) {
		wrapped[i / 8] ^= (uint8_t)(1U << i % 8);
		assert_false(crypto_subject_key_open(keyring, subject, wrapped, length, &key));
		wrapped[i / 8] ^= (uint8_t)(1U << i % 8);
	}
	for (size_t cut = 0; cut < length; cut++) {
		uint8_t *exact = malloc(cut + (cut == 0));

		memcpy(exact, wrapped, cut);
		assert_false(crypto_subject_key_open(keyring, subject, exact, cut, &key));
		free(exact);
	}
	crypto_keyring_destroy(keyring);
}

static void test_a_subjects_key_opens_for_that_subject_only(void **state)
{
	struct crypto_keyring *keyring = ring(*state, "{\"keys\":[" KEY_1 "]}");
	struct crypto_key key;
	struct crypto_key opened = {0};
	size_t length = 0;
	uint8_t *wrapped =
	    crypto_subject_key_create(keyring, "platforms/acme/clients/a", &key, *state, &length);

	assert_false(
	    crypto_subject_key_open(keyring, "platforms/acme/clients/b", wrapped, length, &opened));
	assert_false(crypto_subject_key_open(keyring, "platforms/acme/clients/a", wrapped,
					     length - 1, &opened));
	assert_memory_equal(&opened, &(struct crypto_key){0}, sizeof(opened));
	assert_true(
	    crypto_subject_key_open(keyring, "platforms/acme/clients/a", wrapped, length, &opened));
	assert_memory_equal(&opened, &key, sizeof(key));
	crypto_keyring_destroy(keyring);
}

static void test_derived_keys_outlive_a_rotation(void **state)
{
	struct crypto_keyring *before = ring(*state, "{\"keys\":[" KEY_1 "]}");
	struct crypto_keyring *after = ring(*state, "{\"keys\":[" KEY_1 "," KEY_2 "]}");
	struct crypto_key one;
	struct crypto_key two;
	struct crypto_key other;

	crypto_keyring_derive(before, "index", &one);
	crypto_keyring_derive(after, "index", &two);
	crypto_keyring_derive(after, "page-token", &other);
	assert_memory_equal(&one, &two, sizeof(one));
	assert_memory_not_equal(&one, &other, sizeof(one));
	crypto_keyring_destroy(before);
	crypto_keyring_destroy(after);
}

static void test_a_single_key_as_text_is_a_ring(void **state)
{
	struct crypto_keyring *named = ring(*state, "{\"keys\":[" KEY_1 "]}");
	struct crypto_keyring *bare =
	    ring(*state, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
	struct crypto_key one;
	struct crypto_key two;
	size_t length = 0;

	assert_memory_equal(crypto_subject_key_create(bare, subject, &two, *state, &length),
			    "\2\0011", 3);
	crypto_keyring_derive(named, "index", &one);
	crypto_keyring_derive(bare, "index", &two);
	assert_memory_equal(&one, &two, sizeof(one));
	crypto_keyring_destroy(named);
	crypto_keyring_destroy(bare);
}

static const char *const wrong_rings[] = {
    "",
    "{}",
    "{\"keys\":[]}",
    "{\"keys\":[{}]}",
    "{\"keys\":[" KEY_1 "," KEY_1 "]}",
    "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"AAECAwQFBgcICQoLDA0ODw\"}]}",
    "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"}]}",
    ("{\"keys\":[{\"kty\":\"OKP\",\"kid\":\"a\",\"k\":"
     "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"}]}"),
};

static void test_a_wrong_ring_is_refused_without_quoting_it(void **state)
{
	for (size_t i = 0; i < sizeof(wrong_rings) / sizeof(wrong_rings[0]); i++) {
		const char *error = NULL;

		assert_null(
		    crypto_keyring_parse(wrong_rings[i], strlen(wrong_rings[i]), *state, &error));
		assert_non_null(error);
		assert_null(strstr(error, "AAEC"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_sealed_value_opens_again),
	    cmocka_unit_test(test_nothing_at_all_can_be_sealed),
	    cmocka_unit_test(test_a_value_with_any_bit_changed_does_not_open),
	    cmocka_unit_test(test_a_value_moved_elsewhere_does_not_open),
	    cmocka_unit_test(test_an_older_key_of_the_ring_still_opens),
	    cmocka_unit_test(test_the_ring_refuses_what_was_changed),
	    cmocka_unit_test(test_a_subjects_key_opens_for_that_subject_only),
	    cmocka_unit_test(test_derived_keys_outlive_a_rotation),
	    cmocka_unit_test(test_a_single_key_as_text_is_a_ring),
	    cmocka_unit_test(test_a_wrong_ring_is_refused_without_quoting_it),
	};

	return cmocka_run_group_tests_name("seal", tests, set_up, tear_down);
}
