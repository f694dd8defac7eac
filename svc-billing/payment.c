/* SPDX-License-Identifier: Apache-2.0 */
/* Payments of subscriptions: ordered, followed as the payment provider tells, seen by the payer. */
#include "payment.h"

#include <string.h>

#include "account.h"
#include "base/arena.h"
#include "call/call.h"
#include "contract/field.h"
#include "durable/platform.h"
#include "durable/work.h"
#include "entremise/common/v1/money.pb-c.h"
#include "entremise/common/v1/page_token.pb-c.h"
#include "google/protobuf/empty.pb-c.h"
#include "mollie.h"
#include "payment_state.h"
#include "payment_work.h"
#include "rpc/method.h"
#include "services.h"
#include "subscription.h"

#include "payment.sql.h"

#define STATE(name) PAYMENT_STATE__PAYMENT_STATE_##name

char *payment_new_name(struct call *call)
{
	return arena_text(call->arena, "platforms/%s/payments/%s", call->platform,
			  call_new_id(call));
}

static Money *new_money(struct call *call, int64_t minor, const char *currency)
{
	Money *money = (Money *)(void *)message_new(call->arena, &money__descriptor);

	money->minor = minor;
	money->currency = (char *)(uintptr_t)currency;
	return money;
}

/* What the payer reads: whose subscription it is. */
static struct status describe(struct call *call, char **description)
{
	PlatformSettings *platform;

	TRY(platform_find(call, &platform));
	*description =
	    arena_text(call->arena, "%s: %s", platform->display_name,
		       strcmp(platform->language, "fr") == 0 ? "abonnement" : "subscription");
	return STATUS_OK;
}

struct status payment_order_first(struct call *call, const Subscription *subscription,
				  const struct payment_order *order)
{
	Payment *payment = (Payment *)(void *)message_new(call->arena, &payment__descriptor);
	FirstPaymentWork payload = FIRST_PAYMENT_WORK__INIT;
	const char *kind = *order->customer_id ? PAYMENT_WORK_CREATE : PAYMENT_WORK_CUSTOMER;

	payment->name = subscription->payment;
	payment->subscription = subscription->name;
	payment->provider = subscription->provider;
	payment->sequence = PAYMENT_SEQUENCE__PAYMENT_SEQUENCE_FIRST;
	payment->state = STATE(REQUESTED);
	payment->amount = new_money(call, order->price.gross_minor, order->price.currency);
	payment->vat_amount = new_money(call, order->price.vat_minor, order->price.currency);
	payment->vat_basis_points = order->vat_basis_points;
	payment->create_time = call_timestamp(call, call->now_us);
	TRY(sql_add_payment(call, payment));
	TRY(sql_add_payment_news(call, payment));
	TRY(publish(call, &payment->base));

	payload.payment = payment->name;
	payload.redirect_url = (char *)(uintptr_t)order->redirect_url;
	TRY(describe(call, &payload.description));
	return work_add(call, LANE__LANE_LOCAL, kind, payment->name, payment->name, &payload.base);
}

static struct status get_payment(struct call *call, const GetPaymentRequest *request,
				 Payment *payment)
{
	return sql_get_payment(call, request, payment);
}
RPC_METHOD(PaymentService, get_payment, GetPaymentRequest, Payment);

static struct status list_payments(struct call *call, const ListPaymentsRequest *request,
				   ListPaymentsResponse *reply)
{
	PageCursor page = PAGE_CURSOR__INIT;

	TRY(call_page(call, &page));
	TRY(sql_list_payments(call, request, &page, reply));
	call_page_close(call, &page, &reply->base, NULL, NULL);
	return STATUS_OK;
}
RPC_METHOD(PaymentService, list_payments, ListPaymentsRequest, ListPaymentsResponse);

/*
 * Each ping is a number and a piece of work of its own, so none is lost while an earlier fetch is
 * under way; a fetch answers all pings before it, and the work of those finds nothing left to do.
 */
static struct status note_payment_ping(struct call *call, const NotePaymentPingRequest *request,
				       Google__Protobuf__Empty *reply)
{
	FetchPaymentWork payload = FETCH_PAYMENT_WORK__INIT;
	PaymentJob news = PAYMENT_JOB__INIT;
	Payment asked = PAYMENT__INIT;
	bool found;

	(void)reply;
	asked.name = request->name;
	TRY(sql_lock_payment_news(call, &asked, &news, &found));
	if (!found)
		return STATUS_OK;

	TRY(sql_want_payment(call, &asked));
	payload.payment = request->name;
	return work_add(
	    call, LANE__LANE_LOCAL, PAYMENT_WORK_FETCH, request->name,
	    arena_text(call->arena, "%s/%lld", request->name, (long long)news.wanted + 1),
	    &payload.base);
}
RPC_METHOD(PaymentService, note_payment_ping, NotePaymentPingRequest, Google__Protobuf__Empty);

struct status payment_find_job(struct call *call, const char *name, PaymentJob **job)
{
	Payment asked = PAYMENT__INIT;

	asked.name = (char *)(uintptr_t)name;
	*job = (PaymentJob *)(void *)message_new(call->arena, &payment_job__descriptor);
	return sql_find_payment_job(call, &asked, *job);
}

struct status payment_note_fetched(struct call *call, const PaymentJob *job, bool *newer)
{
	PaymentJob news = PAYMENT_JOB__INIT;
	bool found;

	TRY(sql_lock_payment_news(call, job->payment, &news, &found));
	*newer = found && job->wanted > news.fetched;
	if (!*newer)
		return STATUS_OK;
	return sql_note_payment_fetched(call, job->payment, job);
}

static struct status lock_by_name(struct call *call, const char *name, Payment **payment)
{
	Payment asked = PAYMENT__INIT;

	asked.name = (char *)(uintptr_t)name;
	*payment = (Payment *)(void *)message_new(call->arena, &payment__descriptor);
	return sql_lock_payment(call, &asked, *payment);
}

static struct status store(struct call *call, Payment *payment)
{
	TRY(sql_set_payment(call, payment));
	return publish(call, &payment->base);
}

/* Another amount than the one asked for is not our payment, whatever it says it is. */
static bool is_of(const Payment *payment, const struct mollie_payment *found)
{
	return found->amount_minor == payment->amount->minor &&
	       strcmp(found->currency, payment->amount->currency) == 0;
}

struct status payment_take_over(struct call *call, const char *name,
				const struct mollie_payment *found)
{
	Payment *payment;

	TRY(lock_by_name(call, name, &payment));
	if (!payment_state_advances(payment->state, found->state))
		return STATUS_OK;
	if (!is_of(payment, found))
		return status_with(REASON__REASON_STATE_CONFLICT,
				   "the payment provider tells of another amount");

	payment->state = found->state;
	payment->external_id = (char *)(uintptr_t)found->id;
	payment->checkout_url = (char *)(uintptr_t)found->checkout_url;
	payment->failure = (char *)(uintptr_t)found->failure;
	if (payment->state == STATE(PAID))
		payment->pay_time = call_timestamp(call, call->now_us);
	TRY(store(call, payment));
	if (!payment_state_is_final(payment->state))
		return STATUS_OK;
	if (payment->state != STATE(PAID))
		return subscription_payment_failed(call, payment);
	if (*found->mandate_id)
		TRY(account_set_mandate(call, payment->provider, found->mandate_id));
	return subscription_paid(call, payment);
}

struct status payment_give_up(struct call *call, const char *name, const char *cause)
{
	Payment *payment;

	TRY(lock_by_name(call, name, &payment));
	if (payment->state != STATE(REQUESTED))
		return STATUS_OK;

	payment->state = STATE(FAILED);
	payment->failure = (char *)(uintptr_t)cause;
	TRY(store(call, payment));
	return subscription_payment_failed(call, payment);
}

PaymentService_Service payment_service = PAYMENT_SERVICE__INIT(serve_);
