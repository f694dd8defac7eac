/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes, indexes, tags and symmetric keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/key.h"
#include "crypto/random.h"

static const struct crypto_key key = {{1, 2, 3, 4, 5, 6, 7, 8}};

static void to_hex(const uint8_t *bytes, size_t length, char *text)
{
	for (size_t i = 0; i < length; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

static void test_hashes_are_blake2b(void **state)
{
	uint8_t hash[CRYPTO_DIGEST_LONG];
	char text[2 * CRYPTO_DIGEST_LONG + 1];

	(void)state;
	crypto_digest("abc", 3, hash, CRYPTO_DIGEST_LONG);
	to_hex(hash, CRYPTO_DIGEST_LONG, text);
	assert_string_equal(text,
			    "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
	crypto_digest("abc", 3, hash, CRYPTO_DIGEST_SHORT);
	to_hex(hash, CRYPTO_DIGEST_SHORT, text);
	assert_string_equal(text, "cf4ab791c62b8d2b2109c90275287816");
}

static void test_a_hash_in_pieces_is_the_hash_of_the_whole(void **state)
{
	static const char text[] = "the quick brown fox jumps over the lazy dog, twice and again";
	uint8_t whole[CRYPTO_DIGEST_SHORT];

	(void)state;
	crypto_digest(text, sizeof(text), whole, sizeof(whole));
	for (size_t cut = 0; cut <= sizeof(text); cut++) {
		struct crypto_digest_state digest;
		uint8_t pieces[CRYPTO_DIGEST_SHORT];

		crypto_digest_begin(&digest, sizeof(pieces));
		crypto_digest_add(&digest, text, cut);
		crypto_digest_add(&digest, text + cut, sizeof(text) - cut);
		crypto_digest_finish(&digest, pieces, sizeof(pieces));
		assert_memory_equal(whole, pieces, sizeof(whole));
	}
}

static void hash_fields(const char *one, const char *two, uint8_t hash[CRYPTO_DIGEST_SHORT])
{
	struct crypto_digest_state digest;

	crypto_digest_begin(&digest, CRYPTO_DIGEST_SHORT);
	crypto_digest_add_field(&digest, one, strlen(one));
	crypto_digest_add_field(&digest, two, strlen(two));
	crypto_digest_finish(&digest, hash, CRYPTO_DIGEST_SHORT);
}

static void test_fields_do_not_run_into_each_other(void **state)
{
	uint8_t one[CRYPTO_DIGEST_SHORT];
	uint8_t two[CRYPTO_DIGEST_SHORT];

	(void)state;
	hash_fields("ab", "c", one);
	hash_fields("a", "bc", two);
	assert_memory_not_equal(one, two, sizeof(one));
	hash_fields("ab", "c", two);
	assert_memory_equal(one, two, sizeof(one));
}

static void test_an_index_depends_on_key_purpose_and_text(void **state)
{
	static const struct crypto_key other = {{1, 2, 3, 4, 5, 6, 7, 9}};
	char index[CRYPTO_INDEX_TEXT];
	char second[CRYPTO_INDEX_TEXT];

	(void)state;
	crypto_index(&key, "client.email", "a@b.fr", 6, index);
	assert_int_equal(strlen(index), 32);
	assert_int_equal(strspn(index, "0123456789abcdef"), 32);
	crypto_index(&key, "client.email", "a@b.fr", 6, second);
	assert_string_equal(index, second);
	crypto_index(&key, "client.phone", "a@b.fr", 6, second);
	assert_string_not_equal(index, second);
	crypto_index(&other, "client.email", "a@b.fr", 6, second);
	assert_string_not_equal(index, second);
	crypto_index(&key, "client.email", "a@b.de", 6, second);
	assert_string_not_equal(index, second);
}

static void test_a_tag_fits_only_what_it_was_made_for(void **state)
{
	uint8_t mac[CRYPTO_MAC_BYTES];

	(void)state;
	crypto_mac(&key, "page-token", "0123", 4, mac);
	assert_true(crypto_mac_verify(&key, "page-token", "0123", 4, mac, sizeof(mac)));
	assert_false(crypto_mac_verify(&key, "webhook", "0123", 4, mac, sizeof(mac)));
	assert_false(crypto_mac_verify(&key, "page-token", "0124", 4, mac, sizeof(mac)));
	assert_false(crypto_mac_verify(&key, "page-token", "0123", 4, mac, sizeof(mac) - 1));
	assert_false(crypto_mac_verify(&key, "page-token", "0123", 4, NULL, 0));
	for (size_t i = 0; i < 8 * sizeof(mac); i++) {
		mac[i / 8] ^= (uint8_t)(1U << i % 8);
		assert_false(crypto_mac_verify(&key, "page-token", "0123", 4, mac, sizeof(mac)));
		mac[i / 8] ^= (uint8_t)(1U << i % 8);
	}
}

static void test_a_tag_is_no_index(void **state)
{
	uint8_t mac[CRYPTO_MAC_BYTES];
	char index[CRYPTO_INDEX_TEXT];
	char text[CRYPTO_INDEX_TEXT];

	(void)state;
	crypto_mac(&key, "same", "text", 4, mac);
	to_hex(mac, sizeof(mac), text);
	crypto_index(&key, "same", "text", 4, index);
	assert_string_not_equal(index, text);
}

static void test_a_tag_as_text_fits_only_unchanged(void **state)
{
	char mac[CRYPTO_MAC_TEXT];

	(void)state;
	crypto_mac_text(&key, "webhook", "acme/01jd8w", 11, mac);
	assert_int_equal(strlen(mac), 22);
	assert_true(crypto_mac_text_verify(&key, "webhook", "acme/01jd8w", 11, mac, 22));
	assert_false(crypto_mac_text_verify(&key, "webhook", "acme/01jd8w", 11, mac, 21));
	for (size_t i = 0; i < 22; i++) {
		char kept = mac[i];

		for (int other = 1; other < 256; other++) {
			mac[i] = (char)(kept ^ other);
			assert_false(
			    crypto_mac_text_verify(&key, "webhook", "acme/01jd8w", 11, mac, 22));
		}
		mac[i] = kept;
	}
}

static void test_a_key_is_read_as_it_was_written(void **state)
{
	struct crypto_key made;
	struct crypto_key read = {0};
	char text[CRYPTO_KEY_TEXT + 1];
	char hex[2 * CRYPTO_KEY_BYTES + 1];

	(void)state;
	crypto_key_generate(&made);
	crypto_key_write(&made, text);
	assert_true(crypto_key_read(text, strlen(text), &read));
	assert_memory_equal(&made, &read, sizeof(made));
	memcpy(text + strlen(text), "\n", sizeof "\n");
	assert_true(crypto_key_read(text, strlen(text), &read));
	to_hex(made.bytes, sizeof(made.bytes), hex);
	crypto_key_wipe(&read);
	assert_memory_not_equal(&made, &read, sizeof(made));
	assert_true(crypto_key_read(hex, strlen(hex), &read));
	assert_memory_equal(&made, &read, sizeof(made));
	assert_false(crypto_key_read(hex, strlen(hex) - 1, &read));
	assert_false(crypto_key_read(text, 42, &read));
	assert_false(crypto_key_read("", 0, &read));
	hex[10] = 'g';
	assert_false(crypto_key_read(hex, strlen(hex), &read));
	assert_memory_equal(&made, &read, sizeof(made));
}

static void test_derived_keys_differ_by_purpose_and_root(void **state)
{
	static const struct crypto_key other = {{9}};
	struct crypto_key one;
	struct crypto_key two;

	(void)state;
	crypto_key_derive(&key, "index", &one);
	crypto_key_derive(&key, "index", &two);
	assert_memory_equal(&one, &two, sizeof(one));
	crypto_key_derive(&key, "page-token", &two);
	assert_memory_not_equal(&one, &two, sizeof(one));
	crypto_key_derive(&other, "index", &two);
	assert_memory_not_equal(&one, &two, sizeof(one));
	two = key;
	crypto_key_derive(&two, "index", &two);
	assert_memory_equal(&one, &two, sizeof(one));
}

static void test_random_bytes_are_not_repeated(void **state)
{
	uint8_t one[16] = {0};
	uint8_t two[16] = {0};

	(void)state;
	crypto_random(one, sizeof(one));
	crypto_random(two, sizeof(two));
	assert_memory_not_equal(one, two, sizeof(one));
	assert_memory_not_equal(one, (uint8_t[16]){0}, sizeof(one));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_hashes_are_blake2b),
	    cmocka_unit_test(test_a_hash_in_pieces_is_the_hash_of_the_whole),
	    cmocka_unit_test(test_fields_do_not_run_into_each_other),
	    cmocka_unit_test(test_an_index_depends_on_key_purpose_and_text),
	    cmocka_unit_test(test_a_tag_fits_only_what_it_was_made_for),
	    cmocka_unit_test(test_a_tag_is_no_index),
	    cmocka_unit_test(test_a_tag_as_text_fits_only_unchanged),
	    cmocka_unit_test(test_a_key_is_read_as_it_was_written),
	    cmocka_unit_test(test_derived_keys_differ_by_purpose_and_root),
	    cmocka_unit_test(test_random_bytes_are_not_repeated),
	};

	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
