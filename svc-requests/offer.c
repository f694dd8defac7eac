/* SPDX-License-Identifier: Apache-2.0 */
/* Offers: a request as one provider sees it, its answer, and the client's choice among them. */
#include "entremise/requests/v1/offer.pb-c.h"

#include <string.h>

#include "assign.h"
#include "base/text.h"
#include "call/call.h"
#include "contract/contract.h"
#include "contract/name.h"
#include "entremise/common/v1/page_token.pb-c.h"
#include "gate.h"
#include "offer_store.h"
#include "request_rules.h"
#include "request_store.h"
#include "rpc/method.h"
#include "services.h"

#include "offer.sql.h"

static struct status get_offer(struct call *call, const GetOfferRequest *request, Offer *offer)
{
	return sql_get_offer(call, request, offer);
}
RPC_METHOD(OfferService, get_offer, GetOfferRequest, Offer);

static struct status batch_get_offers(struct call *call, const BatchGetOffersRequest *request,
				      BatchGetOffersResponse *reply)
{
	return sql_batch_get_offers(call, request, reply);
}
RPC_METHOD(OfferService, batch_get_offers, BatchGetOffersRequest, BatchGetOffersResponse);

/* Among the offers of one provider the request tells the place. */
static void go_on_behind_request(struct call *call, PageCursor *page)
{
	const struct resource_type *type = contract_message(&offer__descriptor)->resource;

	if (*page->text)
		page->text =
		    (char *)(uintptr_t)name_part(call->arena, type, page->text, "service_request");
}

/* `serviceRequests/-`: of all requests; such a list belongs to one provider (P13). */
static struct status list_offers(struct call *call, const ListOffersRequest *request,
				 ListOffersResponse *reply)
{
	bool of_all = text_ends_with(text_of(request->parent), "/-");
	PageCursor page = PAGE_CURSOR__INIT;

	TRY(call_page(call, &page));
	go_on_behind_request(call, &page);
	if (call->actor.role == ROLE__ROLE_CLIENT)
		TRY(sql_list_answer(call, request, &page, reply));
	else if (!of_all)
		TRY(sql_list_offers_of_request(call, request, &page, reply));
	else if (call->actor.role == ROLE__ROLE_PROVIDER || *request->provider)
		TRY(sql_list_offers_of_provider(call, request, &page, reply));
	else
		return call_invalid(call, "provider", "must be set to list offers of all requests");
	call_page_close(call, &page, &reply->base, NULL, of_all ? "name" : NULL);
	return STATUS_OK;
}
RPC_METHOD(OfferService, list_offers, ListOffersRequest, ListOffersResponse);

/* What should have begun takes no application and no choice any more. */
static bool takes_answers(const struct call *call, const ServiceRequest *request)
{
	return request_is_open(request) && call->now_us < call_instant(request->start_time);
}

static struct status submit_application(struct call *call, const SubmitApplicationRequest *request,
					Offer *offer)
{
	ApplicationRow *row;

	TRY(application_lock(call, request->name, &row));
	*offer = *row->offer;
	if (offer->state == OFFER_STATE__OFFER_STATE_APPLIED)
		return STATUS_OK;
	if (!takes_answers(call, row->request))
		return status_of(REASON__REASON_REQUEST_CLOSED);
	TRY(gate_check(call, row->gate, request->entitlement, request->standing));
	TRY(assign_check_slot(call, row)); /* SLOT_TAKEN. */

	TRY(offer_move(call, row, OFFER_EVENT_APPLY)); /* STATE_CONFLICT. */
	*offer = *row->offer;
	return request_settle(call, row->request);
}
RPC_METHOD(OfferService, submit_application, SubmitApplicationRequest, Offer);

/* With the last application the answer is taken back too: request_settle opens the request. */
static struct status withdraw_application(struct call *call,
					  const WithdrawApplicationRequest *request, Offer *offer)
{
	ApplicationRow *row;

	TRY(application_lock(call, request->name, &row));
	*offer = *row->offer;
	if (offer->state == OFFER_STATE__OFFER_STATE_WITHDRAWN)
		return STATUS_OK;
	if (!request_is_open(row->request))
		return status_of(REASON__REASON_REQUEST_CLOSED);

	TRY(offer_move(call, row, OFFER_EVENT_WITHDRAW)); /* STATE_CONFLICT. */
	*offer = *row->offer;
	return request_settle(call, row->request);
}
RPC_METHOD(OfferService, withdraw_application, WithdrawApplicationRequest, Offer);

static struct status decline_offer(struct call *call, const DeclineOfferRequest *request,
				   Offer *offer)
{
	ApplicationRow *row;

	TRY(application_lock(call, request->name, &row));
	*offer = *row->offer;
	if (offer->state == OFFER_STATE__OFFER_STATE_DECLINED)
		return STATUS_OK;
	if (!request_is_open(row->request))
		return status_of(REASON__REASON_REQUEST_CLOSED);

	TRY(offer_move(call, row, OFFER_EVENT_DECLINE)); /* STATE_CONFLICT. */
	*offer = *row->offer;
	return request_settle(call, row->request);
}
RPC_METHOD(OfferService, decline_offer, DeclineOfferRequest, Offer);

static struct status choose_offer(struct call *call, const ChooseOfferRequest *request,
				  Offer *offer)
{
	ApplicationRow *row;

	TRY(application_lock(call, request->name, &row));
	*offer = *row->offer;
	if (offer->state == OFFER_STATE__OFFER_STATE_CHOSEN)
		return STATUS_OK;
	if (!takes_answers(call, row->request))
		return status_of(REASON__REASON_REQUEST_CLOSED);
	if (offer->state != OFFER_STATE__OFFER_STATE_APPLIED)
		return status_of(REASON__REASON_STATE_CONFLICT);

	TRY(assign(call, row)); /* SLOT_TAKEN, PAYMENT_METHOD_REQUIRED. */
	*offer = *row->offer;
	return STATUS_OK;
}
RPC_METHOD(OfferService, choose_offer, ChooseOfferRequest, Offer);

OfferService_Service offer_service = OFFER_SERVICE__INIT(serve_);
