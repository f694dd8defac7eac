/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of tokens: one that signs, and the set that verifies (JWKS, RFC 7517 and RFC 8037). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct token_key;
struct token_keyset;

#define TOKEN_KEYSET_MAX 64		    /* keys in one set */
#define TOKEN_KEY_DEVELOPMENT_PREFIX "dev-" /* a kid that only a development server accepts */

/*
 * A signing key from a JWKS file of private keys ({"keys":[{"kty":"OKP","crv":"Ed25519","kid":...,
 * "iss":...,"x":...,"d":...}]}): the one named `kid`, or the last of the file when `kid` is NULL
 * (rotation is by appending). NULL when the file is no such thing, with the cause in `error`
 * (arena). A development key is refused unless `allow_development`.
 */
struct token_key *token_key_load(const char *path, const char *kid, bool allow_development,
				 struct arena *arena, const char **error);

/* A new random key pair of `issuer` under the name `kid`. Owned by the caller. */
struct token_key *token_key_generate(const char *kid, const char *issuer);

/* Wipes and frees. NULL is allowed. */
void token_key_destroy(struct token_key *key);

const char *token_key_kid(const struct token_key *key);
const char *token_key_issuer(const struct token_key *key);

/* A JWKS document of these keys; with `d` only when `private_part`. In the arena. */
const char *token_jwks_text(struct token_key *const *keys, size_t count, bool private_part,
			    struct arena *arena);

/*
 * The public keys against which tokens are verified: every key has `kid` (unique) and `iss`, the
 * one issuer it may sign for. Keys whose kid begins with "dev-" are left out unless
 * `allow_development`. NULL, with the cause in `error` (arena), when the file can't be read or one
 * key in it is not right.
 */
struct token_keyset *token_keyset_load(const char *path, bool allow_development,
				       struct arena *arena, const char **error);

/* A set from keys in memory, for tests and for a server that knows its peers. Never reloads. */
struct token_keyset *token_keyset_of(struct token_key *const *keys, size_t count);

/* Frees the set. NULL is allowed. */
void token_keyset_destroy(struct token_keyset *keyset);

/*
 * Reads the file again if it changed since; safe while other threads verify, who see the old set or
 * the new one. True when a new set is in place, false when the file is unchanged (`*error` NULL) or
 * is torn, gone or wrong: then the old set stays and the cause is in `error` (arena). Cheap enough
 * for once a second; callers also try it, at a limited rate, on TOKEN_UNKNOWN_KEY.
 */
bool token_keyset_refresh(struct token_keyset *keyset, struct arena *arena, const char **error);

/* How many keys the set holds now. */
size_t token_keyset_count(struct token_keyset *keyset);
