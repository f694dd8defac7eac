/* SPDX-License-Identifier: Apache-2.0 */
/* The terms of use that providers accept (P8): versions, of which the newest is in force. */
#include "terms.h"

#include "base/arena.h"
#include "base/text.h"
#include "call/call.h"
#include "contract/field.h"
#include "entremise/providers/v1/platform.pb-c.h"
#include "rpc/method.h"
#include "services.h"
#include "sign_up_token.h"

#include "terms.sql.h"

struct status terms_current(struct call *call, Terms **terms)
{
	bool found;

	*terms = (Terms *)(void *)message_new(call->arena, &terms__descriptor);
	TRY(sql_find_newest(call, *terms, &found));
	if (!found)
		*terms = NULL;
	return STATUS_OK;
}

int32_t terms_number(struct call *call, const char *name)
{
	int64_t number = 0;

	if (!text_to_int64(text_of(call_id_of(call, name)), &number) || number > INT32_MAX)
		return 0;
	return (int32_t)number;
}

static struct status create_terms(struct call *call, const CreateTermsRequest *request,
				  Terms *terms)
{
	Platform *platform = (Platform *)(void *)message_new(call->arena, &platform__descriptor);
	Terms *former;

	TRY(sql_hold_numbers(call, platform));
	TRY(terms_current(call, &former));
	terms->number = former ? former->number + 1 : 1;
	terms->name =
	    arena_text(call->arena, "platforms/%s/terms/%d", call->platform, terms->number);
	terms->title = request->terms->title;
	terms->text = request->terms->text;
	terms->create_time = call_timestamp(call, call->now_us);

	TRY(sql_add_terms(call, terms));
	return publish(call, &terms->base);
}
RPC_METHOD(TermsService, create_terms, CreateTermsRequest, Terms);

static struct status get_terms(struct call *call, const GetTermsRequest *request, Terms *terms)
{
	if (terms_number(call, request->name) == 0)
		return status_of(REASON__REASON_NOT_FOUND);
	return sql_get_terms(call, request, terms);
}
RPC_METHOD(TermsService, get_terms, GetTermsRequest, Terms);

static struct status get_current_terms(struct call *call, const GetCurrentTermsRequest *request,
				       Terms *terms)
{
	bool found;

	if (call->actor.role == ROLE__ROLE_ANONYMOUS)
		TRY(sign_up_token_check(call, request->sign_up_token));
	TRY(sql_find_newest(call, terms, &found));
	return found ? STATUS_OK : status_of(REASON__REASON_NOT_FOUND);
}
RPC_METHOD(TermsService, get_current_terms, GetCurrentTermsRequest, Terms);

TermsService_Service terms_service = TERMS_SERVICE__INIT(serve_);
