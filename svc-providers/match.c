/* SPDX-License-Identifier: Apache-2.0 */
/* Who matches a request (P1), and signed statements of how providers stand (X5). */
#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "call/call.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "crypto/token.h"
#include "entremise/common/v1/page_token.pb-c.h"
#include "entremise/providers/v1/match.pb-c.h"
#include "entremise/providers/v1/row.pb-c.h"
#include "postcode.h"
#include "relation_state.h"
#include "rpc/method.h"
#include "services.h"
#include "standing.h"

#include "match.sql.h"

/* Keeps these statements apart from all others that this service signs. */
#define AUDIENCE "entremise:standing"

#define STATEMENT_LIFE_US (5 * TIME_MINUTE_US)

static struct status match_providers(struct call *call, const MatchProvidersRequest *request,
				     MatchProvidersResponse *reply)
{
	PageCursor page = PAGE_CURSOR__INIT;
	MatchQuery query = MATCH_QUERY__INIT;
	char *prefixes[POSTCODE_PREFIXES_MAX];

	TRY(call_page(call, &page));
	query.item = arena_text(call->arena, "%s", call_id_of(call, request->item));
	query.n_prefixes = postcode_prefixes(call->arena, request->postcode, prefixes);
	query.prefixes = prefixes;
	query.after = page.id;
	query.limit = page.limit;
	TRY(sql_match_providers(call, &query, reply));
	call_page_close(call, &page, &reply->base, NULL, NULL);
	return STATUS_OK;
}
RPC_METHOD(MatchService, match_providers, MatchProvidersRequest, MatchProvidersResponse);

static const char *reasons_text(struct call *call, const Standing *standing)
{
	const char *text = "";

	for (size_t i = 0; i < standing->n_reasons; i++)
		text = arena_text(call->arena, "%s%s%s", text, i > 0 ? " " : "",
				  contract_reason((int)standing->reasons[i])->name);
	return text;
}

/* The claims are those that the contract lists at Standing.statement. */
static char *sign(struct call *call, const StandingRow *row, const Standing *standing)
{
	bool employee = row->kind == PROVIDER_KIND__PROVIDER_KIND_EMPLOYEE;
	struct token_claims claims = {
	    .subject = row->name,
	    .audience = AUDIENCE,
	    .platform = call->platform,
	    .expires_us = call->real_us + STATEMENT_LIFE_US,
	    .issued_us = call->real_us,
	};

	token_claim_add_text(&claims, "kind", employee ? "EMPLOYEE" : "INDEPENDENT");
	token_claim_add_text(&claims, "relation", relation_state_name(row->relation));
	token_claim_add_number(&claims, "terms", row->accepted_terms);
	token_claim_add_number(&claims, "current_terms", row->current_terms);
	token_claim_add_text(&claims, "reasons", reasons_text(call, standing));
	token_claim_add_number(&claims, "until", 0);
	token_claim_add_number(&claims, "version", row->version);
	return (char *)(uintptr_t)token_sign(call->environment->signing, &claims, call->arena);
}

static Standing *make_standing(struct call *call, const StandingRow *row)
{
	Standing *standing = arena_new(call->arena, Standing, 1);

	standing__init(standing);
	standing->provider = row->name;
	standing->kind = row->kind;
	standing->relation = row->relation;
	standing->reasons = arena_new(call->arena, Reason, STANDING_REASONS_MAX);
	standing->n_reasons = standing_reasons(row, standing->reasons);
	standing->statement = sign(call, row, standing);
	return standing;
}

static struct status batch_get_standings(struct call *call, const BatchGetStandingsRequest *request,
					 BatchGetStandingsResponse *reply)
{
	StandingRows found = STANDING_ROWS__INIT;

	TRY(sql_list_standings(call, request, &found));
	reply->standings = arena_new(call->arena, Standing *, found.n_rows);
	for (size_t i = 0; i < found.n_rows; i++)
		reply->standings[reply->n_standings++] = make_standing(call, found.rows[i]);
	return STATUS_OK;
}
RPC_METHOD(MatchService, batch_get_standings, BatchGetStandingsRequest, BatchGetStandingsResponse);

MatchService_Service match_service = MATCH_SERVICE__INIT(serve_);
