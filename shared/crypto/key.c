/* SPDX-License-Identifier: Apache-2.0 */
/* Symmetric keys: their text form and their derivation. */
#include "crypto/key.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "crypto/random.h"

/* Keeps derived keys apart from every other keyed hash of this folder (16 bytes, BLAKE2b personal).
 */
static const uint8_t derivation[crypto_generichash_blake2b_PERSONALBYTES] = "entremise-derive";

void crypto_key_generate(struct crypto_key *key)
{
	crypto_random(key->bytes, sizeof(key->bytes));
}

static bool read_hexadecimal(const char *text, size_t length, uint8_t *bytes)
{
	size_t written = 0;

	return length == 2 * CRYPTO_KEY_BYTES &&
	       sodium_hex2bin(bytes, CRYPTO_KEY_BYTES, text, length, NULL, &written, NULL) == 0 &&
	       written == CRYPTO_KEY_BYTES;
}

static bool read_base64(const char *text, size_t length, int variant, uint8_t *bytes)
{
	size_t written = 0;

	return length + 1 == sodium_base64_encoded_len(CRYPTO_KEY_BYTES, variant) &&
	       sodium_base642bin(bytes, CRYPTO_KEY_BYTES, text, length, NULL, &written, NULL,
				 variant) == 0 &&
	       written == CRYPTO_KEY_BYTES;
}

bool crypto_key_read(const char *text, size_t length, struct crypto_key *key)
{
	struct crypto_key read = {0};
	bool is_key;

	if (length > 0 && text[length - 1] == '\n')
		length--;
	is_key = read_base64(text, length, sodium_base64_VARIANT_URLSAFE_NO_PADDING, read.bytes) ||
		 read_base64(text, length, sodium_base64_VARIANT_ORIGINAL, read.bytes) ||
		 read_hexadecimal(text, length, read.bytes);
	if (is_key)
		*key = read;
	crypto_key_wipe(&read);
	return is_key;
}

void crypto_key_write(const struct crypto_key *key, char text[CRYPTO_KEY_TEXT])
{
	sodium_bin2base64(text, CRYPTO_KEY_TEXT, key->bytes, sizeof(key->bytes),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void crypto_key_derive(const struct crypto_key *root, const char *purpose, struct crypto_key *key)
{
	size_t length = strlen(purpose);
	struct crypto_key derived;
	int failed;

	assert(length > 0 && length <= 64);
	failed = crypto_generichash_blake2b_salt_personal(
	    derived.bytes, sizeof(derived.bytes), (const unsigned char *)purpose, length,
	    root->bytes, sizeof(root->bytes), NULL, derivation);
	assert(failed == 0);
	*key = derived;
	crypto_key_wipe(&derived);
}

void crypto_key_wipe(struct crypto_key *key)
{
	sodium_memzero(key, sizeof(*key));
}
