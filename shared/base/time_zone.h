/* SPDX-License-Identifier: Apache-2.0 */
/* IANA time zones: between instants and wall clocks, and days and months as people count them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"

/* One zone, read from its TZif file (RFC 8536); lives as long as the process. */
struct time_zone;

/* Where zones are read from; default /usr/share/zoneinfo. Call before the first load. */
void time_zone_set_directory(const char *path);

/*
 * The zone of an IANA name ("Europe/Paris"). NULL: no such zone, a malformed file, or a name that
 * is not made of letters, digits, '_', '+', '-' and single slashes. Thread-safe; read once.
 */
const struct time_zone *time_zone_load(const char *name);

/* "Europe/Paris". */
const char *time_zone_name(const struct time_zone *zone);

/* Seconds east of UTC at that instant. */
int32_t time_zone_offset_s(const struct time_zone *zone, int64_t instant_us);

/* What the wall clock shows at that instant. */
struct time_civil time_zone_local(const struct time_zone *zone, int64_t instant_us);

/*
 * The instant when the wall clock shows `civil`. A time that the clocks skip counts on from before
 * the gap (02:30 becomes 03:30); of a time that comes twice, the first. `civil` must be valid.
 */
int64_t time_zone_instant(const struct time_zone *zone, struct time_civil civil);

/* The same wall time `days` days later (or earlier). */
int64_t time_add_days(const struct time_zone *zone, int64_t instant_us, int64_t days);

/*
 * The same wall time `months` months later (or earlier), on anchor_day (1-31) or the month's last
 * day: from 28 Feb with anchor 31, one month later is 31 Mar.
 */
int64_t time_add_months(const struct time_zone *zone, int32_t anchor_day, int64_t instant_us,
			int64_t months);
