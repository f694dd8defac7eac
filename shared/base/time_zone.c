/* SPDX-License-Identifier: Apache-2.0 */
/* Zones cached by name, and the search for the instant that a wall clock means. */
#include "base/time_zone.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/tzif.h"

#define NAME_MAX_LENGTH 64
#define FILE_MAX_SIZE ((size_t)256 * 1024)

/* No offset is larger, see RFC 8536 3.2. */
#define OFFSET_MAX_S (26 * 3600)

/* At most as many different offsets as a file has types, and the rule's two. */
#define OFFSETS_MAX 258

struct time_zone {
	struct time_zone *next; /* owned */
	char *name;		/* owned */
	struct tzif tzif;
	size_t offset_count; /* The different offsets that the zone ever has. */
	int32_t offsets[OFFSETS_MAX];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct time_zone *zones;
static char directory[2048] = "/usr/share/zoneinfo";

void time_zone_set_directory(const char *path)
{
	pthread_mutex_lock(&lock);
	if (snprintf(directory, sizeof directory, "%s", path) >= (int)sizeof directory)
		fatal("the folder of time zones has too long a name");
	pthread_mutex_unlock(&lock);
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '+' || c == '-';
}

/* Without dots and empty parts no name leads out of the directory. */
static bool is_name(const char *name)
{
	size_t length = strlen(name);

	if (length == 0 || length > NAME_MAX_LENGTH)
		return false;
	for (size_t i = 0; i < length; i++) {
		bool inner_slash = name[i] == '/' && i > 0 && i + 1 < length && name[i - 1] != '/';

		if (!is_name_char(name[i]) && !inner_slash)
			return false;
	}
	return true;
}

/* The file's bytes, for free(); NULL when it cannot be read or is too large. */
static uint8_t *read_file(const char *name, size_t *length)
{
	char path[4096];
	uint8_t *bytes;
	FILE *file;

	if (snprintf(path, sizeof path, "%s/%s", directory, name) >= (int)sizeof path)
		return NULL;
	file = fopen(path, "rbe");
	if (!file)
		return NULL;
	bytes = fatal_calloc(FILE_MAX_SIZE, 1);
	*length = fread(bytes, 1, FILE_MAX_SIZE, file);
	if (ferror(file) || *length == FILE_MAX_SIZE) {
		free(bytes);
		bytes = NULL;
	}
	fclose(file);
	return bytes;
}

static void note_offset(struct time_zone *zone, int32_t offset)
{
	for (size_t i = 0; i < zone->offset_count; i++) {
		if (zone->offsets[i] == offset)
			return;
	}
	assert(zone->offset_count < OFFSETS_MAX);
	zone->offsets[zone->offset_count++] = offset;
}

static struct time_zone *read_zone(const char *name)
{
	struct time_zone *zone;
	struct tzif tzif;
	size_t length = 0;
	uint8_t *bytes = read_file(name, &length);
	bool understood = bytes && tzif_parse(bytes, length, &tzif);

	free(bytes);
	if (!understood)
		return NULL;
	zone = fatal_calloc(1, sizeof *zone);
	zone->name = fatal_copy(name, strlen(name));
	zone->tzif = tzif;
	for (size_t i = 0; i <= tzif.count; i++)
		note_offset(zone, tzif.offsets[i]);
	if (tzif.rule.present)
		note_offset(zone, tzif.rule.standard_s);
	if (tzif.rule.has_daylight)
		note_offset(zone, tzif.rule.daylight_s);
	return zone;
}

const struct time_zone *time_zone_load(const char *name)
{
	struct time_zone *zone;

	if (!is_name(name))
		return NULL;
	pthread_mutex_lock(&lock);
	for (zone = zones; zone; zone = zone->next) {
		if (strcmp(zone->name, name) == 0)
			break;
	}
	if (!zone) {
		zone = read_zone(name);
		if (zone) {
			zone->next = zones;
			zones = zone;
		}
	}
	pthread_mutex_unlock(&lock);
	return zone;
}

const char *time_zone_name(const struct time_zone *zone)
{
	return zone->name;
}

static int64_t whole_seconds(int64_t us)
{
	return us / TIME_SECOND_US - (us % TIME_SECOND_US < 0 ? 1 : 0);
}

static int64_t clamp_instant(int64_t us)
{
	return us < TIME_MIN_US ? TIME_MIN_US : us > TIME_MAX_US ? TIME_MAX_US : us;
}

int32_t time_zone_offset_s(const struct time_zone *zone, int64_t instant_us)
{
	return tzif_offset(&zone->tzif, whole_seconds(instant_us));
}

struct time_civil time_zone_local(const struct time_zone *zone, int64_t instant_us)
{
	int64_t instant = clamp_instant(instant_us);

	return time_civil_utc(instant + time_zone_offset_s(zone, instant) * TIME_SECOND_US);
}

/* The wall clock jumps over local_s: finds the jump, and the offset that held before it. */
static int32_t offset_before_gap(const struct time_zone *zone, int64_t local_s)
{
	int64_t before = local_s - OFFSET_MAX_S;
	int64_t after = local_s + OFFSET_MAX_S;

	while (after - before > 1) {
		int64_t middle = before + (after - before) / 2;

		if (middle + tzif_offset(&zone->tzif, middle) < local_s)
			before = middle;
		else
			after = middle;
	}
	return tzif_offset(&zone->tzif, before);
}

int64_t time_zone_instant(const struct time_zone *zone, struct time_civil civil)
{
	int64_t local_us = time_instant_utc(civil);
	int64_t local_s = whole_seconds(local_us);
	int32_t offset = INT32_MIN;

	/* An instant shows local_s exactly if the zone's offset then is what lies between them. */
	for (size_t i = 0; i < zone->offset_count; i++) {
		int32_t candidate = zone->offsets[i];

		if (candidate > offset &&
		    tzif_offset(&zone->tzif, local_s - candidate) == candidate)
			offset = candidate;
	}
	if (offset == INT32_MIN)
		offset = offset_before_gap(zone, local_s);
	return clamp_instant(local_us - offset * TIME_SECOND_US);
}

int64_t time_add_days(const struct time_zone *zone, int64_t instant_us, int64_t days)
{
	struct time_civil civil = time_zone_local(zone, instant_us);
	const int64_t most = TIME_MAX_US / TIME_DAY_US * 2;

	/* Back to the same time, also the second one of an hour that comes twice. */
	if (days == 0)
		return clamp_instant(instant_us);
	days = days < -most ? -most : days > most ? most : days;
	civil.date = time_date_of_days(time_days_of_date(civil.date) + days);
	return time_zone_instant(zone, civil);
}

int64_t time_add_months(const struct time_zone *zone, int32_t anchor_day, int64_t instant_us,
			int64_t months)
{
	struct time_civil civil = time_zone_local(zone, instant_us);

	civil.date = time_date_add_months(civil.date, months, anchor_day);
	return time_zone_instant(zone, civil);
}
