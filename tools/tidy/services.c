/* SPDX-License-Identifier: Apache-2.0 */
/* What the services and the gateway leave to the runtime: memory, time, waiting, SQL, transactions.
 */
#include "tidy.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { MEMORY, CLOCK, WAIT };

/* Calls that no handler makes, and what stands there instead. */
static const struct {
	const char *name;
	enum kind kind;
} calls[] = {
    {"malloc", MEMORY},	      {"calloc", MEMORY},      {"realloc", MEMORY},
    {"free", MEMORY},	      {"strdup", MEMORY},      {"strndup", MEMORY},
    {"asprintf", MEMORY},     {"time", CLOCK},	       {"gettimeofday", CLOCK},
    {"clock_gettime", CLOCK}, {"time_real_us", CLOCK}, {"time_monotonic_us", CLOCK},
    {"sleep", WAIT},	      {"usleep", WAIT},	       {"nanosleep", WAIT},
};

static const char *const instead[] = {
    [MEMORY] = "memory is the call's arena",
    [CLOCK] = "the time is call->now_us, or call->real_us for tokens and leases",
    [WAIT] = "nothing waits in a call: a timer or work does",
};

/* Files outside of calls: they make calls themselves, or keep what outlives them. */
static const struct {
	const char *path;
	enum kind kind;
} exempt[] = {
    {"svc-billing/webhook.c", CLOCK}, /* its thread makes the call that a ping becomes */
    {"gateway/work.c", CLOCK},	      /* its threads make the calls that carry work */
    {"gateway/permission.c", CLOCK},  /* cached permissions age by this process's clock */
    {"gateway/permits.c", MEMORY},    /* that cache itself outlives calls */
};

static const struct {
	const char *pattern;
	const char *reason;
} literals[] = {
    {"\\<(BEGIN|COMMIT|ROLLBACK|START TRANSACTION)\\>", "transactions are the runtime's"},
    {"\\<SELECT\\>.*\\<FROM\\>|\\<(INSERT|REPLACE)\\>.*\\<INTO\\>|"
     "\\<UPDATE\\>.*\\<SET\\>|\\<DELETE\\>.*\\<FROM\\>",
     "SQL stands in a .sql file, as a named statement"},
};

static bool is_exempt(const struct source *source, enum kind kind)
{
	for (size_t i = 0; i < sizeof exempt / sizeof exempt[0]; i++)
		if (exempt[i].kind == kind && strcmp(source->path, exempt[i].path) == 0)
			return true;
	return false;
}

static void check_literals(const struct source *source, const char *pattern, const char *reason)
{
	regex_t expression;

	if (regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB) != 0) {
		fprintf(stderr, "tidy: bad pattern %s\n", pattern);
		exit(2);
	}
	for (size_t i = 0; i < source->literal_count; i++)
		if (regexec(&expression, source->literals[i].text, 0, NULL, 0) == 0)
			refuse(source, source->literals[i].offset, "\"%.30s\": %s",
			       source->literals[i].text, reason);
	regfree(&expression);
}

void check_service(const struct source *source)
{
	struct word word;
	size_t offset = 0;

	while (source_next_word(source, &offset, &word)) {
		bool is_member = word.offset > 0 && strchr(".>", source->code[word.offset - 1]);

		for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
			if (word.is_call && !is_member && strcmp(word.name, calls[i].name) == 0 &&
			    !is_exempt(source, calls[i].kind))
				refuse(source, word.offset, "%s(): %s", word.name,
				       instead[calls[i].kind]);
	}
	for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++)
		check_literals(source, literals[i].pattern, literals[i].reason);
}
