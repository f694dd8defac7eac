/* SPDX-License-Identifier: Apache-2.0 */
/* Withdraws one application at a time, so that no transaction locks two requests (P9). */
#include "withdraw_applications.h"

#include "call/call.h"
#include "contract/field.h"
#include "durable/work.h"
#include "entremise/requests/v1/row.pb-c.h"
#include "offer_store.h"
#include "request_rules.h"
#include "request_store.h"

#include "withdraw_applications.sql.h"

struct status withdraw_applications_attempt(struct call *call, const Work *work,
					    const ProtobufCMessage *payload, void **outcome)
{
	const ClosedRow *closed = (const ClosedRow *)(const void *)payload;
	Offer *offer = (Offer *)(void *)message_new(call->arena, &offer__descriptor);
	bool found;

	(void)work;
	TRY(sql_find_closed_application(call, closed, offer, &found));
	*outcome = found ? offer->name : NULL;
	return STATUS_OK;
}

struct status withdraw_applications_report(struct call *call, const Work *work,
					   const ProtobufCMessage *payload, void *outcome)
{
	ApplicationRow *row;

	if (!outcome)
		return STATUS_OK;
	TRY(application_lock(call, outcome, &row));
	if (row->gate->closed && row->offer->state == OFFER_STATE__OFFER_STATE_APPLIED &&
	    request_is_open(row->request)) {
		TRY(offer_move(call, row, OFFER_EVENT_WITHDRAW));
		TRY(request_settle(call, row->request));
	}
	return work_add(call, LANE__LANE_LOCAL, work->kind, work->resource, NULL, payload);
}
