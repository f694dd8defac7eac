/* SPDX-License-Identifier: Apache-2.0 */
/* What token.c and token_key.c share: the inside of a key, and the look-up of a public one. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#define TOKEN_NAME_MAX 64 /* characters of a kid or an issuer */

struct token_keyset;

struct token_public_key {
	char kid[TOKEN_NAME_MAX + 1];
	char issuer[TOKEN_NAME_MAX + 1];
	uint8_t bytes[32];
};

struct token_key {
	struct token_public_key public_key;
	uint8_t secret[64]; /* secret: seed and public key, as the library wants it */
};

/* Copies the key named `kid` out of the set; false when there is none. Safe from any thread. */
bool token_keyset_find(struct token_keyset *keyset, const char *kid, struct token_public_key *key);

/*
 * Reads a member of a JWKS document: kty OKP, crv Ed25519, kid, iss, x. Returns NULL when it is
 * right, otherwise what is wrong (a constant text).
 */
const char *token_public_key_read(const json_t *member, struct token_public_key *key);

/* True for keys that only a development server accepts. */
bool token_kid_is_development(const char *kid);
