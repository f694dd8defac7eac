/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar against the C library's, RFC 3339 both ways, and the clocks. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>
#include <time.h>

#include "base/status.h"
#include "base/time.h"
#include "tests/unit/base/seeded.h"

static void test_every_day_of_the_calendar_is_the_c_librarys(void **state)
{
	int64_t first = time_days_of_date((struct time_date){1, 1, 1});
	int64_t last = time_days_of_date((struct time_date){9999, 12, 31});

	(void)state;
	assert_int_equal(first * TIME_DAY_US, TIME_MIN_US);
	assert_int_equal((last + 1) * TIME_DAY_US - 1, TIME_MAX_US);
	for (int64_t days = first; days <= last; days++) {
		time_t seconds = days * 86400;
		struct time_date date = time_date_of_days(days);
		struct tm expected;

		assert_non_null(gmtime_r(&seconds, &expected));
		assert_int_equal(date.year, expected.tm_year + 1900);
		assert_int_equal(date.month, expected.tm_mon + 1);
		assert_int_equal(date.day, expected.tm_mday);
		assert_int_equal(time_weekday(date) % 7, expected.tm_wday);
		assert_int_equal(time_days_of_date(date), days);
		assert_true(time_date_is_valid(date));
	}
}

static void test_days_that_do_not_exist_are_invalid(void **state)
{
	static const struct time_date bad[] = {{2026, 2, 29}, {2026, 4, 31}, {2026, 13, 1},
					       {2026, 0, 1},  {2026, 1, 0},  {2026, 1, 32},
					       {1900, 2, 29}, {0, 1, 1},     {10000, 1, 1}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++)
		assert_false(time_date_is_valid(bad[i]));
	assert_true(time_date_is_valid((struct time_date){2000, 2, 29}));
}

static void test_months_keep_their_anchor_day(void **state)
{
	struct time_date date = {2027, 12, 31};
	static const struct time_date expected[] = {
	    {2028, 1, 31}, {2028, 2, 29}, {2028, 3, 31}, {2028, 4, 30}, {2028, 5, 31}};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(expected); i++) {
		date = time_date_add_months(date, 1, 31);
		assert_memory_equal(&date, &expected[i], sizeof date);
	}
	date = time_date_add_months((struct time_date){2026, 1, 31}, 1, 31);
	assert_memory_equal(&date, (&(struct time_date){2026, 2, 28}), sizeof date);
	date = time_date_add_months((struct time_date){2026, 3, 31}, -1, 31);
	assert_memory_equal(&date, (&(struct time_date){2026, 2, 28}), sizeof date);
	date = time_date_add_months((struct time_date){2026, 1, 15}, -13, 15);
	assert_memory_equal(&date, (&(struct time_date){2024, 12, 15}), sizeof date);
}

static void test_civil_time_in_utc_goes_both_ways(void **state)
{
	(void)state;
	seeded_begin("civil");
	for (int round = 0; round < 20000; round++) {
		int64_t instant = seeded_between(TIME_MIN_US, TIME_MAX_US);
		struct time_civil civil = time_civil_utc(instant);

		assert_in_range(civil.hour, 0, 23);
		assert_in_range(civil.minute, 0, 59);
		assert_in_range(civil.second, 0, 59);
		assert_in_range(civil.microsecond, 0, 999999);
		assert_int_equal(time_instant_utc(civil), instant);
	}
	assert_int_equal(time_civil_utc(-1).microsecond, 999999);
	assert_int_equal(time_civil_utc(INT64_MIN).date.year, -290308);
	assert_int_equal(time_civil_utc(INT64_MAX).date.year, 294247);
}

static void test_instants_are_written_as_rfc_3339(void **state)
{
	static const struct {
		int64_t instant;
		const char *text;
	} cases[] = {
	    {0, "1970-01-01T00:00:00.000000Z"},
	    {-1, "1969-12-31T23:59:59.999999Z"},
	    {INT64_C(1774746000123456), "2026-03-29T01:00:00.123456Z"},
	    {TIME_MIN_US, "0001-01-01T00:00:00.000000Z"},
	    {TIME_MAX_US, "9999-12-31T23:59:59.999999Z"},
	    {INT64_MIN, "0001-01-01T00:00:00.000000Z"},
	    {INT64_MAX, "9999-12-31T23:59:59.999999Z"},
	};
	char text[TIME_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		time_format(text, cases[i].instant);
		assert_string_equal(text, cases[i].text);
	}
}

static void test_what_is_written_is_read(void **state)
{
	(void)state;
	seeded_begin("rfc 3339");
	for (int round = 0; round < 20000; round++) {
		int64_t instant = seeded_between(TIME_MIN_US, TIME_MAX_US);
		int64_t back = 0;
		char text[TIME_TEXT_SIZE];

		time_format(text, instant);
		assert_int_equal(strlen(text), TIME_TEXT_SIZE - 1);
		assert_true(time_parse(text_of(text), &back));
		assert_int_equal(back, instant);
	}
}

static void test_offsets_and_fractions_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t instant;
	} cases[] = {
	    {"1970-01-01T00:00:00Z", 0},	{"1970-01-01T01:00:00+01:00", 0},
	    {"1969-12-31T19:30:00-04:30", 0},	{"1970-01-01T00:00:00.5Z", 500000},
	    {"1970-01-01T00:00:00.000001Z", 1}, {"1970-01-01T00:00:00.123456789Z", 123456},
	};
	int64_t instant;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		assert_true(time_parse(text_of(cases[i].text), &instant));
		assert_int_equal(instant, cases[i].instant);
	}
}

static void test_other_forms_of_instants_are_refused(void **state)
{
	static const char *const bad[] = {"",
					  "1970-01-01",
					  "1970-01-01T00:00:00",
					  "1970-01-01 00:00:00Z",
					  "1970-01-01t00:00:00Z",
					  "1970-01-01T00:00:00z",
					  "1970-01-01T24:00:00Z",
					  "1970-01-01T00:60:00Z",
					  "1970-01-01T00:00:60Z",
					  "1970-02-29T00:00:00Z",
					  "1970-13-01T00:00:00Z",
					  "1970-01-01T00:00:00.Z",
					  "1970-01-01T00:00:00.1234567890Z",
					  "1970-01-01T00:00:00+1:00",
					  "1970-01-01T00:00:00+24:00",
					  "1970-01-01T00:00:00+01:60",
					  "1970-01-01T00:00:00Zx",
					  "01970-01-01T00:00:00Z",
					  "0001-01-01T00:00:00+00:01",
					  "9999-12-31T23:59:59-00:01",
					  NULL};
	int64_t instant = 42;

	(void)state;
	for (size_t i = 0; bad[i]; i++) {
		if (time_parse(text_of(bad[i]), &instant))
			fail_msg("\"%s\"", bad[i]);
	}
	assert_int_equal(instant, 42);
}

static void test_dates_are_read_strictly(void **state)
{
	struct time_date date = {0};

	(void)state;
	assert_true(time_date_parse(TEXT("2026-03-29"), &date));
	assert_memory_equal(&date, (&(struct time_date){2026, 3, 29}), sizeof date);
	assert_false(time_date_parse(TEXT("2026-02-29"), &date));
	assert_false(time_date_parse(TEXT("2026-3-29"), &date));
	assert_false(time_date_parse(TEXT("2026-03-29T"), &date));
	assert_false(time_date_parse(TEXT(""), &date));
}

static void test_the_clocks_run(void **state)
{
	int64_t monotonic = time_monotonic_us();
	int64_t real = time_real_us();

	(void)state;
	assert_true(real > time_instant_utc((struct time_civil){.date = {2024, 1, 1}}));
	assert_true(time_monotonic_us() >= monotonic);
	assert_true(real / TIME_SECOND_US - time(NULL) <= 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_day_of_the_calendar_is_the_c_librarys),
	    cmocka_unit_test(test_days_that_do_not_exist_are_invalid),
	    cmocka_unit_test(test_months_keep_their_anchor_day),
	    cmocka_unit_test(test_civil_time_in_utc_goes_both_ways),
	    cmocka_unit_test(test_instants_are_written_as_rfc_3339),
	    cmocka_unit_test(test_what_is_written_is_read),
	    cmocka_unit_test(test_offsets_and_fractions_are_read),
	    cmocka_unit_test(test_other_forms_of_instants_are_refused),
	    cmocka_unit_test(test_dates_are_read_strictly),
	    cmocka_unit_test(test_the_clocks_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
