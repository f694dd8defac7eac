/* SPDX-License-Identifier: Apache-2.0 */
/* How what is known of a payment may change when it is fetched again. */
#include "payment_state.h"

#define STATE(name) PAYMENT_STATE__PAYMENT_STATE_##name
#define STATE_COUNT (STATE(EXPIRED) + 1)
#define FINAL                                                                                      \
	[STATE(PAID)] = true, [STATE(FAILED)] = true, [STATE(CANCELED)] = true,                    \
	[STATE(EXPIRED)] = true

/* Row: as it is known. Column: as it was found. */
static const bool advances[STATE_COUNT][STATE_COUNT] = {
    [STATE(REQUESTED)] = {[STATE(OPEN)] = true, [STATE(PENDING)] = true, FINAL},
    [STATE(OPEN)] = {[STATE(PENDING)] = true, FINAL},
    [STATE(PENDING)] = {FINAL},
};

static bool is_state(PaymentState state)
{
	return state > 0 && state < STATE_COUNT;
}

bool payment_state_advances(PaymentState known, PaymentState found)
{
	return is_state(known) && is_state(found) && advances[known][found];
}

bool payment_state_is_final(PaymentState state)
{
	return state == STATE(PAID) || state == STATE(FAILED) || state == STATE(CANCELED) ||
	       state == STATE(EXPIRED);
}
