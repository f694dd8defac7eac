/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a provider's subscription, and what leads from one to the next (S10). */
#include "subscription_state.h"

#include <stdint.h>

#define STATE(name) SUBSCRIPTION_STATE__SUBSCRIPTION_STATE_##name
#define STATE_COUNT (STATE(EXPIRED) + 1)

/* Row: the state it is in. Column: what happened. Absent (0) means not allowed. */
static const uint8_t transitions[STATE_COUNT][SUBSCRIPTION_EVENT_COUNT] = {
    [STATE(PENDING)] = {[SUBSCRIPTION_PAID] = STATE(ACTIVE), [SUBSCRIPTION_FAILED] = STATE(FAILED)},
    [STATE(ACTIVE)] = {[SUBSCRIPTION_LAPSED] = STATE(EXPIRED)},
    [STATE(UNPAID)] = {[SUBSCRIPTION_LAPSED] = STATE(EXPIRED)},
};

bool subscription_state_next(SubscriptionState state, enum subscription_event event,
			     SubscriptionState *next)
{
	uint8_t to = 0;

	if (state >= 0 && state < STATE_COUNT && event < SUBSCRIPTION_EVENT_COUNT)
		to = transitions[state][event];
	if (to == 0)
		return false;
	*next = (SubscriptionState)to;
	return true;
}
