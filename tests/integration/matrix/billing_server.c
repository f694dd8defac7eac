/* SPDX-License-Identifier: Apache-2.0 */
/* svc-billing for the matrix: a subscription with its first payment, and an exemption, on platform
 * A. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "contract/field.h"
#include "db/migrate.h"
#include "matrix.h"
#include "service/work_service.h"
#include "services.h"
#include "settings.h"
#include "support/suite.h"
#include "webhook.h"

#define METHOD(service, method) "/entremise.billing.v1." service "/" method
#define PARENT (char *)"platforms/" PLATFORM_A
#define PROVIDER "01jd8w3v5k0000000000000001"
#define EXEMPT "01jd8w3v5k0000000000000002"

extern const struct embedded_file service_files[];

const char *const server_package = "entremise.billing.v1";
const bool server_is_gateway = false;

static const struct suite_caller gateway = {ROLE__ROLE_SERVICE, "gateway", PLATFORM_A};
static const struct suite_caller manager = {ROLE__ROLE_MANAGER, "m1", PLATFORM_A};
static const struct suite_caller provider = {ROLE__ROLE_PROVIDER, PROVIDER, PLATFORM_A};

static struct suite *suite;
static struct arena *arena;

struct suite *server_begin(void)
{
	static struct billing_settings settings = {.mollie_url = "http://127.0.0.1:1",
						   .webhook_listen = "127.0.0.1:0",
						   .webhook_url = "http://127.0.0.1:1"};
	static ProtobufCService *services[] = {
	    &entitlement_service.base,	 &exemption_service.base,
	    &journal_service.base,	 &payment_key_service.base,
	    &payment_service.base,	 &plan_price_service.base,
	    &subscription_service.base,	 &subscription_settings_service.base,
	    &platform_sync_service.base, NULL};
	static struct suite_service service = {.name = "billing",
					       .services = services,
					       .settings = &settings,
					       .begin = webhook_begin,
					       .end = webhook_end};

	service.migrations = service_files;
	suite = suite_start(&service);
	arena = arena_create();
	return suite;
}

void server_end(void)
{
	suite_stop(suite);
	arena_destroy(arena);
}

static void *call_ok(struct suite_caller caller, const char *path, const ProtobufCMessage *request)
{
	ProtobufCMessage *reply;
	struct status status = suite_call(suite, caller, arena, path, request, &reply);

	if (status.reason != 0)
		fail_msg("%s: %s %s", path, contract_reason(status.reason)->name,
			 status.message ? status.message : "");
	return reply;
}

static void add_platform(const char *name)
{
	PlatformSettings settings = PLATFORM_SETTINGS__INIT;
	ApplyPlatformRequest request = APPLY_PLATFORM_REQUEST__INIT;
	Module modules[] = {MODULE__MODULE_PROVIDERS, MODULE__MODULE_INDEPENDENT_PROVIDERS};

	settings.platform = arena_text(arena, "platforms/%s", name);
	settings.version = 1;
	settings.display_name = (char *)"Test";
	settings.edition = EDITION__EDITION_PRO;
	settings.modules = modules;
	settings.n_modules = 2;
	settings.time_zone = (char *)"Europe/Paris";
	settings.currency = (char *)"EUR";
	settings.language = (char *)"fr";
	request.settings = &settings;
	call_ok(gateway, "/entremise.common.v1.PlatformSyncService/ApplyPlatform", &request.base);
}

static void switch_on(void)
{
	UpdateSubscriptionSettingsRequest request = UPDATE_SUBSCRIPTION_SETTINGS_REQUEST__INIT;
	SubscriptionSettings settings = SUBSCRIPTION_SETTINGS__INIT;
	SetPaymentKeyRequest key = SET_PAYMENT_KEY_REQUEST__INIT;

	settings.name = (char *)"platforms/" PLATFORM_A "/subscriptionSettings";
	settings.enabled = true;
	settings.vat_basis_points = 2000;
	request.subscription_settings = &settings;
	call_ok(manager, METHOD("SubscriptionSettingsService", "UpdateSubscriptionSettings"),
		&request.base);
	key.name = (char *)"platforms/" PLATFORM_A "/paymentKey";
	key.key = (char *)"test_Geheimnis0123456789";
	call_ok(manager, METHOD("PaymentKeyService", "SetPaymentKey"), &key.base);
}

static PlanPrice *add_price(void)
{
	CreatePlanPriceRequest request = CREATE_PLAN_PRICE_REQUEST__INIT;
	PlanPrice version = PLAN_PRICE__INIT;
	Money monthly = MONEY__INIT, yearly = MONEY__INIT;

	monthly.minor = 2900;
	yearly.minor = 29000;
	monthly.currency = yearly.currency = (char *)"EUR";
	version.monthly = &monthly;
	version.yearly = &yearly;
	request.parent = PARENT;
	request.plan_price = &version;
	return call_ok(manager, METHOD("PlanPriceService", "CreatePlanPrice"), &request.base);
}

static Subscription *subscribe(void)
{
	CreateSubscriptionRequest request = CREATE_SUBSCRIPTION_REQUEST__INIT;
	Subscription asked = SUBSCRIPTION__INIT;

	asked.interval = INTERVAL__INTERVAL_MONTHLY;
	request.parent = PARENT;
	request.subscription = &asked;
	request.redirect_url = (char *)"https://example.org/Geheimnis";
	return call_ok(provider, METHOD("SubscriptionService", "CreateSubscription"),
		       &request.base);
}

static Exemption *exempt(void)
{
	CreateExemptionRequest request = CREATE_EXEMPTION_REQUEST__INIT;
	Exemption exemption = EXEMPTION__INIT;

	exemption.provider = (char *)"platforms/" PLATFORM_A "/providers/" EXEMPT;
	exemption.note = (char *)"Geheimnis";
	request.parent = PARENT;
	request.exemption = &exemption;
	return call_ok(manager, METHOD("ExemptionService", "CreateExemption"), &request.base);
}

void server_populate(struct matrix *matrix)
{
	Subscription *subscription;

	add_platform(PLATFORM_A);
	add_platform(PLATFORM_B);
	switch_on();
	matrix_add_name(matrix, add_price()->name, false);
	subscription = subscribe();
	matrix_add_name(matrix, subscription->name, true);
	matrix_add_name(matrix, subscription->payment, true);
	matrix_add_name(matrix, "platforms/" PLATFORM_A "/providers/" PROVIDER, true);
	matrix_add_name(matrix, exempt()->name, false);
	matrix->subjects[ROLE__ROLE_PROVIDER] = PROVIDER;
}
