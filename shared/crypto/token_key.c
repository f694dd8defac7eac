/* SPDX-License-Identifier: Apache-2.0 */
/* Signing keys: read from a JWKS file of private keys, made anew, written out. */
#include "crypto/token_key.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "crypto/key_file.h"
#include "crypto/random.h"
#include "crypto/token_internal.h"

_Static_assert(sizeof(((struct token_public_key *)0)->bytes) == crypto_sign_PUBLICKEYBYTES,
	       "size of a public key");
_Static_assert(sizeof(((struct token_key *)0)->secret) == crypto_sign_SECRETKEYBYTES,
	       "size of a secret key");

static struct token_key *allocate_key(void)
{
	struct token_key *key = fatal_calloc(1, sizeof(*key));

	crypto_ready();
	return key;
}

void token_key_destroy(struct token_key *key)
{
	if (!key)
		return;
	sodium_memzero(key, sizeof(*key));
	free(key);
}

const char *token_key_kid(const struct token_key *key)
{
	return key->public_key.kid;
}

const char *token_key_issuer(const struct token_key *key)
{
	return key->public_key.issuer;
}

struct token_key *token_key_generate(const char *kid, const char *issuer)
{
	struct token_key *key = allocate_key();

	assert(strlen(kid) > 0 && strlen(kid) <= TOKEN_NAME_MAX);
	assert(strlen(issuer) > 0 && strlen(issuer) <= TOKEN_NAME_MAX);
	memcpy(key->public_key.kid, kid, strlen(kid) + 1);
	memcpy(key->public_key.issuer, issuer, strlen(issuer) + 1);
	crypto_sign_keypair(key->public_key.bytes, key->secret);
	return key;
}

/* The last member that is named `kid`, or the last of all. */
static const json_t *choose(const json_t *keys, const char *kid)
{
	for (size_t i = json_array_size(keys); i > 0; i--) {
		const json_t *key = json_array_get(keys, i - 1);
		const char *name = json_string_value(json_object_get(key, "kid"));

		if (!kid || (name && strcmp(name, kid) == 0))
			return key;
	}
	return NULL;
}

static const char *read_private(const json_t *member, bool allow_development, struct token_key *key)
{
	uint8_t seed[crypto_sign_SEEDBYTES];
	uint8_t derived[crypto_sign_PUBLICKEYBYTES];
	const char *cause = token_public_key_read(member, &key->public_key);

	if (cause)
		return cause;
	if (!allow_development && token_kid_is_development(key->public_key.kid))
		return "a development key is not allowed here";
	if (!key_file_bytes(member, "d", seed, sizeof(seed)))
		return "the key has no \"d\" of 32 bytes in base64url";
	crypto_sign_seed_keypair(derived, key->secret, seed);
	sodium_memzero(seed, sizeof(seed));
	if (sodium_memcmp(derived, key->public_key.bytes, sizeof(derived)) != 0)
		return "\"d\" and \"x\" are not of one key";
	return NULL;
}

struct token_key *token_key_load(const char *path, const char *kid, bool allow_development,
				 struct arena *arena, const char **error)
{
	size_t length = 0;
	char *text = key_file_read(path, arena, &length, error);
	json_t *document;
	const json_t *member;
	struct token_key *key;
	const char *cause;

	if (!text)
		return NULL;
	document = key_file_parse(text, length, arena, &cause);
	sodium_memzero(text, length);
	if (!document) {
		*error = arena_text(arena, "%s: %s", path, cause);
		return NULL;
	}
	key = allocate_key();
	member = choose(json_object_get(document, "keys"), kid);
	cause = member ? read_private(member, allow_development, key) : "no such key";
	json_decref(document);
	if (!cause)
		return key;
	*error = arena_text(arena, "%s: %s", path, cause);
	token_key_destroy(key);
	return NULL;
}

static void set_bytes(json_t *object, const char *name, const uint8_t bytes[32])
{
	char text[sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];

	sodium_bin2base64(text, sizeof(text), bytes, 32, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	json_object_set_new(object, name, json_string(text));
	sodium_memzero(text, sizeof(text));
}

const char *token_jwks_text(struct token_key *const *keys, size_t count, bool private_part,
			    struct arena *arena)
{
	json_t *document = json_object();
	json_t *list = json_array();
	char *dumped;
	const char *text;

	for (size_t i = 0; i < count; i++) {
		const struct token_public_key *public_key = &keys[i]->public_key;
		json_t *key = json_object();

		json_object_set_new(key, "kty", json_string("OKP"));
		json_object_set_new(key, "crv", json_string("Ed25519"));
		json_object_set_new(key, "use", json_string("sig"));
		json_object_set_new(key, "kid", json_string(public_key->kid));
		json_object_set_new(key, "iss", json_string(public_key->issuer));
		set_bytes(key, "x", public_key->bytes);
		if (private_part)
			set_bytes(key, "d", keys[i]->secret); /* The seed is its first half. */
		json_array_append_new(list, key);
	}
	json_object_set_new(document, "keys", list);
	dumped = json_dumps(document, JSON_INDENT(2));
	json_decref(document);
	if (!dumped)
		abort();
	text = arena_text(arena, "%s\n", dumped);
	sodium_memzero(dumped, strlen(dumped));
	free(dumped);
	return text;
}
