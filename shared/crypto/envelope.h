/* SPDX-License-Identifier: Apache-2.0 */
/* What both envelopes share: nonce, ciphertext, tag, with the header bound as associated data. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct crypto_key;

#define ENVELOPE_HEADER_MAX 64
#define ENVELOPE_ASSOCIATED_MAX 1024
#define ENVELOPE_BODY_OVERHEAD (24 + 16) /* nonce and tag */

/*
 * Writes nonce, ciphertext and tag (length + ENVELOPE_BODY_OVERHEAD bytes) to `body`. What is
 * authenticated beside the value is the header, preceded by its length, and `associated`; both are
 * bounded by the constants above, longer ones are a bug and end the process.
 */
void envelope_seal(const struct crypto_key *key, const uint8_t *header, size_t header_length,
		   const void *associated, size_t associated_length, const void *plain,
		   size_t length, uint8_t *body);

/* The reverse; writes body_length - ENVELOPE_BODY_OVERHEAD bytes, false when anything differs. */
bool envelope_open(const struct crypto_key *key, const uint8_t *header, size_t header_length,
		   const void *associated, size_t associated_length, const uint8_t *body,
		   size_t body_length, uint8_t *plain);
