/* SPDX-License-Identifier: Apache-2.0 */
/* A provider subscribes, pays, and may apply: the whole way through the payment provider. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "base/time_zone.h"
#include "contract/contract.h"
#include "crypto/token.h"
#include "entremise/billing/v1/exemption.pb-c.h"
#include "entremise/billing/v1/journal.pb-c.h"
#include "entremise/billing/v1/subscription_settings.pb-c.h"
#include "entremise/common/v1/money.pb-c.h"
#include "suite.h"
#include "support/database.h"

#define PAYMENT(name) PAYMENT_STATE__PAYMENT_STATE_##name
#define SUBSCRIPTION(name) SUBSCRIPTION_STATE__SUBSCRIPTION_STATE_##name

/* Subscribes and pays at the test checkout; the subscription afterwards. */
static Subscription *subscribe_and_pay(struct suite *suite, const char *provider, Interval interval)
{
	Subscription *subscription;
	Payment *payment;

	assert_int_equal(suite_subscribe(suite, provider, interval, "", &subscription), 0);
	payment = suite_await_payment(suite, provider, subscription->payment, PAYMENT(REQUESTED));
	assert_int_equal(payment->state, PAYMENT(OPEN));
	simulator_checkout(suite->simulator, payment->external_id, "status=paid", 303);
	payment = suite_await_payment(suite, provider, payment->name, PAYMENT(OPEN));
	assert_int_equal(payment->state, PAYMENT(PAID));
	return suite_subscription(suite, provider, subscription->name);
}

/* The claims of a signed entitlement, as the gate reads them. */
static struct token_claims claims_of(struct suite *suite, const Entitlement *entitlement)
{
	struct token_claims claims = {0};

	assert_string_not_equal(entitlement->statement, "");
	assert_int_equal(token_verify(suite->keys, entitlement->statement,
				      strlen(entitlement->statement), "entremise:entitlement",
				      time_real_us(), suite->arena, &claims),
			 TOKEN_OK);
	assert_string_equal(claims.issuer, "billing");
	assert_string_equal(claims.subject, entitlement->provider);
	assert_string_equal(claims.platform, SUITE_PLATFORM);
	assert_true(claims.expires_us <= time_real_us() + 5 * TIME_MINUTE_US);
	return claims;
}

static int64_t number_of(const struct token_claims *claims, const char *name)
{
	int64_t number = -1;

	assert_true(token_claim_number(claims, name, &number));
	return number;
}

static void test_s1_before_subscriptions_are_on_nobody_is_gated(void **state)
{
	struct suite *suite = *state;
	Entitlement *entitlement = suite_entitlement(suite, suite_provider(suite));
	struct token_claims claims = claims_of(suite, entitlement);

	assert_string_equal(token_claim_text(&claims, "basis"), "OFF");
	assert_int_equal(number_of(&claims, "until"), 0);
	assert_int_equal(number_of(&claims, "version"), 0);
	assert_null(entitlement->until_time);
	suite_open(suite);
}

static void test_s10_the_gate_opens_when_the_first_payment_is_paid(void **state)
{
	struct suite *suite = *state;
	const char *provider = suite_provider(suite);
	const struct time_zone *paris = time_zone_load("Europe/Paris");
	Entitlement *entitlement = suite_entitlement(suite, provider);
	Subscription *subscription;
	struct token_claims claims;
	int64_t start_us;
	int64_t end_us;

	assert_int_equal(entitlement->reason, REASON__REASON_SUBSCRIPTION_INACTIVE);
	assert_string_equal(entitlement->statement, "");

	subscription = subscribe_and_pay(suite, provider, INTERVAL__INTERVAL_MONTHLY);
	assert_int_equal(subscription->state, SUBSCRIPTION(ACTIVE));
	start_us = call_instant(subscription->period_start_time);
	end_us = call_instant(subscription->period_end_time);
	assert_true(start_us <= time_real_us() && start_us > time_real_us() - TIME_MINUTE_US);
	assert_int_equal(
	    end_us, time_add_months(paris, time_zone_local(paris, start_us).date.day, start_us, 1));

	entitlement = suite_entitlement(suite, provider);
	assert_int_equal(entitlement->reason, 0);
	claims = claims_of(suite, entitlement);
	assert_string_equal(token_claim_text(&claims, "basis"), "SUBSCRIPTION");
	assert_int_equal(number_of(&claims, "until"), end_us);
	assert_int_equal(call_instant(entitlement->until_time), end_us);
	assert_true(number_of(&claims, "version") > 0);
	assert_true(number_of(&claims, "platform_version") > 0);
}

static void test_s10_a_first_payment_under_way_opens_nothing(void **state)
{
	struct suite *suite = *state;
	const char *provider = suite_provider(suite);
	Subscription *subscription;
	Payment *payment;

	assert_int_equal(
	    suite_subscribe(suite, provider, INTERVAL__INTERVAL_MONTHLY, "", &subscription), 0);
	assert_int_equal(subscription->state, SUBSCRIPTION(PENDING));
	assert_null(subscription->period_end_time);
	payment = suite_await_payment(suite, provider, subscription->payment, PAYMENT(REQUESTED));
	assert_non_null(strstr(payment->checkout_url, payment->external_id));
	assert_int_equal(payment->amount->minor, 3480);
	assert_int_equal(payment->vat_amount->minor, 580);
	assert_string_equal(payment->amount->currency, "EUR");
	simulator_checkout(suite->simulator, payment->external_id, "status=pending", 303);
	assert_int_equal(suite_entitlement(suite, provider)->reason,
			 REASON__REASON_SUBSCRIPTION_INACTIVE);
}

static void test_a_year_is_paid_at_the_yearly_price(void **state)
{
	struct suite *suite = *state;
	const char *provider = suite_provider(suite);
	Subscription *subscription = subscribe_and_pay(suite, provider, INTERVAL__INTERVAL_YEARLY);
	int64_t days = (call_instant(subscription->period_end_time) -
			call_instant(subscription->period_start_time)) /
		       TIME_DAY_US;

	assert_int_equal(suite_payment(suite, provider, subscription->payment)->amount->minor,
			 34800);
	assert_true(days == 365 || days == 366);
}

static ListJournalEntriesResponse *journal_of(struct suite *suite, char *subscription)
{
	ProtobufCService *service =
	    suite_as(suite, ROLE__ROLE_MANAGER, "manager", &journal_service__descriptor);
	ListJournalEntriesRequest request = LIST_JOURNAL_ENTRIES_REQUEST__INIT;
	ListJournalEntriesResponse *reply;

	request.parent = (char *)(uintptr_t)SUITE_PARENT;
	request.subscription = subscription;
	SUITE_CALL(suite, service, journal_service__list_journal_entries, &request, &reply, 0);
	return reply;
}

static void test_a_paid_period_is_in_the_journal_once_and_balances(void **state)
{
	struct suite *suite = *state;
	Subscription *subscription =
	    subscribe_and_pay(suite, suite_provider(suite), INTERVAL__INTERVAL_MONTHLY);
	ListJournalEntriesResponse *journal = journal_of(suite, subscription->name);
	size_t charges = 0;

	assert_int_equal(journal->n_journal_entries, 2);
	for (size_t i = 0; i < 2; i++) {
		const JournalEntry *entry = journal->journal_entries[i];
		int64_t sum = 0;

		for (size_t k = 0; k < entry->n_lines; k++)
			sum += entry->lines[k]->amount->minor;
		assert_int_equal(sum, 0);
		assert_string_equal(entry->subscription, subscription->name);
		if (entry->kind == JOURNAL_KIND__JOURNAL_KIND_CHARGE) {
			charges++;
			assert_int_equal(entry->n_lines, 3);
			assert_int_equal(call_instant(entry->period_start_time),
					 call_instant(subscription->period_start_time));
			assert_string_equal(entry->payment, "");
		} else {
			assert_int_equal(entry->n_lines, 2);
			assert_string_equal(entry->payment, subscription->payment);
		}
	}
	assert_int_equal(charges, 1);
}

static void test_x4_the_same_request_id_subscribes_once(void **state)
{
	struct suite *suite = *state;
	const char *provider = suite_provider(suite);
	Subscription *first;
	Subscription *again;

	assert_int_equal(
	    suite_subscribe(suite, provider, INTERVAL__INTERVAL_MONTHLY, "once", &first), 0);
	assert_int_equal(
	    suite_subscribe(suite, provider, INTERVAL__INTERVAL_MONTHLY, "once", &again), 0);
	assert_string_equal(again->name, first->name);
	assert_string_equal(again->etag, first->etag);
	assert_int_equal(
	    suite_subscribe(suite, provider, INTERVAL__INTERVAL_YEARLY, "once", &again),
	    REASON__REASON_REQUEST_ID_REUSED);
	assert_int_equal(
	    suite_subscribe(suite, provider, INTERVAL__INTERVAL_MONTHLY, "other", &again),
	    REASON__REASON_ALREADY_SUBSCRIBED);
}

static Exemption *exempt(struct suite *suite, const char *provider, int expected)
{
	ProtobufCService *service =
	    suite_as(suite, ROLE__ROLE_MANAGER, "manager", &exemption_service__descriptor);
	CreateExemptionRequest request = CREATE_EXEMPTION_REQUEST__INIT;
	Exemption asked = EXEMPTION__INIT;
	Exemption *reply;

	asked.provider = suite_provider_name(suite, provider);
	asked.note = (char *)(uintptr_t) "fondatrice de la plateforme";
	request.parent = (char *)(uintptr_t)SUITE_PARENT;
	request.exemption = &asked;
	SUITE_CALL(suite, service, exemption_service__create_exemption, &request, &reply, expected);
	return reply;
}

static Exemption *end_exemption(struct suite *suite, const Exemption *exemption, int expected)
{
	ProtobufCService *service =
	    suite_as(suite, ROLE__ROLE_MANAGER, "manager", &exemption_service__descriptor);
	DeleteExemptionRequest request = DELETE_EXEMPTION_REQUEST__INIT;
	Exemption *reply;

	request.name = exemption->name;
	request.etag = exemption->etag;
	SUITE_CALL(suite, service, exemption_service__delete_exemption, &request, &reply, expected);
	return reply;
}

static Exemption *read_exemption(struct suite *suite, char *name)
{
	ProtobufCService *service =
	    suite_as(suite, ROLE__ROLE_AGENT, "agent", &exemption_service__descriptor);
	GetExemptionRequest request = GET_EXEMPTION_REQUEST__INIT;
	Exemption *reply;

	request.name = name;
	SUITE_CALL(suite, service, exemption_service__get_exemption, &request, &reply, 0);
	return reply;
}

static void test_s6_an_exempt_provider_is_entitled_and_never_billed(void **state)
{
	struct suite *suite = *state;
	const char *provider = suite_provider(suite);
	Exemption *exemption = exempt(suite, provider, 0);
	struct token_claims claims = claims_of(suite, suite_entitlement(suite, provider));
	int64_t version = number_of(&claims, "version");
	Subscription *subscription;
	Exemption *ended;

	assert_string_equal(token_claim_text(&claims, "basis"), "EXEMPT");
	assert_int_equal(number_of(&claims, "until"), 0);
	exempt(suite, provider, REASON__REASON_ALREADY_EXISTS);
	exempt(suite, "nobody", REASON__REASON_INVALID_ARGUMENT);
	assert_int_equal(
	    suite_subscribe(suite, provider, INTERVAL__INTERVAL_MONTHLY, "", &subscription),
	    REASON__REASON_EXEMPT);

	ended = end_exemption(suite, exemption, 0);
	assert_non_null(ended->end_time);
	assert_string_equal(ended->etag, "2");
	assert_int_equal(suite_entitlement(suite, provider)->reason,
			 REASON__REASON_SUBSCRIPTION_INACTIVE);
	end_exemption(suite, exemption, 0); /* Ending it twice gives the same. */

	exempt(suite, provider, 0);
	exemption = read_exemption(suite, exemption->name);
	assert_string_equal(exemption->etag, "3");
	assert_null(exemption->end_time);
	assert_string_equal(exemption->note, "fondatrice de la plateforme");
	claims = claims_of(suite, suite_entitlement(suite, provider));
	assert_true(number_of(&claims, "version") > version);
	end_exemption(suite, ended, REASON__REASON_ETAG_MISMATCH);
}

static void test_a_provider_sees_its_own_only(void **state)
{
	struct suite *suite = *state;
	const char *owner = suite_provider(suite);
	const char *other = suite_provider(suite);
	ProtobufCService *service;
	GetSubscriptionRequest get = GET_SUBSCRIPTION_REQUEST__INIT;
	ListPaymentsRequest list = LIST_PAYMENTS_REQUEST__INIT;
	BatchGetEntitlementsRequest batch = BATCH_GET_ENTITLEMENTS_REQUEST__INIT;
	char *names[] = {suite_provider_name(suite, other), suite_provider_name(suite, owner)};
	Subscription *subscription;
	ListPaymentsResponse *payments;
	BatchGetEntitlementsResponse *entitlements;

	assert_int_equal(
	    suite_subscribe(suite, owner, INTERVAL__INTERVAL_MONTHLY, "", &subscription), 0);
	get.name = subscription->name;
	service = suite_as(suite, ROLE__ROLE_PROVIDER, other, &subscription_service__descriptor);
	SUITE_CALL(suite, service, subscription_service__get_subscription, &get, &subscription,
		   REASON__REASON_NOT_FOUND);

	list.parent = (char *)(uintptr_t)SUITE_PARENT;
	service = suite_as(suite, ROLE__ROLE_PROVIDER, other, &payment_service__descriptor);
	SUITE_CALL(suite, service, payment_service__list_payments, &list, &payments, 0);
	assert_int_equal(payments->n_payments, 0);
	service = suite_as(suite, ROLE__ROLE_PROVIDER, owner, &payment_service__descriptor);
	SUITE_CALL(suite, service, payment_service__list_payments, &list, &payments, 0);
	assert_int_equal(payments->n_payments, 1);

	batch.parent = (char *)(uintptr_t)SUITE_PARENT;
	batch.providers = names;
	batch.n_providers = 2;
	service = suite_as(suite, ROLE__ROLE_PROVIDER, other, &entitlement_service__descriptor);
	SUITE_CALL(suite, service, entitlement_service__batch_get_entitlements, &batch,
		   &entitlements, REASON__REASON_NOT_FOUND);
	batch.n_providers = 1;
	service = suite_as(suite, ROLE__ROLE_PROVIDER, other, &entitlement_service__descriptor);
	SUITE_CALL(suite, service, entitlement_service__batch_get_entitlements, &batch,
		   &entitlements, 0);
}

static size_t count_subscriptions(struct suite *suite, const char *provider,
				  SubscriptionState state)
{
	ProtobufCService *service =
	    suite_as(suite, ROLE__ROLE_AGENT, "agent", &subscription_service__descriptor);
	ListSubscriptionsRequest request = LIST_SUBSCRIPTIONS_REQUEST__INIT;
	ListSubscriptionsResponse *reply;

	request.parent = (char *)(uintptr_t)SUITE_PARENT;
	request.provider = suite_provider_name(suite, provider);
	request.state = state;
	SUITE_CALL(suite, service, subscription_service__list_subscriptions, &request, &reply, 0);
	return reply->n_subscriptions;
}

static void test_s2_a_subscription_whose_period_is_over_gives_way(void **state)
{
	struct suite *suite = *state;
	const char *provider = suite_provider(suite);
	Subscription *former = subscribe_and_pay(suite, provider, INTERVAL__INTERVAL_MONTHLY);
	Subscription *next;

	test_database_execute(
	    "billing",
	    arena_text(suite->arena,
		       "UPDATE subscription SET period_end_us = period_start_us WHERE id = '%s'",
		       strrchr(former->name, '/') + 1));
	assert_int_equal(suite_entitlement(suite, provider)->reason,
			 REASON__REASON_SUBSCRIPTION_INACTIVE);
	next = subscribe_and_pay(suite, provider, INTERVAL__INTERVAL_YEARLY);
	assert_int_equal(suite_entitlement(suite, provider)->reason, 0);
	assert_int_equal(suite_subscription(suite, provider, former->name)->state,
			 SUBSCRIPTION(EXPIRED));
	assert_int_equal(next->state, SUBSCRIPTION(ACTIVE));
	assert_int_equal(count_subscriptions(suite, provider, SUBSCRIPTION(UNSPECIFIED)), 2);
	assert_int_equal(count_subscriptions(suite, provider, SUBSCRIPTION(ACTIVE)), 1);
}

static void test_entitlements_come_in_the_order_asked_known_or_not(void **state)
{
	struct suite *suite = *state;
	const char *paying = suite_provider(suite);
	const char *unknown = suite_provider(suite);
	ProtobufCService *service;
	BatchGetEntitlementsRequest request = BATCH_GET_ENTITLEMENTS_REQUEST__INIT;
	char *names[] = {suite_provider_name(suite, unknown), suite_provider_name(suite, paying)};
	BatchGetEntitlementsResponse *reply;

	subscribe_and_pay(suite, paying, INTERVAL__INTERVAL_MONTHLY);
	request.parent = (char *)(uintptr_t)SUITE_PARENT;
	request.providers = names;
	request.n_providers = 2;
	service = suite_as(suite, ROLE__ROLE_AGENT, "agent", &entitlement_service__descriptor);
	SUITE_CALL(suite, service, entitlement_service__batch_get_entitlements, &request, &reply,
		   0);
	assert_int_equal(reply->n_entitlements, 2);
	assert_string_equal(reply->entitlements[0]->provider, names[0]);
	assert_int_equal(reply->entitlements[0]->reason, REASON__REASON_SUBSCRIPTION_INACTIVE);
	assert_string_equal(reply->entitlements[1]->provider, names[1]);
	assert_string_not_equal(reply->entitlements[1]->statement, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_s1_before_subscriptions_are_on_nobody_is_gated),
	    cmocka_unit_test(test_s10_the_gate_opens_when_the_first_payment_is_paid),
	    cmocka_unit_test(test_s10_a_first_payment_under_way_opens_nothing),
	    cmocka_unit_test(test_a_year_is_paid_at_the_yearly_price),
	    cmocka_unit_test(test_a_paid_period_is_in_the_journal_once_and_balances),
	    cmocka_unit_test(test_x4_the_same_request_id_subscribes_once),
	    cmocka_unit_test(test_s6_an_exempt_provider_is_entitled_and_never_billed),
	    cmocka_unit_test(test_a_provider_sees_its_own_only),
	    cmocka_unit_test(test_s2_a_subscription_whose_period_is_over_gives_way),
	    cmocka_unit_test(test_entitlements_come_in_the_order_asked_known_or_not),
	};

	return cmocka_run_group_tests(tests, suite_set_up, suite_tear_down);
}
