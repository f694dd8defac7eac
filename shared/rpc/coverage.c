/* SPDX-License-Identifier: Apache-2.0 */
/* Notes every statement at the start, and at the end which of them ran and what was refused. */
#include "rpc/coverage.h"

#ifdef ENTREMISE_DEBUG

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contract/contract.h"
#include "db/statement.h"
#include "rpc/wire_status.h"

#define STATEMENTS_MOST 2000

static struct {
	const char *service;
	const char *all[STATEMENTS_MOST];
	size_t count;
} coverage;

static bool holds(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static void write_statements(FILE *file)
{
	static const char *unused[STATEMENTS_MOST];
	size_t count = db_statements_unused(unused, STATEMENTS_MOST);

	for (size_t i = 0; i < coverage.count; i++)
		if (!holds(unused, count, coverage.all[i]))
			fprintf(file, "statement %s %s\n", coverage.service, coverage.all[i]);
}

static void write_reasons(FILE *file)
{
	for (unsigned i = 0; i < reason__descriptor.n_values; i++) {
		int reason = reason__descriptor.values[i].value;

		if (wire_status_count(reason) > 0)
			fprintf(file, "reason %s\n", contract_reason(reason)->name);
	}
}

static void end(void)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.%d", getenv("COVERAGE_FOLDER"), coverage.service,
		 (int)getpid());
	file = fopen(path, "w");
	if (!file)
		return;
	write_statements(file);
	write_reasons(file);
	fclose(file);
}

void coverage_begin(const char *service)
{
	const char *folder = getenv("COVERAGE_FOLDER");

	if (!folder || *folder == '\0' || coverage.service)
		return; /* Nobody asks, or it has begun. */
	coverage.service = service;
	coverage.count = db_statements_unused(coverage.all, STATEMENTS_MOST);
	atexit(end);
}

#else

void coverage_begin(const char *service)
{
	(void)service;
}

#endif
