/* SPDX-License-Identifier: Apache-2.0 */
/* Envelope 1: a value under one key. */
#include "crypto/seal.h"

#include "crypto/envelope.h"
#include "crypto/key.h"

static const uint8_t version = 1;

_Static_assert(SEAL_OVERHEAD == 1 + ENVELOPE_BODY_OVERHEAD, "version, nonce and tag");

void seal_make(const struct crypto_key *key, const void *associated, size_t associated_length,
	       const void *plain, size_t length, uint8_t *sealed)
{
	sealed[0] = version;
	envelope_seal(key, sealed, 1, associated, associated_length, plain, length, sealed + 1);
}

bool seal_open(const struct crypto_key *key, const void *associated, size_t associated_length,
	       const uint8_t *sealed, size_t sealed_length, uint8_t *plain)
{
	if (sealed_length < SEAL_OVERHEAD || sealed[0] != version)
		return false;
	return envelope_open(key, sealed, 1, associated, associated_length, sealed + 1,
			     sealed_length - 1, plain);
}
