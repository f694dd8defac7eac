/* SPDX-License-Identifier: Apache-2.0 */
/* Instants in microseconds since 1970 UTC, civil dates, RFC 3339; the only reader of the clocks. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

#define TIME_MILLISECOND_US INT64_C(1000)
#define TIME_SECOND_US INT64_C(1000000)
#define TIME_MINUTE_US (60 * TIME_SECOND_US)
#define TIME_HOUR_US (60 * TIME_MINUTE_US)
#define TIME_DAY_US (24 * TIME_HOUR_US)

/* The range of google.protobuf.Timestamp: 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999Z. */
#define TIME_MIN_US INT64_C(-62135596800000000)
#define TIME_MAX_US INT64_C(253402300799999999)

#define TIME_TEXT_SIZE 28

/* A day of the proleptic Gregorian calendar; month 1-12, day 1-31. */
struct time_date {
	int32_t year;
	int32_t month;
	int32_t day;
};

/* What a clock on the wall shows. */
struct time_civil {
	struct time_date date;
	int32_t hour;
	int32_t minute;
	int32_t second;
	int32_t microsecond;
};

/* Now, real time (UTC), and a clock that never jumps, for deadlines and durations. */
int64_t time_real_us(void);
int64_t time_monotonic_us(void);

/* Year 1 to 9999 and a day that the month has. */
bool time_date_is_valid(struct time_date date);

/* 28 to 31; month must be 1-12. */
int32_t time_days_in_month(int32_t year, int32_t month);

/* Days since 1970-01-01 and back; the date must be valid, the days within its range. */
int64_t time_days_of_date(struct time_date date);
struct time_date time_date_of_days(int64_t days);

/* 1 Monday to 7 Sunday (ISO 8601). */
int32_t time_weekday(struct time_date date);

/*
 * `months` later (or earlier), on `anchor_day` or the month's last day if it is shorter: anchor 31
 * gives 31 Jan, 28 Feb, 31 Mar.
 */
struct time_date time_date_add_months(struct time_date date, int64_t months, int32_t anchor_day);

/* UTC's own civil time and back; the civil time must be valid. */
struct time_civil time_civil_utc(int64_t instant_us);
int64_t time_instant_utc(struct time_civil civil);

/* RFC 3339 in UTC, "2026-03-29T01:00:00.000000Z"; outside of TIME_MIN/MAX the nearer limit. */
void time_format(char out[TIME_TEXT_SIZE], int64_t instant_us);

/*
 * RFC 3339 with 'Z' or an offset and 0 to 9 fraction digits (cut to microseconds); leap second 60
 * and lower-case letters are refused, as is what lies outside of TIME_MIN/MAX.
 */
bool time_parse(struct text text, int64_t *instant_us);

/* "2026-03-29". */
bool time_date_parse(struct text text, struct time_date *date);
