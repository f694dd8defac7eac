/* SPDX-License-Identifier: Apache-2.0 */
/* Sealing: authenticated encryption of values at rest (XChaCha20-Poly1305-IETF), in an envelope. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct crypto_key;

/*
 * Envelope 1: version (1 byte), nonce (24), ciphertext, tag (16). The version is authenticated with
 * the associated data, which says where the value belongs ("platform/table/id/column"): a value
 * moved to another place does not open.
 */
#define SEAL_OVERHEAD (1 + SEAL_BODY_OVERHEAD)
#define SEAL_BODY_OVERHEAD (24 + 16) /* nonce and tag */

/*
 * Seals `length` bytes under `key`; `sealed` has room for length + SEAL_OVERHEAD. Sealing the same
 * value twice gives different bytes.
 */
void seal_make(const struct crypto_key *key, const void *associated, size_t associated_length,
	       const void *plain, size_t length, uint8_t *sealed);

/*
 * Opens what seal_make made: writes sealed_length - SEAL_OVERHEAD bytes to `plain`. False, and
 * nothing readable in `plain`, when the key, the associated data or one bit differ.
 */
bool seal_open(const struct crypto_key *key, const void *associated, size_t associated_length,
	       const uint8_t *sealed, size_t sealed_length, uint8_t *plain);

/*
 * The same behind a header of the caller's own, at most SEAL_HEADER_MAX bytes and authenticated
 * like envelope 1's version: nonce, ciphertext and tag (length + SEAL_BODY_OVERHEAD) in `body`.
 */
#define SEAL_HEADER_MAX 64
void seal_body_make(const struct crypto_key *key, const uint8_t *header, size_t header_length,
		    const void *associated, size_t associated_length, const void *plain,
		    size_t length, uint8_t *body);
bool seal_body_open(const struct crypto_key *key, const uint8_t *header, size_t header_length,
		    const void *associated, size_t associated_length, const uint8_t *body,
		    size_t body_length, uint8_t *plain);
