/* SPDX-License-Identifier: Apache-2.0 */
/* A provider's sheet: the record, and what keeps it from applying, computed when read (S11). */
#include "base/arena.h"
#include "call/call.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "rpc/client.h"
#include "rpc/method.h"

#include "permission.h"
#include "screens.h"
#include "upstream.h"

static ProviderNotice *notice_of(struct call *call, Reason reason)
{
	const struct reason_rule *rule = contract_reason((int)reason);
	ProviderNotice *notice = arena_new(call->arena, ProviderNotice, 1);

	provider_notice__init(notice);
	notice->code = arena_text(call->arena, "%s", rule->name);
	notice->text = arena_text(call->arena, "%s", rule->text);
	return notice;
}

static struct status get_provider(struct call *call, const GetProviderRequest *request,
				  Provider *reply)
{
	ProtobufCService *providers =
	    call_remote(call, upstream_of(UPSTREAM_PROVIDERS), &provider_service__descriptor);
	struct permission permission;
	Provider *provider;

	RPC_SEND(providers, provider_service__get_provider, request, &provider);
	permission_ask(call, request->name, false, &permission);
	TRY(call_await(call));
	permission_read(call, &permission);
	*reply = *provider;
	reply->n_notices = permission.reason_count;
	reply->notices = arena_new(call->arena, ProviderNotice *, permission.reason_count);
	for (size_t i = 0; i < permission.reason_count; i++)
		reply->notices[i] = notice_of(call, permission.reasons[i]);
	return STATUS_OK;
}
RPC_METHOD(ProviderService, get_provider, GetProviderRequest, Provider);

ProviderService_Service provider_screens = {
    .base = PROVIDER_SERVICE__BASE_INIT,
    .get_provider = serve_get_provider,
};
