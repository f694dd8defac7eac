/* SPDX-License-Identifier: Apache-2.0 */
/* What one period of a subscription costs (S2). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "entremise/billing/v1/plan_price.pb-c.h"
#include "entremise/billing/v1/subscription.pb-c.h"

/* All in minor units of `currency`; net + vat == gross. */
struct subscription_price {
	int64_t net_minor;
	int64_t vat_minor;
	int64_t gross_minor;
	const char *currency; /* borrowed from the version */
};

/*
 * The price of a period of that length under that version. VAT is taken once, on the whole amount,
 * and rounded half up (EN 16931). False, and `price` untouched, when the version has no such price
 * or the sum does not fit.
 */
bool subscription_price_of(const PlanPrice *version, Interval interval, int32_t vat_basis_points,
			   struct subscription_price *price);
