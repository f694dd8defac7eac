/* SPDX-License-Identifier: Apache-2.0 */
/* A symmetric key of 256 bits: a type of its own, so that no logger and no format can take it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRYPTO_KEY_BYTES 32
/* A key as text: 43 characters of base64url without padding, and the NUL. */
#define CRYPTO_KEY_TEXT 44

struct crypto_key {
	uint8_t bytes[CRYPTO_KEY_BYTES]; /* secret */
};

/* A new random key. */
void crypto_key_generate(struct crypto_key *key);

/*
 * Reads a key from text: base64url without padding (43 characters), as crypto_key_write makes it,
 * base64 with padding (44), or 64 hexadecimal digits; one newline at the end is allowed. False, and
 * `key` untouched, when it is anything else.
 */
bool crypto_key_read(const char *text, size_t length, struct crypto_key *key);
void crypto_key_write(const struct crypto_key *key, char text[CRYPTO_KEY_TEXT]);

/*
 * The key for one purpose below a root key: equal inputs give equal keys, and no derived key says
 * anything about the root or another purpose. `purpose` has 1 to 64 characters ("page-token").
 */
void crypto_key_derive(const struct crypto_key *root, const char *purpose, struct crypto_key *key);

/* Overwrites the key in a way that the compiler can't leave out. */
void crypto_key_wipe(struct crypto_key *key);
