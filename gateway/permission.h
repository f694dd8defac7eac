/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a provider may apply, asked of providers and billing at once (X5). */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "entremise/common/v1/reason.pb-c.h"

#include "permits.h"
#include "refusals.h"

struct call;

/* A question and, once it was read, its answer. */
struct permission {
	const char *provider;
	struct permit permit; /* Never NULL texts, once read. */
	Reason reasons[REFUSALS_MAX];
	size_t reason_count; /* 0: it may apply. */

	bool kept; /* The answer was at hand: nothing was sent. */
	BatchGetStandingsResponse *standings;
	BatchGetEntitlementsResponse *entitlements;
};

/*
 * Begins to ask, beside whatever else the call has sent; `anew`: even if the answer is at hand. The
 * caller waits (call_await), and calls permission_read when that succeeded.
 */
void permission_ask(struct call *call, const char *provider, bool anew,
		    struct permission *permission);

/* Fills permit and reasons; keeps a positive answer for a moment. */
void permission_read(struct call *call, struct permission *permission);

/* Asks, waits and reads. On failure the permit has no statements, and no reason. */
struct status permission_get(struct call *call, const char *provider, bool anew,
			     struct permission *permission);
