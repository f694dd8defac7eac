/* SPDX-License-Identifier: Apache-2.0 */
/* The simulator's time, real or set per key, and its forms in the API. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct account;

#define CLOCK_DAY_US (INT64_C(86400) * 1000000)
#define CLOCK_MINUTE_US (INT64_C(60) * 1000000)

/* Now, in microseconds since 1970: the account's own clock when it was set, otherwise real time. */
int64_t clock_now_us(const struct account *account);
int64_t clock_real_us(void);

/* "2026-11-22T18:33:20+00:00" and "2026-11-22", as strings of JSON. */
json_t *clock_instant(int64_t instant_us);
json_t *clock_date(int64_t instant_us);

/* Reads the form of clock_instant, with +00:00 or Z and at most microseconds; false when wrong. */
bool clock_read(const char *text, int64_t *instant_us);

/* True for a date that exists, "2026-02-28". */
bool clock_is_date(const char *text);

/* The same hour `days` business days later; Saturdays and Sundays don't count. */
int64_t clock_add_business_days(int64_t instant_us, unsigned days);
