/* SPDX-License-Identifier: Apache-2.0 */
/* BLAKE2b, plain and keyed. */
#include "crypto/hash.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "crypto/key.h"

_Static_assert(sizeof(struct crypto_digest_state) == sizeof(crypto_generichash_blake2b_state),
	       "the state has the library's size");
_Static_assert(_Alignof(struct crypto_digest_state) >= _Alignof(crypto_generichash_blake2b_state),
	       "the state has the library's alignment");
_Static_assert(CRYPTO_PURPOSE_LENGTH == crypto_generichash_blake2b_PERSONALBYTES,
	       "a purpose fills the personal parameter of BLAKE2b");

/* The salt parameter tells the two kinds of keyed hash apart, whatever their purposes are. */
static const uint8_t index_salt[crypto_generichash_blake2b_SALTBYTES] = "entremise-index";
static const uint8_t mac_salt[crypto_generichash_blake2b_SALTBYTES] = "entremise-mac";

static void assert_length(size_t hash_length)
{
	assert(hash_length == CRYPTO_DIGEST_SHORT || hash_length == CRYPTO_DIGEST_LONG);
}

void crypto_digest(const void *bytes, size_t length, void *hash, size_t hash_length)
{
	assert_length(hash_length);
	crypto_generichash_blake2b(hash, hash_length, bytes, length, NULL, 0);
}

void crypto_digest_begin(struct crypto_digest_state *state, size_t hash_length)
{
	assert_length(hash_length);
	crypto_generichash_blake2b_init((crypto_generichash_blake2b_state *)(void *)state, NULL, 0,
					hash_length);
}

void crypto_digest_add(struct crypto_digest_state *state, const void *bytes, size_t length)
{
	crypto_generichash_blake2b_update((crypto_generichash_blake2b_state *)(void *)state, bytes,
					  length);
}

void crypto_digest_add_field(struct crypto_digest_state *state, const void *bytes, size_t length)
{
	uint8_t prefix[8];

	for (size_t i = 0; i < sizeof(prefix); i++)
		prefix[i] = (uint8_t)((uint64_t)length >> (8 * i));
	crypto_digest_add(state, prefix, sizeof(prefix));
	crypto_digest_add(state, bytes, length);
}

void crypto_digest_finish(struct crypto_digest_state *state, void *hash, size_t hash_length)
{
	int failed;

	assert_length(hash_length);
	failed = crypto_generichash_blake2b_final((crypto_generichash_blake2b_state *)(void *)state,
						  hash, hash_length);
	assert(failed == 0);
}

static void keyed_hash(const struct crypto_key *key, const uint8_t *salt, const char *purpose,
		       const void *bytes, size_t length, uint8_t hash[16])
{
	uint8_t personal[CRYPTO_PURPOSE_LENGTH] = {0};
	size_t purpose_length = strlen(purpose);
	int failed;

	assert(purpose_length > 0 && purpose_length <= sizeof(personal));
	memcpy(personal, purpose, purpose_length);
	failed = crypto_generichash_blake2b_salt_personal(hash, 16, bytes, length, key->bytes,
							  sizeof(key->bytes), salt, personal);
	assert(failed == 0);
}

void crypto_index(const struct crypto_key *key, const char *purpose, const char *text,
		  size_t length, char index[CRYPTO_INDEX_TEXT])
{
	uint8_t hash[16];

	keyed_hash(key, index_salt, purpose, text, length, hash);
	sodium_bin2hex(index, CRYPTO_INDEX_TEXT, hash, sizeof(hash));
}

void crypto_mac(const struct crypto_key *key, const char *purpose, const void *bytes, size_t length,
		uint8_t mac[CRYPTO_MAC_BYTES])
{
	keyed_hash(key, mac_salt, purpose, bytes, length, mac);
}

bool crypto_mac_verify(const struct crypto_key *key, const char *purpose, const void *bytes,
		       size_t length, const void *mac, size_t mac_length)
{
	uint8_t right[CRYPTO_MAC_BYTES];

	crypto_mac(key, purpose, bytes, length, right);
	return mac_length == sizeof(right) && sodium_memcmp(mac, right, sizeof(right)) == 0;
}

void crypto_mac_text(const struct crypto_key *key, const char *purpose, const void *bytes,
		     size_t length, char mac[CRYPTO_MAC_TEXT])
{
	uint8_t tag[CRYPTO_MAC_BYTES];

	crypto_mac(key, purpose, bytes, length, tag);
	sodium_bin2base64(mac, CRYPTO_MAC_TEXT, tag, sizeof(tag),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool crypto_mac_text_verify(const struct crypto_key *key, const char *purpose, const void *bytes,
			    size_t length, const char *mac, size_t mac_length)
{
	uint8_t tag[CRYPTO_MAC_BYTES];
	size_t written = 0;

	return mac_length == CRYPTO_MAC_TEXT - 1 &&
	       sodium_base642bin(tag, sizeof(tag), mac, mac_length, NULL, &written, NULL,
				 sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
	       crypto_mac_verify(key, purpose, bytes, length, tag, written);
}
