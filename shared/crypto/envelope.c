/* SPDX-License-Identifier: Apache-2.0 */
/* XChaCha20-Poly1305-IETF with a random nonce and the envelope's header authenticated. */
#include "crypto/envelope.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "crypto/key.h"
#include "crypto/random.h"

enum {
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};

_Static_assert(ENVELOPE_BODY_OVERHEAD == NONCE + TAG, "nonce and tag");
_Static_assert(CRYPTO_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "size of a key");

struct bound_data {
	uint8_t bytes[1 + ENVELOPE_HEADER_MAX + ENVELOPE_ASSOCIATED_MAX];
	size_t length;
};

static void bind(struct bound_data *bound, const uint8_t *header, size_t header_length,
		 const void *associated, size_t associated_length)
{
	assert(header_length <= ENVELOPE_HEADER_MAX);
	assert(associated_length <= ENVELOPE_ASSOCIATED_MAX);
	bound->bytes[0] = (uint8_t)header_length;
	memcpy(bound->bytes + 1, header, header_length);
	if (associated_length > 0)
		memcpy(bound->bytes + 1 + header_length, associated, associated_length);
	bound->length = 1 + header_length + associated_length;
}

void envelope_seal(const struct crypto_key *key, const uint8_t *header, size_t header_length,
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

bool envelope_open(const struct crypto_key *key, const uint8_t *header, size_t header_length,
		   const void *associated, size_t associated_length, const uint8_t *body,
		   size_t body_length, uint8_t *plain)
{
	struct bound_data bound;

	if (body_length < NONCE + TAG || header_length > ENVELOPE_HEADER_MAX ||
	    associated_length > ENVELOPE_ASSOCIATED_MAX)
		return false;
	crypto_ready();
	bind(&bound, header, header_length, associated, associated_length);
	return crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, body + NONCE,
							  body_length - NONCE, bound.bytes,
							  bound.length, body, key->bytes) == 0;
}
