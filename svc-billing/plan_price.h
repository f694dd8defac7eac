/* SPDX-License-Identifier: Apache-2.0 */
/* Price versions, for the handlers that charge. */
#pragma once

#include "base/status.h"
#include "entremise/billing/v1/plan_price.pb-c.h"

struct call;

/* The newest version whose instant has come, or NO_PLAN_PRICE; lives in the call's arena. */
struct status plan_price_in_force(struct call *call, PlanPrice **version);
