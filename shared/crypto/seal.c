/* SPDX-License-Identifier: Apache-2.0 */
/* XChaCha20-Poly1305-IETF with a random nonce and the envelope's header authenticated. */
#include "crypto/seal.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "crypto/key.h"
#include "crypto/random.h"

#define ASSOCIATED_MAX 1024

enum {
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};

_Static_assert(SEAL_BODY_OVERHEAD == NONCE + TAG, "nonce and tag");
_Static_assert(CRYPTO_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "size of a key");

static const uint8_t version = 1;

/* What is authenticated beside the value: the header, preceded by its length, and where it is. */
struct bound_data {
	uint8_t bytes[1 + SEAL_HEADER_MAX + ASSOCIATED_MAX];
	size_t length;
};

static void bind(struct bound_data *bound, const uint8_t *header, size_t header_length,
		 const void *associated, size_t associated_length)
{
	assert(header_length <= SEAL_HEADER_MAX && associated_length <= ASSOCIATED_MAX);
	bound->bytes[0] = (uint8_t)header_length;
	memcpy(bound->bytes + 1, header, header_length);
	if (associated_length > 0)
		memcpy(bound->bytes + 1 + header_length, associated, associated_length);
	bound->length = 1 + header_length + associated_length;
}

void seal_body_make(const struct crypto_key *key, const uint8_t *header, size_t header_length,
		    const void *associated, size_t associated_length, const void *plain,
		    size_t length, uint8_t *body)
{
	struct bound_data bound;
	int failed;

	bind(&bound, header, header_length, associated, associated_length);
	crypto_random(body, NONCE);
	failed = crypto_aead_xchacha20poly1305_ietf_encrypt(
	    body + NONCE, NULL, plain, length, bound.bytes, bound.length, NULL, body, key->bytes);
	assert(failed == 0);
}

bool seal_body_open(const struct crypto_key *key, const uint8_t *header, size_t header_length,
		    const void *associated, size_t associated_length, const uint8_t *body,
		    size_t body_length, uint8_t *plain)
{
	struct bound_data bound;

	if (body_length < SEAL_BODY_OVERHEAD)
		return false;
	crypto_ready();
	bind(&bound, header, header_length, associated, associated_length);
	return crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, body + NONCE,
							  body_length - NONCE, bound.bytes,
							  bound.length, body, key->bytes) == 0;
}

void seal_make(const struct crypto_key *key, const void *associated, size_t associated_length,
	       const void *plain, size_t length, uint8_t *sealed)
{
	sealed[0] = version;
	seal_body_make(key, sealed, 1, associated, associated_length, plain, length, sealed + 1);
}

bool seal_open(const struct crypto_key *key, const void *associated, size_t associated_length,
	       const uint8_t *sealed, size_t sealed_length, uint8_t *plain)
{
	return sealed_length >= SEAL_OVERHEAD && sealed[0] == version &&
	       seal_body_open(key, sealed, 1, associated, associated_length, sealed + 1,
			      sealed_length - 1, plain);
}
