/* SPDX-License-Identifier: Apache-2.0 */
/* Payments, for the subscription that asks for one and for the work that talks about one. */
#pragma once

#include <stdint.h>

#include "base/status.h"
#include "entremise/billing/v1/payment.pb-c.h"
#include "entremise/billing/v1/row.pb-c.h"
#include "entremise/billing/v1/subscription.pb-c.h"
#include "subscription_price.h"

struct call;
struct mollie_payment;

/* What is to be paid, and where the payer goes afterwards; all borrowed. */
struct payment_order {
	struct subscription_price price;
	int32_t vat_basis_points;
	const char *redirect_url;
	const char *customer_id; /* Empty when the payment provider does not know the payer yet. */
};

/* The resource name of a payment that is yet to be ordered; in the call's arena. */
char *payment_new_name(struct call *call);

/*
 * Stores subscription->payment as REQUESTED and adds the work that asks the payment provider for
 * it.
 */
struct status payment_order_first(struct call *call, const Subscription *subscription,
				  const struct payment_order *order);

/* The payment, and what is needed to ask about it; in the call's arena. */
struct status payment_find_job(struct call *call, const char *name, PaymentJob **job);

/*
 * Takes over what the payment provider says of the payment, with all that follows for its
 * subscription. What is no advance (see payment_state.h) changes nothing. The provider's account
 * must be locked.
 */
struct status payment_take_over(struct call *call, const char *name,
				const struct mollie_payment *found);

/* The payment provider will not make the payment: FAILED, for that cause. As above. */
struct status payment_give_up(struct call *call, const char *name, const char *cause);

/*
 * Notes that the news up to number `wanted` were fetched; *newer is false when a later fetch has
 * been noted already, so that this one is out of date.
 */
struct status payment_note_fetched(struct call *call, const PaymentJob *job, bool *newer);
