/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks and the calendar in UTC; arithmetic on days, without the C library's time zones. */
#include "base/time.h"

#include <assert.h>
#include <stdio.h>
#include <time.h>

/* Days from 0000-03-01, where the arithmetic begins its years, to 1970-01-01. */
#define EPOCH_DAYS 719468
#define ERA_DAYS 146097 /* 400 years */

static int64_t read_clock(clockid_t clock)
{
	struct timespec now = {0};

	clock_gettime(clock, &now);
	return now.tv_sec * TIME_SECOND_US + now.tv_nsec / 1000;
}

int64_t time_real_us(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t time_monotonic_us(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

static int64_t floor_divide(int64_t value, int64_t divisor)
{
	int64_t quotient = value / divisor;

	return value % divisor < 0 ? quotient - 1 : quotient;
}

static int64_t clamp(int64_t value, int64_t least, int64_t most)
{
	return value < least ? least : value > most ? most : value;
}

static bool is_leap_year(int32_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int32_t time_days_in_month(int32_t year, int32_t month)
{
	static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	assert(month >= 1 && month <= 12);
	return month == 2 && is_leap_year(year) ? 29 : days[month - 1];
}

bool time_date_is_valid(struct time_date date)
{
	return date.year >= 1 && date.year <= 9999 && date.month >= 1 && date.month <= 12 &&
	       date.day >= 1 && date.day <= time_days_in_month(date.year, date.month);
}

/* Years begin on 1 March, so that the leap day is the last (H. Hinnant, "chrono-compatible"). */
int64_t time_days_of_date(struct time_date date)
{
	int64_t year = date.month <= 2 ? date.year - 1 : date.year;
	int64_t era = floor_divide(year, 400);
	int64_t year_of_era = year - era * 400;
	int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
	int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * ERA_DAYS + day_of_era - EPOCH_DAYS;
}

struct time_date time_date_of_days(int64_t days)
{
	int64_t shifted = days + EPOCH_DAYS;
	int64_t era = floor_divide(shifted, ERA_DAYS);
	int64_t day_of_era = shifted - era * ERA_DAYS;
	int64_t year_of_era =
	    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
	    day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153;
	int64_t year = year_of_era + era * 400 + (month >= 10 ? 1 : 0);

	return (struct time_date){
	    .year = (int32_t)year,
	    .month = (int32_t)(month < 10 ? month + 3 : month - 9),
	    .day = (int32_t)(day_of_year - (153 * month + 2) / 5 + 1),
	};
}

int32_t time_weekday(struct time_date date)
{
	int64_t days = time_days_of_date(date) + 3; /* 1970-01-01 was a Thursday. */

	return (int32_t)(days - floor_divide(days, 7) * 7) + 1;
}

struct time_date time_date_add_months(struct time_date date, int64_t months, int32_t anchor_day)
{
	/* More than the calendar has would overflow; the caller's instant is clamped anyway. */
	int64_t total = date.year * INT64_C(12) + date.month - 1 + clamp(months, -240000, 240000);
	int64_t year = floor_divide(total, 12);
	struct time_date result = {(int32_t)year, (int32_t)(total - year * 12) + 1, anchor_day};
	int32_t last = time_days_in_month(result.year, result.month);

	assert(anchor_day >= 1 && anchor_day <= 31);
	if (result.day > last)
		result.day = last;
	return result;
}

struct time_civil time_civil_utc(int64_t instant_us)
{
	int64_t days = floor_divide(instant_us, TIME_DAY_US);
	int64_t rest = (instant_us % TIME_DAY_US + TIME_DAY_US) % TIME_DAY_US;

	return (struct time_civil){
	    .date = time_date_of_days(days),
	    .hour = (int32_t)(rest / TIME_HOUR_US),
	    .minute = (int32_t)(rest / TIME_MINUTE_US % 60),
	    .second = (int32_t)(rest / TIME_SECOND_US % 60),
	    .microsecond = (int32_t)(rest % TIME_SECOND_US),
	};
}

int64_t time_instant_utc(struct time_civil civil)
{
	return time_days_of_date(civil.date) * TIME_DAY_US + civil.hour * TIME_HOUR_US +
	       civil.minute * TIME_MINUTE_US + civil.second * TIME_SECOND_US + civil.microsecond;
}

void time_format(char out[TIME_TEXT_SIZE], int64_t instant_us)
{
	struct time_civil civil = time_civil_utc(clamp(instant_us, TIME_MIN_US, TIME_MAX_US));

	snprintf(out, TIME_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", civil.date.year,
		 civil.date.month, civil.date.day, civil.hour, civil.minute, civil.second,
		 civil.microsecond);
}

/* Takes exactly `count` digits off the text. */
static bool take_digits(struct text *text, size_t count, int32_t *value)
{
	int32_t result = 0;

	if (text->length < count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (text->start[i] < '0' || text->start[i] > '9')
			return false;
		result = result * 10 + (text->start[i] - '0');
	}
	text->start += count;
	text->length -= count;
	*value = result;
	return true;
}

static bool take_date(struct text *text, struct time_date *date)
{
	return take_digits(text, 4, &date->year) && text_take(text, '-') &&
	       take_digits(text, 2, &date->month) && text_take(text, '-') &&
	       take_digits(text, 2, &date->day) && time_date_is_valid(*date);
}

/* 1 to 9 digits after a point, or nothing. */
static bool take_fraction(struct text *text, int32_t *microsecond)
{
	int32_t unit = 100000;
	int32_t digit;
	int count = 0;

	*microsecond = 0;
	if (!text_take(text, '.'))
		return true;
	while (take_digits(text, 1, &digit)) {
		*microsecond += digit * unit;
		unit /= 10;
		count++;
	}
	return count >= 1 && count <= 9;
}

static bool take_offset(struct text *text, int64_t *offset_us)
{
	bool west;
	int32_t hours;
	int32_t minutes;

	*offset_us = 0;
	if (text_take(text, 'Z'))
		return true;
	west = text_take(text, '-');
	if ((!west && !text_take(text, '+')) || !take_digits(text, 2, &hours) ||
	    !text_take(text, ':') || !take_digits(text, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*offset_us = (west ? -1 : 1) * (hours * TIME_HOUR_US + minutes * TIME_MINUTE_US);
	return true;
}

bool time_parse(struct text text, int64_t *instant_us)
{
	struct time_civil civil;
	int64_t offset_us;
	int64_t result;

	if (!take_date(&text, &civil.date) || !text_take(&text, 'T') ||
	    !take_digits(&text, 2, &civil.hour) || !text_take(&text, ':') ||
	    !take_digits(&text, 2, &civil.minute) || !text_take(&text, ':') ||
	    !take_digits(&text, 2, &civil.second) || !take_fraction(&text, &civil.microsecond) ||
	    !take_offset(&text, &offset_us) || text.length != 0)
		return false;
	if (civil.hour > 23 || civil.minute > 59 || civil.second > 59)
		return false;
	result = time_instant_utc(civil) - offset_us;
	if (result < TIME_MIN_US || result > TIME_MAX_US)
		return false;
	*instant_us = result;
	return true;
}

bool time_date_parse(struct text text, struct time_date *date)
{
	struct time_date result;

	if (!take_date(&text, &result) || text.length != 0)
		return false;
	*date = result;
	return true;
}
