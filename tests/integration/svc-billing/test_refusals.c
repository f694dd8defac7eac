/* SPDX-License-Identifier: Apache-2.0 */
/* What billing refuses, each with its reason. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "entremise/billing/v1/payment_key.pb-c.h"
#include "entremise/billing/v1/plan_price.pb-c.h"
#include "entremise/billing/v1/subscription_settings.pb-c.h"
#include "entremise/common/v1/money.pb-c.h"
#include "entremise/common/v1/platform.pb-c.h"
#include "google/protobuf/field_mask.pb-c.h"
#include "suite.h"

#define TEXT_OF(literal) ((char *)(uintptr_t)(literal))

/* What a settings update asks for. */
struct wanted {
	bool enabled;
	int64_t enforced_from_us;
	const char *etag;
	const char *path; /* of the mask */
};

static SubscriptionSettings *update(struct suite *suite, const struct wanted *wanted, int expected)
{
	ProtobufCService *service = suite_as(suite, ROLE__ROLE_MANAGER, "manager",
					     &subscription_settings_service__descriptor);
	UpdateSubscriptionSettingsRequest request = UPDATE_SUBSCRIPTION_SETTINGS_REQUEST__INIT;
	Google__Protobuf__FieldMask mask = GOOGLE__PROTOBUF__FIELD_MASK__INIT;
	SubscriptionSettings settings = SUBSCRIPTION_SETTINGS__INIT;
	Google__Protobuf__Timestamp instant = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	char *paths[] = {TEXT_OF(wanted->path)};
	SubscriptionSettings *reply;

	settings.name = TEXT_OF(SUITE_PARENT "/subscriptionSettings");
	settings.enabled = wanted->enabled;
	settings.etag = wanted->etag ? TEXT_OF(wanted->etag) : settings.etag;
	instant.seconds = wanted->enforced_from_us / TIME_SECOND_US;
	settings.enforced_from = wanted->enforced_from_us ? &instant : NULL;
	mask.paths = paths;
	mask.n_paths = 1;
	request.subscription_settings = &settings;
	request.update_mask = &mask;
	SUITE_CALL(suite, service, subscription_settings_service__update_subscription_settings,
		   &request, &reply, expected);
	return reply;
}

static void test_s1_subscriptions_need_the_edition_and_the_module(void **state)
{
	const struct wanted on = {.enabled = true, .path = "enabled"};
	struct suite *suite = *state;

	suite_apply_platform(suite, 2, EDITION__EDITION_BASIC, true);
	update(suite, &on, REASON__REASON_EDITION_TOO_LOW);
	suite_apply_platform(suite, 3, EDITION__EDITION_PRO, false);
	update(suite, &on, REASON__REASON_MODULE_OFF);
	/* Older settings that arrive late change nothing. */
	suite_apply_platform(suite, 1, EDITION__EDITION_PRO, true);
	update(suite, &on, REASON__REASON_MODULE_OFF);
	/* Off needs nothing. */
	update(suite, &(struct wanted){.enabled = false, .path = "enabled"}, 0);
	suite_apply_platform(suite, 4, EDITION__EDITION_ENTERPRISE, true);
}

static void test_settings_begin_with_their_defaults_and_keep_an_etag(void **state)
{
	struct suite *suite = *state;
	SubscriptionSettings *first =
	    update(suite, &(struct wanted){.enabled = true, .path = "enabled"}, 0);
	SubscriptionSettings *second;

	assert_true(first->enabled && first->apply_new_prices_to_existing);
	assert_int_equal(first->grace_days, 7);
	assert_int_equal(first->price_notice_days, 30);
	second = update(
	    suite, &(struct wanted){.enabled = false, .etag = first->etag, .path = "enabled"}, 0);
	assert_string_not_equal(second->etag, first->etag);
	update(suite, &(struct wanted){.enabled = true, .etag = first->etag, .path = "enabled"},
	       REASON__REASON_ETAG_MISMATCH);
	update(suite, &(struct wanted){.path = "update_time"}, REASON__REASON_INVALID_ARGUMENT);
}

static PlanPrice *create_price(struct suite *suite, int64_t monthly, const char *currency,
			       int64_t effective_us, int expected)
{
	ProtobufCService *service =
	    suite_as(suite, ROLE__ROLE_MANAGER, "manager", &plan_price_service__descriptor);
	CreatePlanPriceRequest request = CREATE_PLAN_PRICE_REQUEST__INIT;
	Google__Protobuf__Timestamp instant = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	PlanPrice version = PLAN_PRICE__INIT;
	Money amounts[2] = {MONEY__INIT, MONEY__INIT};
	PlanPrice *reply;

	amounts[0].minor = monthly;
	amounts[1].minor = 10 * monthly;
	amounts[0].currency = amounts[1].currency = TEXT_OF(currency);
	version.monthly = &amounts[0];
	version.yearly = &amounts[1];
	instant.seconds = effective_us / TIME_SECOND_US;
	version.effective_time = effective_us ? &instant : NULL;
	request.parent = TEXT_OF(SUITE_PARENT);
	request.plan_price = &version;
	SUITE_CALL(suite, service, plan_price_service__create_plan_price, &request, &reply,
		   expected);
	return reply;
}

static void set_key(struct suite *suite, const char *key, int expected)
{
	ProtobufCService *service =
	    suite_as(suite, ROLE__ROLE_MANAGER, "manager", &payment_key_service__descriptor);
	SetPaymentKeyRequest request = SET_PAYMENT_KEY_REQUEST__INIT;
	PaymentKey *reply;

	request.name = TEXT_OF(SUITE_PARENT "/paymentKey");
	request.key = TEXT_OF(key);
	SUITE_CALL(suite, service, payment_key_service__set_payment_key, &request, &reply,
		   expected);
}

static void test_s9_subscribing_needs_the_platform_to_be_ready(void **state)
{
	struct suite *suite = *state;
	const char *provider = suite_provider(suite);
	Subscription *none;

	update(suite, &(struct wanted){.enabled = false, .path = "enabled"}, 0);
	assert_int_equal(suite_subscribe(suite, provider, INTERVAL__INTERVAL_MONTHLY, "", &none),
			 REASON__REASON_SUBSCRIPTIONS_OFF);
	update(suite, &(struct wanted){.enabled = true, .path = "enabled"}, 0);
	assert_int_equal(suite_subscribe(suite, provider, INTERVAL__INTERVAL_MONTHLY, "", &none),
			 REASON__REASON_PAYMENT_KEY_MISSING);
	set_key(suite, suite->simulator->key, 0);
	assert_int_equal(suite_subscribe(suite, provider, INTERVAL__INTERVAL_MONTHLY, "", &none),
			 REASON__REASON_NO_PLAN_PRICE);
	create_price(suite, 2900, "EUR", time_real_us() + TIME_DAY_US, 0);
	assert_int_equal(suite_subscribe(suite, provider, INTERVAL__INTERVAL_MONTHLY, "", &none),
			 REASON__REASON_NO_PLAN_PRICE);
	/* Nothing of the refused attempts is left. */
	assert_int_equal(suite_count("SELECT COUNT(*) FROM billing_account"), 0);
	create_price(suite, 2900, "EUR", 0, 0);
	assert_int_equal(
	    suite_subscribe(suite, provider, INTERVAL__INTERVAL_UNSPECIFIED, "", &none),
	    REASON__REASON_INVALID_ARGUMENT);
	assert_int_equal(suite_subscribe(suite, provider, INTERVAL__INTERVAL_MONTHLY, "", &none),
			 0);
	assert_int_equal(suite_subscribe(suite, provider, INTERVAL__INTERVAL_YEARLY, "", &none),
			 REASON__REASON_ALREADY_SUBSCRIBED);
}

static void test_s2_a_price_is_positive_in_the_platforms_currency_and_never_backdated(void **state)
{
	struct suite *suite = *state;

	create_price(suite, 0, "EUR", 0, REASON__REASON_INVALID_ARGUMENT);
	create_price(suite, -2900, "EUR", 0, REASON__REASON_INVALID_ARGUMENT);
	create_price(suite, 2900, "USD", 0, REASON__REASON_INVALID_ARGUMENT);
	create_price(suite, 2900, "EUR", time_real_us() - TIME_DAY_US, REASON__REASON_BACKDATED);
}

static void test_s2_a_subscription_pins_the_version_in_force(void **state)
{
	struct suite *suite = *state;
	PlanPrice *version = create_price(suite, 3100, "EUR", 0, 0);
	Subscription *subscription;

	create_price(suite, 3500, "EUR", time_real_us() + TIME_HOUR_US, 0);
	assert_int_equal(suite_subscribe(suite, suite_provider(suite), INTERVAL__INTERVAL_MONTHLY,
					 "", &subscription),
			 0);
	assert_string_equal(subscription->plan_price, version->name);
}

static void test_s2_the_history_is_listed_page_by_page(void **state)
{
	struct suite *suite = *state;
	ListPlanPricesRequest request = LIST_PLAN_PRICES_REQUEST__INIT;
	ListPlanPricesResponse *reply;
	int64_t former_us = INT64_MAX;
	int64_t listed = 0;

	request.parent = TEXT_OF(SUITE_PARENT);
	request.page_size = 1;
	do {
		ProtobufCService *service =
		    suite_as(suite, ROLE__ROLE_AGENT, "agent", &plan_price_service__descriptor);

		SUITE_CALL(suite, service, plan_price_service__list_plan_prices, &request, &reply,
			   0);
		assert_int_equal(reply->n_plan_prices, 1);
		assert_true(call_instant(reply->plan_prices[0]->effective_time) <= former_us);
		former_us = call_instant(reply->plan_prices[0]->effective_time);
		request.page_token = reply->next_page_token;
		listed++;
	} while (*request.page_token);
	assert_int_equal(listed, suite_count("SELECT COUNT(*) FROM plan_price"));
}

static void test_x1_a_test_platform_takes_no_live_key(void **state)
{
	struct suite *suite = *state;
	char *stored;

	set_key(suite, "live_abcdefghijklmnopqrstuvwxyz0123", REASON__REASON_PAYMENT_KEY_MODE);
	set_key(suite, "sandbox_abcdefghijklmnopqrstuvwxyz", REASON__REASON_INVALID_ARGUMENT);
	set_key(suite, "test_abcdefghijk lmnopqrstuvwxyz", REASON__REASON_INVALID_ARGUMENT);
	/* What is stored says nothing of the key. */
	stored = suite->simulator->key;
	assert_int_equal(suite_count(arena_text(suite->arena,
						"SELECT COUNT(*) FROM payment_key WHERE "
						"LOCATE('%s', sealed_key) > 0",
						stored)),
			 0);
	assert_int_equal(suite_count("SELECT LENGTH(sealed_key) > 70 FROM payment_key"), 1);
}

static void test_s1_enforcement_may_be_deferred(void **state)
{
	struct suite *suite = *state;
	int64_t from_us = (time_real_us() / TIME_SECOND_US + 3600) * TIME_SECOND_US;
	Entitlement *entitlement;

	update(suite, &(struct wanted){.enforced_from_us = from_us, .path = "enforced_from"}, 0);
	entitlement = suite_entitlement(suite, suite_provider(suite));
	assert_int_equal(entitlement->reason, 0);
	assert_int_equal(call_instant(entitlement->until_time), from_us);
	update(suite, &(struct wanted){.path = "enforced_from"}, 0);
	entitlement = suite_entitlement(suite, suite_provider(suite));
	assert_int_equal(entitlement->reason, REASON__REASON_SUBSCRIPTION_INACTIVE);
}

static void test_what_is_stored_can_be_read(void **state)
{
	struct suite *suite = *state;
	ProtobufCService *service;
	GetSubscriptionSettingsRequest get_settings = GET_SUBSCRIPTION_SETTINGS_REQUEST__INIT;
	GetPaymentKeyRequest get_key = GET_PAYMENT_KEY_REQUEST__INIT;
	GetPlanPriceRequest get_price = GET_PLAN_PRICE_REQUEST__INIT;
	PlanPrice *made = create_price(suite, 4200, "EUR", 0, 0);
	SubscriptionSettings *settings;
	PaymentKey *key;
	PlanPrice *price;

	get_settings.name = TEXT_OF(SUITE_PARENT "/subscriptionSettings");
	service = suite_as(suite, ROLE__ROLE_PROVIDER, "someone",
			   &subscription_settings_service__descriptor);
	SUITE_CALL(suite, service, subscription_settings_service__get_subscription_settings,
		   &get_settings, &settings, 0);
	assert_string_equal(settings->name, get_settings.name);
	assert_string_not_equal(settings->etag, "");

	get_key.name = TEXT_OF(SUITE_PARENT "/paymentKey");
	service = suite_as(suite, ROLE__ROLE_MANAGER, "manager", &payment_key_service__descriptor);
	SUITE_CALL(suite, service, payment_key_service__get_payment_key, &get_key, &key, 0);
	assert_string_equal(key->last_characters, "0000");
	assert_int_equal(key->mode, PAYMENT_KEY__MODE__MODE_TEST);

	get_price.name = made->name;
	service = suite_as(suite, ROLE__ROLE_PROVIDER, "someone", &plan_price_service__descriptor);
	SUITE_CALL(suite, service, plan_price_service__get_plan_price, &get_price, &price, 0);
	assert_int_equal(price->monthly->minor, 4200);
	assert_int_equal(price->yearly->minor, 42000);
	assert_string_equal(price->yearly->currency, "EUR");
	assert_string_equal(price->etag, "1");
}

static void test_roles_are_kept_apart(void **state)
{
	struct suite *suite = *state;
	ListPlanPricesRequest list = LIST_PLAN_PRICES_REQUEST__INIT;
	NotePaymentPingRequest ping = NOTE_PAYMENT_PING_REQUEST__INIT;
	ListPlanPricesResponse *prices;
	struct Google__Protobuf__Empty *empty;
	ProtobufCService *service;

	list.parent = TEXT_OF(SUITE_PARENT);
	service = suite_as(suite, ROLE__ROLE_CLIENT, "client", &plan_price_service__descriptor);
	SUITE_CALL(suite, service, plan_price_service__list_plan_prices, &list, &prices,
		   REASON__REASON_PERMISSION_DENIED);
	list.parent = TEXT_OF("platforms/other");
	service = suite_as(suite, ROLE__ROLE_MANAGER, "manager", &plan_price_service__descriptor);
	SUITE_CALL(suite, service, plan_price_service__list_plan_prices, &list, &prices,
		   REASON__REASON_NOT_FOUND);
	ping.name = TEXT_OF(SUITE_PARENT "/payments/01jd8w3v5k0000000000000001");
	service = suite_as(suite, ROLE__ROLE_MANAGER, "manager", &payment_service__descriptor);
	SUITE_CALL(suite, service, payment_service__note_payment_ping, &ping, &empty,
		   REASON__REASON_PERMISSION_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_s1_subscriptions_need_the_edition_and_the_module),
	    cmocka_unit_test(test_settings_begin_with_their_defaults_and_keep_an_etag),
	    cmocka_unit_test(test_s9_subscribing_needs_the_platform_to_be_ready),
	    cmocka_unit_test(
		test_s2_a_price_is_positive_in_the_platforms_currency_and_never_backdated),
	    cmocka_unit_test(test_s2_a_subscription_pins_the_version_in_force),
	    cmocka_unit_test(test_s2_the_history_is_listed_page_by_page),
	    cmocka_unit_test(test_x1_a_test_platform_takes_no_live_key),
	    cmocka_unit_test(test_s1_enforcement_may_be_deferred),
	    cmocka_unit_test(test_what_is_stored_can_be_read),
	    cmocka_unit_test(test_roles_are_kept_apart),
	};

	return cmocka_run_group_tests(tests, suite_set_up, suite_tear_down);
}
