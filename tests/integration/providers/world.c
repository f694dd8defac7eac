/* SPDX-License-Identifier: Apache-2.0 */
/* Builds what the tests of svc-providers speak about, through its own methods. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

extern const struct embedded_file service_files[];

struct suite *suite;
struct arena *arena;

const struct suite_caller gateway = {ROLE__ROLE_SERVICE, "gateway", PLATFORM};
const struct suite_caller operator= {ROLE__ROLE_OPERATOR, "o1", "*"};
const struct suite_caller manager = {ROLE__ROLE_MANAGER, "m1", PLATFORM};
const struct suite_caller agent = {ROLE__ROLE_AGENT, "a1", PLATFORM};
const struct suite_caller anonymous = {ROLE__ROLE_ANONYMOUS, "", "*"};

void *world_ok(struct suite_caller caller, const char *path, const ProtobufCMessage *request)
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

long world_count(const char *query)
{
	char *value = test_database_value(suite_schema(suite), query);
	long number = value ? strtol(value, NULL, 10) : -1;

	free(value);
	return number;
}

Google__Protobuf__FieldMask *world_mask(const char *path)
{
	Google__Protobuf__FieldMask *mask = arena_new(arena, Google__Protobuf__FieldMask, 1);

	google__protobuf__field_mask__init(mask);
	mask->paths = arena_new(arena, char *, 1);
	mask->paths[0] = arena_text(arena, "%s", path);
	mask->n_paths = 1;
	return mask;
}

Platform *world_platform(const char *id)
{
	CreatePlatformRequest request = CREATE_PLATFORM_REQUEST__INIT;
	Platform platform = PLATFORM__INIT;
	Staff first = STAFF__INIT;
	Module modules[] = {MODULE__MODULE_PROVIDERS, MODULE__MODULE_NETWORK};
	char *languages[] = {(char *)"fr", (char *)"en"};

	platform.display_name = (char *)"Domicile";
	platform.edition = EDITION__EDITION_BASIC;
	platform.allowed_modules = modules;
	platform.n_allowed_modules = 2;
	platform.time_zone = (char *)"Europe/Paris";
	platform.currency = (char *)"EUR";
	platform.languages = languages;
	platform.n_languages = 2;
	first.display_name = (char *)"Marie";
	first.email = (char *)"marie@example.org";
	request.platform_id = arena_text(arena, "%s", id);
	request.platform = &platform;
	request.first_manager = &first;
	request.request_id = arena_text(arena, "create-%s", id);
	return world_ok(operator, METHOD("PlatformService", "CreatePlatform"), &request.base);
}

int world_begin(void **state)
{
	static ProtobufCService *services[16];
	static struct suite_service service = {.name = "providers", .services = services};
	ProtobufCService *all[] = {
	    &platform_service.base, &staff_service.base,   &catalogue_service.base,
	    &terms_service.base,    &sign_up_service.base, &provider_service.base,
	    &match_service.base,    &notice_service.base,  &qualification_service.base};

	(void)state;
	memcpy(services, all, sizeof(all));
	service.migrations = service_files;
	suite = suite_start(&service);
	arena = arena_create();
	world_platform(PLATFORM);
	return 0;
}

int world_end(void **state)
{
	(void)state;
	suite_stop(suite);
	arena_destroy(arena);
	return 0;
}

Item *world_item(const char *id, const char *const *prefixes, size_t count)
{
	CreateItemRequest request = CREATE_ITEM_REQUEST__INIT;
	Item item = ITEM__INIT;

	item.display_name = arena_text(arena, "The %s", id);
	item.kind = ITEM_KIND__ITEM_KIND_SERVICE;
	item.price_policy = ITEM_PRICE_POLICY__ITEM_PRICE_POLICY_HOURLY;
	item.vat_basis_points = 2000;
	item.price_zones = arena_new(arena, PriceZone *, count);
	for (size_t i = 0; i < count; i++) {
		PriceZone *zone = item.price_zones[i] = arena_new(arena, PriceZone, 1);

		price_zone__init(zone);
		zone->prefix = arena_text(arena, "%s", prefixes[i]);
		zone->price = arena_new(arena, Money, 1);
		money__init(zone->price);
		zone->price->currency = (char *)"EUR";
		zone->price->minor = 1000 + (int64_t)i;
	}
	item.n_price_zones = count;
	request.parent = PARENT;
	request.item_id = arena_text(arena, "%s", id);
	request.item = &item;
	return world_ok(manager, METHOD("CatalogueService", "CreateItem"), &request.base);
}

Provider *world_provider(const char *const *prefixes, size_t count)
{
	static unsigned number;
	CreateProviderRequest request = CREATE_PROVIDER_REQUEST__INIT;
	Provider provider = PROVIDER__INIT;

	provider.kind = PROVIDER_KIND__PROVIDER_KIND_INDEPENDENT;
	provider.last_name = (char *)"Durand-Secret";
	provider.email = arena_text(arena, "provider%u@example.org", ++number);
	provider.zone_prefixes = arena_new(arena, char *, count);
	for (size_t i = 0; i < count; i++)
		provider.zone_prefixes[i] = arena_text(arena, "%s", prefixes[i]);
	provider.n_zone_prefixes = count;
	request.parent = PARENT;
	request.provider = &provider;
	return world_ok(manager, METHOD("ProviderService", "CreateProvider"), &request.base);
}

struct suite_caller world_as(const Provider *provider)
{
	return (struct suite_caller){ROLE__ROLE_PROVIDER, strrchr(provider->name, '/') + 1,
				     PLATFORM};
}

void world_qualify(const Provider *provider, const char *item)
{
	ProposeQualificationRequest propose = PROPOSE_QUALIFICATION_REQUEST__INIT;
	AcceptQualificationRequest accept = ACCEPT_QUALIFICATION_REQUEST__INIT;

	propose.name = arena_text(arena, "%s/qualifications/%s", provider->name, item);
	accept.name = propose.name;
	world_ok(world_as(provider), METHOD("QualificationService", "ProposeQualification"),
		 &propose.base);
	world_ok(manager, METHOD("QualificationService", "AcceptQualification"), &accept.base);
}

Provider *world_join(const Provider *provider)
{
	SubmitCandidatureRequest submit = SUBMIT_CANDIDATURE_REQUEST__INIT;
	AcceptProviderRequest accept = ACCEPT_PROVIDER_REQUEST__INIT;

	submit.name = provider->name;
	accept.name = provider->name;
	world_ok(world_as(provider), METHOD("ProviderService", "SubmitCandidature"), &submit.base);
	return world_ok(manager, METHOD("ProviderService", "AcceptProvider"), &accept.base);
}

Terms *world_terms(void)
{
	CreateTermsRequest request = CREATE_TERMS_REQUEST__INIT;
	Terms terms = TERMS__INIT;

	terms.title = (char *)"CGU";
	terms.text = (char *)"Soyez ponctuels.";
	request.parent = PARENT;
	request.terms = &terms;
	return world_ok(manager, METHOD("TermsService", "CreateTerms"), &request.base);
}

Provider *world_accept_terms(const Provider *provider, const Terms *terms)
{
	AcceptTermsRequest request = ACCEPT_TERMS_REQUEST__INIT;

	request.name = provider->name;
	request.terms = terms->name;
	return world_ok(world_as(provider), METHOD("ProviderService", "AcceptTerms"),
			&request.base);
}

char *world_sign_up_token(SignUpToken **record)
{
	CreateSignUpTokenRequest create = CREATE_SIGN_UP_TOKEN_REQUEST__INIT;
	GetSignUpTokenRequest get = GET_SIGN_UP_TOKEN_REQUEST__INIT;
	SignUpToken *token;

	create.parent = PARENT;
	*record = world_ok(manager, METHOD("SignUpService", "CreateSignUpToken"), &create.base);
	get.name = (*record)->name;
	token = world_ok(manager, METHOD("SignUpService", "GetSignUpToken"), &get.base);
	return token->token;
}
