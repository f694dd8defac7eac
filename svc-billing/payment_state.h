/* SPDX-License-Identifier: Apache-2.0 */
/* How what is known of a payment may change when it is fetched again. */
#pragma once

#include <stdbool.h>

#include "entremise/billing/v1/payment.pb-c.h"

/*
 * True when a payment known as `known` may be found as `found`. Answers of the payment provider can
 * overtake each other, so an older one (OPEN after PAID) is no error: it is not an advance. Final
 * states stay.
 */
bool payment_state_advances(PaymentState known, PaymentState found);

/* PAID, FAILED, CANCELED and EXPIRED: the payment provider never changes them again. */
bool payment_state_is_final(PaymentState state);
