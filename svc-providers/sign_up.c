/* SPDX-License-Identifier: Apache-2.0 */
/* Joining without a personal invitation (P9): public sign-up tokens, and the sign-up itself. */
#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "call/call.h"
#include "contract/field.h"
#include "crypto/token.h"
#include "entremise/common/v1/page_token.pb-c.h"
#include "entremise/providers/v1/sign_up.pb-c.h"
#include "provider.h"
#include "rpc/method.h"
#include "services.h"
#include "sign_up_token.h"
#include "terms.h"

#include "sign_up.sql.h"

/* Keeps these tokens apart from all others that this service signs. */
#define AUDIENCE "entremise:sign-up"

#define TOKEN_LIFE_US (365 * TIME_DAY_US)

/* The same row gives the same token, so it need not be stored. */
static char *sign(struct call *call, const SignUpToken *token)
{
	struct token_claims claims = {
	    .subject = token->name,
	    .audience = AUDIENCE,
	    .platform = call->platform,
	    .expires_us = call_instant(token->expire_time),
	};

	return (char *)(uintptr_t)token_sign(call->environment->signing, &claims, call->arena);
}

static bool is_usable(const struct call *call, const SignUpToken *token)
{
	return token->state == SIGN_UP_TOKEN__STATE__STATE_ACTIVE &&
	       call_instant(token->expire_time) > call->real_us;
}

struct status sign_up_token_check(struct call *call, const char *token)
{
	GetSignUpTokenRequest asked = GET_SIGN_UP_TOKEN_REQUEST__INIT;
	SignUpToken row = SIGN_UP_TOKEN__INIT;
	struct token_claims claims;
	bool found;

	if (token_verify(call->environment->keys, token, strlen(token), AUDIENCE, call->real_us,
			 call->arena, &claims) != TOKEN_OK ||
	    strcmp(claims.issuer, call->environment->service) != 0 || !claims.subject ||
	    !claims.platform || strcmp(claims.platform, call->platform) != 0)
		return status_of(REASON__REASON_SIGN_UP_TOKEN_INVALID);
	asked.name = arena_text(call->arena, "%s", claims.subject);
	TRY(sql_share_token(call, &asked, &row, &found));
	if (!found || row.state != SIGN_UP_TOKEN__STATE__STATE_ACTIVE)
		return status_of(REASON__REASON_SIGN_UP_TOKEN_INVALID);
	return STATUS_OK;
}

static struct status
create_sign_up_token(struct call *call, const CreateSignUpTokenRequest *request, SignUpToken *token)
{
	token->name = arena_text(call->arena, "platforms/%s/signUpTokens/%s", call->platform,
				 call_new_id(call));
	if (request->sign_up_token)
		token->title = request->sign_up_token->title;
	token->state = SIGN_UP_TOKEN__STATE__STATE_ACTIVE;
	token->create_time = call_timestamp(call, call->now_us);
	token->expire_time = call_timestamp(call, call->real_us + TOKEN_LIFE_US);

	TRY(sql_add_token(call, token));
	return publish(call, &token->base);
}
RPC_METHOD(SignUpService, create_sign_up_token, CreateSignUpTokenRequest, SignUpToken);

static struct status get_sign_up_token(struct call *call, const GetSignUpTokenRequest *request,
				       SignUpToken *token)
{
	TRY(sql_get_token(call, request, token));
	if (is_usable(call, token))
		token->token = sign(call, token);
	return STATUS_OK;
}
RPC_METHOD(SignUpService, get_sign_up_token, GetSignUpTokenRequest, SignUpToken);

static struct status list_sign_up_tokens(struct call *call, const ListSignUpTokensRequest *request,
					 ListSignUpTokensResponse *reply)
{
	PageCursor page = PAGE_CURSOR__INIT;

	(void)request;
	TRY(call_page(call, &page));
	TRY(sql_list_tokens(call, &page, reply));
	call_page_close(call, &page, &reply->base, NULL, NULL);
	return STATUS_OK;
}
RPC_METHOD(SignUpService, list_sign_up_tokens, ListSignUpTokensRequest, ListSignUpTokensResponse);

static struct status
revoke_sign_up_token(struct call *call, const RevokeSignUpTokenRequest *request, SignUpToken *token)
{
	TRY(sql_hold_token(call, request, token));
	if (token->state == SIGN_UP_TOKEN__STATE__STATE_REVOKED)
		return STATUS_OK;

	token->state = SIGN_UP_TOKEN__STATE__STATE_REVOKED;
	TRY(sql_set_token_state(call, token));
	return publish(call, &token->base);
}
RPC_METHOD(SignUpService, revoke_sign_up_token, RevokeSignUpTokenRequest, SignUpToken);

static struct status sign_up(struct call *call, const SignUpRequest *request, Provider *provider)
{
	Terms *terms;

	TRY(sign_up_token_check(call, request->token)); /* SIGN_UP_TOKEN_INVALID. */
	provider_fill(call, request->provider, provider);
	provider->kind = PROVIDER_KIND__PROVIDER_KIND_INDEPENDENT;
	provider->relation = RELATION__RELATION_INVITED;
	if (*request->accepted_terms) {
		TRY(terms_current(call, &terms));
		if (!terms || strcmp(terms->name, request->accepted_terms) != 0)
			return status_of(REASON__REASON_TERMS_NOT_ACCEPTED);
		provider->accepted_terms = request->accepted_terms;
		provider->accept_terms_time = provider->create_time;
	}

	return provider_add(call, provider); /* ALREADY_EXISTS. */
}
RPC_METHOD(SignUpService, sign_up, SignUpRequest, Provider);

SignUpService_Service sign_up_service = SIGN_UP_SERVICE__INIT(serve_);
