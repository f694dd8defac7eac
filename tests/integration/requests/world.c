/* SPDX-License-Identifier: Apache-2.0 */
/* Builds what the tests of svc-requests speak about, through its own methods. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "clear_slot.h"
#include "crypto/token.h"
#include "durable/runner.h"
#include "entremise/common/v1/work.pb-c.h"
#include "entremise/requests/v1/row.pb-c.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "service/work_service.h"
#include "services.h"
#include "withdraw_applications.h"

extern const struct embedded_file service_files[];

struct suite *suite;
struct arena *arena;

const struct suite_caller gateway = {ROLE__ROLE_SERVICE, "gateway", PLATFORM};
const struct suite_caller manager = {ROLE__ROLE_MANAGER, "m1", PLATFORM};
const struct suite_caller agent = {ROLE__ROLE_AGENT, "a1", PLATFORM};

static const struct runner_kind work[] = {
    {"clear_slot", &clash_row__descriptor, clear_slot_attempt, clear_slot_report},
    {WITHDRAW_APPLICATIONS, &closed_row__descriptor, withdraw_applications_attempt,
     withdraw_applications_report},
    {0},
};

ProtobufCMessage *world_ok(struct suite_caller caller, const char *path,
			   const ProtobufCMessage *request)
{
	ProtobufCMessage *reply;
	struct status status = suite_call(suite, caller, arena, path, request, &reply);

	if (status.reason != 0)
		fail_msg("%s: %s %s", path, contract_reason(status.reason)->name,
			 status.message ? status.message : "");
	return reply;
}

void world_refused(int reason, struct suite_caller caller, const char *path,
		   const ProtobufCMessage *request)
{
	ProtobufCMessage *reply;
	struct status status = suite_call(suite, caller, arena, path, request, &reply);

	if (status.reason != reason)
		fail_msg("%s: %s, not %s", path,
			 status.reason ? contract_reason(status.reason)->name : "OK",
			 contract_reason(reason)->name);
}

static void add_platform(void)
{
	PlatformSettings settings = PLATFORM_SETTINGS__INIT;
	ApplyPlatformRequest request = APPLY_PLATFORM_REQUEST__INIT;
	Module modules[] = {MODULE__MODULE_PROVIDERS};

	settings.platform = (char *)"platforms/" PLATFORM;
	settings.version = 1;
	settings.display_name = (char *)"Test";
	settings.edition = EDITION__EDITION_PRO;
	settings.modules = modules;
	settings.n_modules = 1;
	settings.time_zone = (char *)"Europe/Paris";
	settings.currency = (char *)"EUR";
	settings.language = (char *)"fr";
	request.settings = &settings;
	world_ok(gateway, "/entremise.common.v1.PlatformSyncService/ApplyPlatform", &request.base);
}

int world_begin(void **state)
{
	static ProtobufCService *services[16];
	static struct suite_service service = {
	    .name = "requests", .services = services, .work = work};
	ProtobufCService *all[] = {&distribution_settings_service.base,
				   &client_service.base,
				   &label_service.base,
				   &service_request_service.base,
				   &offer_service.base,
				   &intervention_service.base,
				   &message_service.base,
				   &gate_service.base,
				   &platform_sync_service.base};

	(void)state;
	memcpy(services, all, sizeof(all));
	service.migrations = service_files;
	suite = suite_start(&service);
	arena = arena_create();
	add_platform();
	return 0;
}

int world_end(void **state)
{
	(void)state;
	suite_stop(suite);
	arena_destroy(arena);
	return 0;
}

void world_settings(bool distribution, int required)
{
	DistributionSettings settings = DISTRIBUTION_SETTINGS__INIT;
	UpdateDistributionSettingsRequest request = UPDATE_DISTRIBUTION_SETTINGS_REQUEST__INIT;
	Google__Protobuf__FieldMask mask = GOOGLE__PROTOBUF__FIELD_MASK__INIT;
	char *paths[] = {(char *)"distribution", (char *)"required_applications"};

	settings.name = (char *)"platforms/" PLATFORM "/distributionSettings";
	settings.distribution = distribution;
	settings.required_applications = required;
	mask.paths = paths;
	mask.n_paths = 2;
	request.distribution_settings = &settings;
	request.update_mask = &mask;
	world_ok(manager, METHOD("DistributionSettingsService", "UpdateDistributionSettings"),
		 &request.base);
}

const char *world_provider_id(struct arena *memory, unsigned number)
{
	return arena_text(memory, "01jprovider0000000000%05u", number);
}

const char *world_provider(struct arena *memory, unsigned number)
{
	return arena_text(memory, "platforms/" PLATFORM "/providers/%s",
			  world_provider_id(memory, number));
}

struct suite_caller world_as_provider(struct arena *memory, unsigned number)
{
	return (struct suite_caller){ROLE__ROLE_PROVIDER, world_provider_id(memory, number),
				     PLATFORM};
}

const char *world_client(void)
{
	static unsigned number;
	CreateClientRequest request = CREATE_CLIENT_REQUEST__INIT;
	Client client = CLIENT__INIT;

	client.first_name = (char *)"Zoé";
	client.last_name = (char *)"Petit";
	client.email = arena_text(arena, "client%u@example.org", ++number);
	client.phone = (char *)"+33612345678";
	client.street = (char *)"1 rue Oberkampf";
	client.postcode = (char *)"75011";
	request.parent = (char *)"platforms/" PLATFORM;
	request.client = &client;
	return ((Client *)(void *)world_ok(manager, METHOD("ClientService", "CreateClient"),
					   &request.base))
	    ->name;
}

struct suite_caller world_as_client(const char *client)
{
	return (struct suite_caller){ROLE__ROLE_CLIENT, strrchr(client, '/') + 1, PLATFORM};
}

static Google__Protobuf__Timestamp *in_hours(int hours)
{
	Google__Protobuf__Timestamp *time = arena_new(arena, Google__Protobuf__Timestamp, 1);

	google__protobuf__timestamp__init(time);
	time->seconds = time_real_us() / TIME_SECOND_US + hours * 3600;
	return time;
}

static ItemTerms *hourly(void)
{
	ItemTerms *terms = arena_new(arena, ItemTerms, 1);
	Money *price = arena_new(arena, Money, 1);

	money__init(price);
	price->currency = (char *)"EUR";
	price->minor = 2800;
	item_terms__init(terms);
	terms->title = (char *)"Ménage";
	terms->price_policy = PRICE_POLICY__PRICE_POLICY_HOURLY;
	terms->price = price;
	terms->vat_basis_points = 2000;
	return terms;
}

ServiceRequest world_wish(int start_hour)
{
	ServiceRequest wish = SERVICE_REQUEST__INIT;

	wish.item = (char *)"platforms/" PLATFORM "/items/menage";
	wish.terms = hourly();
	wish.postcode = (char *)"75011";
	wish.street = (char *)"2 rue Oberkampf";
	wish.start_time = in_hours(start_hour);
	wish.end_time = in_hours(start_hour + 3);
	return wish;
}

ServiceRequest *world_request(const char *client, int start_hour)
{
	ServiceRequest wish = world_wish(start_hour);

	return world_ask(client, &wish);
}

ServiceRequest *world_ask(const char *client, ServiceRequest *wish)
{
	CreateServiceRequestRequest request = CREATE_SERVICE_REQUEST_REQUEST__INIT;

	request.parent = (char *)"platforms/" PLATFORM;
	request.service_request = wish;
	return (ServiceRequest *)(void *)world_ok(
	    world_as_client(client), METHOD("ServiceRequestService", "CreateServiceRequest"),
	    &request.base);
}

WorkLease *world_lease(const char *kind, const char *request)
{
	WorkLease *lease = arena_new(arena, WorkLease, 1);
	char *id = test_database_value(
	    "requests", arena_text(arena,
				   "SELECT id FROM work WHERE kind = '%s' AND state = 1 AND "
				   "resource = '%s'",
				   kind, request));
	char *fence;

	assert_non_null(id);
	work_lease__init(lease);
	lease->id = arena_text(arena, "%s", id);
	fence = test_database_value(
	    "requests", arena_text(arena, "SELECT fence FROM work WHERE id = '%s'", id));
	lease->fence = strtoll(fence, NULL, 10);
	free(id);
	free(fence);
	return lease;
}

ServiceRequest *world_distribute(const char *request, unsigned count)
{
	DistributeServiceRequestRequest distribute = DISTRIBUTE_SERVICE_REQUEST_REQUEST__INIT;

	distribute.name = (char *)(uintptr_t)request;
	distribute.lease = world_lease("distribute", request);
	distribute.last_page = true;
	distribute.providers = arena_new(arena, char *, count);
	for (unsigned i = 1; i <= count; i++)
		distribute.providers[distribute.n_providers++] =
		    (char *)(uintptr_t)world_provider(arena, i);
	return (ServiceRequest *)(void *)world_ok(
	    gateway, METHOD("ServiceRequestService", "DistributeServiceRequest"), &distribute.base);
}

const char *world_offer(struct arena *memory, const char *request, unsigned provider)
{
	return arena_text(memory, "%s/offers/%s", request, world_provider_id(memory, provider));
}

static struct token_claims statement(struct arena *memory, unsigned provider, const char *audience)
{
	struct token_claims claims = {.subject = world_provider(memory, provider),
				      .audience = audience,
				      .platform = PLATFORM,
				      .expires_us = time_real_us() + 5 * TIME_MINUTE_US};

	token_claim_add_number(&claims, "until", 0);
	token_claim_add_number(&claims, "version", 1);
	return claims;
}

char *world_standing(struct arena *memory, unsigned provider, const char *reasons)
{
	struct token_claims claims = statement(memory, provider, "entremise:standing");

	token_claim_add_text(&claims, "kind", "INDEPENDENT");
	token_claim_add_text(&claims, "relation", "ACTIVE");
	token_claim_add_text(&claims, "reasons", reasons);
	return (char *)(uintptr_t)suite_sign(suite, "providers", &claims, memory);
}

char *world_entitlement(struct arena *memory, unsigned provider)
{
	struct token_claims claims = statement(memory, provider, "entremise:entitlement");

	return (char *)(uintptr_t)suite_sign(suite, "billing", &claims, memory);
}

struct status world_apply(struct arena *memory, const char *request, unsigned provider,
			  Offer **offer)
{
	SubmitApplicationRequest application = SUBMIT_APPLICATION_REQUEST__INIT;

	application.name = (char *)(uintptr_t)world_offer(memory, request, provider);
	application.entitlement = world_entitlement(memory, provider);
	application.standing = world_standing(memory, provider, "");
	return suite_call(suite, world_as_provider(memory, provider), memory,
			  METHOD("OfferService", "SubmitApplication"), &application.base,
			  (ProtobufCMessage **)(void *)offer);
}

struct status world_choose(struct arena *memory, const char *request, unsigned provider,
			   struct suite_caller caller, Offer **offer)
{
	ChooseOfferRequest choice = CHOOSE_OFFER_REQUEST__INIT;

	choice.name = (char *)(uintptr_t)world_offer(memory, request, provider);
	return suite_call(suite, caller, memory, METHOD("OfferService", "ChooseOffer"),
			  &choice.base, (ProtobufCMessage **)(void *)offer);
}

CloseProviderResponse *world_close(unsigned provider, int64_t version)
{
	CloseProviderRequest request = CLOSE_PROVIDER_REQUEST__INIT;

	request.provider = (char *)(uintptr_t)world_provider(arena, provider);
	request.version = version;
	return (CloseProviderResponse *)(void *)world_ok(
	    gateway, METHOD("GateService", "CloseProvider"), &request.base);
}

ServiceRequest *world_get(const char *request)
{
	GetServiceRequestRequest get = GET_SERVICE_REQUEST_REQUEST__INIT;

	get.name = (char *)(uintptr_t)request;
	return (ServiceRequest *)(void *)world_ok(
	    manager, METHOD("ServiceRequestService", "GetServiceRequest"), &get.base);
}
