/* SPDX-License-Identifier: Apache-2.0 */
/* The request's own row: locked, settled, stored, and what follows from it as work. */
#include "request_store.h"

#include "base/arena.h"
#include "base/time.h"
#include "call/call.h"
#include "durable/work.h"
#include "entremise/requests/v1/message.pb-c.h"
#include "request_rules.h"

#include "request_store.sql.h"

struct status request_lock(struct call *call, const char *name, ServiceRequest *request)
{
	ServiceRequest key = SERVICE_REQUEST__INIT;

	key.name = arena_text(call->arena, "%s", name);
	return sql_lock_request(call, &key, request);
}

struct status request_store(struct call *call, ServiceRequest *request)
{
	TRY(sql_set_request(call, request));
	return publish(call, &request->base);
}

static struct status add_answer(struct call *call, const ServiceRequest *request)
{
	AnswerWork work = ANSWER_WORK__INIT;

	work.service_request = request->name;
	return work_add(call, LANE__LANE_GATEWAY, "answer", request->name, NULL, &work.base);
}

struct status request_settle(struct call *call, ServiceRequest *request)
{
	Fulfilment before = request->fulfilment;

	request->fulfilment = request_fulfilment(request);
	TRY(request_store(call, request));
	if (request->fulfilment == FULFILMENT__FULFILMENT_ANSWERED && before != request->fulfilment)
		return add_answer(call, request);
	return STATUS_OK;
}

struct status request_distribute(struct call *call, const ServiceRequest *request)
{
	DistributeWork work = DISTRIBUTE_WORK__INIT;

	work.service_request = request->name;
	work.item = request->item;
	work.postcode = request->postcode;
	return work_add(call, LANE__LANE_GATEWAY, "distribute", request->name, NULL, &work.base);
}

struct status request_tell(struct call *call, const ServiceRequest *request, const char *template,
			   char **providers, size_t count)
{
	TellWork work = TELL_WORK__INIT;
	char *start;

	if (count == 0)
		return STATUS_OK;
	start = arena_alloc(call->arena, TIME_TEXT_SIZE);
	time_format(start, call_instant(request->start_time));
	work.service_request = request->name;
	work.template_ = arena_text(call->arena, "%s", template);
	work.providers = providers;
	work.n_providers = count;
	work.item_title = request->terms->title;
	work.start = start;
	return work_add(call, LANE__LANE_GATEWAY, "tell", request->name, NULL, &work.base);
}
