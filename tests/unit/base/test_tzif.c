/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of zone files on files that are broken, and the rule's forms that no zone uses now. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/time_zone.h"
#include "base/tzif.h"
#include "tests/unit/base/seeded.h"

static uint8_t paris[8192];
static size_t paris_length;

static int read_paris(void **state)
{
	FILE *file = fopen("/usr/share/zoneinfo/Europe/Paris", "rb");

	(void)state;
	if (!file)
		return 1;
	paris_length = fread(paris, 1, sizeof paris, file);
	fclose(file);
	return paris_length > 100 ? 0 : 1;
}

static bool parses(const uint8_t *bytes, size_t length)
{
	/* A block of its own, so that ASan sees a read past the end. */
	uint8_t *copy = malloc(length + 1);
	struct tzif tzif;
	bool good;

	memcpy(copy, bytes, length);
	copy = realloc(copy, length > 0 ? length : 1);
	good = tzif_parse(copy, length, &tzif);
	if (good)
		tzif_release(&tzif);
	free(copy);
	return good;
}

static void test_a_file_that_ends_early_is_refused(void **state)
{
	(void)state;
	assert_true(parses(paris, paris_length));
	for (size_t length = 0; length < paris_length; length++)
		assert_false(parses(paris, length));
}

static void test_damaged_files_never_read_outside(void **state)
{
	(void)state;
	seeded_begin("damage");
	for (int round = 0; round < 20000; round++) {
		uint8_t copy[sizeof paris];

		memcpy(copy, paris, paris_length);
		for (int changes = 0; changes < 3; changes++)
			copy[seeded_between(0, (int64_t)paris_length - 1)] = (uint8_t)seeded_next();
		for (size_t i = 20; i < 44 && round % 2; i++) {
			if (seeded_next() % 8 == 0)
				copy[i] = (uint8_t)seeded_next();
		}
		parses(copy, paris_length);
	}
}

static void test_other_versions_and_files_are_refused(void **state)
{
	uint8_t copy[sizeof paris];

	(void)state;
	memcpy(copy, paris, paris_length);
	copy[4] = 0; /* Version 1 */
	assert_false(parses(copy, paris_length));
	memcpy(copy, paris, paris_length);
	copy[0] = 'X';
	assert_false(parses(copy, paris_length));
	memcpy(copy, paris, paris_length);
	copy[31] = 1; /* Leap seconds. */
	assert_false(parses(copy, paris_length));
}

static int64_t instant_s(const char *text)
{
	int64_t instant;

	assert_true(time_parse(text_of(text), &instant));
	return instant / TIME_SECOND_US;
}

static int32_t rule_offset(const char *rule_text, const char *instant)
{
	struct tzif_rule rule;

	if (!tzif_rule_parse(rule_text, strlen(rule_text), &rule))
		fail_msg("\"%s\" is refused", rule_text);
	return tzif_rule_offset(&rule, instant_s(instant));
}

static void test_all_forms_of_rules_are_understood(void **state)
{
	static const struct {
		const char *rule;
		const char *instant;
		int32_t offset;
	} cases[] = {
	    {"UTC0", "2050-01-01T00:00:00Z", 0},
	    {"<+0545>-5:45", "2050-01-01T00:00:00Z", 20700},
	    {"EST5EDT,M3.2.0,M11.1.0", "2050-03-13T06:59:59Z", -18000},
	    {"EST5EDT,M3.2.0,M11.1.0", "2050-03-13T07:00:00Z", -14400},
	    {"EST5EDT,M3.2.0,M11.1.0", "2050-11-06T05:59:59Z", -14400},
	    {"EST5EDT,M3.2.0,M11.1.0", "2050-11-06T06:00:00Z", -18000},
	    /* South of the equator. */
	    {"AEST-10AEDT,M10.1.0,M4.1.0/3", "2050-01-01T00:00:00Z", 39600},
	    {"AEST-10AEDT,M10.1.0,M4.1.0/3", "2050-07-01T00:00:00Z", 36000},
	    /* Winter time is the exception in Ireland. */
	    {"IST-1GMT0,M10.5.0,M3.5.0/1", "2050-07-01T00:00:00Z", 3600},
	    {"IST-1GMT0,M10.5.0,M3.5.0/1", "2050-12-31T23:30:00Z", 0},
	    /* Times before midnight and beyond the day. */
	    {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2050-03-27T00:59:59Z", -7200},
	    {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2050-03-27T01:00:00Z", -3600},
	    {"IST-2IDT,M3.4.4/26,M10.5.0", "2050-03-24T23:59:59Z", 7200},
	    {"IST-2IDT,M3.4.4/26,M10.5.0", "2050-03-25T00:00:00Z", 10800},
	    /* Days by number: J60 is always 1 March, 59 is 29 February in a leap year. */
	    {"AAA0BBB,J60/0,J300/0", "2048-02-29T23:59:59Z", 0},
	    {"AAA0BBB,J60/0,J300/0", "2048-03-01T00:00:00Z", 3600},
	    {"AAA0BBB,J60/0,J300/0", "2049-03-01T00:00:00Z", 3600},
	    {"AAA0BBB,J59/0,J300/0", "2048-02-27T23:59:59Z", 0},
	    {"AAA0BBB,J59/0,J300/0", "2048-02-28T00:00:00Z", 3600},
	    {"AAA0BBB,59/0,299/0", "2048-02-28T23:59:59Z", 0},
	    {"AAA0BBB,59/0,299/0", "2048-02-29T00:00:00Z", 3600},
	    {"AAA0BBB,59/0,299/0", "2049-03-01T00:00:00Z", 3600},
	    /* Daylight saving time all the year (RFC 8536). */
	    {"EST5EDT,0/0,J365/25", "2050-01-01T05:00:00Z", -14400},
	    {"EST5EDT,0/0,J365/25", "2050-12-31T23:00:00Z", -14400},
	    {"AAA0BBB-2:30:15,M1.1.1,M12.1.1", "2050-06-01T00:00:00Z", 9015},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		int32_t offset = rule_offset(cases[i].rule, cases[i].instant);

		if (offset != cases[i].offset)
			fail_msg("%s at %s gives %d", cases[i].rule, cases[i].instant, offset);
	}
}

static void test_malformed_rules_are_refused(void **state)
{
	static const char *const bad[] = {"",
					  "CE-1",
					  "CET",
					  "CET-25",
					  "CET-1CEST",
					  "CET-1CEST,M3.5.0",
					  "<CET-1",
					  "CET-1CEST,M13.5.0,M10.5.0",
					  "CET-1CEST,M3.6.0,M10.5.0",
					  "CET-1CEST,M3.5.7,M10.5.0",
					  "CET-1CEST,M3.5.0/168,M10.5.0",
					  "CET-1CEST,M3.5.0,M10.5.0/3x",
					  "CET-1:60",
					  "CET-1CEST,J0,J300",
					  "CET-1CEST,366,J300",
					  "CET--1",
					  "CET-1CEST,M3.0.0,M10.5.0",
					  NULL};
	struct tzif_rule rule;

	(void)state;
	for (size_t i = 0; bad[i]; i++) {
		if (tzif_rule_parse(bad[i], strlen(bad[i]), &rule))
			fail_msg("\"%s\"", bad[i]);
	}
}

/* A zone without transitions: one type (UTC) and, in `footer`, the rule. */
static void write_zone(const char *path, const char *footer)
{
	uint8_t header[44] = "TZif2";
	static const uint8_t type[6 + 4] = {0, 0, 0, 0, 0, 0, 'U', 'T', 'C', 0};
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	header[39] = 1;
	header[43] = 4;
	for (int block = 0; block < 2; block++) {
		fwrite(header, 1, sizeof header, file);
		fwrite(type, 1, sizeof type, file);
	}
	fprintf(file, "\n%s\n", footer);
	fclose(file);
}

static void test_zones_are_read_from_the_folder_that_is_set(void **state)
{
	char folder[] = "/tmp/entremise-zones-XXXXXX";
	char path[64];
	const struct time_zone *ruled;
	const struct time_zone *plain;
	struct time_civil summer = {{2050, 7, 1}, 12, 0, 0, 0};

	(void)state;
	assert_non_null(mkdtemp(folder));
	time_zone_set_directory(folder);
	snprintf(path, sizeof path, "%s/Ruled", folder);
	write_zone(path, "AAA-2BBB-5,M3.5.0,M10.5.0");
	ruled = time_zone_load("Ruled");
	remove(path);
	snprintf(path, sizeof path, "%s/Plain", folder);
	write_zone(path, "");
	plain = time_zone_load("Plain");
	remove(path);
	remove(folder);
	assert_null(time_zone_load("Europe/Paris"));
	time_zone_set_directory("/usr/share/zoneinfo");
	assert_non_null(ruled);
	assert_non_null(plain);
	assert_int_equal(time_zone_instant(plain, summer), time_instant_utc(summer));
	assert_int_equal(time_zone_instant(ruled, summer),
			 time_instant_utc(summer) - 5 * TIME_HOUR_US);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_file_that_ends_early_is_refused),
	    cmocka_unit_test(test_damaged_files_never_read_outside),
	    cmocka_unit_test(test_other_versions_and_files_are_refused),
	    cmocka_unit_test(test_all_forms_of_rules_are_understood),
	    cmocka_unit_test(test_malformed_rules_are_refused),
	    cmocka_unit_test(test_zones_are_read_from_the_folder_that_is_set),
	};

	return cmocka_run_group_tests(tests, read_paris, NULL);
}
