/* SPDX-License-Identifier: Apache-2.0 */
/* Signs who may apply (S10, X5), so that the gate needs no call where the application is written.
 */
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/time.h"
#include "call/call.h"
#include "contract/field.h"
#include "crypto/token.h"
#include "entitlement_rule.h"
#include "entremise/billing/v1/entitlement.pb-c.h"
#include "entremise/billing/v1/row.pb-c.h"
#include "rpc/method.h"
#include "services.h"
#include "subscription_settings.h"

#include "entitlement.sql.h"

#define AUDIENCE "entremise:entitlement"
#define LIFE_US (5 * TIME_MINUTE_US)

/* A provider may ask for itself only; of others it does not learn whether they exist. */
static struct status check_asked(struct call *call, const BatchGetEntitlementsRequest *request)
{
	if (call->actor.role != ROLE__ROLE_PROVIDER)
		return STATUS_OK;
	for (size_t i = 0; i < request->n_providers; i++)
		if (strcmp(request->providers[i], call_self(call)) != 0)
			return status_of(REASON__REASON_NOT_FOUND);
	return STATUS_OK;
}

/* What is known of the provider; nothing, at version 0, when billing has never heard of it. */
static const EntitlementFacts *facts_of(const EntitlementFactsList *list, const char *provider)
{
	static const EntitlementFacts none = ENTITLEMENT_FACTS__INIT;

	for (size_t i = 0; i < list->n_facts; i++)
		if (strcmp(list->facts[i]->provider, provider) == 0)
			return list->facts[i];
	return &none;
}

static struct entitlement decide(struct call *call, const SubscriptionSettings *settings,
				 const EntitlementFacts *facts)
{
	const struct entitlement_known known = {
	    .enabled = settings->enabled,
	    .enforced_from_us = call_instant(settings->enforced_from),
	    .exempt = facts->exempt,
	    .state = facts->state,
	    .period_end_us = call_instant(facts->period_end_time)};

	return entitlement_decide(&known, call->now_us);
}

static const char *sign(struct call *call, const SubscriptionSettings *settings,
			const EntitlementFacts *facts, const char *provider,
			const struct entitlement *entitlement)
{
	struct token_claims claims = {.subject = provider,
				      .audience = AUDIENCE,
				      .platform = call->platform,
				      .issued_us = call->real_us,
				      .expires_us = call->real_us + LIFE_US};
	int64_t platform_version = 0;

	text_to_int64(text_of(settings->etag), &platform_version);
	token_claim_add_text(&claims, "basis", entitlement_basis_name(entitlement->basis));
	token_claim_add_number(&claims, "until", entitlement->until_us);
	token_claim_add_number(&claims, "version", facts->version);
	token_claim_add_number(&claims, "platform_version", platform_version);
	return token_sign(call->environment->signing, &claims, call->arena);
}

static Entitlement *answer(struct call *call, const SubscriptionSettings *settings,
			   const EntitlementFacts *facts, char *provider)
{
	Entitlement *one =
	    (Entitlement *)(void *)message_new(call->arena, &entitlement__descriptor);
	struct entitlement entitlement = decide(call, settings, facts);

	one->provider = provider;
	if (entitlement.basis == ENTITLEMENT_CLOSED) {
		one->reason = REASON__REASON_SUBSCRIPTION_INACTIVE;
		return one;
	}
	one->statement = (char *)(uintptr_t)sign(call, settings, facts, provider, &entitlement);
	if (entitlement.until_us != 0)
		one->until_time = call_timestamp(call, entitlement.until_us);
	return one;
}

static struct status batch_get_entitlements(struct call *call,
					    const BatchGetEntitlementsRequest *request,
					    BatchGetEntitlementsResponse *reply)
{
	EntitlementFactsList list = ENTITLEMENT_FACTS_LIST__INIT;
	SubscriptionSettings *settings;

	TRY(check_asked(call, request)); /* NOT_FOUND. */
	TRY(subscription_settings_read(call, &settings));
	TRY(sql_find_entitlement_facts(call, request, &list));

	reply->entitlements = arena_new(call->arena, Entitlement *, request->n_providers);
	for (size_t i = 0; i < request->n_providers; i++) {
		char *provider = request->providers[i];

		reply->entitlements[reply->n_entitlements++] =
		    answer(call, settings, facts_of(&list, provider), provider);
	}
	return STATUS_OK;
}
RPC_METHOD(EntitlementService, batch_get_entitlements, BatchGetEntitlementsRequest,
	   BatchGetEntitlementsResponse);

EntitlementService_Service entitlement_service = ENTITLEMENT_SERVICE__INIT(serve_);
