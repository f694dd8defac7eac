/* SPDX-License-Identifier: Apache-2.0 */
/* The distribution settings, for the handlers that begin a distribution. */
#pragma once

#include "base/status.h"
#include "entremise/requests/v1/settings.pb-c.h"

struct call;

/* The settings of the call's platform, or the defaults; lives in the call's arena. */
struct status settings_read(struct call *call, DistributionSettings **settings);
