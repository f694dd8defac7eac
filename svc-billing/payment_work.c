/* SPDX-License-Identifier: Apache-2.0 */
/* Asks the payment provider for customers and payments, fetches them, and reports what it said. */
#include "payment_work.h"

#include "account.h"
#include "base/arena.h"
#include "call/call.h"
#include "crypto/key.h"
#include "durable/work.h"
#include "entremise/billing/v1/row.pb-c.h"
#include "entremise/common/v1/money.pb-c.h"
#include "mollie.h"
#include "payment.h"
#include "payment_key.h"
#include "settings.h"
#include "webhook.h"

#define REQUESTED PAYMENT_STATE__PAYMENT_STATE_REQUESTED

/* What an attempt has learned. */
struct outcome {
	PaymentJob *job;
	bool settled;	     /* There was nothing left to ask. */
	const char *refusal; /* Why there will be no payment; NULL when there is one. */
	const char *customer_id;
	struct mollie_payment payment;
};

/* Reads the job, and opens a conversation unless it turns out that there is nothing to say. */
static struct status begin(struct call *call, const char *payment, struct outcome **outcome,
			   struct mollie **mollie)
{
	const struct billing_settings *settings = call->environment->settings;
	const char *key;

	*outcome = arena_new(call->arena, struct outcome, 1);
	TRY(payment_find_job(call, payment, &(*outcome)->job));
	TRY(payment_key_read(call, &key));
	*mollie = mollie_open(call->arena, settings->mollie_url, key);
	return STATUS_OK;
}

/*
 * An answer that is no success: a refusal is an outcome, anything else is tried again. The last
 * attempt gives up: nobody has seen a page to pay on, so nothing can be paid any more.
 */
static struct status settle(const Work *work, struct mollie_answer answer, struct outcome *outcome)
{
	if (answer.result == MOLLIE_DONE)
		return STATUS_OK;
	if (answer.result == MOLLIE_LATER && work->attempts < WORK_ATTEMPTS_MAX)
		return status_with(REASON__REASON_UNAVAILABLE, answer.cause);
	outcome->refusal = answer.cause;
	return STATUS_OK;
}

static struct status attempt_customer(struct call *call, const Work *work,
				      const ProtobufCMessage *payload, void **result)
{
	const FirstPaymentWork *asked = (const void *)payload;
	struct outcome *outcome;
	struct mollie *mollie;

	TRY(begin(call, asked->payment, &outcome, &mollie));
	*result = outcome;
	outcome->customer_id = outcome->job->customer_id;
	outcome->settled = outcome->job->payment->state != REQUESTED;
	if (outcome->settled || *outcome->customer_id)
		return STATUS_OK;
	return settle(work,
		      mollie_create_customer(mollie, work->id, outcome->job->payment->provider,
					     &outcome->customer_id),
		      outcome);
}

static struct status report_customer(struct call *call, const Work *work,
				     const ProtobufCMessage *payload, void *result)
{
	const FirstPaymentWork *asked = (const void *)payload;
	const struct outcome *outcome = result;
	const char *provider = outcome->job->payment->provider;

	(void)work;
	if (outcome->settled)
		return STATUS_OK;
	TRY(account_lock(call, provider));
	if (outcome->refusal)
		return payment_give_up(call, asked->payment, outcome->refusal);
	TRY(account_set_customer(call, provider, outcome->customer_id));
	return work_add(call, LANE__LANE_LOCAL, PAYMENT_WORK_CREATE, asked->payment, asked->payment,
			payload);
}

/* Orders the payment, unless an earlier attempt whose answer was lost has done so. */
static struct mollie_answer order_once(struct call *call, const Work *work, struct mollie *mollie,
				       const FirstPaymentWork *asked, struct outcome *outcome)
{
	const Payment *payment = outcome->job->payment;
	const struct mollie_order order = {.customer_id = outcome->job->customer_id,
					   .amount_minor = payment->amount->minor,
					   .currency = payment->amount->currency,
					   .description = asked->description,
					   .redirect_url = asked->redirect_url,
					   .webhook_url = webhook_url_of(call, payment->name),
					   .our_name = payment->name,
					   .obligation = payment->subscription};
	struct mollie_answer answer;
	bool found = false;

	if (work->attempts > 1) {
		answer = mollie_find_payment(mollie, order.customer_id, order.our_name,
					     &outcome->payment, &found);
		if (answer.result != MOLLIE_DONE || found)
			return answer;
	}
	return mollie_create_payment(mollie, work->id, &order, &outcome->payment);
}

static struct status attempt_create(struct call *call, const Work *work,
				    const ProtobufCMessage *payload, void **result)
{
	const FirstPaymentWork *asked = (const void *)payload;
	struct outcome *outcome;
	struct mollie *mollie;

	TRY(begin(call, asked->payment, &outcome, &mollie));
	*result = outcome;
	outcome->settled = outcome->job->payment->state != REQUESTED;
	if (outcome->settled)
		return STATUS_OK;
	return settle(work, order_once(call, work, mollie, asked, outcome), outcome);
}

/*
 * The payment provider may refuse because the payer is not one of its customers: the platform has
 * changed its account there. So the payer is made known anew with its next payment.
 */
static struct status report_refusal(struct call *call, const struct outcome *outcome)
{
	const Payment *payment = outcome->job->payment;

	TRY(account_set_customer(call, payment->provider, ""));
	return payment_give_up(call, payment->name, outcome->refusal);
}

static struct status report_create(struct call *call, const Work *work,
				   const ProtobufCMessage *payload, void *result)
{
	const FirstPaymentWork *asked = (const void *)payload;
	const struct outcome *outcome = result;

	(void)work;
	if (outcome->settled)
		return STATUS_OK;
	TRY(account_lock(call, outcome->job->payment->provider));
	if (outcome->refusal)
		return report_refusal(call, outcome);
	return payment_take_over(call, asked->payment, &outcome->payment);
}

/* A refusal to show one of our payments is no news of it: tried again, and then left to staff. */
static struct status attempt_fetch(struct call *call, const Work *work,
				   const ProtobufCMessage *payload, void **result)
{
	const FetchPaymentWork *asked = (const void *)payload;
	struct mollie_answer answer;
	struct outcome *outcome;
	struct mollie *mollie;

	(void)work;
	TRY(begin(call, asked->payment, &outcome, &mollie));
	*result = outcome;
	outcome->settled = outcome->job->fetched >= outcome->job->wanted;
	if (outcome->settled)
		return STATUS_OK;
	if (!*outcome->job->payment->external_id)
		return status_with(REASON__REASON_UNAVAILABLE,
				   "the payment provider's id of it is not known yet");
	answer = mollie_get_payment(mollie, outcome->job->payment->external_id, &outcome->payment);
	if (answer.result != MOLLIE_DONE)
		return status_with(REASON__REASON_UNAVAILABLE, answer.cause);
	return STATUS_OK;
}

static struct status report_fetch(struct call *call, const Work *work,
				  const ProtobufCMessage *payload, void *result)
{
	const FetchPaymentWork *asked = (const void *)payload;
	const struct outcome *outcome = result;
	bool newer;

	(void)work;
	if (outcome->settled)
		return STATUS_OK;
	TRY(account_lock(call, outcome->job->payment->provider));
	TRY(payment_note_fetched(call, outcome->job, &newer));
	if (!newer)
		return STATUS_OK;
	return payment_take_over(call, asked->payment, &outcome->payment);
}

const struct runner_kind payment_work_kinds[] = {
    {PAYMENT_WORK_CUSTOMER, &first_payment_work__descriptor, attempt_customer, report_customer},
    {PAYMENT_WORK_CREATE, &first_payment_work__descriptor, attempt_create, report_create},
    {PAYMENT_WORK_FETCH, &fetch_payment_work__descriptor, attempt_fetch, report_fetch},
    {0},
};
