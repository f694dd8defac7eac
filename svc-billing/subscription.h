/* SPDX-License-Identifier: Apache-2.0 */
/* What a payment does to the subscription it is for. */
#pragma once

#include "base/status.h"
#include "entremise/billing/v1/payment.pb-c.h"

struct call;

/*
 * The payment came in: the first period starts now (platform time), the gate opens, the journal has
 * the charge and the payment. The provider's account must be locked. Money for a subscription that
 * waits for none is booked as a payment and opens nothing.
 */
struct status subscription_paid(struct call *call, const Payment *payment);

/* The first payment will not come in: the provider may subscribe anew. The account must be locked.
 */
struct status subscription_payment_failed(struct call *call, const Payment *payment);
