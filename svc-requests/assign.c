/* SPDX-License-Identifier: Apache-2.0 */
/* The one way by which work is planned, whoever decided it. */
#include "assign.h"

#include <string.h>

#include "base/arena.h"
#include "call/call.h"
#include "client.h"
#include "contract/field.h"
#include "durable/work.h"
#include "entremise/requests/v1/intervention.pb-c.h"
#include "gate.h"
#include "offer_store.h"
#include "request_rules.h"
#include "request_store.h"

#include "assign.sql.h"

struct status assign_check_slot(struct call *call, const ApplicationRow *row)
{
	Intervention *clash =
	    (Intervention *)(void *)message_new(call->arena, &intervention__descriptor);
	ClashRow slot = CLASH_ROW__INIT;
	bool taken;

	slot.provider = row->offer->provider;
	slot.start_time = row->request->start_time;
	slot.end_time = row->request->end_time;
	TRY(sql_find_clash(call, &slot, clash, &taken));
	if (taken)
		return call_refuse(call, REASON__REASON_SLOT_TAKEN, "intervention", clash->name);
	return STATUS_OK;
}

/* No means of payment is kept for clients yet: only methods that need none pass (B6). */
static struct status check_means(const ServiceRequest *request)
{
	if (request->billing_method == BILLING_METHOD__BILLING_METHOD_CHARGE_CARD ||
	    request->billing_method == BILLING_METHOD__BILLING_METHOD_SEPA_DEBIT)
		return status_of(REASON__REASON_PAYMENT_METHOD_REQUIRED);
	return STATUS_OK;
}

/* What the provider learns of the client once it is assigned, not before (P1). */
static void show_client(Intervention *visit, const ServiceRequest *request, const Client *client)
{
	if (*request->street || strcmp(request->postcode, client->postcode) != 0)
		visit->street = request->street;
	else
		visit->street = client->street;
	visit->client_first_name = client->first_name;
	visit->client_last_name = client->last_name;
	visit->client_phone = client->phone;
	visit->client_email = client->email;
	visit->note = request->note;
}

static struct status plan(struct call *call, const ServiceRequest *request)
{
	Intervention *visit =
	    (Intervention *)(void *)message_new(call->arena, &intervention__descriptor);
	Client *client;

	TRY(client_read(call, request->client, &client));
	visit->name = arena_text(call->arena, "platforms/%s/interventions/%s", call->platform,
				 call_new_id(call));
	visit->service_request = request->name;
	visit->provider = request->provider;
	visit->client = request->client;
	visit->state = INTERVENTION_STATE__INTERVENTION_STATE_PLANNED;
	visit->start_time = request->start_time;
	visit->end_time = request->end_time;
	visit->postcode = request->postcode;
	visit->commune = request->commune;
	show_client(visit, request, client);
	visit->create_time = call_timestamp(call, call->now_us);
	TRY(sql_add_intervention(call, visit));
	return publish(call, &visit->base);
}

/* The provider's other applications at that time leave their answers. */
static struct status clear_slot(struct call *call, const ServiceRequest *request)
{
	ClashRow slot = CLASH_ROW__INIT;

	slot.provider = request->provider;
	slot.start_time = request->start_time;
	slot.end_time = request->end_time;
	slot.service_request = request->name;
	return work_add(call, LANE__LANE_LOCAL, "clear_slot", request->name, NULL, &slot.base);
}

struct status assign(struct call *call, ApplicationRow *row)
{
	ServiceRequest *request = row->request;
	char **chosen = arena_new(call->arena, char *, 1);

	if (row->gate->closed) /* Its applications are about to be withdrawn (P9). */
		return status_of(REASON__REASON_RELATION_INACTIVE);
	TRY(check_means(request));
	TRY(assign_check_slot(call, row));

	TRY(offer_move(call, row, OFFER_EVENT_CHOOSE));
	request->provider = row->offer->provider;
	request->fulfilment = FULFILMENT__FULFILMENT_ASSIGNED;
	if (request_is_distributable(request)) /* On quote nothing is confirmed by this (Q2). */
		request->status = REQUEST_STATUS__REQUEST_STATUS_CONFIRMED;
	request->distributing = false;
	TRY(plan(call, request));
	TRY(offers_pass_over(call, request, row->offer));
	chosen[0] = row->offer->provider;
	TRY(request_tell(call, request, "chosen", chosen, 1));
	TRY(clear_slot(call, request));
	return request_store(call, request);
}

struct status assign_check(struct call *call, const ApplicationRow *row,
			   const AssignProviderRequest *request)
{
	struct status status;

	TRY(gate_check_relation(call, row->gate, request->standing));
	status = gate_check(call, row->gate, request->entitlement, request->standing);
	if (status.reason == 0 || status.reason == REASON__REASON_ENTITLEMENT_STALE ||
	    *request->reason == 0)
		return status;
	row->offer->assign_reason = request->reason; /* Published with the offer: the audit. */
	return STATUS_OK;
}

struct status assign_cancel(struct call *call, const ServiceRequest *request)
{
	ListInterventionsResponse planned = LIST_INTERVENTIONS_RESPONSE__INIT;

	TRY(sql_lock_interventions(call, request, &planned));
	for (size_t i = 0; i < planned.n_interventions; i++) {
		Intervention *visit = planned.interventions[i];

		if (visit->state == INTERVENTION_STATE__INTERVENTION_STATE_CANCELLED)
			continue;
		if (visit->state != INTERVENTION_STATE__INTERVENTION_STATE_PLANNED ||
		    call_instant(visit->start_time) <= call->now_us)
			return status_of(REASON__REASON_STATE_CONFLICT);
		visit->state = INTERVENTION_STATE__INTERVENTION_STATE_CANCELLED;
		TRY(sql_set_intervention_state(call, visit));
		TRY(publish(call, &visit->base));
	}
	return STATUS_OK;
}
