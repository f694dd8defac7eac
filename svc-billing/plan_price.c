/* SPDX-License-Identifier: Apache-2.0 */
/* What a provider subscription costs, from when (S2): versions that are added and never changed. */
#include "plan_price.h"

#include <string.h>

#include "base/arena.h"
#include "call/call.h"
#include "contract/field.h"
#include "durable/platform.h"
#include "entremise/common/v1/money.pb-c.h"
#include "entremise/common/v1/page_token.pb-c.h"
#include "rpc/method.h"
#include "services.h"

#include "plan_price.sql.h"

struct status plan_price_in_force(struct call *call, PlanPrice **version)
{
	bool found;

	*version = (PlanPrice *)(void *)message_new(call->arena, &plan_price__descriptor);
	TRY(sql_find_plan_price_in_force(call, *version, &found));
	return status_of(found ? 0 : REASON__REASON_NO_PLAN_PRICE);
}

static struct status check_amount(struct call *call, const Money *amount, const char *currency,
				  const char *field)
{
	if (amount->minor <= 0)
		return call_invalid(call, arena_text(call->arena, "%s.minor", field),
				    "must be positive");
	if (strcmp(amount->currency, currency) != 0)
		return call_invalid(
		    call, arena_text(call->arena, "%s.currency", field),
		    arena_text(call->arena, "must be the platform's, %s", currency));
	return STATUS_OK;
}

static struct status check_price(struct call *call, const PlanPrice *asked)
{
	PlatformSettings *platform;

	TRY(platform_find(call, &platform));
	TRY(check_amount(call, asked->monthly, platform->currency, "plan_price.monthly"));
	TRY(check_amount(call, asked->yearly, platform->currency, "plan_price.yearly"));
	if (asked->effective_time && call_instant(asked->effective_time) < call->now_us)
		return status_of(REASON__REASON_BACKDATED);
	return STATUS_OK;
}

static struct status create_plan_price(struct call *call, const CreatePlanPriceRequest *request,
				       PlanPrice *version)
{
	const PlanPrice *asked = request->plan_price;

	TRY(check_price(call, asked)); /* INVALID_ARGUMENT, BACKDATED. */

	version->name = arena_text(call->arena, "platforms/%s/planPrices/%s", call->platform,
				   call_new_id(call));
	version->monthly = asked->monthly;
	version->yearly = asked->yearly;
	version->create_time = call_timestamp(call, call->now_us);
	version->effective_time =
	    asked->effective_time ? asked->effective_time : version->create_time;
	TRY(sql_add_plan_price(call, version));
	return publish(call, &version->base);
}
RPC_METHOD(PlanPriceService, create_plan_price, CreatePlanPriceRequest, PlanPrice);

static struct status get_plan_price(struct call *call, const GetPlanPriceRequest *request,
				    PlanPrice *version)
{
	return sql_get_plan_price(call, request, version);
}
RPC_METHOD(PlanPriceService, get_plan_price, GetPlanPriceRequest, PlanPrice);

static struct status list_plan_prices(struct call *call, const ListPlanPricesRequest *request,
				      ListPlanPricesResponse *reply)
{
	PageCursor page = PAGE_CURSOR__INIT;

	(void)request;
	TRY(call_page(call, &page));
	TRY(sql_list_plan_prices(call, &page, reply));
	call_page_close(call, &page, &reply->base, "effective_time", NULL);
	return STATUS_OK;
}
RPC_METHOD(PlanPriceService, list_plan_prices, ListPlanPricesRequest, ListPlanPricesResponse);

PlanPriceService_Service plan_price_service = PLAN_PRICE_SERVICE__INIT(serve_);
