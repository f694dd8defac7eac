/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar of a subscription: months and years in the platform's zone, on an anchor day. */
#include "subscription_period.h"

#include "base/time_zone.h"

static struct subscription_period period_from(const struct time_zone *zone, Interval interval,
					      int32_t anchor_day, int64_t start_us)
{
	int64_t months = interval == INTERVAL__INTERVAL_YEARLY ? 12 : 1;

	return (struct subscription_period){.start_us = start_us,
					    .end_us =
						time_add_months(zone, anchor_day, start_us, months),
					    .anchor_day = anchor_day};
}

struct subscription_period subscription_period_first(const struct time_zone *zone,
						     Interval interval, int64_t start_us)
{
	return period_from(zone, interval, time_zone_local(zone, start_us).date.day, start_us);
}

struct subscription_period subscription_period_next(const struct time_zone *zone, Interval interval,
						    const struct subscription_period *former)
{
	return period_from(zone, interval, former->anchor_day, former->end_us);
}
