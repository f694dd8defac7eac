/* SPDX-License-Identifier: Apache-2.0 */
/* Work `answer` of requests: the client is told who applied, by name (P2). */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "call/call.h"
#include "entremise/requests/v1/message.pb-c.h"
#include "entremise/requests/v1/offer.pb-c.h"
#include "rpc/client.h"

#include "identity.h"
#include "work.h"

#define ANSWER_MOST 50 /* what requests takes in one answer */

static struct status find_applications(struct call *call, const AnswerWork *wanted,
				       ListOffersResponse **applications)
{
	ProtobufCService *service =
	    call_remote(call, upstream_of(UPSTREAM_REQUESTS), &offer_service__descriptor);
	ListOffersRequest request = LIST_OFFERS_REQUEST__INIT;

	request.parent = wanted->service_request;
	request.page_size = ANSWER_MOST;
	request.state = OFFER_STATE__OFFER_STATE_APPLIED;
	RPC_SEND(service, offer_service__list_offers, &request, applications);
	return call_await(call);
}

static int by_apply_time(const void *a, const void *b)
{
	const Offer *first = *(Offer *const *)a;
	const Offer *second = *(Offer *const *)b;
	int64_t first_us = call_instant(first->apply_time);
	int64_t second_us = call_instant(second->apply_time);

	if (first_us != second_us)
		return first_us < second_us ? -1 : 1;
	return strcmp(first->provider, second->provider);
}

/* In the order in which they applied; one that has gone since is left out. */
static void fill_identities(struct call *call, const ListOffersResponse *applications,
			    const BatchGetProviderProfilesResponse *profiles,
			    AnswerClientRequest *answer)
{
	answer->providers = arena_new(call->arena, ProviderIdentity *, applications->n_offers);
	for (size_t i = 0; i < applications->n_offers; i++) {
		ProviderIdentity *identity =
		    identity_find(call, profiles, applications->offers[i]->provider);

		if (identity)
			answer->providers[answer->n_providers++] = identity;
	}
}

static struct status answer_client(struct call *call, const Work *work, AnswerClientRequest *answer)
{
	ProtobufCService *service =
	    call_remote(call, upstream_of(UPSTREAM_REQUESTS), &message_service__descriptor);
	WorkLease lease = work_lease_of(work);
	Message *reply;

	answer->lease = &lease;
	answer->request_id = work_attempt_id(call, work, 0);
	RPC_SEND(service, message_service__answer_client, answer, &reply);
	TRY(call_await(call));
	work_run_leased(call, UPSTREAM_REQUESTS);
	return STATUS_OK;
}

static struct status run(struct call *call, const Work *work, const ProtobufCMessage *payload)
{
	const AnswerWork *wanted = (const AnswerWork *)(const void *)payload;
	AnswerClientRequest answer = ANSWER_CLIENT_REQUEST__INIT;
	ListOffersResponse *applications;
	BatchGetProviderProfilesResponse *profiles;

	TRY(find_applications(call, wanted, &applications));
	if (applications->n_offers == 0) /* All were withdrawn: there is nothing to say. */
		return work_done(call, UPSTREAM_REQUESTS, work);
	qsort(applications->offers, applications->n_offers, sizeof(*applications->offers),
	      by_apply_time);
	TRY(identities_read(call, applications, &profiles));
	answer.service_request = wanted->service_request;
	fill_identities(call, applications, profiles, &answer);
	if (answer.n_providers == 0)
		return work_done(call, UPSTREAM_REQUESTS, work);
	return answer_client(call, work, &answer);
}

const struct work_kind work_answer = {
    .owner = UPSTREAM_REQUESTS,
    .kind = "answer",
    .payload = &answer_work__descriptor,
    .run = run,
};
