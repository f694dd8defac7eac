/* SPDX-License-Identifier: Apache-2.0 */
/* A far server and a near one that calls it, forwards to it and composes, for the client's tests.
 */
#pragma once

#include "rpc_fixture.h"

#include <sched.h>
#include <stdatomic.h>

#include "entremise/providers/v1/catalogue.pb-c.h"
#include "rpc/client.h"
#include "rpc/method.h"

#define CATALOGUE "/entremise.providers.v1.CatalogueService/"
#define MENAGE "platforms/acme/items/menage"

/* What the far handler saw. */
static struct {
	Role role;
	char subject[70];
	char platform[40];
	char speaker[40];
	bool by_service;
	char trace_id[TRACE_ID_SIZE];
	char request_id[70];
	int64_t left_us;
	atomic_int runs;
	atomic_bool was_cancelled;
	atomic_bool is_held;
} seen;

/* The near server's way to the far one. */
static struct rpc_upstream *far;

static void look(const struct call *call)
{
	pthread_mutex_lock(&fixture_lock);
	seen.role = call->actor.role;
	seen.by_service = call->actor.by_service;
	snprintf(seen.subject, sizeof(seen.subject), "%s", call->actor.subject);
	snprintf(seen.platform, sizeof(seen.platform), "%s", call->actor.platform);
	snprintf(seen.speaker, sizeof(seen.speaker), "%s", call->actor.speaker);
	snprintf(seen.request_id, sizeof(seen.request_id), "%s",
		 call->request_id ? call->request_id : "");
	trace_format_id(seen.trace_id, &call->trace);
	seen.left_us = call->deadline_us - time_monotonic_us();
	pthread_mutex_unlock(&fixture_lock);
}

static void hold_until_cancelled(const struct call *call)
{
	struct rpc_call *transport = call->transport;
	int64_t until_us = time_monotonic_us() + 5 * TIME_SECOND_US;

	atomic_store(&seen.is_held, true);
	while (!atomic_load(&transport->cancelled) && time_monotonic_us() < until_us)
		sched_yield();
	atomic_store(&seen.was_cancelled, atomic_load(&transport->cancelled));
}

static struct status get_item(struct call *call, const GetItemRequest *request, Item *item)
{
	const char *id = call_id_of(call, request->name);

	atomic_fetch_add(&seen.runs, 1);
	look(call);
	if (strcmp(id, "missing") == 0)
		return call_detail(
		    call, call_refuse(call, REASON__REASON_NOT_FOUND, "name", request->name),
		    "second", "detail");
	if (strcmp(id, "invalid") == 0)
		return call_invalid(call, "name", "is not nice");
	if (strcmp(id, "broken") == 0)
		return status_with(REASON__REASON_INTERNAL, "secret cause");
	if (strcmp(id, "held") == 0)
		hold_until_cancelled(call);
	if (strcmp(id, "leased") == 0) {
		call->leased.bytes = (const uint8_t *)"work";
		call->leased.length = 4;
	}
	item->name = request->name;
	return STATUS_OK;
}
RPC_METHOD(CatalogueService, get_item, GetItemRequest, Item);

static struct status create_item(struct call *call, const CreateItemRequest *request, Item *item)
{
	look(call);
	item->display_name = request->item->display_name;
	return STATUS_OK;
}
RPC_METHOD(CatalogueService, create_item, CreateItemRequest, Item);

/* The near server's own handler: two calls to the far one at once. */
static struct status price_item(struct call *call, const PriceItemRequest *request,
				ItemPrice *price)
{
	ProtobufCService *service = call_remote(call, far, &catalogue_service__descriptor);
	GetItemRequest get = GET_ITEM_REQUEST__INIT;
	Item *first;
	Item *second;

	get.name = request->name;
	RPC_SEND(service, catalogue_service__get_item, &get, &first);
	RPC_SEND(service, catalogue_service__get_item, &get, &second);
	TRY(call_await(call));
	price->item = first->name;
	price->display_name = second->name;
	return STATUS_OK;
}
RPC_METHOD(CatalogueService, price_item, PriceItemRequest, ItemPrice);

static CatalogueService_Service far_catalogue = {.base = CATALOGUE_SERVICE__BASE_INIT,
						 .get_item = serve_get_item,
						 .create_item = serve_create_item};
static CatalogueService_Service near_catalogue = {.base = CATALOGUE_SERVICE__BASE_INIT,
						  .price_item = serve_price_item};

static struct status forward(struct call *call, const uint8_t *request, size_t length)
{
	return call_forward(call, far, call->method->path, request, length, &call->stored.bytes,
			    &call->stored.length);
}

/* Two servers with the same keys, and a call of no transport, as background work has it. */
struct pair {
	struct fixture far;
	struct fixture near;
	struct call call;
};

static void fill_call(struct pair *pair)
{
	pair->call.arena = pair->near.arena;
	pair->call.environment = &pair->near.environment;
	pair->call.platform = "acme";
	pair->call.actor = (struct actor){
	    .role = ROLE__ROLE_CLIENT, .subject = "c1", .platform = "acme", .speaker = "c1"};
	pair->call.trace = trace_new();
	pair->call.deadline_us = time_monotonic_us() + 4 * TIME_SECOND_US;
}

static int begin(void **state)
{
	static struct pair pair;

	memset(&pair, 0, sizeof(pair));
	memset(&seen, 0, sizeof(seen));
	fixture_begin(&pair.far);
	fixture_begin(&pair.near);
	pair.far.environment.keys = pair.near.keys; /* Both know the same keys. */
	rpc_server_add(pair.far.server, &far_catalogue.base);
	fixture_start(&pair.far);
	pair.near.environment.service = "gateway";
	rpc_server_add(pair.near.server, &near_catalogue.base);
	rpc_server_add_forward(pair.near.server, &catalogue_service__descriptor, forward);
	far = rpc_upstream_create("far", pair.far.listen);
	fixture_start(&pair.near);
	fill_call(&pair);
	*state = &pair;
	return 0;
}

static int end(void **state)
{
	struct pair *pair = *state;

	arena_reset(pair->near.arena); /* Ends what the call has sent. */
	fixture_disconnect(&pair->near);
	rpc_server_drain(pair->near.server, 0, 5000);
	rpc_upstream_destroy(far);
	fixture_end(&pair->far);
	fixture_end(&pair->near);
	return 0;
}

static struct status await(struct pair *pair)
{
	struct status status = call_await(&pair->call);

	fixture_meet();
	return status;
}

FIXTURE_UNUSED static GetItemRequest asking(struct pair *pair, const char *name)
{
	GetItemRequest request = GET_ITEM_REQUEST__INIT;

	fixture_meet();
	request.name = arena_copy(pair->near.arena, name, strlen(name));
	return request;
}

FIXTURE_UNUSED static struct status get(struct pair *pair, const char *name, Item **item)
{
	ProtobufCService *service = call_remote(&pair->call, far, &catalogue_service__descriptor);
	GetItemRequest request = asking(pair, name);

	RPC_SEND(service, catalogue_service__get_item, &request, item);
	return await(pair);
}
