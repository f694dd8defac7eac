/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens that were verified before, so that a signature is checked once and not per call. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "rpc/identity.h"

/* Bounded; one per reactor, safe from any thread. */
struct token_cache;

struct token_cache *token_cache_create(void);
void token_cache_destroy(struct token_cache *cache);

/* The identity of a token that was added and has not expired; compared whole, in constant time. */
bool token_cache_find(struct token_cache *cache, struct text token, int64_t real_us,
		      struct rpc_identity *identity);

/* Counts the clearings: taken before a token is verified, given when it is added. */
unsigned token_cache_generation(struct token_cache *cache);

/*
 * Keeps a verified token in the place of another one of the same hash; not when the cache was
 * cleared since `generation`, for then it may have been verified with a key that is gone.
 */
void token_cache_add(struct token_cache *cache, struct text token,
		     const struct rpc_identity *identity, unsigned generation);

/* Forgets all: a key was taken away, or may have been. */
void token_cache_clear(struct token_cache *cache);
