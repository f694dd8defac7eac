/* SPDX-License-Identifier: Apache-2.0 */
/* Envelope 2: a value under one of a service's keys, which it names; and subjects' data keys. */
#include "crypto/keyring.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "crypto/envelope.h"
#include "crypto/key.h"
#include "crypto/key_file.h"
#include "crypto/random.h"

static const uint8_t version = 2;

struct ring_key {
	char id[CRYPTO_KEYRING_ID_MAX + 1];
	struct crypto_key key;
};

struct crypto_keyring {
	struct ring_key keys[CRYPTO_KEYRING_MAX];
	size_t count;
};

/* The header of an envelope: version, length of the id, id. */
struct header {
	const char *id; /* borrowed */
	size_t id_length;
	size_t length;
};

_Static_assert(2 + CRYPTO_KEYRING_ID_MAX <= ENVELOPE_HEADER_MAX, "a header fits");

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

static struct crypto_keyring *allocate_ring(void)
{
	struct crypto_keyring *keyring = calloc(1, sizeof(*keyring));

	if (!keyring)
		abort();
	return keyring;
}

struct crypto_keyring *crypto_keyring_parse(const char *text, size_t length, struct arena *arena,
					    const char **error)
{
	struct crypto_keyring *keyring = allocate_ring();
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
	char *text = key_file_read(path, arena, &length, NULL, error);
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

const char *crypto_keyring_current(const struct crypto_keyring *keyring)
{
	return keyring->keys[keyring->count - 1].id;
}

uint8_t *crypto_keyring_seal(const struct crypto_keyring *keyring, const void *associated,
			     size_t associated_length, const void *plain, size_t plain_length,
			     struct arena *arena, size_t *length)
{
	const struct ring_key *key = &keyring->keys[keyring->count - 1];
	size_t id_length = strlen(key->id);
	size_t header_length = 2 + id_length;
	uint8_t *sealed;

	*length = header_length + ENVELOPE_BODY_OVERHEAD + plain_length;
	sealed = arena_alloc(arena, *length);
	sealed[0] = version;
	sealed[1] = (uint8_t)id_length;
	memcpy(sealed + 2, key->id, id_length);
	envelope_seal(&key->key, sealed, header_length, associated, associated_length, plain,
		      plain_length, sealed + header_length);
	return sealed;
}

static bool read_header(const uint8_t *sealed, size_t sealed_length, struct header *header)
{
	if (sealed_length < 2 || sealed[0] != version || sealed_length < (size_t)2 + sealed[1])
		return false;
	header->id = (const char *)sealed + 2;
	header->id_length = sealed[1];
	header->length = (size_t)2 + sealed[1];
	return true;
}

uint8_t *crypto_keyring_open(const struct crypto_keyring *keyring, const void *associated,
			     size_t associated_length, const uint8_t *sealed, size_t sealed_length,
			     struct arena *arena, size_t *length)
{
	const struct ring_key *key;
	struct header header;
	size_t body_length;
	uint8_t *plain;

	if (!read_header(sealed, sealed_length, &header))
		return NULL;
	key = find_key(keyring, header.id, header.id_length);
	body_length = sealed_length - header.length;
	if (!key || body_length < ENVELOPE_BODY_OVERHEAD)
		return NULL;
	plain = arena_alloc(arena, body_length - ENVELOPE_BODY_OVERHEAD + 1);
	if (!envelope_open(&key->key, sealed, header.length, associated, associated_length,
			   sealed + header.length, body_length, plain))
		return NULL;
	*length = body_length - ENVELOPE_BODY_OVERHEAD;
	plain[*length] = 0; /* So that sealed text can be used as a string. */
	return plain;
}

bool crypto_keyring_is_stale(const struct crypto_keyring *keyring, const uint8_t *sealed,
			     size_t sealed_length)
{
	const char *current = crypto_keyring_current(keyring);
	struct header header;

	return !read_header(sealed, sealed_length, &header) ||
	       header.id_length != strlen(current) ||
	       memcmp(header.id, current, header.id_length) != 0;
}

uint8_t *crypto_subject_key_create(const struct crypto_keyring *keyring, const char *subject,
				   struct crypto_key *key, struct arena *arena,
				   size_t *wrapped_length)
{
	crypto_key_generate(key);
	return crypto_keyring_seal(keyring, subject, strlen(subject), key->bytes,
				   sizeof(key->bytes), arena, wrapped_length);
}

bool crypto_subject_key_open(const struct crypto_keyring *keyring, const char *subject,
			     const uint8_t *wrapped, size_t wrapped_length, struct crypto_key *key)
{
	const struct ring_key *ring_key;
	struct header header;
	uint8_t plain[CRYPTO_KEY_BYTES];
	bool opened;

	if (!read_header(wrapped, wrapped_length, &header) ||
	    wrapped_length != header.length + ENVELOPE_BODY_OVERHEAD + CRYPTO_KEY_BYTES)
		return false;
	ring_key = find_key(keyring, header.id, header.id_length);
	opened = ring_key &&
		 envelope_open(&ring_key->key, wrapped, header.length, subject, strlen(subject),
			       wrapped + header.length, wrapped_length - header.length, plain);
	if (opened)
		memcpy(key->bytes, plain, sizeof(plain));
	sodium_memzero(plain, sizeof(plain));
	return opened;
}

void crypto_keyring_derive(const struct crypto_keyring *keyring, const char *purpose,
			   struct crypto_key *key)
{
	crypto_key_derive(&keyring->keys[0].key, purpose, key);
}
