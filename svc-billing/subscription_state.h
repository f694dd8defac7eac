/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a provider's subscription, and what leads from one to the next (S10). */
#pragma once

#include <stdbool.h>

#include "entremise/billing/v1/subscription.pb-c.h"

enum subscription_event {
	SUBSCRIPTION_PAID,   /* Its first payment came in. */
	SUBSCRIPTION_FAILED, /* Its first payment was refused, cancelled or given up. */
	SUBSCRIPTION_LAPSED, /* Its paid period has ended without another. */
	SUBSCRIPTION_EVENT_COUNT
};

/* The state after the event; false, and `next` untouched, when the state does not allow it. */
bool subscription_state_next(SubscriptionState state, enum subscription_event event,
			     SubscriptionState *next);
