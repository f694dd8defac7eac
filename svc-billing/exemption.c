/* SPDX-License-Identifier: Apache-2.0 */
/* Providers that need no subscription (S6): entitled from that moment, never billed. */
#include <string.h>

#include "account.h"
#include "base/arena.h"
#include "base/id.h"
#include "call/call.h"
#include "contract/field.h"
#include "entremise/billing/v1/exemption.pb-c.h"
#include "rpc/method.h"
#include "services.h"

#include "exemption.sql.h"

static struct status create_exemption(struct call *call, const CreateExemptionRequest *request,
				      Exemption *exemption)
{
	const char *id = call_id_of(call, request->exemption->provider);
	Exemption asked = EXEMPTION__INIT;
	bool found;

	if (!id_is_valid(text_of(id)))
		return call_invalid(call, "exemption.provider", "names no provider");
	asked.name = arena_text(call->arena, "platforms/%s/exemptions/%s", call->platform, id);
	TRY(account_lock(call, request->exemption->provider));
	TRY(sql_lock_exemption(call, &asked, exemption, &found));
	if (found && !exemption->end_time)
		return status_of(REASON__REASON_ALREADY_EXISTS);

	exemption->name = asked.name;
	exemption->provider = request->exemption->provider;
	exemption->note = request->exemption->note;
	exemption->create_time = call_timestamp(call, call->now_us);
	exemption->end_time = NULL;
	TRY(sql_put_exemption(call, exemption));
	return publish(call, &exemption->base);
}
RPC_METHOD(ExemptionService, create_exemption, CreateExemptionRequest, Exemption);

static struct status get_exemption(struct call *call, const GetExemptionRequest *request,
				   Exemption *exemption)
{
	return sql_get_exemption(call, request, exemption);
}
RPC_METHOD(ExemptionService, get_exemption, GetExemptionRequest, Exemption);

/* Ending it twice gives the same exemption. */
static struct status delete_exemption(struct call *call, const DeleteExemptionRequest *request,
				      Exemption *exemption)
{
	Exemption asked = EXEMPTION__INIT;
	bool found;

	asked.name = request->name;
	TRY(account_lock(call, arena_text(call->arena, "platforms/%s/providers/%s", call->platform,
					  call_id_of(call, request->name))));
	TRY(sql_lock_exemption(call, &asked, exemption, &found));
	if (!found)
		return status_of(REASON__REASON_NOT_FOUND);
	if (exemption->end_time)
		return STATUS_OK;
	if (*request->etag && strcmp(request->etag, exemption->etag) != 0)
		return status_of(REASON__REASON_ETAG_MISMATCH);

	exemption->end_time = call_timestamp(call, call->now_us);
	TRY(sql_end_exemption(call, exemption));
	return publish(call, &exemption->base);
}
RPC_METHOD(ExemptionService, delete_exemption, DeleteExemptionRequest, Exemption);

ExemptionService_Service exemption_service = EXEMPTION_SERVICE__INIT(serve_);
