/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to a call on the reactor: known token, lane, queue - or a refusal at once. */
#include <stdio.h>

#include <grpc/support/alloc.h>

#include "base/time.h"
#include "entremise/common/v1/reason.pb-c.h"
#include "rpc/authenticate.h"
#include "rpc/rpc_call.h"
#include "rpc/server_state.h"
#include "rpc/token_cache.h"

static void refuse(struct rpc_call *call, int reason)
{
	rpc_call_refuse(call, call->reactor->arena, status_of(reason));
}

void rpc_call_platform_key(const struct rpc_call *call, char *key)
{
	snprintf(key, RPC_QUEUE_KEY_MAX + 1, "platform %s", call->identity.platform);
}

/* What is not verified fills its connection's share only, whatever platform it claims. */
static void connection_key(const struct rpc_call *call, char *key)
{
	char *peer = grpc_call_get_peer(call->core);

	snprintf(key, RPC_QUEUE_KEY_MAX + 1, "connection %s", peer ? peer : "");
	gpr_free(peer);
}

static void look_up_token(struct rpc_call *call)
{
	struct text token;

	if (call->authorized_twice || !authenticate_bearer(call->authorization, &token))
		return;
	call->identified =
	    token_cache_find(call->reactor->tokens, token, time_real_us(), &call->identity);
}

void rpc_call_admit(struct rpc_call *call)
{
	struct rpc_method *method = call->method;
	struct rpc_queue_entry *evicted;
	char key[RPC_QUEUE_KEY_MAX + 1];

	if (!method->path) {
		refuse(call, REASON__REASON_UNIMPLEMENTED);
		return;
	}
	if (method->serve_inline) {
		method->serve_inline(call);
		return;
	}
	look_up_token(call);
	if (call->identified)
		rpc_call_platform_key(call, key);
	else
		connection_key(call, key);
	if (rpc_queue_put(call->reactor->server->queue, &call->entry, key, &evicted) ==
	    RPC_QUEUE_FULL)
		refuse(call, REASON__REASON_OVERLOADED);
	if (evicted)
		refuse(RPC_OWNER(evicted, struct rpc_call, entry), REASON__REASON_OVERLOADED);
}
