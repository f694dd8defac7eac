/* SPDX-License-Identifier: Apache-2.0 */
/* The comparison's two calls, written with the runtime's ordinary means. */
#include "peer.pb-c.h"

#include <string.h>

#include "base/arena.h"
#include "call/call.h"
#include "rpc/method.h"

#include "peer.sql.h"

extern Peer_Service peer_service;

static struct status echo(struct call *call, const EchoRequest *request, EchoReply *reply)
{
	(void)call;
	reply->request = request->request;
	reply->id = request->id;
	reply->labels = request->labels;
	reply->n_labels = request->n_labels;
	return STATUS_OK;
}
RPC_METHOD(Peer, echo, EchoRequest, EchoReply);

static struct status publish_application(struct call *call, const ApplyRequest *request,
					 const ApplyReply *reply)
{
	PeerApplication application = PEER_APPLICATION__INIT;

	application.name = arena_text(call->arena, "platforms/%s/applications/%s", call->platform,
				      reply->application_id);
	application.request = request->request_id;
	application.provider = request->provider_id;
	application.message = request->message;
	application.price_cents = request->price_cents;
	return publish(call, &application.base);
}

static struct status apply(struct call *call, const ApplyRequest *request, ApplyReply *reply)
{
	TRY(sql_lock_row(call, request, reply)); /* NOT_FOUND. */
	if (strcmp(reply->state, "OPEN") != 0)
		return status_of(REASON__REASON_REQUEST_CLOSED);

	reply->application_id = (char *)(uintptr_t)call_new_id(call);
	reply->application_count++;
	TRY(sql_add_application(call, request, reply));
	TRY(sql_count_application(call, request));
	return publish_application(call, request, reply);
}
RPC_METHOD(Peer, apply, ApplyRequest, ApplyReply);

Peer_Service peer_service = PEER__INIT(serve_);
