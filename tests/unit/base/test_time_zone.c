/* SPDX-License-Identifier: Apache-2.0 */
/* Zones against the C library's reading of the same files, and the choices at gap and overlap. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/status.h"
#include "base/time_zone.h"
#include "tests/unit/base/seeded.h"

#define CASES 10000

/* 1890 and 2600: before most zones' first change, and far into the rule of the footer. */
#define FIRST_S INT64_C(-2524521600)
#define LAST_S INT64_C(19880899200)

static const char *const names[] = {
    "Europe/Paris",	"America/New_York",   "Australia/Lord_Howe", "Europe/Dublin",
    "Pacific/Apia",	"America/Sao_Paulo",  "Africa/Casablanca",   "Asia/Kathmandu",
    "America/St_Johns", "Pacific/Chatham",    "Antarctica/Troll",    "America/Nuuk",
    "Asia/Jerusalem",	"Africa/Cairo",	      "America/Santiago",    "Asia/Manila",
    "America/Caracas",	"Indian/Reunion",     "Etc/GMT+12",	     "UTC",
    "Europe/Lisbon",	"Pacific/Kiritimati", "Asia/Tehran",	     "America/Argentina/San_Luis",
};

static const struct time_zone *use_zone(const char *name)
{
	const struct time_zone *zone = time_zone_load(name);

	if (!zone)
		fail_msg("%s is not there (package tzdata)", name);
	assert_string_equal(time_zone_name(zone), name);
	setenv("TZ", name, 1);
	tzset();
	return zone;
}

static struct tm libc_local(int64_t instant_s)
{
	time_t seconds = instant_s;
	struct tm local;

	assert_non_null(localtime_r(&seconds, &local));
	return local;
}

static void check_instant(const struct time_zone *zone, int64_t instant_s)
{
	struct tm expected = libc_local(instant_s);
	struct time_civil civil = time_zone_local(zone, instant_s * TIME_SECOND_US + 7);

	if (time_zone_offset_s(zone, instant_s * TIME_SECOND_US) != expected.tm_gmtoff)
		fail_msg("%s at %" PRId64, time_zone_name(zone), instant_s);
	assert_int_equal(civil.date.year, expected.tm_year + 1900);
	assert_int_equal(civil.date.month, expected.tm_mon + 1);
	assert_int_equal(civil.date.day, expected.tm_mday);
	assert_int_equal(civil.hour, expected.tm_hour);
	assert_int_equal(civil.minute, expected.tm_min);
	assert_int_equal(civil.second, expected.tm_sec);
	assert_int_equal(civil.microsecond, 7);
}

/* What the C library's offsets say: the first instant that shows it, or on from before the gap. */
static int64_t expected_instant(int64_t local_s)
{
	int64_t first = INT64_MAX;
	int64_t before = local_s - 93600;
	int64_t after = local_s + 93600;

	for (int64_t probe = before; probe <= after; probe += 1800) {
		int64_t candidate = local_s - libc_local(probe).tm_gmtoff;

		if (candidate + libc_local(candidate).tm_gmtoff == local_s && candidate < first)
			first = candidate;
	}
	if (first != INT64_MAX)
		return first;
	while (after - before > 1) {
		int64_t middle = before + (after - before) / 2;

		if (middle + libc_local(middle).tm_gmtoff < local_s)
			before = middle;
		else
			after = middle;
	}
	return local_s - libc_local(before).tm_gmtoff;
}

static void check_civil(const struct time_zone *zone, int64_t local_s)
{
	struct time_civil civil = time_civil_utc(local_s * TIME_SECOND_US + 9);
	int64_t expected = expected_instant(local_s);
	int64_t instant = time_zone_instant(zone, civil);

	if (instant != expected * TIME_SECOND_US + 9)
		fail_msg("%s local %" PRId64 ": %" PRId64 " instead of %" PRId64,
			 time_zone_name(zone), local_s, instant / TIME_SECOND_US, expected);
}

static void test_random_instants_show_what_the_c_library_shows(void **state)
{
	(void)state;
	seeded_begin("instants");
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		const struct time_zone *zone = use_zone(names[i]);

		for (int round = 0; round < CASES; round++)
			check_instant(zone, seeded_between(FIRST_S, LAST_S));
	}
}

/* All changes of a century and a half, to the second, and the wall times around them. */
static void test_every_change_happens_when_the_c_library_says(void **state)
{
	(void)state;
	seeded_begin("changes");
	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		const struct time_zone *zone = use_zone(names[i]);

		for (int64_t at = INT64_C(-1577923200); at < INT64_C(3500000000); at += 86400) {
			int64_t before = at;
			int64_t after = at + 86400;

			if (libc_local(before).tm_gmtoff == libc_local(after).tm_gmtoff)
				continue;
			while (after - before > 1) {
				int64_t middle = before + (after - before) / 2;

				if (libc_local(middle).tm_gmtoff == libc_local(at).tm_gmtoff)
					before = middle;
				else
					after = middle;
			}
			for (int64_t step = -2; step <= 2; step++)
				check_instant(zone, after + step);
			for (int round = 0; round < 4; round++)
				check_civil(zone, after + libc_local(after).tm_gmtoff +
						      seeded_between(-5400, 5400));
		}
	}
}

static void test_random_wall_times_are_found(void **state)
{
	static const char *const few[] = {"Europe/Paris", "America/New_York",
					  "Australia/Lord_Howe"};

	(void)state;
	seeded_begin("wall times");
	for (size_t i = 0; i < ARRAY_COUNT(few); i++) {
		const struct time_zone *zone = use_zone(few[i]);

		for (int round = 0; round < CASES / 2; round++)
			check_civil(zone, seeded_between(FIRST_S, LAST_S));
	}
}

/* Both changes of each year, for the three zones that the suite's rules name. */
static void test_gap_goes_forward_and_overlap_is_the_first(void **state)
{
	static const struct {
		const char *zone;
		struct time_civil civil;
		const char *instant;
	} cases[] = {
	    {"Europe/Paris", {{2026, 3, 29}, 2, 30, 0, 0}, "2026-03-29T01:30:00Z"},
	    {"Europe/Paris", {{2026, 3, 29}, 1, 59, 59, 0}, "2026-03-29T00:59:59Z"},
	    {"Europe/Paris", {{2026, 3, 29}, 3, 0, 0, 0}, "2026-03-29T01:00:00Z"},
	    {"Europe/Paris", {{2026, 10, 25}, 2, 30, 0, 0}, "2026-10-25T00:30:00Z"},
	    {"Europe/Paris", {{2026, 10, 25}, 3, 0, 0, 0}, "2026-10-25T02:00:00Z"},
	    {"Europe/Paris", {{2100, 3, 28}, 2, 30, 0, 0}, "2100-03-28T01:30:00Z"},
	    {"America/New_York", {{2026, 3, 8}, 2, 30, 0, 0}, "2026-03-08T07:30:00Z"},
	    {"America/New_York", {{2026, 11, 1}, 1, 30, 0, 0}, "2026-11-01T05:30:00Z"},
	    {"Australia/Lord_Howe", {{2026, 10, 4}, 2, 15, 0, 0}, "2026-10-03T15:45:00Z"},
	    {"Australia/Lord_Howe", {{2026, 4, 5}, 1, 45, 0, 0}, "2026-04-04T14:45:00Z"},
	    {"Pacific/Apia", {{2011, 12, 30}, 10, 0, 0, 0}, "2011-12-30T20:00:00Z"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		const struct time_zone *zone = time_zone_load(cases[i].zone);
		int64_t expected;

		assert_non_null(zone);
		assert_true(time_parse(text_of(cases[i].instant), &expected));
		if (time_zone_instant(zone, cases[i].civil) != expected)
			fail_msg("%s: not %s", cases[i].zone, cases[i].instant);
	}
}

static void test_days_and_months_keep_the_wall_time(void **state)
{
	(void)state;
	seeded_begin("days and months");
	for (int round = 0; round < 3 * CASES; round++) {
		const struct time_zone *zone = time_zone_load(names[round % 3]);
		int64_t instant = seeded_between(0, INT64_C(4000000000)) * TIME_SECOND_US;
		int64_t days = seeded_between(-800, 800);
		int64_t months = seeded_between(-60, 60);
		int32_t anchor = (int32_t)seeded_between(1, 31);
		struct time_civil from = time_zone_local(zone, instant);
		struct time_civil wanted = from;
		int32_t month_number = from.date.year * 12 + from.date.month - 1 + (int32_t)months;

		wanted.date = time_date_of_days(time_days_of_date(from.date) + days);
		if (days != 0)
			assert_int_equal(time_add_days(zone, instant, days),
					 time_zone_instant(zone, wanted));
		wanted.date = (struct time_date){month_number / 12, month_number % 12 + 1, anchor};
		while (!time_date_is_valid(wanted.date))
			wanted.date.day--;
		assert_int_equal(time_add_months(zone, anchor, instant, months),
				 time_zone_instant(zone, wanted));
	}
}

static void check_months(const char *name, const char *from, int32_t anchor, int64_t months,
			 const char *to)
{
	const struct time_zone *zone = time_zone_load(name);
	int64_t instant;
	char text[TIME_TEXT_SIZE];

	assert_true(time_parse(text_of(from), &instant));
	time_format(text, time_add_months(zone, anchor, instant, months));
	assert_string_equal(text, to);
}

static void test_a_monthly_term_comes_back_to_its_day(void **state)
{
	(void)state;
	/* 10:00 in Paris, winter, winter, summer. */
	check_months("Europe/Paris", "2026-01-31T09:00:00Z", 31, 1, "2026-02-28T09:00:00.000000Z");
	check_months("Europe/Paris", "2026-02-28T09:00:00Z", 31, 1, "2026-03-31T08:00:00.000000Z");
	check_months("Europe/Paris", "2028-01-31T09:00:00Z", 31, 1, "2028-02-29T09:00:00.000000Z");
	check_months("Europe/Paris", "2028-02-29T09:00:00Z", 29, 12, "2029-02-28T09:00:00.000000Z");
	check_months("Europe/Paris", "2029-02-28T09:00:00Z", 29, 36, "2032-02-29T09:00:00.000000Z");
	/* 23:30 UTC on the 30th is already the 31st in Paris. */
	check_months("Europe/Paris", "2026-01-30T23:30:00Z", 31, 1, "2026-02-27T23:30:00.000000Z");
	/* Into the gap of 29 March. */
	check_months("Europe/Paris", "2026-02-28T01:30:00Z", 29, 1, "2026-03-29T01:30:00.000000Z");
}

static void test_a_day_over_a_change_has_23_or_25_hours(void **state)
{
	const struct time_zone *zone = time_zone_load("Europe/Paris");
	int64_t instant;

	(void)state;
	assert_true(time_parse(TEXT("2026-03-28T09:00:00Z"), &instant));
	assert_int_equal(time_add_days(zone, instant, 1) - instant, 23 * TIME_HOUR_US);
	assert_true(time_parse(TEXT("2026-10-24T08:00:00Z"), &instant));
	assert_int_equal(time_add_days(zone, instant, 1) - instant, 25 * TIME_HOUR_US);
	/* No days: the second 02:30 stays the second. */
	assert_true(time_parse(TEXT("2026-10-25T01:30:00Z"), &instant));
	assert_int_equal(time_add_days(zone, instant, 0), instant);
}

static void test_what_leaves_the_calendar_stops_at_its_end(void **state)
{
	const struct time_zone *zone = time_zone_load("Europe/Paris");

	(void)state;
	assert_int_equal(time_add_days(zone, 0, INT64_MAX), TIME_MAX_US);
	assert_int_equal(time_add_days(zone, 0, INT64_MIN), TIME_MIN_US);
	assert_int_equal(time_add_months(zone, 31, 0, INT64_MAX), TIME_MAX_US);
	assert_int_equal(time_add_months(zone, 31, 0, INT64_MIN), TIME_MIN_US);
	assert_int_equal(time_zone_local(zone, INT64_MAX).date.year, 10000);
}

static void test_names_that_lead_elsewhere_are_refused(void **state)
{
	static const char *const bad[] = {"",
					  "/etc/passwd",
					  "../zoneinfo/UTC",
					  "Europe/../UTC",
					  "Europe//Paris",
					  "Europe/",
					  "/UTC",
					  "Europe",
					  "Europe/Nowhere",
					  "zone.tab",
					  "tzdata.zi",
					  "Europe/Paris ",
					  "UTC\n",
					  NULL};
	char longest[80];

	(void)state;
	for (size_t i = 0; bad[i]; i++) {
		if (time_zone_load(bad[i]))
			fail_msg("\"%s\"", bad[i]);
	}
	memset(longest, 'a', sizeof longest);
	longest[sizeof longest - 1] = '\0';
	assert_null(time_zone_load(longest));
}

static void *load_all(void *data)
{
	(void)data;
	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		assert_non_null(time_zone_load(names[i]));
	return (void *)(uintptr_t)time_zone_load("Asia/Tokyo");
}

static void test_threads_get_the_same_zone(void **state)
{
	pthread_t threads[8];
	void *zones[ARRAY_COUNT(threads)];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, load_all, NULL), 0);
	for (size_t i = 0; i < ARRAY_COUNT(threads); i++) {
		assert_int_equal(pthread_join(threads[i], &zones[i]), 0);
		assert_non_null(zones[i]);
		assert_ptr_equal(zones[i], zones[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_threads_get_the_same_zone),
	    cmocka_unit_test(test_random_instants_show_what_the_c_library_shows),
	    cmocka_unit_test(test_every_change_happens_when_the_c_library_says),
	    cmocka_unit_test(test_random_wall_times_are_found),
	    cmocka_unit_test(test_gap_goes_forward_and_overlap_is_the_first),
	    cmocka_unit_test(test_days_and_months_keep_the_wall_time),
	    cmocka_unit_test(test_a_monthly_term_comes_back_to_its_day),
	    cmocka_unit_test(test_a_day_over_a_change_has_23_or_25_hours),
	    cmocka_unit_test(test_what_leaves_the_calendar_stops_at_its_end),
	    cmocka_unit_test(test_names_that_lead_elsewhere_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
