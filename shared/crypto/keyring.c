/* SPDX-License-Identifier: Apache-2.0 */
/* Keys from a file, and envelope 2: a subject's data key under the one of them that it names. */
#include "crypto/keyring.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "crypto/key.h"
#include "crypto/key_file.h"
#include "crypto/seal.h"

static const uint8_t version = 2;

struct ring_key {
	char id[CRYPTO_KEYRING_ID_MAX + 1];
	struct crypto_key key;
};

struct crypto_keyring {
	struct ring_key keys[CRYPTO_KEYRING_MAX];
	size_t count;
};

_Static_assert(2 + CRYPTO_KEYRING_ID_MAX <= SEAL_HEADER_MAX, "a header fits");

static const struct ring_key *find_key(const struct crypto_keyring *keyring, const char *id,
				       size_t length)
{
	for (size_t i = 0; i < keyring->count; i++)
		if (strlen(keyring->keys[i].id) == length &&
		    memcmp(keyring->keys[i].id, id, length) == 0)
			return &keyring->keys[i];
	return NULL;
}

static const char *add_key(struct crypto_keyring *keyring, const json_t *member)
{
	const char *type = key_file_text(member, "kty", 8);
	const char *id = key_file_text(member, "kid", CRYPTO_KEYRING_ID_MAX);
	struct ring_key *key = &keyring->keys[keyring->count];

	if (!type || strcmp(type, "oct") != 0)
		return "a key is not of type \"oct\"";
	if (!id)
		return "a key has no \"kid\" of 1 to 32 printable characters";
	if (find_key(keyring, id, strlen(id)))
		return "two keys have the same \"kid\"";
	if (!key_file_bytes(member, "k", key->key.bytes, sizeof(key->key.bytes)))
		return "a key's \"k\" is not 32 bytes in base64url";
	memcpy(key->id, id, strlen(id) + 1);
	keyring->count++;
	return NULL;
}

struct crypto_keyring *crypto_keyring_parse(const char *text, size_t length, struct arena *arena,
					    const char **error)
{
	struct crypto_keyring *keyring = fatal_calloc(1, sizeof(*keyring));
	const char *cause = NULL;
	json_t *document;
	const json_t *keys;

	if (crypto_key_read(text, length, &keyring->keys[0].key)) {
		memcpy(keyring->keys[0].id, "1", sizeof("1"));
		keyring->count = 1;
		return keyring;
	}
	document = key_file_parse(text, length, arena, &cause);
	keys = json_object_get(document, "keys");
	if (document && (json_array_size(keys) == 0 || json_array_size(keys) > CRYPTO_KEYRING_MAX))
		cause = arena_text(arena, "not 1 to %d keys", CRYPTO_KEYRING_MAX);
	for (size_t i = 0; !cause && i < json_array_size(keys); i++)
		cause = add_key(keyring, json_array_get(keys, i));
	json_decref(document);
	if (!cause)
		return keyring;
	*error = cause;
	crypto_keyring_destroy(keyring);
	return NULL;
}

struct crypto_keyring *crypto_keyring_load(const char *path, struct arena *arena,
					   const char **error)
{
	size_t length = 0;
	char *text = key_file_read(path, arena, &length, error);
	struct crypto_keyring *keyring;

	if (!text)
		return NULL;
	keyring = crypto_keyring_parse(text, length, arena, error);
	sodium_memzero(text, length);
	if (!keyring)
		*error = arena_text(arena, "%s: %s", path, *error);
	return keyring;
}

void crypto_keyring_destroy(struct crypto_keyring *keyring)
{
	if (!keyring)
		return;
	sodium_memzero(keyring, sizeof(*keyring));
	free(keyring);
}

uint8_t *crypto_subject_key_create(const struct crypto_keyring *keyring, const char *subject,
				   struct crypto_key *key, struct arena *arena,
				   size_t *wrapped_length)
{
	const struct ring_key *current = &keyring->keys[keyring->count - 1];
	size_t header_length = 2 + strlen(current->id);
	uint8_t *wrapped;

	crypto_key_generate(key);
	*wrapped_length = header_length + SEAL_BODY_OVERHEAD + sizeof(key->bytes);
	wrapped = arena_alloc(arena, *wrapped_length);
	wrapped[0] = version;
	wrapped[1] = (uint8_t)strlen(current->id);
	memcpy(wrapped + 2, current->id, wrapped[1]);
	seal_body_make(&current->key, wrapped, header_length, subject, strlen(subject), key->bytes,
		       sizeof(key->bytes), wrapped + header_length);
	return wrapped;
}

bool crypto_subject_key_open(const struct crypto_keyring *keyring, const char *subject,
			     const uint8_t *wrapped, size_t wrapped_length, struct crypto_key *key)
{
	const struct ring_key *wrapper;
	struct crypto_key opened;
	size_t header_length;
	bool is_right;

	if (wrapped_length < 2 || wrapped[0] != version)
		return false;
	header_length = (size_t)2 + wrapped[1];
	if (wrapped_length != header_length + SEAL_BODY_OVERHEAD + CRYPTO_KEY_BYTES)
		return false;
	wrapper = find_key(keyring, (const char *)wrapped + 2, wrapped[1]);
	is_right = wrapper && seal_body_open(&wrapper->key, wrapped, header_length, subject,
					     strlen(subject), wrapped + header_length,
					     wrapped_length - header_length, opened.bytes);
	if (is_right)
		*key = opened;
	crypto_key_wipe(&opened);
	return is_right;
}

void crypto_keyring_derive(const struct crypto_keyring *keyring, const char *purpose,
			   struct crypto_key *key)
{
	crypto_key_derive(&keyring->keys[0].key, purpose, key);
}
