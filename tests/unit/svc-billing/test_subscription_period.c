/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar of subscriptions: anchors, month ends, leap years, changes of the clocks. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/time.h"
#include "base/time_zone.h"
#include "subscription_period.h"

static const struct time_zone *paris;

static int64_t instant(const char *text)
{
	int64_t instant_us = 0;

	assert_true(time_parse(text_of(text), &instant_us));
	return instant_us;
}

static void assert_starts(Interval interval, const char *start, const char *const ends[])
{
	struct subscription_period period =
	    subscription_period_first(paris, interval, instant(start));

	assert_int_equal(period.start_us, instant(start));
	for (; *ends; ends++) {
		char text[TIME_TEXT_SIZE];

		time_format(text, period.end_us);
		assert_string_equal(text, *ends);
		period = subscription_period_next(paris, interval, &period);
	}
}

static void test_a_month_keeps_its_wall_time_when_the_clocks_change(void **state)
{
	(void)state;
	assert_starts(INTERVAL__INTERVAL_MONTHLY, "2026-03-15T09:00:00Z",
		      (const char *const[]){"2026-04-15T08:00:00.000000Z",
					    "2026-05-15T08:00:00.000000Z", NULL});
}

static void test_the_last_day_of_a_short_month_does_not_become_the_anchor(void **state)
{
	(void)state;
	assert_starts(INTERVAL__INTERVAL_MONTHLY, "2026-01-31T11:00:00Z",
		      (const char *const[]){"2026-02-28T11:00:00.000000Z",
					    "2026-03-31T10:00:00.000000Z",
					    "2026-04-30T10:00:00.000000Z", NULL});
}

static void test_the_anchor_is_the_day_of_the_platforms_zone(void **state)
{
	(void)state;
	/* 23:30 UTC on the 30th is half past midnight on the 31st in Paris. */
	assert_int_equal(subscription_period_first(paris, INTERVAL__INTERVAL_MONTHLY,
						   instant("2026-01-30T23:30:00Z"))
			     .anchor_day,
			 31);
}

static void test_a_year_from_a_leap_day_comes_back_to_it(void **state)
{
	(void)state;
	assert_starts(INTERVAL__INTERVAL_YEARLY, "2028-02-29T11:00:00Z",
		      (const char *const[]){
			  "2029-02-28T11:00:00.000000Z", "2030-02-28T11:00:00.000000Z",
			  "2031-02-28T11:00:00.000000Z", "2032-02-29T11:00:00.000000Z", NULL});
}

static void test_periods_follow_each_other_without_gap(void **state)
{
	struct subscription_period period = subscription_period_first(
	    paris, INTERVAL__INTERVAL_MONTHLY, instant("2026-08-31T22:15:00Z"));

	(void)state;
	for (int month = 0; month < 240; month++) {
		struct subscription_period next =
		    subscription_period_next(paris, INTERVAL__INTERVAL_MONTHLY, &period);

		assert_int_equal(next.start_us, period.end_us);
		assert_true(next.end_us - next.start_us >= 28 * TIME_DAY_US - TIME_HOUR_US);
		assert_true(next.end_us - next.start_us <= 31 * TIME_DAY_US + TIME_HOUR_US);
		assert_int_equal(next.anchor_day, 1);
		period = next;
	}
}

static int load_zone(void **state)
{
	(void)state;
	paris = time_zone_load("Europe/Paris");
	return paris ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_month_keeps_its_wall_time_when_the_clocks_change),
	    cmocka_unit_test(test_the_last_day_of_a_short_month_does_not_become_the_anchor),
	    cmocka_unit_test(test_the_anchor_is_the_day_of_the_platforms_zone),
	    cmocka_unit_test(test_a_year_from_a_leap_day_comes_back_to_it),
	    cmocka_unit_test(test_periods_follow_each_other_without_gap),
	};

	return cmocka_run_group_tests(tests, load_zone, NULL);
}
