/* SPDX-License-Identifier: Apache-2.0 */
/* Instants in UTC, and business days without holidays. */
#include "clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "store.h"

int64_t clock_real_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_now_us(const struct account *account)
{
	return account->has_clock ? account->clock_us : clock_real_us();
}

static struct tm parts_of(int64_t instant_us)
{
	time_t seconds = (time_t)(instant_us / 1000000);
	struct tm parts;

	gmtime_r(&seconds, &parts);
	return parts;
}

static json_t *format(const char *form, int64_t instant_us)
{
	struct tm parts = parts_of(instant_us);
	char text[40];
	size_t length;

	/* The form is one of the two constants below. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	length = strftime(text, sizeof(text), form, &parts);
#pragma GCC diagnostic pop
	return json_stringn(text, length);
}

json_t *clock_instant(int64_t instant_us)
{
	return format("%Y-%m-%dT%H:%M:%S+00:00", instant_us);
}

json_t *clock_date(int64_t instant_us)
{
	return format("%Y-%m-%d", instant_us);
}

/* Seconds since 1970 of a date and time that exist. */
static bool to_seconds(struct tm parts, int64_t *seconds)
{
	struct tm again = parts;
	time_t value = timegm(&again);

	*seconds = (int64_t)value;
	return again.tm_mday == parts.tm_mday && again.tm_mon == parts.tm_mon &&
	       again.tm_hour == parts.tm_hour && again.tm_min == parts.tm_min &&
	       again.tm_sec == parts.tm_sec;
}

bool clock_read(const char *text, int64_t *instant_us)
{
	struct tm parts = {0};
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &parts);
	int64_t seconds;
	int64_t microseconds = 0;

	if (!rest)
		return false;
	if (*rest == '.') {
		int64_t unit = 100000;

		for (rest++; *rest >= '0' && *rest <= '9' && unit > 0; rest++, unit /= 10)
			microseconds += (*rest - '0') * unit;
	}
	if (strcmp(rest, "Z") != 0 && strcmp(rest, "+00:00") != 0)
		return false;
	if (!to_seconds(parts, &seconds))
		return false;
	*instant_us = seconds * 1000000 + microseconds;
	return true;
}

bool clock_is_date(const char *text)
{
	struct tm parts = {0};
	const char *rest = strptime(text, "%Y-%m-%d", &parts);
	int64_t seconds;

	return rest && *rest == '\0' && strlen(text) == 10 && to_seconds(parts, &seconds);
}

int64_t clock_add_business_days(int64_t instant_us, unsigned days)
{
	while (days > 0) {
		int weekday;

		instant_us += CLOCK_DAY_US;
		weekday = parts_of(instant_us).tm_wday;
		if (weekday != 0 && weekday != 6)
			days--;
	}
	return instant_us;
}
