/* SPDX-License-Identifier: Apache-2.0 */
/* A service's key-encryption keys, and the data keys of subjects which they wrap. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct crypto_key;
struct crypto_keyring;

#define CRYPTO_KEYRING_MAX 16	 /* keys in one ring */
#define CRYPTO_KEYRING_ID_MAX 32 /* characters of a key's id */

/*
 * A ring from a JWKS file of symmetric keys ({"keys":[{"kty":"oct","kid":"2026-1","k":...}]}, RFC
 * 7518 6.4). The last key seals, all of them open: rotation is by appending. A file with nothing
 * but one key as text (see crypto_key_read) is a ring of that key, named "1". NULL, with the cause
 * in `error` (arena), when the file is neither. Owned by the caller; read-only afterwards, so
 * threads may share it.
 */
struct crypto_keyring *crypto_keyring_load(const char *path, struct arena *arena,
					   const char **error);

/* The same from text in memory. */
struct crypto_keyring *crypto_keyring_parse(const char *text, size_t length, struct arena *arena,
					    const char **error);

/* Wipes and frees. NULL is allowed. */
void crypto_keyring_destroy(struct crypto_keyring *keyring);

/*
 * A data key for one subject, new, and its wrapped form for the database: forgetting the wrapped
 * form is erasing everything sealed under the key. `subject` is its full name
 * ("platforms/acme/clients/01j..."): a wrapped key doesn't open under another subject's name. The
 * wrapped form is envelope 2: version, length of the ring key's id, the id, nonce, ciphertext, tag;
 * the first three are authenticated with the subject.
 */
uint8_t *crypto_subject_key_create(const struct crypto_keyring *keyring, const char *subject,
				   struct crypto_key *key, struct arena *arena,
				   size_t *wrapped_length);

/* The data key from its wrapped form; false, and `key` untouched, when it doesn't open. */
bool crypto_subject_key_open(const struct crypto_keyring *keyring, const char *subject,
			     const uint8_t *wrapped, size_t wrapped_length, struct crypto_key *key);

/* The derived key for one purpose (indexes, tags) from the ring's FIRST key, which never rotates.
 */
void crypto_keyring_derive(const struct crypto_keyring *keyring, const char *purpose,
			   struct crypto_key *key);
