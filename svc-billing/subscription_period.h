/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar of a subscription: months and years in the platform's zone, on an anchor day. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "entremise/billing/v1/subscription.pb-c.h"

struct time_zone;

/* One period, platform time. */
struct subscription_period {
	int64_t start_us;
	int64_t end_us;	    /* exclusive; the next one starts here */
	int32_t anchor_day; /* 1-31, the same for all periods of a subscription */
};

/* The first period: it starts at that instant, whose day is the anchor of all that follow. */
struct subscription_period subscription_period_first(const struct time_zone *zone,
						     Interval interval, int64_t start_us);

/*
 * The period after `former`. A day that a month lacks is its last one, and the anchor is not lost:
 * 31 Jan, 28 Feb, 31 Mar; 29 Feb, 28 Feb, ..., 29 Feb.
 */
struct subscription_period subscription_period_next(const struct time_zone *zone, Interval interval,
						    const struct subscription_period *former);
