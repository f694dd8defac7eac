/* SPDX-License-Identifier: Apache-2.0 */
/* The addresses at which the payment provider tells of a payment: made and checked here only. */
#pragma once

#include <stdbool.h>

#include "base/text.h"

struct arena;
struct crypto_key;

/*
 * "/webhooks/{platform}/{payment}/{tag}": only the holder of the key can make the tag, so nobody
 * else can make us fetch. `payment` is an id. In the arena.
 */
const char *webhook_path_make(struct arena *arena, const struct crypto_key *key,
			      const char *platform, const char *payment);

/* The resource name of the payment, in the arena; NULL when the path is not one of ours. */
const char *webhook_path_read(struct arena *arena, const struct crypto_key *key, const char *path,
			      struct text *platform);
