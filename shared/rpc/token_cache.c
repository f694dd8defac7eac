/* SPDX-License-Identifier: Apache-2.0 */
/* A direct-mapped table under one lock, which is held for nanoseconds. */
#include "rpc/token_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "observe/metrics.h"

#define PLACES 1024
#define TOKEN_MOST 2048 /* Longer ones are verified each time. */
#define HASHED 16	/* The end of a signature is as good as random. */

struct place {
	struct rpc_identity identity;
	size_t length;
	char token[];
};

struct token_cache {
	pthread_mutex_t lock;
	struct place *places[PLACES]; /* owned */
	unsigned generation;
	struct metric_series *hits;
	struct metric_series *misses;
};

static struct metric lookups =
    METRIC_COUNTER("entremise_token_cache_total", "Look-ups of verified tokens.", "result");

struct token_cache *token_cache_create(void)
{
	struct token_cache *cache = fatal_calloc(1, sizeof(*cache));

	pthread_mutex_init(&cache->lock, NULL);
	cache->hits = METRIC_SERIES(&lookups, "hit");
	cache->misses = METRIC_SERIES(&lookups, "miss");
	return cache;
}

static void forget(struct place **place)
{
	free(*place);
	*place = NULL;
}

void token_cache_clear(struct token_cache *cache)
{
	pthread_mutex_lock(&cache->lock);
	for (size_t i = 0; i < PLACES; i++)
		forget(&cache->places[i]);
	cache->generation++;
	pthread_mutex_unlock(&cache->lock);
}

unsigned token_cache_generation(struct token_cache *cache)
{
	unsigned generation;

	pthread_mutex_lock(&cache->lock);
	generation = cache->generation;
	pthread_mutex_unlock(&cache->lock);
	return generation;
}

void token_cache_destroy(struct token_cache *cache)
{
	if (!cache)
		return;
	token_cache_clear(cache);
	pthread_mutex_destroy(&cache->lock);
	free(cache);
}

static struct place **place_of(struct token_cache *cache, struct text token)
{
	uint32_t hash = 2166136261U;
	size_t start = token.length > HASHED ? token.length - HASHED : 0;

	for (size_t i = start; i < token.length; i++)
		hash = (hash ^ (uint8_t)token.start[i]) * 16777619U;
	return &cache->places[hash % PLACES];
}

/* How long it takes tells nothing about where they differ. */
static bool is_same(const struct place *place, struct text token)
{
	volatile unsigned difference = 0;

	if (place->length != token.length)
		return false;
	for (size_t i = 0; i < token.length; i++)
		difference |= (unsigned char)place->token[i] ^ (unsigned char)token.start[i];
	return difference == 0;
}

bool token_cache_find(struct token_cache *cache, struct text token, int64_t real_us,
		      struct rpc_identity *identity)
{
	struct place **place = place_of(cache, token);
	bool found;

	pthread_mutex_lock(&cache->lock);
	found = *place && is_same(*place, token);
	if (found && real_us >= (*place)->identity.expires_us) {
		forget(place);
		found = false;
	}
	if (found)
		*identity = (*place)->identity;
	pthread_mutex_unlock(&cache->lock);
	metric_add(found ? cache->hits : cache->misses, 1);
	return found;
}

void token_cache_add(struct token_cache *cache, struct text token,
		     const struct rpc_identity *identity, unsigned generation)
{
	struct place *added;
	struct place **place = place_of(cache, token);

	if (token.length > TOKEN_MOST)
		return;
	added = fatal_calloc(1, sizeof(*added) + token.length);
	memcpy(added->token, token.start, token.length);
	added->length = token.length;
	added->identity = *identity;
	pthread_mutex_lock(&cache->lock);
	if (generation == cache->generation) {
		forget(place);
		*place = added;
		added = NULL;
	}
	pthread_mutex_unlock(&cache->lock);
	forget(&added);
}
