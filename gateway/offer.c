/* SPDX-License-Identifier: Apache-2.0 */
/* Offers as a provider sees them, and what is decided on them with two owners' statements (S10). */
#include "base/arena.h"
#include "call/call.h"
#include "contract/contract.h"
#include "rpc/client.h"
#include "rpc/method.h"

#include "identity.h"
#include "permission.h"
#include "screens.h"
#include "upstream.h"
#include "work.h"
#include "write.h"

static ProtobufCService *offers(struct call *call)
{
	return call_remote(call, upstream_of(UPSTREAM_REQUESTS), &offer_service__descriptor);
}

/* Asks beside the read: all offers that a provider sees are its own. */
static void ask(struct call *call, struct permission *permission)
{
	if (call->actor.role == ROLE__ROLE_PROVIDER)
		permission_ask(call, call_self(call), false, permission);
}

static bool is_open(const Offer *offer)
{
	return offer->state == OFFER_STATE__OFFER_STATE_WAITING ||
	       offer->state == OFFER_STATE__OFFER_STATE_WITHDRAWN;
}

/* Says of an offer that can still be applied for whether its provider may, and if not every reason.
 */
static void fill(struct call *call, const struct permission *permission, Offer *offer)
{
	if (call->actor.role != ROLE__ROLE_PROVIDER || !is_open(offer))
		return;
	offer->can_apply = permission->reason_count == 0;
	offer->n_refusals = permission->reason_count;
	offer->refusals = arena_new(call->arena, char *, permission->reason_count);
	for (size_t i = 0; i < permission->reason_count; i++)
		offer->refusals[i] = arena_text(call->arena, "%s",
						contract_reason((int)permission->reasons[i])->name);
}

static struct status get_offer(struct call *call, const GetOfferRequest *request, Offer *reply)
{
	struct permission permission = {0};
	Offer *offer;

	RPC_SEND(offers(call), offer_service__get_offer, request, &offer);
	ask(call, &permission);
	TRY(call_await(call));
	permission_read(call, &permission);
	*reply = *offer;
	fill(call, &permission, reply);
	return STATUS_OK;
}
RPC_METHOD(OfferService, get_offer, GetOfferRequest, Offer);

/* The client sees who applied for its request (P2). */
static struct status show_identities(struct call *call, ListOffersResponse *page)
{
	BatchGetProviderProfilesResponse *profiles;

	if (call->actor.role != ROLE__ROLE_CLIENT || page->n_offers == 0)
		return STATUS_OK;
	TRY(identities_read(call, page, &profiles));
	for (size_t i = 0; i < page->n_offers; i++)
		page->offers[i]->identity =
		    identity_find(call, profiles, page->offers[i]->provider);
	return STATUS_OK;
}

static struct status list_offers(struct call *call, const ListOffersRequest *request,
				 ListOffersResponse *reply)
{
	struct permission permission = {0};
	ListOffersResponse *page;

	RPC_SEND(offers(call), offer_service__list_offers, request, &page);
	ask(call, &permission);
	TRY(call_await(call));
	permission_read(call, &permission);
	*reply = *page;
	for (size_t i = 0; i < reply->n_offers; i++)
		fill(call, &permission, reply->offers[i]);
	return show_identities(call, reply);
}
RPC_METHOD(OfferService, list_offers, ListOffersRequest, ListOffersResponse);

/* Takes over the write's answer, and does what the write left to be done. */
static struct status finish(struct call *call, const Offer *written, Offer *reply)
{
	*reply = *written;
	work_run_leased(call, UPSTREAM_REQUESTS);
	return STATUS_OK;
}

/* Without a statement too: requests says what is missing, or gives the answer it has stored. */
static struct status submit(struct call *call, SubmitApplicationRequest *write, bool anew,
			    Offer **written)
{
	struct permission permission;
	struct status found = permission_get(call, call_self(call), anew, &permission);

	write->entitlement = arena_text(call->arena, "%s", permission.permit.entitlement);
	write->standing = arena_text(call->arena, "%s", permission.permit.standing);
	RPC_SEND(offers(call), offer_service__submit_application, write, written);
	return write_outcome(found, call_await(call));
}

static struct status submit_application(struct call *call, const SubmitApplicationRequest *request,
					Offer *reply)
{
	SubmitApplicationRequest write = *request;
	Offer *written;
	struct status status;

	status = submit(call, &write, false, &written);
	if (status.reason == REASON__REASON_ENTITLEMENT_STALE)
		status = submit(call, &write, true, &written);
	TRY(status);
	return finish(call, written, reply);
}
RPC_METHOD(OfferService, submit_application, SubmitApplicationRequest, Offer);

OfferService_Service offer_screens = {
    .base = OFFER_SERVICE__BASE_INIT,
    .get_offer = serve_get_offer,
    .list_offers = serve_list_offers,
    .submit_application = serve_submit_application,
};
