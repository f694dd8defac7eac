/* SPDX-License-Identifier: Apache-2.0 */
/* The footer of TZif: "CET-1CEST,M3.5.0,M10.5.0/3" (POSIX TZ, with RFC 8536's wider times). */
#include "base/tzif.h"

#include "base/time.h"

#define DAY_S 86400

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name_char(char c, bool quoted)
{
	return is_letter(c) || (quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-'));
}

/* "CET" or "<+03>": three characters at least; the name itself is of no use here. */
static bool take_name(struct text *text)
{
	bool quoted = text_take(text, '<');
	size_t length = 0;

	while (length < text->length && is_name_char(text->start[length], quoted))
		length++;
	text->start += length;
	text->length -= length;
	return length >= 3 && (!quoted || text_take(text, '>'));
}

static bool take_number(struct text *text, int32_t least, int32_t most, int32_t *value)
{
	int32_t result = 0;
	size_t length = 0;

	while (length < text->length && length < 3 && text->start[length] >= '0' &&
	       text->start[length] <= '9')
		result = result * 10 + (text->start[length++] - '0');
	if (length == 0 || result < least || result > most)
		return false;
	text->start += length;
	text->length -= length;
	*value = result;
	return true;
}

/* [+-]h[h[h]][:mm[:ss]] in seconds. */
static bool take_time(struct text *text, int32_t hours_max, int32_t *seconds)
{
	bool negative = text_take(text, '-');
	int32_t hours;
	int32_t minutes = 0;
	int32_t rest = 0;

	if (!negative)
		text_take(text, '+');
	if (!take_number(text, 0, hours_max, &hours))
		return false;
	if (text_take(text, ':')) {
		if (!take_number(text, 0, 59, &minutes))
			return false;
		if (text_take(text, ':') && !take_number(text, 0, 59, &rest))
			return false;
	}
	*seconds = hours * 3600 + minutes * 60 + rest;
	if (negative)
		*seconds = -*seconds;
	return true;
}

/* POSIX counts offsets westward. */
static bool take_offset(struct text *text, int32_t *east_s)
{
	if (!take_time(text, 24, east_s))
		return false;
	*east_s = -*east_s;
	return true;
}

static bool take_day(struct text *text, struct tzif_change *change)
{
	if (text_take(text, 'M')) {
		change->form = 'M';
		return take_number(text, 1, 12, &change->month) && text_take(text, '.') &&
		       take_number(text, 1, 5, &change->week) && text_take(text, '.') &&
		       take_number(text, 0, 6, &change->day);
	}
	change->form = text_take(text, 'J') ? 'J' : 'D';
	return take_number(text, change->form == 'J' ? 1 : 0, 365, &change->day);
}

static bool take_change(struct text *text, struct tzif_change *change)
{
	if (!text_take(text, ',') || !take_day(text, change))
		return false;
	change->time_s = 2 * 3600;
	return !text_take(text, '/') || take_time(text, 167, &change->time_s);
}

bool tzif_rule_parse(const char *start, size_t length, struct tzif_rule *rule)
{
	struct text text = {start, length};
	struct tzif_rule result = {.present = true};

	if (!take_name(&text) || !take_offset(&text, &result.standard_s))
		return false;
	if (text.length > 0) {
		result.has_daylight = true;
		result.daylight_s = result.standard_s + 3600;
		if (!take_name(&text))
			return false;
		if (text.length > 0 && text.start[0] != ',' &&
		    !take_offset(&text, &result.daylight_s))
			return false;
		if (!take_change(&text, &result.begin) || !take_change(&text, &result.end))
			return false;
	}
	if (text.length > 0)
		return false;
	*rule = result;
	return true;
}

/* The day of that year's change, in days since 1970. */
static int64_t day_of_change(const struct tzif_change *change, int32_t year)
{
	int64_t first = time_days_of_date((struct time_date){year, 1, 1});
	struct time_date begin;
	int32_t day;

	if (change->form == 'D')
		return first + change->day;
	if (change->form == 'J') {
		bool past_leap_day = change->day >= 60 && time_days_in_month(year, 2) == 29;

		return first + change->day - (past_leap_day ? 0 : 1);
	}
	begin = (struct time_date){year, change->month, 1};
	day = (change->day - time_weekday(begin) % 7 + 7) % 7 + 7 * (change->week - 1);
	if (day >= time_days_in_month(year, change->month))
		day -= 7; /* Week 5 is the last one. */
	return time_days_of_date(begin) + day;
}

int32_t tzif_rule_offset(const struct tzif_rule *rule, int64_t instant_s)
{
	struct time_date date;
	int64_t local_s = instant_s + rule->standard_s;
	int64_t begin;
	int64_t end;
	bool daylight;

	if (!rule->has_daylight)
		return rule->standard_s;
	date = time_date_of_days((local_s - (local_s % DAY_S + DAY_S) % DAY_S) / DAY_S);
	begin =
	    day_of_change(&rule->begin, date.year) * DAY_S + rule->begin.time_s - rule->standard_s;
	end = day_of_change(&rule->end, date.year) * DAY_S + rule->end.time_s - rule->daylight_s;
	/* South of the equator the year begins and ends in summer. */
	daylight = begin < end ? instant_s >= begin && instant_s < end
			       : instant_s >= begin || instant_s < end;
	return daylight ? rule->daylight_s : rule->standard_s;
}
