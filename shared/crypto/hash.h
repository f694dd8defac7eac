/* SPDX-License-Identifier: Apache-2.0 */
/* BLAKE2b (RFC 7693): fingerprints, keyed indexes of sealed columns, keyed tags of what we hand
 * out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct crypto_key;

#define CRYPTO_DIGEST_SHORT 16 /* BLAKE2b-128: request keys, fingerprints */
#define CRYPTO_DIGEST_LONG 32  /* BLAKE2b-256: chains, migrations' checksums */
#define CRYPTO_INDEX_TEXT 33   /* 32 hexadecimal digits and the NUL */
#define CRYPTO_MAC_BYTES 16
#define CRYPTO_MAC_TEXT 23	 /* 22 characters of base64url and the NUL */
#define CRYPTO_PURPOSE_LENGTH 16 /* longest purpose of a keyed hash */

/*
 * Hashes `length` bytes to `hash_length` bytes (CRYPTO_DIGEST_SHORT or CRYPTO_DIGEST_LONG; the two
 * have nothing in common, a short one is no prefix of a long one).
 */
void crypto_digest(const void *bytes, size_t length, void *hash, size_t hash_length);

/* The same piece by piece: begin, add any number of times, finish once. On the stack, no cleanup.
 */
struct crypto_digest_state {
	_Alignas(64) uint8_t opaque[384];
};
void crypto_digest_begin(struct crypto_digest_state *state, size_t hash_length);
void crypto_digest_add(struct crypto_digest_state *state, const void *bytes, size_t length);
/*
 * Adds the length as 8 bytes (little endian) and then the bytes: what a hash over several fields
 * needs, so that ("ab","c") and ("a","bc") differ.
 */
void crypto_digest_add_field(struct crypto_digest_state *state, const void *bytes, size_t length);
void crypto_digest_finish(struct crypto_digest_state *state, void *hash, size_t hash_length);

/*
 * The look-up value of a sealed column: a keyed hash, as 32 hexadecimal digits, of text which the
 * caller has normalised (case, blanks, accents). `purpose` (1-16 characters, "client.email") keeps
 * the values of different columns apart.
 */
void crypto_index(const struct crypto_key *key, const char *purpose, const char *text,
		  size_t length, char index[CRYPTO_INDEX_TEXT]);

/*
 * A tag which only the holder of `key` can make, for page tokens and webhook URLs. `purpose` (1-16
 * characters) keeps a tag of one kind from being taken for another.
 */
void crypto_mac(const struct crypto_key *key, const char *purpose, const void *bytes, size_t length,
		uint8_t mac[CRYPTO_MAC_BYTES]);

/* True when `mac` (of `mac_length` bytes) is the tag of these bytes; takes the same time for all.
 */
bool crypto_mac_verify(const struct crypto_key *key, const char *purpose, const void *bytes,
		       size_t length, const void *mac, size_t mac_length);

/* The same with the tag as text for URLs. */
void crypto_mac_text(const struct crypto_key *key, const char *purpose, const void *bytes,
		     size_t length, char mac[CRYPTO_MAC_TEXT]);
bool crypto_mac_text_verify(const struct crypto_key *key, const char *purpose, const void *bytes,
			    size_t length, const char *mac, size_t mac_length);
