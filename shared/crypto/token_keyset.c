/* SPDX-License-Identifier: Apache-2.0 */
/* The set of public keys: read from a file, read again when the file changes, looked up by kid. */
#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "crypto/hash.h"
#include "crypto/key_file.h"
#include "crypto/random.h"
#include "crypto/token_internal.h"
#include "crypto/token_key.h"

struct public_keys {
	struct token_public_key keys[TOKEN_KEYSET_MAX];
	size_t count;
};

struct token_keyset {
	pthread_rwlock_t lock;
	struct public_keys *keys; /* owned, below the lock */
	char *path;		  /* owned; NULL when made from memory */
	bool allow_development;

	/* What was last read; only token_keyset_refresh uses it, below its own lock. */
	pthread_mutex_t refreshing;
	uint8_t content[CRYPTO_DIGEST_SHORT];
};

bool token_kid_is_development(const char *kid)
{
	return strncmp(kid, TOKEN_KEY_DEVELOPMENT_PREFIX, strlen(TOKEN_KEY_DEVELOPMENT_PREFIX)) ==
	       0;
}

static bool member_is(const json_t *member, const char *name, const char *value)
{
	const char *text = json_string_value(json_object_get(member, name));

	return text && strcmp(text, value) == 0;
}

const char *token_public_key_read(const json_t *member, struct token_public_key *key)
{
	const char *kid = key_file_text(member, "kid", TOKEN_NAME_MAX);
	const char *issuer = key_file_text(member, "iss", TOKEN_NAME_MAX);

	if (!member_is(member, "kty", "OKP") || !member_is(member, "crv", "Ed25519"))
		return "a key is not of type OKP with curve Ed25519";
	if (!kid)
		return "a key has no \"kid\" of 1 to 64 printable characters";
	if (!issuer)
		return "a key has no \"iss\" of 1 to 64 printable characters";
	if (!key_file_bytes(member, "x", key->bytes, sizeof(key->bytes)))
		return "a key's \"x\" is not 32 bytes in base64url";
	memcpy(key->kid, kid, strlen(kid) + 1);
	memcpy(key->issuer, issuer, strlen(issuer) + 1);
	return NULL;
}

static const struct token_public_key *find(const struct public_keys *keys, const char *kid)
{
	for (size_t i = 0; i < keys->count; i++)
		if (strcmp(keys->keys[i].kid, kid) == 0)
			return &keys->keys[i];
	return NULL;
}

static const char *add_member(struct public_keys *keys, const json_t *member,
			      bool allow_development)
{
	struct token_public_key key = {0};
	const char *cause = token_public_key_read(member, &key);

	if (cause)
		return cause;
	if (json_object_get(member, "d"))
		return "a key has a private part (\"d\"): this is no file of public keys";
	if (find(keys, key.kid))
		return "two keys have the same \"kid\"";
	if (!allow_development && token_kid_is_development(key.kid))
		return NULL; /* Left out, so that a token signed with it has an unknown key. */
	keys->keys[keys->count++] = key;
	return NULL;
}

static struct public_keys *parse_keys(const char *text, size_t length, bool allow_development,
				      struct arena *arena, const char **error)
{
	json_t *document = key_file_parse(text, length, arena, error);
	const json_t *list = json_object_get(document, "keys");
	struct public_keys *keys;
	const char *cause = NULL;

	if (!document)
		return NULL;
	keys = fatal_calloc(1, sizeof(struct public_keys));
	if (json_array_size(list) == 0 || json_array_size(list) > TOKEN_KEYSET_MAX)
		cause = arena_text(arena, "not 1 to %d keys", TOKEN_KEYSET_MAX);
	for (size_t i = 0; !cause && i < json_array_size(list); i++)
		cause = add_member(keys, json_array_get(list, i), allow_development);
	json_decref(document);
	if (!cause)
		return keys;
	*error = cause;
	free(keys);
	return NULL;
}

static struct token_keyset *allocate_keyset(bool allow_development)
{
	struct token_keyset *keyset = fatal_calloc(1, sizeof(*keyset));

	crypto_ready();
	pthread_rwlock_init(&keyset->lock, NULL);
	pthread_mutex_init(&keyset->refreshing, NULL);
	keyset->allow_development = allow_development;
	return keyset;
}

void token_keyset_destroy(struct token_keyset *keyset)
{
	if (!keyset)
		return;
	pthread_rwlock_destroy(&keyset->lock);
	pthread_mutex_destroy(&keyset->refreshing);
	free(keyset->keys);
	free(keyset->path);
	free(keyset);
}

static void swap_keys(struct token_keyset *keyset, struct public_keys *keys)
{
	struct public_keys *old;

	pthread_rwlock_wrlock(&keyset->lock);
	old = keyset->keys;
	keyset->keys = keys;
	pthread_rwlock_unlock(&keyset->lock);
	free(old);
}

/* Reads the file; true when it held something new, which is now in place. */
static bool read_file(struct token_keyset *keyset, struct arena *arena, const char **error)
{
	uint8_t content[CRYPTO_DIGEST_SHORT];
	size_t length = 0;
	struct public_keys *keys;
	const char *cause;
	char *text = key_file_read(keyset->path, arena, &length, error);

	if (!text)
		return false;
	crypto_digest(text, length, content, sizeof(content));
	if (keyset->keys && memcmp(content, keyset->content, sizeof(content)) == 0)
		return false;
	keys = parse_keys(text, length, keyset->allow_development, arena, &cause);
	if (!keys) {
		*error = arena_text(arena, "%s: %s", keyset->path, cause);
		return false;
	}
	swap_keys(keyset, keys);
	memcpy(keyset->content, content, sizeof(content));
	return true;
}

struct token_keyset *token_keyset_load(const char *path, bool allow_development,
				       struct arena *arena, const char **error)
{
	struct token_keyset *keyset = allocate_keyset(allow_development);

	keyset->path = fatal_copy(path, strlen(path));
	if (read_file(keyset, arena, error))
		return keyset;
	token_keyset_destroy(keyset);
	return NULL;
}

struct token_keyset *token_keyset_of(struct token_key *const *keys, size_t count)
{
	struct token_keyset *keyset = allocate_keyset(true);

	assert(count <= TOKEN_KEYSET_MAX);
	keyset->keys = fatal_calloc(1, sizeof(struct public_keys));
	for (size_t i = 0; i < count; i++)
		keyset->keys->keys[i] = keys[i]->public_key;
	keyset->keys->count = count;
	return keyset;
}

bool token_keyset_refresh(struct token_keyset *keyset, struct arena *arena, const char **error)
{
	bool is_new;

	*error = NULL;
	if (!keyset->path)
		return false;
	pthread_mutex_lock(&keyset->refreshing);
	is_new = read_file(keyset, arena, error);
	pthread_mutex_unlock(&keyset->refreshing);
	return is_new;
}

size_t token_keyset_count(struct token_keyset *keyset)
{
	size_t count;

	pthread_rwlock_rdlock(&keyset->lock);
	count = keyset->keys->count;
	pthread_rwlock_unlock(&keyset->lock);
	return count;
}

bool token_keyset_find(struct token_keyset *keyset, const char *kid, struct token_public_key *key)
{
	const struct token_public_key *found;

	pthread_rwlock_rdlock(&keyset->lock);
	found = find(keyset->keys, kid);
	if (found)
		*key = *found;
	pthread_rwlock_unlock(&keyset->lock);
	return found != NULL;
}
