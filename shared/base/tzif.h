/* SPDX-License-Identifier: Apache-2.0 */
/* The contents of a TZif file (RFC 8536): transitions, and the rule for what comes after them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* When a year's change is: the POSIX TZ forms Jn, n and Mm.w.d, with a time of day. */
struct tzif_change {
	char form; /* 'J' day 1-365 without 29 Feb, 'D' day 0-365, 'M' */
	int32_t month;
	int32_t week;
	int32_t day;
	int32_t time_s; /* Of the wall clock before the change; may be negative or over a day. */
};

/* The footer; seconds east of UTC. Without daylight saving time only standard_s holds. */
struct tzif_rule {
	bool present;
	bool has_daylight;
	int32_t standard_s;
	int32_t daylight_s;
	struct tzif_change begin;
	struct tzif_change end;
};

/* Offset number i holds from transitions[i - 1] on; number 0 before all of them. */
struct tzif {
	size_t count;
	int64_t *transitions; /* owned; seconds since 1970 UTC, ascending */
	int32_t *offsets;     /* owned; count + 1 of them */
	struct tzif_rule rule;
};

/* False: not a TZif file of version 2 or later, inconsistent, or with leap seconds. */
bool tzif_parse(const uint8_t *bytes, size_t length, struct tzif *tzif);
void tzif_release(struct tzif *tzif);

/* The offset from UTC in seconds at an instant in seconds. */
int32_t tzif_offset(const struct tzif *tzif, int64_t instant_s);

/* Reads a POSIX TZ string, as the footer has it. */
bool tzif_rule_parse(const char *text, size_t length, struct tzif_rule *rule);

/* The offset that the rule alone gives. */
int32_t tzif_rule_offset(const struct tzif_rule *rule, int64_t instant_s);
