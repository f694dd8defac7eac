/* SPDX-License-Identifier: Apache-2.0 */
/* Verifies what billing and providers have signed about one provider. */
#include "gate.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "call/call.h"
#include "contract/contract.h"
#include "crypto/token.h"
#include "offer_store.h"

#define STALE status_of(REASON__REASON_ENTITLEMENT_STALE)

/* Who signs what, for whom. */
struct statement {
	const char *issuer;
	const char *audience;
	int64_t least_version;
};

/* Signed by its issuer for this provider and platform, still valid, not revoked. */
static bool read_statement(struct call *call, const char *provider, const char *text,
			   struct statement statement, struct token_claims *claims)
{
	const char *name =
	    arena_text(call->arena, "platforms/%s/providers/%s", call->platform, provider);
	int64_t until_us = 0;
	int64_t version = 0;

	if (token_verify(call->environment->keys, text, strlen(text), statement.audience,
			 call->real_us, call->arena, claims) != TOKEN_OK)
		return false;
	if (strcmp(claims->issuer, statement.issuer) != 0 || !claims->subject ||
	    strcmp(claims->subject, name) != 0 || !claims->platform ||
	    strcmp(claims->platform, call->platform) != 0)
		return false;
	if (!token_claim_number(claims, "until", &until_us) ||
	    !token_claim_number(claims, "version", &version))
		return false;
	return version >= statement.least_version && (until_us == 0 || call->now_us < until_us);
}

/* The reason of this name if the standing gives it. */
static bool has_reason(struct text reasons, const char *prefix, struct text *reason)
{
	while (text_next(&reasons, ' ', reason))
		if (text_starts_with(*reason, prefix))
			return true;
	return false;
}

static struct status refuse_by(struct text reason)
{
	static const Reason known[] = {
	    REASON__REASON_RELATION_INACTIVE, REASON__REASON_RELATION_SUSPENDED,
	    REASON__REASON_DOCUMENTS_INVALID, REASON__REASON_TERMS_NOT_ACCEPTED};

	for (size_t i = 0; i < ARRAY_COUNT(known); i++)
		if (text_equal_string(reason, contract_reason((int)known[i])->name))
			return status_of((int)known[i]);
	return STALE;
}

static bool read_standing(struct call *call, const GateRow *gate, const char *standing,
			  struct token_claims *claims)
{
	const struct statement statement = {"providers", "entremise:standing",
					    gate->standing_version};

	return read_statement(call, gate->provider, standing, statement, claims) &&
	       token_claim_text(claims, "reasons") != NULL;
}

static struct status check_subscription(struct call *call, const GateRow *gate,
					const char *entitlement,
					const struct token_claims *standing)
{
	const struct statement statement = {"billing", "entremise:entitlement",
					    gate->entitlement_version};
	const char *kind = token_claim_text(standing, "kind");
	struct token_claims claims;

	if (kind && strcmp(kind, "EMPLOYEE") == 0)
		return STATUS_OK;
	if (*entitlement == 0)
		return status_of(REASON__REASON_SUBSCRIPTION_INACTIVE);
	if (!read_statement(call, gate->provider, entitlement, statement, &claims))
		return STALE;
	return STATUS_OK;
}

struct status gate_check(struct call *call, const GateRow *gate, const char *entitlement,
			 const char *standing)
{
	struct token_claims claims;
	struct text reasons, reason;

	if (*standing == 0 && *entitlement == 0)
		return status_of(REASON__REASON_SUBSCRIPTION_INACTIVE);
	if (!read_standing(call, gate, standing, &claims))
		return STALE;
	reasons = text_of(token_claim_text(&claims, "reasons"));
	if (gate->closed)
		return status_of(REASON__REASON_RELATION_INACTIVE);
	if (has_reason(reasons, "RELATION_", &reason))
		return refuse_by(reason);
	TRY(check_subscription(call, gate, entitlement, &claims));
	if (has_reason(reasons, "", &reason) && reason.length > 0)
		return refuse_by(reason);
	return STATUS_OK;
}

struct status gate_check_relation(struct call *call, const GateRow *gate, const char *standing)
{
	struct token_claims claims;
	struct text reason;

	if (gate->closed)
		return status_of(REASON__REASON_RELATION_INACTIVE);
	if (!read_standing(call, gate, standing, &claims))
		return STALE;
	if (has_reason(text_of(token_claim_text(&claims, "reasons")), "RELATION_", &reason))
		return refuse_by(reason);
	return STATUS_OK;
}

struct status standings_check(struct call *call, char **providers, char **standings, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		GateRow gate = GATE_ROW__INIT;

		gate.provider = (char *)(uintptr_t)call_id_of(call, providers[i]);
		TRY(gate_check_relation(call, &gate, standings[i]));
	}
	return STATUS_OK;
}
