/* SPDX-License-Identifier: Apache-2.0 */
/* How a platform asks its independent providers to subscribe (S1). */
#include "subscription_settings.h"

#include "base/arena.h"
#include "call/call.h"
#include "contract/field.h"
#include "durable/platform.h"
#include "rpc/method.h"
#include "services.h"

#include "subscription_settings.sql.h"

/* What holds before anything was stored: nobody is gated. */
static void fill_defaults(struct call *call, SubscriptionSettings *settings)
{
	settings->name =
	    arena_text(call->arena, "platforms/%s/subscriptionSettings", call->platform);
	settings->apply_new_prices_to_existing = true;
	settings->grace_days = 7;
	settings->price_notice_days = 30;
}

struct status subscription_settings_read(struct call *call, SubscriptionSettings **settings)
{
	bool found;

	*settings = (SubscriptionSettings *)(void *)message_new(call->arena,
								&subscription_settings__descriptor);
	fill_defaults(call, *settings);
	return sql_find_subscription_settings(call, *settings, &found);
}

static struct status get_subscription_settings(struct call *call,
					       const GetSubscriptionSettingsRequest *request,
					       SubscriptionSettings *settings)
{
	bool found;

	(void)request;
	fill_defaults(call, settings);
	return sql_find_subscription_settings(call, settings, &found);
}
RPC_METHOD(SubscriptionSettingsService, get_subscription_settings, GetSubscriptionSettingsRequest,
	   SubscriptionSettings);

/* Subscriptions are for independent providers, from edition PRO on (S1). */
static struct status check_allowed(struct call *call)
{
	PlatformSettings *platform;

	TRY(platform_find(call, &platform));
	TRY(platform_needs_edition(call, platform, EDITION__EDITION_PRO));
	return platform_needs_module(call, platform, MODULE__MODULE_INDEPENDENT_PROVIDERS);
}

static struct status update_subscription_settings(struct call *call,
						  const UpdateSubscriptionSettingsRequest *request,
						  SubscriptionSettings *settings)
{
	bool was_enabled;
	bool found;

	(void)request;
	fill_defaults(call, settings);
	TRY(sql_lock_subscription_settings(call, settings, &found));
	was_enabled = settings->enabled;
	TRY(call_apply_update(call, &settings->base)); /* ETAG_MISMATCH. */
	if (settings->enabled && !was_enabled)
		TRY(check_allowed(call)); /* EDITION_TOO_LOW, MODULE_OFF. */

	settings->update_time = call_timestamp(call, call->now_us);
	TRY(sql_put_subscription_settings(call, settings));
	return publish(call, &settings->base);
}
RPC_METHOD(SubscriptionSettingsService, update_subscription_settings,
	   UpdateSubscriptionSettingsRequest, SubscriptionSettings);

SubscriptionSettingsService_Service subscription_settings_service =
    SUBSCRIPTION_SETTINGS_SERVICE__INIT(serve_);
