/* SPDX-License-Identifier: Apache-2.0 */
/* A direct-mapped table of tokens by role, subject and platform. */
#include "rpc/speaker.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/time.h"
#include "call/call.h"
#include "contract/contract.h"
#include "crypto/token.h"

#define PLACES 1024
#define KEY_SIZE 200
#define LIFE_US (5 * TIME_MINUTE_US)
#define LEAST_US TIME_MINUTE_US
#define AUDIENCE "entremise"

struct place {
	char *key;    /* owned */
	char *header; /* owned */
	int64_t expires_us;
};

struct speaker {
	pthread_mutex_t lock;
	struct place places[PLACES];
};

struct speaker *speaker_create(void)
{
	struct speaker *speaker = fatal_calloc(1, sizeof(*speaker));

	pthread_mutex_init(&speaker->lock, NULL);
	return speaker;
}

void speaker_destroy(struct speaker *speaker)
{
	if (!speaker)
		return;
	for (size_t i = 0; i < PLACES; i++) {
		free(speaker->places[i].key);
		free(speaker->places[i].header);
	}
	pthread_mutex_destroy(&speaker->lock);
	free(speaker);
}

/* FNV-1a. */
static struct place *place_of(struct speaker *speaker, const char *key)
{
	uint32_t hash = 2166136261U;

	for (; *key; key++)
		hash = (hash ^ (uint8_t)*key) * 16777619U;
	return &speaker->places[hash % PLACES];
}

/* One platform wherever it is known: what acts on one must not open the others. */
static const char *platform_of(const struct call *call)
{
	return strcmp(call->actor.platform, "*") == 0 && call->platform ? call->platform
									: call->actor.platform;
}

static const char *sign(struct call *call, int64_t now_us)
{
	const struct call_environment *environment = call->environment;
	struct token_claims claims = {
	    .subject = environment->service,
	    .audience = environment->audience ? environment->audience : AUDIENCE,
	    .role = contract_role_name(ROLE__ROLE_SERVICE),
	    .issued_us = now_us,
	    .expires_us = now_us + LIFE_US,
	};

	if (call->actor.role == ROLE__ROLE_SERVICE) {
		claims.platform = "*";
	} else {
		claims.act_role = contract_role_name(call->actor.role);
		claims.act_subject = call->actor.subject;
		claims.act_platform = platform_of(call);
	}
	return token_sign(environment->signing, &claims, call->arena);
}

static const char *find(struct speaker *speaker, const char *key, int64_t now_us,
			struct arena *arena)
{
	struct place *place = place_of(speaker, key);
	const char *header = NULL;

	pthread_mutex_lock(&speaker->lock);
	if (place->key && strcmp(place->key, key) == 0 && now_us + LEAST_US < place->expires_us)
		header = arena_copy(arena, place->header, strlen(place->header));
	pthread_mutex_unlock(&speaker->lock);
	return header;
}

static void keep(struct speaker *speaker, const char *key, const char *header, int64_t expires_us)
{
	struct place *place = place_of(speaker, key);
	struct place kept = {fatal_copy(key, strlen(key)), fatal_copy(header, strlen(header)),
			     expires_us};
	struct place former;

	pthread_mutex_lock(&speaker->lock);
	former = *place;
	*place = kept;
	pthread_mutex_unlock(&speaker->lock);
	free(former.key);
	free(former.header);
}

const char *speaker_header(struct speaker *speaker, struct call *call)
{
	int64_t now_us = time_real_us();
	const char *header;
	char key[KEY_SIZE];

	if (!call->environment->signing)
		return NULL;
	snprintf(key, sizeof(key), "%d %s %s", (int)call->actor.role,
		 call->actor.subject ? call->actor.subject : "",
		 call->actor.role == ROLE__ROLE_SERVICE ? "*" : platform_of(call));
	header = find(speaker, key, now_us, call->arena);
	if (header)
		return header;
	header = arena_text(call->arena, "Bearer %s", sign(call, now_us));
	keep(speaker, key, header, now_us + LIFE_US);
	return header;
}
