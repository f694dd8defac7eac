/* SPDX-License-Identifier: Apache-2.0 */
/* The distribution settings of a platform (P1-P4). */
#include "settings.h"

#include "base/arena.h"
#include "call/call.h"
#include "contract/field.h"
#include "durable/platform.h"
#include "rpc/method.h"
#include "services.h"

#include "settings.sql.h"

/* What holds before anything was stored: nothing is distributed, one application is an answer. */
static void fill_defaults(struct call *call, DistributionSettings *settings)
{
	settings->name =
	    arena_text(call->arena, "platforms/%s/distributionSettings", call->platform);
	settings->required_applications = 1;
}

struct status settings_read(struct call *call, DistributionSettings **settings)
{
	bool found;

	*settings = (DistributionSettings *)(void *)message_new(call->arena,
								&distribution_settings__descriptor);
	fill_defaults(call, *settings);
	return sql_find_settings(call, *settings, &found);
}

static struct status get_distribution_settings(struct call *call,
					       const GetDistributionSettingsRequest *request,
					       DistributionSettings *settings)
{
	bool found;

	(void)request;
	fill_defaults(call, settings);
	return sql_find_settings(call, settings, &found);
}
RPC_METHOD(DistributionSettingsService, get_distribution_settings, GetDistributionSettingsRequest,
	   DistributionSettings);

static struct status update_distribution_settings(struct call *call,
						  const UpdateDistributionSettingsRequest *request,
						  DistributionSettings *settings)
{
	PlatformSettings *platform;
	bool found;

	(void)request;
	fill_defaults(call, settings);
	TRY(sql_lock_settings(call, settings, &found));
	TRY(call_apply_update(call, &settings->base));
	TRY(platform_find(call, &platform));
	if (settings->distribution)
		TRY(platform_needs_module(call, platform, MODULE__MODULE_PROVIDERS));

	settings->update_time = call_timestamp(call, call->now_us);
	TRY(sql_put_settings(call, settings));
	return publish(call, &settings->base);
}
RPC_METHOD(DistributionSettingsService, update_distribution_settings,
	   UpdateDistributionSettingsRequest, DistributionSettings);

DistributionSettingsService_Service distribution_settings_service =
    DISTRIBUTION_SETTINGS_SERVICE__INIT(serve_);
