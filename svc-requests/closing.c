/* SPDX-License-Identifier: Apache-2.0 */
/* Providers are closed to new work and opened again, under the lock that assignments take (P9). */
#include "call/call.h"
#include "durable/work.h"
#include "entremise/requests/v1/gate.pb-c.h"
#include "entremise/requests/v1/row.pb-c.h"
#include "offer_store.h"
#include "rpc/method.h"
#include "services.h"
#include "withdraw_applications.h"

#include "closing.sql.h"

static struct status withdraw_applications(struct call *call, char *provider)
{
	ClosedRow closed = CLOSED_ROW__INIT;

	closed.provider = provider;
	return work_add(call, LANE__LANE_LOCAL, WITHDRAW_APPLICATIONS, provider, NULL,
			&closed.base);
}

/* Whoever plans work holds the gate while it does: what is planned was committed before, and seen.
 */
static struct status close_provider(struct call *call, const CloseProviderRequest *request,
				    CloseProviderResponse *reply)
{
	GateRow gate = GATE_ROW__INIT;

	TRY(gate_hold(call, request->provider, &gate));
	reply->closed = gate.closed;
	if (request->version <= gate.closed_version)
		return STATUS_OK;
	TRY(sql_list_open_work(call, request, reply));
	reply->closed = reply->n_open_work == 0;
	if (!reply->closed)
		return STATUS_OK;

	gate.closed = true;
	gate.closed_version = request->version;
	TRY(sql_set_gate_closed(call, &gate));
	return withdraw_applications(call, request->provider);
}
RPC_METHOD(GateService, close_provider, CloseProviderRequest, CloseProviderResponse);

static struct status open_provider(struct call *call, const OpenProviderRequest *request,
				   OpenProviderResponse *reply)
{
	GateRow gate = GATE_ROW__INIT;

	TRY(gate_hold(call, request->provider, &gate));
	reply->open = !gate.closed;
	if (request->version <= gate.closed_version)
		return STATUS_OK;

	gate.closed = false;
	gate.closed_version = request->version;
	reply->open = true;
	return sql_set_gate_closed(call, &gate);
}
RPC_METHOD(GateService, open_provider, OpenProviderRequest, OpenProviderResponse);

GateService_Service gate_service = GATE_SERVICE__INIT(serve_);
