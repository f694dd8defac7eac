/* SPDX-License-Identifier: Apache-2.0 */
/* Payments that fail, answers that are lost, pings that are forged, repeated or too many. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/time.h"
#include "contract/contract.h"
#include "crypto/token_key.h"
#include "entremise/billing/v1/payment_key.pb-c.h"
#include "entremise/common/v1/money.pb-c.h"
#include "http/http_client.h"
#include "suite.h"

#define PAYMENT(name) PAYMENT_STATE__PAYMENT_STATE_##name
#define SUBSCRIPTION(name) SUBSCRIPTION_STATE__SUBSCRIPTION_STATE_##name
#define RIVALS 16

static int set_up(void **state)
{
	suite_set_up(state);
	suite_open(*state);
	return 0;
}

static Payment *subscribe(struct suite *suite, const char *provider, Subscription **subscription)
{
	assert_int_equal(
	    suite_subscribe(suite, provider, INTERVAL__INTERVAL_MONTHLY, "", subscription), 0);
	return suite_await_payment(suite, provider, (*subscription)->payment, PAYMENT(REQUESTED));
}

static void set_faults(struct suite *suite, json_t *faults)
{
	json_decref(simulator_call(suite->simulator, "POST", "/control/faults", faults, 200));
}

/* How many payments the payment provider has for an obligation. */
static json_int_t payments_for(struct suite *suite, const char *subscription)
{
	json_t *all = simulator_call(suite->simulator, "GET", "/control/payments", NULL, 200);
	const json_t *payments = json_object_get(all, "payments");
	json_int_t count = 0;
	const json_t *payment;
	size_t index;

	json_array_foreach(payments, index, payment) count +=
	    strcmp(simulator_text(payment, "metadata.obligation"), subscription) == 0;
	json_decref(all);
	return count;
}

static void test_s10_a_first_payment_that_fails_lets_the_provider_try_again(void **state)
{
	static const struct {
		const char *form;
		PaymentState state;
	} ends[] = {{"status=failed", PAYMENT(FAILED)},
		    {"status=canceled", PAYMENT(CANCELED)},
		    {"status=expired", PAYMENT(EXPIRED)}};
	struct suite *suite = *state;
	const char *provider = suite_provider(suite);

	for (size_t i = 0; i < 3; i++) {
		Subscription *subscription;
		Payment *payment = subscribe(suite, provider, &subscription);

		simulator_checkout(suite->simulator, payment->external_id, ends[i].form, 303);
		payment = suite_await_payment(suite, provider, payment->name, PAYMENT(OPEN));
		assert_int_equal(payment->state, ends[i].state);
		assert_string_not_equal(payment->failure, "");
		assert_string_equal(payment->checkout_url, "");
		subscription = suite_subscription(suite, provider, subscription->name);
		assert_int_equal(subscription->state, SUBSCRIPTION(FAILED));
		assert_int_equal(suite_entitlement(suite, provider)->reason,
				 REASON__REASON_SUBSCRIPTION_INACTIVE);
	}
	/* It is one customer to the payment provider. */
	assert_int_equal(suite_count("SELECT COUNT(DISTINCT customer_id) FROM billing_account"), 1);
	assert_int_equal(suite_count("SELECT COUNT(*) FROM journal_entry"), 0);
}

static void set_key(struct suite *suite, const char *key)
{
	ProtobufCService *keys =
	    suite_as(suite, ROLE__ROLE_MANAGER, "manager", &payment_key_service__descriptor);
	SetPaymentKeyRequest request = SET_PAYMENT_KEY_REQUEST__INIT;
	PaymentKey *reply;

	request.name = arena_text(suite->arena, "%s/paymentKey", SUITE_PARENT);
	request.key = arena_text(suite->arena, "%s", key);
	SUITE_CALL(suite, keys, payment_key_service__set_payment_key, &request, &reply, 0);
}

/* The other account has never heard of the customer that the first one made. */
static void test_after_a_change_of_account_the_payer_is_made_known_anew(void **state)
{
	struct suite *suite = *state;
	const char *provider = suite_provider(suite);
	Subscription *subscription;
	Payment *payment = subscribe(suite, provider, &subscription);

	simulator_checkout(suite->simulator, payment->external_id, "status=failed", 303);
	suite_await_payment(suite, provider, payment->name, PAYMENT(OPEN));
	set_key(suite, "test_anotherAccountOfThePlatform0123456789");
	payment = subscribe(suite, provider, &subscription);
	assert_int_equal(payment->state, PAYMENT(FAILED));
	payment = subscribe(suite, provider, &subscription);
	assert_int_equal(payment->state, PAYMENT(OPEN));
	set_key(suite, suite->simulator->key);
}

/* The payment provider forgets its answers after a second here, so that looking first is what
 * counts.
 */
static void test_an_answer_that_was_lost_orders_no_second_payment(void **state)
{
	struct suite *suite = *state;
	const char *provider = suite_provider(suite);
	Subscription *subscription;
	Payment *payment = subscribe(suite, provider, &subscription);

	/* The payer is known from now on, so the next thing asked is the payment itself. */
	simulator_checkout(suite->simulator, payment->external_id, "status=failed", 303);
	suite_await_payment(suite, provider, payment->name, PAYMENT(OPEN));
	/* Executed, and no answer. */
	set_faults(suite, json_pack("{s:i, s:i}", "hang", 1, "hangMs", 12000));
	payment = subscribe(suite, provider, &subscription);
	assert_int_equal(payment->state, PAYMENT(OPEN));
	assert_int_equal(
	    suite_count(arena_text(suite->arena, "SELECT attempts FROM work WHERE resource = '%s'",
				   payment->name)),
	    2);
	assert_int_equal(payments_for(suite, subscription->name), 1);
	simulator_checkout(suite->simulator, payment->external_id, "status=paid", 303);
	payment = suite_await_payment(suite, provider, payment->name, PAYMENT(OPEN));
	assert_int_equal(payment->state, PAYMENT(PAID));
}

static void test_a_busy_payment_provider_is_asked_again(void **state)
{
	struct suite *suite = *state;
	Subscription *subscription;
	Payment *payment;

	set_faults(suite, json_pack("{s:i}", "tooMany", 1));
	payment = subscribe(suite, suite_provider(suite), &subscription);
	assert_int_equal(payment->state, PAYMENT(OPEN));
	assert_int_equal(payments_for(suite, subscription->name), 1);
}

static int ping(struct suite *suite, const char *method, const char *url)
{
	const struct http_header headers[] = {
	    {"Content-Type", "application/x-www-form-urlencoded"}};
	const struct http_outgoing outgoing = {.method = method,
					       .url = url,
					       .headers = headers,
					       .header_count = 1,
					       .body = "id=tr_forged",
					       .body_length = 12,
					       .timeout_ms = 10000};
	struct http_answer answer = {0};

	if (http_client_send(suite->simulator->client, &outgoing, suite->arena, &answer) !=
	    HTTP_ANSWERED)
		fail_msg("%s: %s", url, answer.cause);
	return answer.status;
}

/* The address at which the payment provider pings for this payment. */
static const char *webhook_of(struct suite *suite, const char *external_id)
{
	json_t *payment =
	    simulator_call(suite->simulator, "GET",
			   arena_text(suite->arena, "payments/%s", external_id), NULL, 200);
	const char *url = arena_text(suite->arena, "%s", simulator_text(payment, "webhookUrl"));

	json_decref(payment);
	return url;
}

static void test_a_forged_ping_is_answered_and_has_no_effect(void **state)
{
	struct suite *suite = *state;
	const char *provider = suite_provider(suite);
	Subscription *subscription;
	Payment *payment = subscribe(suite, provider, &subscription);
	const char *url = webhook_of(suite, payment->external_id);
	char *forged = arena_text(suite->arena, "%s", url);

	forged[strlen(forged) - 1] = forged[strlen(forged) - 1] == 'A' ? 'B' : 'A';
	assert_int_equal(ping(suite, "POST", forged), 200);
	assert_int_equal(
	    ping(suite, "POST",
		 arena_text(suite->arena, "http://127.0.0.1:%u/elsewhere", suite->webhook_port)),
	    200);
	assert_int_equal(ping(suite, "GET", url), 405);
	assert_int_equal(
	    suite_count(arena_text(suite->arena,
				   "SELECT SUM(wanted) FROM payment_news WHERE payment "
				   "= '%s'",
				   strrchr(payment->name, '/') + 1)),
	    0);
	assert_string_equal(suite_payment(suite, provider, payment->name)->etag, payment->etag);
}

static void test_many_pings_for_one_payment_are_one_effect(void **state)
{
	struct suite *suite = *state;
	const char *provider = suite_provider(suite);
	Subscription *subscription;
	Payment *payment = subscribe(suite, provider, &subscription);
	const char *url = webhook_of(suite, payment->external_id);
	const char *id = strrchr(subscription->name, '/') + 1;

	for (int i = 0; i < 5; i++)
		assert_int_equal(ping(suite, "POST", url), 200);
	set_faults(suite, json_pack("{s:i}", "duplicatePings", 1));
	simulator_checkout(suite->simulator, payment->external_id, "status=paid", 303);
	suite_await_payment(suite, provider, payment->name, PAYMENT(OPEN));
	simulator_await_silence(suite->simulator);
	for (int i = 0; i < 5; i++)
		assert_int_equal(ping(suite, "POST", url), 200);
	/* Every ping's work is done: none is waiting. */
	for (int i = 0; i < 1000 && suite_count("SELECT COUNT(*) FROM work WHERE state = 1"); i++)
		nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
	assert_int_equal(suite_count("SELECT COUNT(*) FROM work WHERE state = 1"), 0);
	assert_int_equal(suite_count("SELECT COUNT(*) FROM payment_news WHERE wanted > fetched"),
			 0);
	assert_int_equal(
	    suite_count(arena_text(
		suite->arena, "SELECT COUNT(*) FROM journal_entry WHERE subscription = '%s'", id)),
	    2);
	assert_int_equal(
	    suite_count(arena_text(
		suite->arena, "SELECT COUNT(*) FROM subscription_period WHERE subscription = '%s'",
		id)),
	    1);
	assert_int_equal(suite_count("SELECT COALESCE(SUM(amount_minor), 0) FROM journal_line"), 0);
}

/* One of those who subscribe at once. */
struct rival {
	pthread_t thread;
	struct suite *suite;
	const char *provider;
	int reason;
};

static void *compete(void *data)
{
	struct rival *rival = data;
	struct suite *suite = rival->suite;
	struct arena *arena = arena_create();
	struct call call = {.arena = arena,
			    .platform = SUITE_PLATFORM,
			    .environment = &suite->environment,
			    .trace = trace_new(),
			    .deadline_us = time_monotonic_us() + 20 * TIME_SECOND_US};
	CreateSubscriptionRequest request = CREATE_SUBSCRIPTION_REQUEST__INIT;
	Subscription asked = SUBSCRIPTION__INIT;
	Subscription *reply;

	call.actor = (struct actor){.role = ROLE__ROLE_PROVIDER,
				    .subject = rival->provider,
				    .platform = SUITE_PLATFORM,
				    .speaker = "gateway"};
	asked.interval = INTERVAL__INTERVAL_MONTHLY;
	request.parent = (char *)(uintptr_t)SUITE_PARENT;
	request.subscription = &asked;
	request.redirect_url = (char *)(uintptr_t) "https://domicile.example/";
	RPC_SEND(call_remote(&call, suite->billing, &subscription_service__descriptor),
		 subscription_service__create_subscription, &request, &reply);
	rival->reason = call_await(&call).reason;
	arena_destroy(arena);
	return NULL;
}

static void test_s2_of_many_at_once_one_subscribes(void **state)
{
	struct suite *suite = *state;
	const char *provider = suite_provider(suite);
	struct rival rivals[RIVALS];
	int won = 0;
	int lost = 0;

	for (size_t i = 0; i < RIVALS; i++) {
		rivals[i] = (struct rival){.suite = suite, .provider = provider};
		assert_int_equal(pthread_create(&rivals[i].thread, NULL, compete, &rivals[i]), 0);
	}
	for (size_t i = 0; i < RIVALS; i++) {
		pthread_join(rivals[i].thread, NULL);
		won += rivals[i].reason == 0;
		lost += rivals[i].reason == REASON__REASON_ALREADY_SUBSCRIBED ||
			rivals[i].reason == REASON__REASON_CONFLICT;
	}
	assert_int_equal(won, 1);
	assert_int_equal(lost, RIVALS - 1);
	assert_int_equal(
	    suite_count(arena_text(
		suite->arena, "SELECT COUNT(*) FROM subscription WHERE provider = '%s'", provider)),
	    1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_s10_a_first_payment_that_fails_lets_the_provider_try_again),
	    cmocka_unit_test(test_after_a_change_of_account_the_payer_is_made_known_anew),
	    cmocka_unit_test(test_an_answer_that_was_lost_orders_no_second_payment),
	    cmocka_unit_test(test_a_busy_payment_provider_is_asked_again),
	    cmocka_unit_test(test_a_forged_ping_is_answered_and_has_no_effect),
	    cmocka_unit_test(test_many_pings_for_one_payment_are_one_effect),
	    cmocka_unit_test(test_s2_of_many_at_once_one_subscribes),
	};

	return cmocka_run_group_tests(tests, set_up, suite_tear_down);
}
