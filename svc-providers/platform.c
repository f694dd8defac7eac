/* SPDX-License-Identifier: Apache-2.0 */
/* Platforms: created by the operator, switched by their managers, carried to the other services. */
#include "base/arena.h"
#include "base/text.h"
#include "call/call.h"
#include "contract/field.h"
#include "durable/work.h"
#include "entremise/common/v1/page_token.pb-c.h"
#include "entremise/common/v1/platform.pb-c.h"
#include "entremise/providers/v1/platform.pb-c.h"
#include "module_set.h"
#include "rpc/method.h"
#include "services.h"
#include "staff.h"

#include "platform.sql.h"

static struct status read_lists(struct call *call, Platform *platform)
{
	TRY(sql_list_allowed_modules(call, platform));
	TRY(sql_list_modules(call, platform));
	return sql_list_languages(call, platform);
}

/* Puts the set into `modules`, in ascending order. */
static void put_modules(struct call *call, Platform *platform, uint32_t set)
{
	platform->modules = arena_new(call->arena, Module, MODULE_SET_MAX);
	platform->n_modules = module_set_list(set, platform->modules);
}

static struct status store_lists(struct call *call, const Platform *platform)
{
	TRY(sql_drop_modules(call));
	TRY(sql_add_modules(call, platform));
	TRY(sql_switch_modules_on(call, platform));
	TRY(sql_drop_languages(call));
	return sql_add_languages(call, platform);
}

/* Has the gateway carry what the other services know of the platform, with its new version. */
static struct status carry(struct call *call, const Platform *platform)
{
	PlatformSettings settings = PLATFORM_SETTINGS__INIT;

	settings.platform = platform->name;
	text_to_int64(text_of(platform->etag), &settings.version);
	settings.display_name = platform->display_name;
	settings.edition = platform->edition;
	settings.modules = platform->modules;
	settings.n_modules = platform->n_modules;
	settings.time_zone = platform->time_zone;
	settings.currency = platform->currency;
	settings.language = platform->languages[0];
	return work_add(call, LANE__LANE_GATEWAY, "apply_platform", platform->name,
			arena_text(call->arena, "%s@%s", platform->name, platform->etag),
			&settings.base);
}

/* Each module once: they are rows with these as their keys. */
static void normalize(struct call *call, Platform *platform)
{
	uint32_t allowed = module_set_of(platform->allowed_modules, platform->n_allowed_modules);

	platform->allowed_modules = arena_new(call->arena, Module, MODULE_SET_MAX);
	platform->n_allowed_modules = module_set_list(allowed, platform->allowed_modules);
}

/* Stores and publishes the locked platform with its lists, and has it carried. */
static struct status store(struct call *call, Platform *platform)
{
	platform->update_time = call_timestamp(call, call->now_us);
	TRY(sql_set_platform(call, platform));
	TRY(store_lists(call, platform));
	TRY(publish(call, &platform->base));
	return carry(call, platform);
}

static struct status create_platform(struct call *call, const CreatePlatformRequest *request,
				     Platform *platform)
{
	Staff *manager;

	*platform = *(Platform *)(void *)message_copy(call->arena, &request->platform->base);
	normalize(call, platform);
	platform->name = arena_text(call->arena, "platforms/%s", request->platform_id);
	platform->etag = arena_text(call->arena, "%s", "");
	platform->create_time = call_timestamp(call, call->now_us);
	platform->update_time = platform->create_time;
	manager = staff_new(call, request->first_manager, STAFF__STAFF_ROLE__STAFF_ROLE_MANAGER);
	platform->first_manager = manager->name;

	TRY(sql_add_platform(call, platform)); /* ALREADY_EXISTS. */
	TRY(sql_add_modules(call, platform));
	TRY(sql_add_languages(call, platform));
	TRY(staff_add(call, manager));
	TRY(publish(call, &platform->base));
	return carry(call, platform);
}
RPC_METHOD(PlatformService, create_platform, CreatePlatformRequest, Platform);

static struct status get_platform(struct call *call, const GetPlatformRequest *request,
				  Platform *platform)
{
	(void)request;
	TRY(sql_get_platform(call, platform));
	return read_lists(call, platform);
}
RPC_METHOD(PlatformService, get_platform, GetPlatformRequest, Platform);

static struct status list_platforms(struct call *call, const ListPlatformsRequest *request,
				    ListPlatformsResponse *reply)
{
	PageCursor page = PAGE_CURSOR__INIT;

	(void)request;
	TRY(call_page(call, &page));
	TRY(sql_list_platforms(call, &page, reply));
	call_page_close(call, &page, &reply->base, NULL, NULL);
	return STATUS_OK;
}
RPC_METHOD(PlatformService, list_platforms, ListPlatformsRequest, ListPlatformsResponse);

static struct status update_platform(struct call *call, const UpdatePlatformRequest *request,
				     Platform *platform)
{
	uint32_t on;

	(void)request;
	TRY(sql_hold_platform(call, platform));
	TRY(read_lists(call, platform));
	TRY(call_apply_update(call, &platform->base)); /* ETAG_MISMATCH. */
	if (platform->n_languages == 0)
		return call_invalid(call, "platform.languages", "must not be empty");

	normalize(call, platform);
	on = module_set_of(platform->modules, platform->n_modules) &
	     module_set_of(platform->allowed_modules, platform->n_allowed_modules) &
	     module_set_of_edition(platform->edition);
	put_modules(call, platform, on);
	return store(call, platform);
}
RPC_METHOD(PlatformService, update_platform, UpdatePlatformRequest, Platform);

static struct status switch_modules(struct call *call, const SwitchModulesRequest *request,
				    Platform *platform)
{
	struct module_switch wanted;
	uint32_t next;
	Module culprit;
	int reason;

	TRY(sql_hold_platform(call, platform));
	TRY(read_lists(call, platform));
	wanted = (struct module_switch){
	    .on = module_set_of(platform->modules, platform->n_modules),
	    .allowed = module_set_of(platform->allowed_modules, platform->n_allowed_modules),
	    .edition = platform->edition,
	    .enable = module_set_of(request->enable, request->n_enable),
	    .disable = module_set_of(request->disable, request->n_disable)};
	reason = module_set_switch(&wanted, &next, &culprit);
	if (reason != 0)
		return call_refuse(call, (Reason)reason, "module", module_set_name(culprit));
	if (next == wanted.on)
		return STATUS_OK;

	put_modules(call, platform, next);
	return store(call, platform);
}
RPC_METHOD(PlatformService, switch_modules, SwitchModulesRequest, Platform);

PlatformService_Service platform_service = PLATFORM_SERVICE__INIT(serve_);
