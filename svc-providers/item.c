/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue: what a platform sells, and what it costs where. */
#include "base/arena.h"
#include "call/call.h"
#include "contract/field.h"
#include "entremise/common/v1/page_token.pb-c.h"
#include "entremise/providers/v1/catalogue.pb-c.h"
#include "entremise/providers/v1/platform.pb-c.h"
#include "entremise/providers/v1/row.pb-c.h"
#include "item_rule.h"
#include "postcode.h"
#include "rpc/method.h"
#include "services.h"

#include "item.sql.h"

/* The item against the platform's currency, which never changes. */
static struct status check_item(struct call *call, const Item *item)
{
	Platform *platform = (Platform *)(void *)message_new(call->arena, &platform__descriptor);
	struct item_fault fault;
	int reason;

	TRY(sql_share_currency(call, platform));
	reason = item_rule_check(item, platform->currency, &fault);
	if (reason == REASON__REASON_PRICE_ZONE_TWICE)
		return call_refuse(call, (Reason)reason, "prefix", fault.problem);
	return reason == 0 ? STATUS_OK : call_invalid(call, fault.field, fault.problem);
}

static struct status create_item(struct call *call, const CreateItemRequest *request, Item *item)
{
	TRY(check_item(call, request->item));
	*item = *(Item *)(void *)message_copy(call->arena, &request->item->base);
	item->name =
	    arena_text(call->arena, "platforms/%s/items/%s", call->platform, request->item_id);
	item->etag = arena_text(call->arena, "%s", "");
	item->create_time = call_timestamp(call, call->now_us);
	item->update_time = item->create_time;

	TRY(sql_add_item(call, item)); /* ALREADY_EXISTS. */
	TRY(sql_add_zones(call, item, item));
	return publish(call, &item->base);
}
RPC_METHOD(CatalogueService, create_item, CreateItemRequest, Item);

static struct status get_item(struct call *call, const GetItemRequest *request, Item *item)
{
	TRY(sql_get_item(call, request, item));
	return sql_list_zones(call, item, item);
}
RPC_METHOD(CatalogueService, get_item, GetItemRequest, Item);

static struct status list_items(struct call *call, const ListItemsRequest *request,
				ListItemsResponse *reply)
{
	PageCursor page = PAGE_CURSOR__INIT;

	TRY(call_page(call, &page));
	TRY(sql_list_items(call, &page, request, reply));
	call_page_close(call, &page, &reply->base, NULL, NULL);
	return STATUS_OK;
}
RPC_METHOD(CatalogueService, list_items, ListItemsRequest, ListItemsResponse);

static struct status update_item(struct call *call, const UpdateItemRequest *request, Item *item)
{
	TRY(sql_hold_item(call, request->item, item));
	TRY(sql_list_zones(call, item, item));
	TRY(call_apply_update(call, &item->base)); /* ETAG_MISMATCH. */
	TRY(check_item(call, item));

	item->update_time = call_timestamp(call, call->now_us);
	TRY(sql_set_item(call, item));
	TRY(sql_drop_zones(call, item));
	TRY(sql_add_zones(call, item, item));
	return publish(call, &item->base);
}
RPC_METHOD(CatalogueService, update_item, UpdateItemRequest, Item);

/* The price of the longest zone that fits: NO_PRICE, POSTCODE_NOT_COVERED. */
static struct status find_price(struct call *call, const PriceItemRequest *request,
				ItemPrice *price)
{
	MatchQuery query = MATCH_QUERY__INIT;
	PriceZone any = PRICE_ZONE__INIT;
	char *prefixes[POSTCODE_PREFIXES_MAX];
	bool found;

	query.item = arena_text(call->arena, "%s", call_id_of(call, request->name));
	query.n_prefixes = postcode_prefixes(call->arena, request->postcode, prefixes);
	query.prefixes = prefixes;
	TRY(sql_find_price(call, &query, price, &found));
	if (found)
		return STATUS_OK;
	TRY(sql_find_zone(call, &query, &any, &found));
	return call_refuse(call,
			   found ? REASON__REASON_POSTCODE_NOT_COVERED : REASON__REASON_NO_PRICE,
			   "item", request->name);
}

static struct status price_item(struct call *call, const PriceItemRequest *request,
				ItemPrice *price)
{
	GetItemRequest asked = GET_ITEM_REQUEST__INIT;
	Item *item = (Item *)(void *)message_new(call->arena, &item__descriptor);

	asked.name = request->name;
	TRY(sql_get_item(call, &asked, item));
	TRY(find_price(call, request, price));

	price->item = item->name;
	price->display_name = item->display_name;
	price->kind = item->kind;
	price->price_policy = item->price_policy;
	price->vat_basis_points = item->vat_basis_points;
	price->duration_minutes = item->duration_minutes;
	price->deposit = item->deposit;
	return STATUS_OK;
}
RPC_METHOD(CatalogueService, price_item, PriceItemRequest, ItemPrice);

CatalogueService_Service catalogue_service = CATALOGUE_SERVICE__INIT(serve_);
