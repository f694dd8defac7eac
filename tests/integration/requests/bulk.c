/* SPDX-License-Identifier: Apache-2.0 */
/* Rows from MariaDB's sequence engine. */
#include "bulk.h"

#include "world.h"

#define ID(kind, number) "CONCAT('01j" kind "', LPAD(" number ", 22, '0'))"
#define NOW "CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)"

/* Who asks and who works, of request `seq`. */
#define CLIENT ID("c", "IF(seq % 100 = 0, 1, 2 + seq % 997)")
#define PROVIDER ID("p", "IF(seq % 50 = 0, 1, 2 + seq % 499)")
#define START "(" NOW " + (CAST(seq AS SIGNED) - 95000) * 1800000000)"

const char *bulk_id(char kind, unsigned number)
{
	return arena_text(arena, "01j%c%022u", kind, number);
}

static void run(const char *statement, const char *platform, unsigned count)
{
	test_database_execute("requests",
			      arena_text(arena, "SET @platform = '%s'; %s FROM seq_1_to_%u",
					 platform, statement, count));
}

/* Most is done; one in a hundred is new. */
static void fill_requests(const char *platform, unsigned count)
{
	run("INSERT INTO service_request SELECT @platform, " ID(
		"r", "seq") ", 1, " CLIENT ", 'menage', 'Ménage', 2, 2800, 'EUR', 2000, '75011', "
			    "'Paris', NULL, NULL, " START ", " START
			    " + 10800000000, 4, 1, ELT(1 + seq % 100 DIV 5, 1, 2, 3, 5, 6, 6, 6, "
			    "6, 6, 6, "
			    "6, 6, 6, 6, 6, 6, 6, 6, 6, 6), IF(seq % 100 = 0, 6, IF(seq % 100 < "
			    "15, 3, 5)), 2, 1, 0, "
			    "0, NULL, 0, 0, NULL, " NOW,
	    platform, count);
}

static void fill_offers(const char *platform, unsigned count)
{
	run("INSERT INTO offer SELECT @platform, " ID(
		"r", "seq") ", " PROVIDER ", 1, ELT(1 + seq DIV 50 % 50, 1, 2, 4, 3, 3, 5, 5, 5, "
			    "5, 5, 7, 7, 7, 7, 7, 7, 7, 7, 7, "
			    "7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, "
			    "7, 7, 7, 7, 7, 7, "
			    "7, 7), " START ", " START " + 10800000000, NULL, " NOW,
	    platform, count);
}

static void fill_visits(const char *platform, unsigned count)
{
	run("INSERT INTO intervention SELECT @platform, " ID("v", "seq") ", 1, " ID(
		"r",
		"seq") ", " PROVIDER ", " CLIENT ", IF(seq < 95000, 3, 1), " START ", " START
		       " + 10800000000, '75011', 'Paris', NULL, NULL, NULL, NULL, NULL, NULL, " NOW,
	    platform, count);
	run("INSERT INTO message SELECT @platform, " ID("r", "seq") ", " ID(
		"m", "seq") ", 1, " CLIENT ", 'agent', NULL, " NOW,
	    platform, count);
}

static void fill_few(const char *platform)
{
	run("INSERT INTO client SELECT @platform, " ID(
		"c", "seq") ", 1, NULL, NULL, NULL, NULL, NULL, NULL, '75011', 'Paris', 'fr', " NOW,
	    platform, 1000);
	run("INSERT INTO label SELECT @platform, " ID(
		"l", "seq") ", 1, CONCAT('Label ', seq), CONCAT('Label ', seq), '', 1, " NOW,
	    platform, 1000);
	run("INSERT INTO provider_gate (platform, provider, entitlement_version, standing_version, "
	    "closed, closed_version) SELECT @platform, " ID("p", "seq") ", 0, 0, seq = 1, 0",
	    platform, 2500);
}

static void crowd(void)
{
	run("INSERT INTO offer SELECT @platform, " ID("r", "50000") ", " ID(
		"p", "1000 + seq") ", 1, 1, " NOW ", " NOW ", NULL, " NOW,
	    PLATFORM, 1500);
	run("INSERT INTO message SELECT @platform, " ID("r", "50000") ", " ID(
		"m", "1000000 + seq") ", 1, " ID("c", "1") ", 'agent', NULL, " NOW,
	    PLATFORM, 2000);
}

void bulk_fill(void)
{
	static const char *const platforms[] = {PLATFORM, "test-0", "test-z"};

	for (int i = 0; i < 3; i++) {
		unsigned count = i == 0 ? BULK_COUNT : BULK_COUNT / 5;

		fill_few(platforms[i]);
		fill_requests(platforms[i], count);
		fill_offers(platforms[i], count);
		fill_visits(platforms[i], count);
	}
	crowd();
	test_database_execute(
	    "requests", "ANALYZE TABLE service_request, offer, intervention, message, client, "
			"label, provider_gate");
}

/* In the statement `n` is a row's number and @now the time. */
static void write_rows(const char *statement, unsigned first, unsigned last)
{
	test_database_execute(
	    "requests",
	    arena_text(arena, "%s; %s FROM (SELECT CAST(seq AS SIGNED) n FROM seq_%u_to_%u) s",
		       "SET @now = CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)", statement,
		       first, last));
}

void bulk_requests(unsigned first, unsigned last, unsigned clients, int step_minutes)
{
	const char *client = arena_text(arena, "LPAD(1 + n %% %u, 22, '0')", clients);
	const char *start = arena_text(arena, "@now + n * %d * 60000000", step_minutes);

	write_rows(
	    arena_text(arena,
		       "INSERT INTO service_request SELECT '%s', CONCAT('01jr', LPAD(n, 22, "
		       "'0')), 1, CONCAT('01jc', %s), 'menage', 'Ménage', 2, 2800, 'EUR', "
		       "2000, '75011', 'Paris', NULL, NULL, %s, %s + 3600000000, 4, 1, "
		       "IF(n %% 2, 6, 1), IF(n %% 2, 5, 3), 2, 1, 0, 0, NULL, 0, 0, NULL, @now",
		       PLATFORM, client, start, start),
	    first, last);
	write_rows(arena_text(arena,
			      "INSERT INTO offer SELECT '%s', CONCAT('01jr', LPAD(n, 22, '0')), "
			      "CONCAT('01jp', %s), 1, IF(n %% 2, 4, 1), %s, %s + 3600000000, NULL, "
			      "@now",
			      PLATFORM, client, start, start),
		   first, last);
	write_rows(arena_text(arena,
			      "INSERT INTO intervention SELECT '%s', CONCAT('01jv', LPAD(n, 22, "
			      "'0')), 1, CONCAT('01jr', LPAD(n, 22, '0')), CONCAT('01jp', %s), "
			      "CONCAT('01jc', %s), 1, %s + 60000000, %s + 3600000000, '75011', "
			      "'Paris', NULL, NULL, NULL, NULL, NULL, NULL, @now",
			      PLATFORM, client, client, start, start),
		   first, last);
}
