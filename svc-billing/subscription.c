/* SPDX-License-Identifier: Apache-2.0 */
/* Subscriptions of providers: asked for, opened by a first payment, ended (S2, S9, S10). */
#include "subscription.h"

#include "account.h"
#include "base/arena.h"
#include "base/time_zone.h"
#include "call/call.h"
#include "contract/field.h"
#include "durable/platform.h"
#include "entremise/billing/v1/row.pb-c.h"
#include "entremise/billing/v1/subscription.pb-c.h"
#include "entremise/common/v1/money.pb-c.h"
#include "entremise/common/v1/page_token.pb-c.h"
#include "journal.h"
#include "payment.h"
#include "plan_price.h"
#include "rpc/method.h"
#include "services.h"
#include "subscription_period.h"
#include "subscription_price.h"
#include "subscription_state.h"

#include "subscription.sql.h"

static struct status lock_by_name(struct call *call, char *name, Subscription **subscription)
{
	Subscription asked = SUBSCRIPTION__INIT;

	*subscription = (Subscription *)(void *)message_new(call->arena, &subscription__descriptor);
	asked.name = name;
	return sql_lock_subscription(call, &asked, *subscription);
}

/* The next state, stored and published; STATE_CONFLICT when there is none. */
static struct status move(struct call *call, Subscription *subscription,
			  enum subscription_event event)
{
	if (!subscription_state_next(subscription->state, event, &subscription->state))
		return status_of(REASON__REASON_STATE_CONFLICT);
	subscription->update_time = call_timestamp(call, call->now_us);
	TRY(sql_set_subscription(call, subscription));
	return publish(call, &subscription->base);
}

/* Makes way for a new subscription: one whose paid period is over has ended. */
static struct status end_lapsed(struct call *call, char *name)
{
	Subscription *live;

	TRY(lock_by_name(call, name, &live));
	if (!live->period_end_time || call_instant(live->period_end_time) > call->now_us)
		return call_refuse(call, REASON__REASON_ALREADY_SUBSCRIBED, "subscription",
				   live->name);
	return move(call, live, SUBSCRIPTION_LAPSED);
}

static struct status check_may_subscribe(struct call *call, const char *provider,
					 SubscribeFacts *facts)
{
	BillingAccount account = BILLING_ACCOUNT__INIT;

	account.provider = (char *)(uintptr_t)provider;
	TRY(sql_find_subscribe_facts(call, &account, facts));
	if (!facts->enabled)
		return status_of(REASON__REASON_SUBSCRIPTIONS_OFF);
	if (facts->exempt)
		return status_of(REASON__REASON_EXEMPT);
	if (*facts->live)
		TRY(end_lapsed(call, facts->live)); /* ALREADY_SUBSCRIBED. */
	return status_of(facts->payable ? 0 : REASON__REASON_PAYMENT_KEY_MISSING);
}

static struct status create_subscription(struct call *call,
					 const CreateSubscriptionRequest *request,
					 Subscription *subscription)
{
	struct payment_order order = {.redirect_url = request->redirect_url};
	SubscribeFacts facts = SUBSCRIBE_FACTS__INIT;
	PlanPrice *version;

	subscription->provider = (char *)(uintptr_t)call_self(call);
	TRY(account_lock(call, subscription->provider));
	TRY(check_may_subscribe(call, subscription->provider, &facts));
	TRY(plan_price_in_force(call, &version)); /* NO_PLAN_PRICE. */
	if (!subscription_price_of(version, request->subscription->interval, facts.vat_basis_points,
				   &order.price))
		return status_of(REASON__REASON_NO_PLAN_PRICE);

	subscription->name = arena_text(call->arena, "platforms/%s/subscriptions/%s",
					call->platform, call_new_id(call));
	subscription->interval = request->subscription->interval;
	subscription->state = SUBSCRIPTION_STATE__SUBSCRIPTION_STATE_PENDING;
	subscription->plan_price = version->name;
	subscription->payment = payment_new_name(call);
	subscription->create_time = call_timestamp(call, call->now_us);
	subscription->update_time = subscription->create_time;
	TRY(sql_add_subscription(call, subscription)); /* ALREADY_SUBSCRIBED. */
	TRY(publish(call, &subscription->base));
	order.vat_basis_points = facts.vat_basis_points;
	order.customer_id = facts.customer_id;
	return payment_order_first(call, subscription, &order);
}
RPC_METHOD(SubscriptionService, create_subscription, CreateSubscriptionRequest, Subscription);

static struct status get_subscription(struct call *call, const GetSubscriptionRequest *request,
				      Subscription *subscription)
{
	return sql_get_subscription(call, request, subscription);
}
RPC_METHOD(SubscriptionService, get_subscription, GetSubscriptionRequest, Subscription);

static struct status list_subscriptions(struct call *call, const ListSubscriptionsRequest *request,
					ListSubscriptionsResponse *reply)
{
	PageCursor page = PAGE_CURSOR__INIT;

	TRY(call_page(call, &page));
	TRY(sql_list_subscriptions(call, request, &page, reply));
	call_page_close(call, &page, &reply->base, NULL, NULL);
	return STATUS_OK;
}
RPC_METHOD(SubscriptionService, list_subscriptions, ListSubscriptionsRequest,
	   ListSubscriptionsResponse);

/* The period that begins now, on the platform's calendar. */
static struct status first_period(struct call *call, Subscription *subscription,
				  struct subscription_period *period)
{
	PlatformSettings *platform;
	const struct time_zone *zone;

	TRY(platform_find(call, &platform));
	zone = time_zone_load(platform->time_zone);
	if (!zone)
		return status_with(REASON__REASON_INTERNAL, "the platform's time zone is unknown");
	*period = subscription_period_first(zone, subscription->interval, call->now_us);
	subscription->period_start_time = call_timestamp(call, period->start_us);
	subscription->period_end_time = call_timestamp(call, period->end_us);
	return STATUS_OK;
}

static struct status keep_period(struct call *call, const Subscription *subscription,
				 const Payment *payment, int32_t anchor_day)
{
	SubscriptionPeriod period = SUBSCRIPTION_PERIOD__INIT;

	period.subscription = subscription->name;
	period.start_time = subscription->period_start_time;
	period.end_time = subscription->period_end_time;
	period.anchor_day = anchor_day;
	period.payment = payment->name;
	TRY(sql_add_subscription_period(call, &period));
	return journal_add_charge(call, &period, payment);
}

struct status subscription_paid(struct call *call, const Payment *payment)
{
	struct subscription_period period;
	Subscription *subscription;

	TRY(journal_add_payment(call, payment));
	TRY(lock_by_name(call, payment->subscription, &subscription));
	if (subscription->state != SUBSCRIPTION_STATE__SUBSCRIPTION_STATE_PENDING)
		return STATUS_OK; /* The journal has the payment without a charge: staff decide. */

	TRY(first_period(call, subscription, &period));
	TRY(move(call, subscription, SUBSCRIPTION_PAID));
	return keep_period(call, subscription, payment, period.anchor_day);
}

struct status subscription_payment_failed(struct call *call, const Payment *payment)
{
	Subscription *subscription;

	TRY(lock_by_name(call, payment->subscription, &subscription));
	if (subscription->state != SUBSCRIPTION_STATE__SUBSCRIPTION_STATE_PENDING)
		return STATUS_OK;
	return move(call, subscription, SUBSCRIPTION_FAILED);
}

SubscriptionService_Service subscription_service = SUBSCRIPTION_SERVICE__INIT(serve_);
