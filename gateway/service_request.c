/* SPDX-License-Identifier: Apache-2.0 */
/* Composed mutations of requests: what the catalogue and providers know goes along with the write.
 */
#include <string.h>

#include "base/arena.h"
#include "call/call.h"
#include "entremise/providers/v1/catalogue.pb-c.h"
#include "rpc/client.h"
#include "rpc/method.h"

#include "permission.h"
#include "screens.h"
#include "upstream.h"
#include "work.h"
#include "write.h"

static ProtobufCService *service_requests(struct call *call)
{
	return call_remote(call, upstream_of(UPSTREAM_REQUESTS),
			   &service_request_service__descriptor);
}

/* Takes over the write's answer, and does what the write left to be done. */
static struct status finish(struct call *call, const ServiceRequest *written, ServiceRequest *reply)
{
	*reply = *written;
	work_run_leased(call, UPSTREAM_REQUESTS);
	return STATUS_OK;
}

/* The item as the catalogue has it for this place now. */
static struct status find_terms(struct call *call, const ServiceRequest *wish, ItemTerms *terms)
{
	ProtobufCService *catalogue =
	    call_remote(call, upstream_of(UPSTREAM_PROVIDERS), &catalogue_service__descriptor);
	PriceItemRequest request = PRICE_ITEM_REQUEST__INIT;
	ItemPrice *price;

	request.name = wish->item;
	request.postcode = wish->postcode;
	RPC_SEND(catalogue, catalogue_service__price_item, &request, &price);
	TRY(call_await(call));
	terms->title = price->display_name;
	terms->price_policy = (PricePolicy)price->price_policy; /* The same numbers. */
	terms->price = price->price;
	terms->vat_basis_points = price->vat_basis_points;
	return STATUS_OK;
}

/* Prices the item, writes the request, and has it distributed before the client reads on (P1). */
static struct status create_service_request(struct call *call,
					    const CreateServiceRequestRequest *request,
					    ServiceRequest *reply)
{
	CreateServiceRequestRequest write = *request;
	ServiceRequest wish = *request->service_request;
	ItemTerms terms = ITEM_TERMS__INIT;
	struct status priced = find_terms(call, &wish, &terms);
	ServiceRequest *written;

	if (priced.reason != 0 && *request->request_id == '\0')
		return priced; /* Nothing can have been stored under a request_id. */
	wish.terms = priced.reason == 0 ? &terms : NULL;
	write.service_request = &wish;
	RPC_SEND(service_requests(call), service_request_service__create_service_request, &write,
		 &written);
	TRY(write_outcome(priced, call_await(call)));
	return finish(call, written, reply);
}
RPC_METHOD(ServiceRequestService, create_service_request, CreateServiceRequestRequest,
	   ServiceRequest);

/* The statements in the order of the request's providers; "" for one that nobody vouches for. */
static struct status find_standings(struct call *call, SendOffersRequest *write)
{
	ProtobufCService *match =
	    call_remote(call, upstream_of(UPSTREAM_PROVIDERS), &match_service__descriptor);
	BatchGetStandingsRequest request = BATCH_GET_STANDINGS_REQUEST__INIT;
	BatchGetStandingsResponse *found;

	request.parent = arena_text(call->arena, "platforms/%s", call->platform);
	request.n_providers = write->n_providers;
	request.providers = write->providers;
	RPC_SEND(match, match_service__batch_get_standings, &request, &found);
	TRY(call_await(call));
	for (size_t i = 0; i < write->n_providers; i++)
		for (size_t j = 0; j < found->n_standings; j++)
			if (strcmp(found->standings[j]->provider, write->providers[i]) == 0)
				write->standings[i] = found->standings[j]->statement;
	return STATUS_OK;
}

static struct status send_offers(struct call *call, const SendOffersRequest *request,
				 ServiceRequest *reply)
{
	SendOffersRequest write = *request;
	struct status found;
	ServiceRequest *written;

	write.n_standings = request->n_providers;
	write.standings = arena_new(call->arena, char *, request->n_providers);
	for (size_t i = 0; i < write.n_standings; i++)
		write.standings[i] = arena_text(call->arena, "%s", "");
	found = find_standings(call, &write);
	RPC_SEND(service_requests(call), service_request_service__send_offers, &write, &written);
	TRY(write_outcome(found, call_await(call)));
	return finish(call, written, reply);
}
RPC_METHOD(ServiceRequestService, send_offers, SendOffersRequest, ServiceRequest);

static struct status assign(struct call *call, AssignProviderRequest *write, bool anew,
			    ServiceRequest **written)
{
	struct permission permission;
	struct status found = permission_get(call, write->provider, anew, &permission);

	write->entitlement = arena_text(call->arena, "%s", permission.permit.entitlement);
	write->standing = arena_text(call->arena, "%s", permission.permit.standing);
	RPC_SEND(service_requests(call), service_request_service__assign_provider, write, written);
	return write_outcome(found, call_await(call));
}

static struct status assign_provider(struct call *call, const AssignProviderRequest *request,
				     ServiceRequest *reply)
{
	AssignProviderRequest write = *request;
	ServiceRequest *written;
	struct status status;

	status = assign(call, &write, false, &written);
	if (status.reason == REASON__REASON_ENTITLEMENT_STALE)
		status = assign(call, &write, true, &written);
	TRY(status);
	return finish(call, written, reply);
}
RPC_METHOD(ServiceRequestService, assign_provider, AssignProviderRequest, ServiceRequest);

ServiceRequestService_Service service_request_screens = {
    .base = SERVICE_REQUEST_SERVICE__BASE_INIT,
    .create_service_request = serve_create_service_request,
    .send_offers = serve_send_offers,
    .assign_provider = serve_assign_provider,
};
