/* SPDX-License-Identifier: Apache-2.0 */
/* Work `distribute` of requests: who matches is asked of providers, page by page (P1). */
#include "base/arena.h"
#include "call/call.h"
#include "entremise/providers/v1/match.pb-c.h"
#include "entremise/requests/v1/service_request.pb-c.h"
#include "rpc/client.h"

#include "work.h"

#define PAGE_SIZE 200 /* the most that requests takes at once */

static struct status match(struct call *call, const DistributeWork *wanted, char *page_token,
			   MatchProvidersResponse **page)
{
	ProtobufCService *service =
	    call_remote(call, upstream_of(UPSTREAM_PROVIDERS), &match_service__descriptor);
	MatchProvidersRequest request = MATCH_PROVIDERS_REQUEST__INIT;

	request.parent = arena_text(call->arena, "platforms/%s", call->platform);
	request.item = wanted->item;
	request.postcode = wanted->postcode;
	request.page_size = PAGE_SIZE;
	request.page_token = page_token;
	RPC_SEND(service, match_service__match_providers, &request, page);
	return call_await(call);
}

/* The last page ends the work. */
static struct status distribute(struct call *call, const Work *work, const DistributeWork *wanted,
				size_t number, const MatchProvidersResponse *page)
{
	ProtobufCService *service =
	    call_remote(call, upstream_of(UPSTREAM_REQUESTS), &service_request_service__descriptor);
	DistributeServiceRequestRequest request = DISTRIBUTE_SERVICE_REQUEST_REQUEST__INIT;
	WorkLease lease = work_lease_of(work);
	ServiceRequest *reply;

	request.name = wanted->service_request;
	request.n_providers = page->n_matches;
	request.providers = arena_new(call->arena, char *, page->n_matches);
	for (size_t i = 0; i < page->n_matches; i++)
		request.providers[i] = page->matches[i]->name;
	request.last_page = page->next_page_token[0] == '\0';
	request.lease = &lease;
	request.request_id = work_attempt_id(call, work, number);
	RPC_SEND(service, service_request_service__distribute_service_request, &request, &reply);
	TRY(call_await(call));
	work_run_leased(call, UPSTREAM_REQUESTS);
	return STATUS_OK;
}

static struct status run(struct call *call, const Work *work, const ProtobufCMessage *payload)
{
	const DistributeWork *wanted = (const DistributeWork *)(const void *)payload;
	MatchProvidersResponse *page = NULL;
	size_t number = 0;

	do {
		char *next = page ? page->next_page_token : arena_text(call->arena, "%s", "");

		TRY(match(call, wanted, next, &page));
		TRY(distribute(call, work, wanted, number++, page));
	} while (page->next_page_token[0] != '\0');
	return STATUS_OK;
}

const struct work_kind work_distribute = {
    .owner = UPSTREAM_REQUESTS,
    .kind = "distribute",
    .payload = &distribute_work__descriptor,
    .run = run,
};
