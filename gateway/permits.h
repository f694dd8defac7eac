/* SPDX-License-Identifier: Apache-2.0 */
/* Permissions to apply that were read a moment ago: a bounded table, never of refusals. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct arena;

/* A permission is used again for so long: what was revoked stops within seconds (X5). */
#define PERMIT_LIFE_US INT64_C(2000000)

/* The two statements that requests asks for; "" where there is none. */
struct permit {
	const char *entitlement;
	const char *standing;
};

/*
 * Keeps a permission of a provider (its resource name, which names the platform) until `until_us`
 * of the monotonic clock. Another provider's may have to make room for it.
 */
void permit_keep(const char *provider, const struct permit *permit, int64_t until_us);

/* Finds one that still holds at `now_us` and copies it into the arena. From any thread. */
bool permit_find(struct arena *arena, const char *provider, int64_t now_us, struct permit *permit);

/* Forgets one / all of them. */
void permit_forget(const char *provider);
void permits_clear(void);
