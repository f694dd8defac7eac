/* SPDX-License-Identifier: Apache-2.0 */
/* Requests, in the order of their life: asked, distributed, assigned, ended. */
#include <string.h>

#include "assign.h"
#include "base/arena.h"
#include "base/time.h"
#include "call/call.h"
#include "client.h"
#include "contract/field.h"
#include "durable/work.h"
#include "entremise/common/v1/page_token.pb-c.h"
#include "entremise/requests/v1/service_request.pb-c.h"
#include "gate.h"
#include "offer_store.h"
#include "request_rules.h"
#include "request_store.h"
#include "rpc/method.h"
#include "services.h"
#include "settings.h"

#include "service_request.sql.h"

#define DURATION_MAX_US TIME_DAY_US

static struct status check_times(struct call *call, const ServiceRequest *asked)
{
	int64_t start_us = call_instant(asked->start_time);
	int64_t end_us = call_instant(asked->end_time);

	if (start_us <= call->now_us)
		return status_of(REASON__REASON_TIME_IN_PAST);
	if (end_us <= start_us || end_us - start_us > DURATION_MAX_US)
		return call_invalid(call, "service_request.end_time",
				    "must be after start_time, by at most 24 hours");
	return STATUS_OK;
}

/* A client asks for itself; staff say for whom. */
static struct status find_client(struct call *call, ServiceRequest *asked)
{
	Client *client;

	if (call->actor.role == ROLE__ROLE_CLIENT) {
		if (*asked->client && strcmp(asked->client, call_self(call)) != 0)
			return call_refuse(call, REASON__REASON_NOT_FOUND, "client", asked->client);
		asked->client = arena_text(call->arena, "%s", call_self(call));
	}
	if (*asked->client == 0)
		return call_invalid(call, "service_request.client", "must be set by staff");
	return client_read(call, asked->client, &client);
}

static void settle_billing_method(ServiceRequest *request)
{
	if (request->billing_method == BILLING_METHOD__BILLING_METHOD_UNSPECIFIED)
		request->billing_method = BILLING_METHOD__BILLING_METHOD_ON_SITE;
}

static struct status begin(struct call *call, ServiceRequest *asked)
{
	DistributionSettings *settings;

	TRY(settings_read(call, &settings));
	asked->name = arena_text(call->arena, "platforms/%s/serviceRequests/%s", call->platform,
				 call_new_id(call));
	asked->origin =
	    call->actor.role == ROLE__ROLE_CLIENT ? ORIGIN__ORIGIN_DIRECT : ORIGIN__ORIGIN_STAFF;
	settle_billing_method(asked);
	asked->status = REQUEST_STATUS__REQUEST_STATUS_PENDING;
	asked->fulfilment = FULFILMENT__FULFILMENT_NOT_OFFERED;
	asked->required_applications = settings->required_applications;
	asked->distribution = settings->distribution && request_is_distributable(asked);
	asked->distributing = asked->distribution;
	if (asked->distributing)
		asked->distribute_time = call_timestamp(call, call->now_us);
	asked->create_time = call_timestamp(call, call->now_us);
	return STATUS_OK;
}

static struct status create_service_request(struct call *call,
					    const CreateServiceRequestRequest *request,
					    ServiceRequest *asked)
{
	*asked =
	    *(ServiceRequest *)(void *)message_copy(call->arena, &request->service_request->base);
	asked->etag = arena_text(call->arena, "%s", "");
	TRY(check_times(call, asked));
	if (!asked->terms) /* The gateway copies them from the catalogue. */
		return status_of(REASON__REASON_NO_PRICE);
	TRY(find_client(call, asked));
	TRY(begin(call, asked));

	TRY(sql_add_request(call, asked));
	TRY(publish(call, &asked->base));
	return asked->distributing ? request_distribute(call, asked) : STATUS_OK;
}
RPC_METHOD(ServiceRequestService, create_service_request, CreateServiceRequestRequest,
	   ServiceRequest);

static struct status get_service_request(struct call *call, const GetServiceRequestRequest *request,
					 ServiceRequest *found)
{
	return sql_get_request(call, request, found);
}
RPC_METHOD(ServiceRequestService, get_service_request, GetServiceRequestRequest, ServiceRequest);

static struct status list_service_requests(struct call *call,
					   const ListServiceRequestsRequest *request,
					   ListServiceRequestsResponse *reply)
{
	bool by_start = strcmp(request->order_by, "start_time") == 0;
	PageCursor page = PAGE_CURSOR__INIT;

	TRY(call_page(call, &page));
	if (by_start)
		TRY(sql_list_requests_by_start(call, request, &page, reply));
	else
		TRY(sql_list_requests(call, request, &page, reply));
	call_page_close(call, &page, &reply->base, by_start ? "start_time" : NULL, NULL);
	return STATUS_OK;
}
RPC_METHOD(ServiceRequestService, list_service_requests, ListServiceRequestsRequest,
	   ListServiceRequestsResponse);

static struct status update_service_request(struct call *call,
					    const UpdateServiceRequestRequest *request,
					    ServiceRequest *stored)
{
	TRY(request_lock(call, request->service_request->name, stored));
	if (!request_is_open(stored))
		return status_of(REASON__REASON_REQUEST_CLOSED);
	TRY(call_apply_update(call, &stored->base)); /* ETAG_MISMATCH. */
	settle_billing_method(stored);

	return request_store(call, stored);
}
RPC_METHOD(ServiceRequestService, update_service_request, UpdateServiceRequestRequest,
	   ServiceRequest);

/* A distribution keeps the settings it begins with (P1). */
static struct status begin_distribution(struct call *call, ServiceRequest *request)
{
	DistributionSettings *settings;

	if (request->distribute_time)
		return STATUS_OK;
	TRY(settings_read(call, &settings));
	request->required_applications = settings->required_applications;
	request->distribute_time = call_timestamp(call, call->now_us);
	return STATUS_OK;
}

/* Writes offers to those of `providers` that have none yet. */
static struct status ask(struct call *call, ServiceRequest *request, char **providers, size_t count)
{
	size_t added;

	if (!request_is_open(request))
		return STATUS_OK; /* Closed while it was being distributed: nobody is asked any
				     more. */
	TRY(offers_add(call, request, providers, count, &added));
	request->offer_count += (int32_t)added;
	TRY(begin_distribution(call, request));
	return request_settle(call, request);
}

static struct status distribute_service_request(struct call *call,
						const DistributeServiceRequestRequest *request,
						ServiceRequest *asked)
{
	char **open;
	size_t count;

	TRY(gates_share(call, request->providers, request->n_providers, &open, &count));
	TRY(request_lock(call, request->name, asked));
	if (request->last_page)
		asked->distributing = false;
	TRY(ask(call, asked, open, count));
	return request->last_page ? work_finish(call, request->lease)
				  : work_hold(call, request->lease); /* LEASE_LOST. */
}
RPC_METHOD(ServiceRequestService, distribute_service_request, DistributeServiceRequestRequest,
	   ServiceRequest);

static struct status send_offers(struct call *call, const SendOffersRequest *request,
				 ServiceRequest *asked)
{
	char **open;
	size_t count;

	TRY(gates_share(call, request->providers, request->n_providers, &open, &count));
	TRY(request_lock(call, request->name, asked));
	if (!request_is_open(asked))
		return status_of(REASON__REASON_REQUEST_CLOSED);
	if (count != request->n_providers ||		  /* One is closed to new work (P9). */
	    request->n_standings != request->n_providers) /* The gateway fetches them. */
		return status_of(REASON__REASON_RELATION_INACTIVE);
	TRY(standings_check(call, request->providers, request->standings, request->n_providers));

	return ask(call, asked, request->providers, request->n_providers);
}
RPC_METHOD(ServiceRequestService, send_offers, SendOffersRequest, ServiceRequest);

static struct status redistribute_service_request(struct call *call,
						  const RedistributeServiceRequestRequest *request,
						  ServiceRequest *asked)
{
	TRY(request_lock(call, request->name, asked));
	if (!request_is_open(asked))
		return status_of(REASON__REASON_REQUEST_CLOSED);
	if (!request_is_distributable(asked))
		return status_of(REASON__REASON_NO_PRICE);
	if (asked->distributing)
		return STATUS_OK;

	asked->distributing = true;
	TRY(begin_distribution(call, asked));
	TRY(request_settle(call, asked));
	return request_distribute(call, asked);
}
RPC_METHOD(ServiceRequestService, redistribute_service_request, RedistributeServiceRequestRequest,
	   ServiceRequest);

static struct status assign_provider(struct call *call, const AssignProviderRequest *request,
				     ServiceRequest *asked)
{
	char *providers[] = {request->provider};
	GateRow gate = GATE_ROW__INIT;
	ApplicationRow *row;
	size_t added;

	TRY(gate_hold(call, request->provider, &gate));
	TRY(request_lock(call, request->name, asked));
	if (!request_is_open(asked))
		return status_of(REASON__REASON_REQUEST_CLOSED);
	TRY(offers_add(call, asked, providers, 1, &added));
	TRY(application_lock(call, offer_name(call, request->name, request->provider), &row));
	row->request->offer_count += (int32_t)added;
	TRY(assign_check(call, row, request));

	TRY(assign(call, row));
	*asked = *row->request;
	return STATUS_OK;
}
RPC_METHOD(ServiceRequestService, assign_provider, AssignProviderRequest, ServiceRequest);

static struct status reject_applications(struct call *call,
					 const RejectApplicationsRequest *request,
					 ServiceRequest *asked)
{
	TRY(request_lock(call, request->name, asked));
	if (!request_is_open(asked))
		return status_of(REASON__REASON_REQUEST_CLOSED);
	if (asked->fulfilment != FULFILMENT__FULFILMENT_ANSWERED)
		return status_of(REASON__REASON_STATE_CONFLICT);
	TRY(offers_pass_over(call, asked, NULL));

	asked->distributing = asked->distribution;
	TRY(request_settle(call, asked));
	return asked->distributing ? request_distribute(call, asked) : STATUS_OK;
}
RPC_METHOD(ServiceRequestService, reject_applications, RejectApplicationsRequest, ServiceRequest);

/* Cancelling twice gives the same request. */
static struct status cancel_service_request(struct call *call,
					    const CancelServiceRequestRequest *request,
					    ServiceRequest *asked)
{
	TRY(request_lock(call, request->name, asked));
	if (asked->status == REQUEST_STATUS__REQUEST_STATUS_CANCELLED)
		return STATUS_OK;
	if (asked->status == REQUEST_STATUS__REQUEST_STATUS_DECLINED ||
	    asked->status == REQUEST_STATUS__REQUEST_STATUS_DONE)
		return status_of(REASON__REASON_STATE_CONFLICT);
	TRY(offers_end(call, asked));
	TRY(assign_cancel(call, asked)); /* STATE_CONFLICT when the work has begun. */

	asked->status = REQUEST_STATUS__REQUEST_STATUS_CANCELLED;
	asked->distributing = false;
	return request_store(call, asked);
}
RPC_METHOD(ServiceRequestService, cancel_service_request, CancelServiceRequestRequest,
	   ServiceRequest);

ServiceRequestService_Service service_request_service = SERVICE_REQUEST_SERVICE__INIT(serve_);
