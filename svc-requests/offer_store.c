/* SPDX-License-Identifier: Apache-2.0 */
/* Locks, moves and ends offers; one at a time or all of a request. */
#include "offer_store.h"

#include <string.h>

#include "base/arena.h"
#include "call/call.h"
#include "contract/field.h"
#include "request_store.h"

#include "offer_store.sql.h"

const char *offer_name(struct call *call, const char *request, const char *provider)
{
	return arena_text(call->arena, "%s/offers/%s", request, call_id_of(call, provider));
}

static bool is_closed(const GateBatch *gates, const char *provider)
{
	for (size_t i = 0; i < gates->n_gates; i++)
		if (strcmp(gates->gates[i]->provider, provider) == 0)
			return gates->gates[i]->closed;
	return false;
}

struct status gates_share(struct call *call, char **providers, size_t count, char ***open,
			  size_t *open_count)
{
	GateBatch wanted = GATE_BATCH__INIT;
	GateBatch shared = GATE_BATCH__INIT;

	*open = arena_new(call->arena, char *, count);
	*open_count = 0;
	if (count == 0)
		return STATUS_OK;
	wanted.gates = arena_new(call->arena, GateRow *, count);
	for (size_t i = 0; i < count; i++) {
		GateRow *gate = (GateRow *)(void *)message_new(call->arena, &gate_row__descriptor);

		gate->provider = (char *)(uintptr_t)call_id_of(call, providers[i]);
		wanted.gates[wanted.n_gates++] = gate;
	}
	TRY(sql_add_gates(call, &wanted));
	TRY(sql_share_gates(call, &wanted, &shared));
	for (size_t i = 0; i < count; i++)
		if (!is_closed(&shared, wanted.gates[i]->provider))
			(*open)[(*open_count)++] = providers[i];
	return STATUS_OK;
}

struct status gate_hold(struct call *call, const char *provider, GateRow *gate)
{
	GateRow key = GATE_ROW__INIT;

	key.provider = (char *)(uintptr_t)call_id_of(call, provider);
	TRY(sql_hold_gate(call, &key));
	return sql_lock_gate(call, &key, gate);
}

/* What an offer shows of its request: never who asks (P1). */
static void show_request(Offer *offer, const ServiceRequest *request)
{
	offer->item = request->item;
	offer->terms = request->terms;
	offer->postcode = request->postcode;
	offer->commune = request->commune;
	offer->start_time = request->start_time;
	offer->end_time = request->end_time;
}

static Offer *new_offer(struct call *call, const ServiceRequest *request, char *provider)
{
	Offer *offer = (Offer *)(void *)message_new(call->arena, &offer__descriptor);

	offer->name = (char *)(uintptr_t)offer_name(call, request->name, provider);
	offer->provider = provider;
	offer->state = OFFER_STATE__OFFER_STATE_WAITING;
	offer->create_time = call_timestamp(call, call->now_us);
	show_request(offer, request);
	return offer;
}

static bool is_among(Offer *const *offers, size_t count, const char *provider)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(offers[i]->provider, provider) == 0)
			return true;
	return false;
}

struct status offers_add(struct call *call, const ServiceRequest *request, char **providers,
			 size_t count, size_t *added)
{
	AskedRow all = ASKED_ROW__INIT;
	AskedRow fresh = ASKED_ROW__INIT;
	ListOffersResponse asked = LIST_OFFERS_RESPONSE__INIT;

	*added = 0;
	if (count == 0)
		return STATUS_OK;
	all.offers = arena_new(call->arena, Offer *, count);
	fresh.offers = arena_new(call->arena, Offer *, count);
	for (size_t i = 0; i < count; i++)
		all.offers[all.n_offers++] = new_offer(call, request, providers[i]);
	TRY(sql_find_asked(call, &all, request, &asked));
	for (size_t i = 0; i < count; i++)
		if (!is_among(asked.offers, asked.n_offers, providers[i]) &&
		    !is_among(fresh.offers, fresh.n_offers, providers[i]))
			fresh.offers[fresh.n_offers++] = all.offers[i];
	if (fresh.n_offers == 0)
		return STATUS_OK;
	TRY(sql_add_offers(call, &fresh));
	for (size_t i = 0; i < fresh.n_offers; i++)
		TRY(publish(call, &fresh.offers[i]->base));
	*added = fresh.n_offers;
	return STATUS_OK;
}

struct status application_lock(struct call *call, const char *name, ApplicationRow **row)
{
	Offer key = OFFER__INIT;

	key.name = arena_text(call->arena, "%s", name);
	*row = (ApplicationRow *)(void *)message_new(call->arena, &application_row__descriptor);
	TRY(sql_lock_application(call, &key, *row));
	show_request((*row)->offer, (*row)->request);
	return STATUS_OK;
}

/* How a state counts for its request: as an application, as a refusal, or as neither. */
static void count_state(ServiceRequest *request, OfferState state, int32_t step)
{
	if (state == OFFER_STATE__OFFER_STATE_APPLIED)
		request->application_count += step;
	if (state == OFFER_STATE__OFFER_STATE_DECLINED ||
	    state == OFFER_STATE__OFFER_STATE_NOT_CHOSEN)
		request->refusal_count += step;
}

struct status offer_move(struct call *call, ApplicationRow *row, enum offer_event event)
{
	Offer *offer = row->offer;
	OfferState next;

	if (!offer_state_next(offer->state, event, &next))
		return status_of(REASON__REASON_STATE_CONFLICT);
	count_state(row->request, offer->state, -1);
	count_state(row->request, next, 1);
	offer->state = next;
	if (event == OFFER_EVENT_APPLY)
		offer->apply_time = call_timestamp(call, call->now_us);
	TRY(sql_set_offer(call, offer));
	return publish(call, &offer->base);
}

/* Which offers a move is for. */
struct move {
	enum offer_event event;
	const Offer *kept;    /* not this one; NULL: none is kept */
	bool applied_only;    /* only those whose provider applied */
	const char *template; /* what their providers are told */
};

static bool is_moved(const struct move *move, const Offer *offer)
{
	if (move->kept && strcmp(offer->name, move->kept->name) == 0)
		return false;
	return !move->applied_only || offer->state == OFFER_STATE__OFFER_STATE_APPLIED;
}

/* Told are those whose answer counted; who had not answered sees its list. */
static struct status move_all(struct call *call, ServiceRequest *request, struct move move)
{
	ListOffersResponse standing = LIST_OFFERS_RESPONSE__INIT;
	char **told;
	size_t count = 0;

	TRY(sql_lock_offers(call, request, &standing));
	told = arena_new(call->arena, char *, standing.n_offers);
	for (size_t i = 0; i < standing.n_offers; i++) {
		Offer *offer = standing.offers[i];
		OfferState before = offer->state;

		if (!is_moved(&move, offer) ||
		    !offer_state_next(offer->state, move.event, &offer->state))
			continue;
		count_state(request, before, -1);
		count_state(request, offer->state, 1);
		show_request(offer, request);
		TRY(sql_set_offer(call, offer));
		TRY(publish(call, &offer->base));
		if (before == OFFER_STATE__OFFER_STATE_APPLIED ||
		    before == OFFER_STATE__OFFER_STATE_CHOSEN)
			told[count++] = offer->provider;
	}
	return request_tell(call, request, move.template, told, count);
}

struct status offers_pass_over(struct call *call, ServiceRequest *request, const Offer *chosen)
{
	return move_all(call, request,
			(struct move){.event = OFFER_EVENT_PASS_OVER,
				      .kept = chosen,
				      .applied_only = !chosen,
				      .template = "not_chosen"});
}

struct status offers_end(struct call *call, ServiceRequest *request)
{
	return move_all(call, request,
			(struct move){.event = OFFER_EVENT_END, .template = "cancelled"});
}
