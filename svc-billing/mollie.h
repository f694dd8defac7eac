/* SPDX-License-Identifier: Apache-2.0 */
/* The adapter of the payment provider, Mollie (API v2): what billing asks it, in billing's words.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "entremise/billing/v1/payment.pb-c.h"

struct arena;
struct mollie;

/* How a request ended. Every text below lives in the arena. */
enum mollie_result {
	MOLLIE_DONE = 0,
	MOLLIE_REFUSED, /* It said no, and would say so again. */
	MOLLIE_LATER,	/* It could not be asked, or whether it has acted is unknown: ask again. */
};

struct mollie_answer {
	enum mollie_result result;
	const char *cause; /* Why it is not DONE, for `failure` and the log; else NULL. */
};

/* A payment as Mollie knows it. */
struct mollie_payment {
	const char *id; /* "tr_7UhSN1zuXS" */
	PaymentState state;
	int64_t amount_minor;
	const char *currency;
	const char *checkout_url; /* Empty unless it is OPEN. */
	const char *mandate_id;	  /* Empty before a first payment gave one. */
	const char *failure;	  /* Why it was not paid, once that is final; else empty. */
	const char *our_name;	  /* What mollie_order.our_name said; empty when it is not ours. */
};

/* A first payment, which leaves a mandate; all borrowed. */
struct mollie_order {
	const char *customer_id;
	int64_t amount_minor;
	const char *currency;
	const char *description; /* At most 255 characters are sent. */
	const char *redirect_url;
	const char *webhook_url;
	const char *our_name; /* The payment's resource name, kept there as metadata. */
	const char
	    *obligation; /* What is owed, likewise: of all payments for it one may succeed. */
};

/*
 * A conversation with the key of one platform, until the arena is reset. `url` is
 * "https://api.mollie.com" or the simulator's; plain HTTP only if it says http://.
 */
struct mollie *mollie_open(struct arena *arena, const char *url, const char *key);

/*
 * `idempotency_key` is the same for each attempt at the same thing; Mollie keeps it for about an
 * hour, so a later attempt looks first (mollie_find_payment) whether an earlier one was executed.
 */
struct mollie_answer mollie_create_customer(struct mollie *mollie, const char *idempotency_key,
					    const char *our_name, const char **customer_id);
struct mollie_answer mollie_create_payment(struct mollie *mollie, const char *idempotency_key,
					   const struct mollie_order *order,
					   struct mollie_payment *payment);

struct mollie_answer mollie_get_payment(struct mollie *mollie, const char *id,
					struct mollie_payment *payment);

/* The customer's newest payment that was ordered under `our_name`; *found tells whether there is
 * one. */
struct mollie_answer mollie_find_payment(struct mollie *mollie, const char *customer_id,
					 const char *our_name, struct mollie_payment *payment,
					 bool *found);
