/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of one platform, and of one person, against everybody else's calls. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "contract/field.h"
#include "contract/name.h"
#include "matrix.h"
#include "support/database.h"
#include "support/suite.h"

/* What server_populate puts into personal fields of platform A. */
static const char marker[] = "Geheimnis";

static const Role roles[] = {ROLE__ROLE_OPERATOR, ROLE__ROLE_MANAGER, ROLE__ROLE_AGENT,
			     ROLE__ROLE_PROVIDER, ROLE__ROLE_CLIENT,  ROLE__ROLE_SERVICE,
			     ROLE__ROLE_ANONYMOUS};

/* The name of table `index` of the schema that has platforms; NULL behind the last. */
static const char *table_of(struct matrix *matrix, int index)
{
	char *value = test_database_value(
	    suite_schema(matrix->suite),
	    arena_text(
		matrix->arena,
		"SELECT table_name FROM information_schema.columns WHERE table_schema = "
		"DATABASE() AND column_name = 'platform' AND table_name NOT LIKE 'kept\\_%%' "
		"ORDER BY table_name LIMIT 1 OFFSET %d",
		index));
	const char *table = value ? arena_text(matrix->arena, "%s", value) : NULL;

	free(value);
	return table;
}

/* Keeps a copy of what platform A has; returns how many rows that are. */
static long keep_rows(struct matrix *matrix)
{
	const char *schema = suite_schema(matrix->suite);
	const char *table;
	long rows = 0;

	for (int i = 0; (table = table_of(matrix, i)); i++) {
		char *count;

		test_database_execute(
		    schema,
		    arena_text(matrix->arena,
			       "DROP TABLE IF EXISTS kept_%s; CREATE TABLE kept_%s AS SELECT * "
			       "FROM `%s` WHERE platform = '" PLATFORM_A "'",
			       table, table, table));
		count = test_database_value(
		    schema, arena_text(matrix->arena, "SELECT COUNT(*) FROM kept_%s", table));
		rows += strtol(count, NULL, 10);
		free(count);
	}
	return rows;
}

/* How many rows of the first query the second lacks. */
static long difference(struct matrix *matrix, const char *first, const char *second)
{
	char *value = test_database_value(
	    suite_schema(matrix->suite),
	    arena_text(matrix->arena, "SELECT COUNT(*) FROM (%s EXCEPT %s) d", first, second));
	long count = strtol(value, NULL, 10);

	free(value);
	return count;
}

/* Counts every table as a case: rows that are gone or changed, and, if `also_new`, new ones. */
static void check_rows(struct matrix *matrix, bool also_new, const char *what)
{
	const char *table;

	for (int i = 0; (table = table_of(matrix, i)); i++) {
		const char *now = arena_text(
		    matrix->arena, "SELECT * FROM `%s` WHERE platform = '" PLATFORM_A "'", table);
		const char *kept = arena_text(matrix->arena, "SELECT * FROM kept_%s", table);
		long lost = difference(matrix, kept, now);
		long made = also_new ? difference(matrix, now, kept) : 0;

		matrix->checked++;
		if (lost == 0 && made == 0)
			continue;
		matrix->failed++;
		fprintf(stderr, "%s: %ld rows of %s changed or gone, %ld new\n", what, lost, table,
			made);
	}
}

static bool shows(const struct raw_answer *answer, const char *text)
{
	return answer->reply.length > 0 &&
	       memmem(answer->reply.start, answer->reply.length, text, strlen(text)) != NULL;
}

/* The method is about one resource with an id that no other platform has. */
static bool is_of_one_row(const struct method_rule *method)
{
	static const char *const verbs[] = {"Get", "Update", "Delete"};
	const struct field_rule *name = contract_field(method->input, "name");
	bool found = false;

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		found |= strncmp(method->name, verbs[i], strlen(verbs[i])) == 0;
	if (strstr(method->path, "TermsService")) /* Numbered anew by each platform. */
		return false;
	return found && name && name->resource && name->resource->part_count > 1 &&
	       !name->resource->singleton;
}

/* The method is about one resource that belongs to a provider or a client. */
static bool is_of_owned_row(const struct matrix *matrix, const struct method_rule *method)
{
	const struct field_rule *name = contract_field(method->input, "name");
	struct name_parts parts;

	for (size_t i = 0; name && name->resource && matrix->names[i]; i++)
		if (name_parse(name->resource, text_of(matrix->names[i]), &parts))
			return matrix->owned[i];
	return false;
}

static void check_as_b(struct matrix *matrix, const struct method_rule *method, Role role,
		       const char *platform)
{
	struct fill fill = {.arena = matrix->scratch,
			    .platform = platform,
			    .names = matrix->names,
			    .contexts = true,
			    .seed = 7};
	const char *subject = matrix->subjects[role];
	bool of_a = strcmp(platform, PLATFORM_A) == 0;
	const ProtobufCMessage *request;
	struct raw_answer answer;

	for (int all = 0; all < 2; all++) {
		fill.all = all;
		request = fill_request(&fill, method);
		answer = matrix_call(matrix, method,
				     matrix_through(matrix, role, subject, PLATFORM_B), request);
		if (of_a && matrix_names(matrix, method, request))
			matrix_check(matrix, answer.code == CODE_NOT_FOUND, method,
				     "a row of A by its name", role, &answer);
		if (!of_a && is_of_one_row(method))
			matrix_check(matrix, answer.code == CODE_NOT_FOUND, method,
				     "a row of A under the name of B", role, &answer);
		matrix_check(
		    matrix, !shows(&answer, "platforms/" PLATFORM_A "/") && !shows(&answer, marker),
		    method, "nothing of A is shown to B", role, &answer);
	}
}

/* Another provider or client of the same platform. */
static void check_as_stranger(struct matrix *matrix, const struct method_rule *method, Role role)
{
	struct fill fill = {.arena = matrix->scratch,
			    .platform = PLATFORM_A,
			    .names = matrix->names,
			    .contexts = true,
			    .seed = 8};
	struct raw_answer answer;

	for (int all = 0; all < 2; all++) {
		fill.all = all;
		answer = matrix_call(
		    matrix, method,
		    matrix_through(matrix, role, "01jd8w3v5k9999999999999999", PLATFORM_A),
		    fill_request(&fill, method));
		matrix_check(matrix, !shows(&answer, marker), method,
			     "nothing personal is shown to strangers", role, &answer);
		if (is_of_owned_row(matrix, method))
			matrix_check(matrix, answer.code == CODE_NOT_FOUND, method, "another's row",
				     role, &answer);
	}
}

static void check_everybody(struct matrix *matrix, bool strangers)
{
	size_t count;
	const struct method_rule *methods = contract_methods(&count);

	for (size_t i = 0; i < count; i++) {
		if (!matrix_is_served(matrix, &methods[i]) || methods[i].rule->all_platforms)
			continue;
		for (size_t r = 0; r < sizeof(roles) / sizeof(roles[0]); r++) {
			bool is_owner =
			    roles[r] == ROLE__ROLE_PROVIDER || roles[r] == ROLE__ROLE_CLIENT;

			if (!matrix_allows(&methods[i], roles[r]))
				continue;
			if (strangers && is_owner)
				check_as_stranger(matrix, &methods[i], roles[r]);
			if (!strangers) {
				check_as_b(matrix, &methods[i], roles[r], PLATFORM_A);
				check_as_b(matrix, &methods[i], roles[r], PLATFORM_B);
			}
			arena_reset(matrix->scratch);
		}
	}
}

void isolation_check(struct matrix *matrix)
{
	long rows = keep_rows(matrix);

	matrix->checked++;
	if (rows < 5) {
		matrix->failed++;
		fprintf(stderr, "platform A has %ld rows only\n", rows);
	}
	check_everybody(matrix, false);
	check_rows(matrix, true, "calls of another platform");
	keep_rows(matrix);
	check_everybody(matrix, true);
	check_rows(matrix, false, "calls of strangers");
}
