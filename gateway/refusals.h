/* SPDX-License-Identifier: Apache-2.0 */
/* Why a provider may not apply, from what providers and billing say. Pure. */
#pragma once

#include <stddef.h>

#include "entremise/billing/v1/entitlement.pb-c.h"
#include "entremise/common/v1/reason.pb-c.h"
#include "entremise/providers/v1/match.pb-c.h"

#define REFUSALS_MAX 8

/*
 * Every reason, in the order in which applying checks them (P1): relation, subscription, documents,
 * terms. Returns how many; 0: it may apply. Either may be NULL: a provider nobody vouches for is
 * not active, one billing does not know has no subscription. An EMPLOYEE needs none (X5).
 */
size_t refusals_of(const Standing *standing, const Entitlement *entitlement,
		   Reason reasons[REFUSALS_MAX]);
