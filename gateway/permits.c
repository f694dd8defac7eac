/* SPDX-License-Identifier: Apache-2.0 */
/* A table with one place per hash: a newcomer replaces who is there, so it never grows. */
#include "permits.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"

#define PLACES 1024 /* about 1 KiB each, when taken */

struct place {
	char *provider;	   /* owned; NULL: free */
	char *entitlement; /* owned */
	char *standing;	   /* owned */
	int64_t until_us;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct place places[PLACES]; /* under the lock */

/* FNV-1a. Names hold 80 random bits that no caller chooses, so nobody can aim at a place. */
static struct place *place_of(const char *provider)
{
	uint32_t hash = UINT32_C(2166136261);

	for (; *provider; provider++)
		hash = (hash ^ (uint8_t)*provider) * UINT32_C(16777619);
	return &places[hash % PLACES];
}

static void empty(struct place *place)
{
	free(place->provider);
	free(place->entitlement);
	free(place->standing);
	*place = (struct place){0};
}

static char *copy(const char *text)
{
	return fatal_copy(text, strlen(text));
}

void permit_keep(const char *provider, const struct permit *permit, int64_t until_us)
{
	struct place made = {.provider = copy(provider),
			     .entitlement = copy(permit->entitlement),
			     .standing = copy(permit->standing),
			     .until_us = until_us};
	struct place *place = place_of(provider);

	pthread_mutex_lock(&lock);
	empty(place);
	*place = made;
	pthread_mutex_unlock(&lock);
}

bool permit_find(struct arena *arena, const char *provider, int64_t now_us, struct permit *permit)
{
	struct place *place = place_of(provider);
	bool found;

	pthread_mutex_lock(&lock);
	found =
	    place->provider && strcmp(place->provider, provider) == 0 && now_us < place->until_us;
	if (found) {
		permit->entitlement = arena_text(arena, "%s", place->entitlement);
		permit->standing = arena_text(arena, "%s", place->standing);
	}
	pthread_mutex_unlock(&lock);
	return found;
}

void permit_forget(const char *provider)
{
	struct place *place = place_of(provider);

	pthread_mutex_lock(&lock);
	if (place->provider && strcmp(place->provider, provider) == 0)
		empty(place);
	pthread_mutex_unlock(&lock);
}

void permits_clear(void)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < PLACES; i++)
		empty(&places[i]);
	pthread_mutex_unlock(&lock);
}
