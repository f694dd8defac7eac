/* SPDX-License-Identifier: Apache-2.0 */
/* A payment's life: who may move it where, what moves by itself, and when the shop is told. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "store.h"

/* How a payment is to end: read from an outcome, or asked for on the checkout page. */
struct ending {
	const char *status; /* "paid", "failed", "canceled", "expired", "authorized", "pending" */
	const char *method; /* for a payment that has none yet; NULL for the default */
	const char *reason; /* SEPA reason code or card failure; NULL for none */
};

/*
 * Moves the payment and everything that hangs on it (mandate, dates, amounts), and tells the shop.
 * False when its state doesn't allow it: open goes anywhere, pending to an end, an end nowhere.
 */
bool payment_end(struct simulator *simulator, struct object *payment, const struct ending *ending);

/* Starts a new recurring payment on its mandate: cards settle at once, SEPA goes to the bank. */
void payment_charge(struct simulator *simulator, struct object *payment);

/* Lets an open payment expire at that instant; makes the mandate that a forced method brings. */
void payment_expire_at(struct object *payment, int64_t instant_us);
void payment_prepare_mandate(struct object *payment);

/* Lets a refund end by itself at that instant. */
void payment_settle_refund_at(struct object *refund, int64_t instant_us);

/* True for paid, failed, canceled and expired. */
bool payment_is_final(const struct object *payment);

/* Does what is due in one account up to its time, in order; returns how much was done. */
unsigned payment_run_due(struct simulator *simulator, struct account *account, int64_t until_us);

/* The next instant at which something is due in the account; 0 for never. */
int64_t payment_next_due(const struct account *account);

/* Sends a ping for this payment (also for its refunds and chargebacks). */
void payment_tell(struct simulator *simulator, struct object *payment);
