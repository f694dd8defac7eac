/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of provider subscriptions, for the handlers that decide by them. */
#pragma once

#include "base/status.h"
#include "entremise/billing/v1/subscription_settings.pb-c.h"

struct call;

/* The settings of the call's platform, or the defaults; lives in the call's arena. */
struct status subscription_settings_read(struct call *call, SubscriptionSettings **settings);
