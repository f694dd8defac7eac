/* SPDX-License-Identifier: Apache-2.0 */
/* How the database runs every statement of svc-requests on a platform of years: by keys, reading
 * little more than it gives. */
#include "world.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bulk.h"
#include "db/statement.h"
#include "entremise/common/v1/page_token.pb-c.h"
#include "entremise/requests/v1/row.pb-c.h"

/* The generated headers register their statements here, once more and apart from the service. */
static void collect(const struct db_statement *const *statements, size_t count);
#define db_statements_register collect
#include "all.sql.h"
#undef db_statements_register

#define STATEMENTS_MOST 200

static const struct db_statement *collected[STATEMENTS_MOST];
static size_t collected_count;

static void collect(const struct db_statement *const *statements, size_t count)
{
	assert_true(collected_count + count <= STATEMENTS_MOST);
	memcpy(&collected[collected_count], statements, count * sizeof(*statements));
	collected_count += count;
}

/* Values of parameters by their last part; what a variant does not say comes from `usual`. */
struct value {
	const char *parameter;
	const char *text;
};

#define R "'01jr00000000000000000"
#define P "'01jp00000000000000000"
#define C "'01jc00000000000000000"
#define NOW "CAST(UNIX_TIMESTAMP() * 1000000 AS SIGNED)"

static const struct value usual[] = {
    {"platform", "'" PLATFORM "'"},
    {"owner", "NULL"},
    {"now", NOW},
    {"limit", "201"},
    {"id", "''"},
    {"time_us", "0"},
    {"text", "''"},
    {"status", "0"},
    {"state", "0"},
    {"fulfilment", "0"},
    {"after_time", "NULL"},
    {"before_time", "NULL"},
    {"start_time", NOW},
    {"end_time", NOW " + 10800000000"},
    {"service_request", R "50000'"},
    {"name.offer", P "00001'"},
    {"provider", P "00001'"},
    {"provider.provider", P "00001'"},
    {"name.client", C "00001'"},
    {"name.intervention", "'01jv0000000000000000050000'"},
    {"name.label", "'01jl0000000000000000000500'"},
    {"etag", "1"},
};

/* A way in which a statement is run. */
struct variant {
	const char *statement; /* NULL: every one that compares the owner so */
	const char *name;
	struct value values[6];
};

#define ANYBODY                                                                                    \
	{"provider.provider", "NULL"},                                                             \
	{                                                                                          \
		"client.client", "NULL"                                                            \
	}

static const struct variant variants[] = {
    {NULL, "of a client", {{"owner", C "00001'"}, ANYBODY}},
    {NULL, "of a provider", {{"owner", P "00001'"}, ANYBODY}},
    {"list_requests", "all", {ANYBODY}},
    {"list_requests", "a later page", {{"id", R "50000'"}, ANYBODY}},
    {"list_requests", "by status", {{"status", "1"}, ANYBODY}},
    {"list_requests", "by status, a later page", {{"status", "6"}, {"id", R "50000'"}, ANYBODY}},
    {"list_requests", "by fulfilment", {{"fulfilment", "6"}, ANYBODY}},
    {"list_requests", "by client", {{"client.client", C "00001'"}}},
    {"list_requests", "by client and status", {{"client.client", C "00007'"}, {"status", "1"}}},
    {"list_requests", "of a client, by status", {{"owner", C "00007'"}, {"status", "1"}, ANYBODY}},
    {"list_requests_by_start", "all", {ANYBODY}},
    {"list_requests_by_start", "a later page", {{"time_us", NOW}, {"id", R "95000'"}, ANYBODY}},
    {"list_requests_by_start", "by status", {{"status", "1"}, ANYBODY}},
    {"list_requests_by_start",
     "by status, a later page",
     {{"status", "1"}, {"time_us", NOW}, {"id", R "95000'"}, ANYBODY}},
    {"list_requests_by_start", "by fulfilment", {{"fulfilment", "6"}, ANYBODY}},
    {"list_requests_by_start", "by client", {{"client.client", C "00001'"}}},
    {"list_requests_by_start", "of a client", {{"owner", C "00007'"}, ANYBODY}},
    {"list_interventions", "to come", {ANYBODY}},
    {"list_interventions",
     "of a week",
     {{"after_time", NOW " - 604800000000"}, {"before_time", NOW}, ANYBODY}},
    {"list_interventions", "a later page", {{"time_us", NOW}, {"id", "'01jv'"}, ANYBODY}},
    {"list_interventions", "by provider", {{"provider.provider", P "00001'"}}},
    {"list_offers_of_request", "all", {ANYBODY}},
    {"list_offers_of_request", "a later page", {{"id", P "02000'"}, ANYBODY}},
    {"list_offers_of_request", "by state", {{"state", "4"}, ANYBODY}},
    {"list_offers_of_provider", "all", {{"provider.provider", P "00001'"}}},
    {"list_offers_of_provider", "its own", {{"owner", P "00001'"}, ANYBODY}},
    {"list_offers_of_provider",
     "its own, by state",
     {{"owner", P "00001'"}, {"state", "2"}, ANYBODY}},
    {"list_offers_of_provider",
     "a later page",
     {{"owner", P "00001'"}, {"text", R "50000'"}, ANYBODY}},
    {"list_labels", "a later page", {{"text", "'Label 500'"}}},
    {"list_messages", "a later page", {{"id", "'01jm'"}}},
};

/* Why these may read more than they give. */
static const struct {
	const char *statement;
	const char *why;
	int64_t rows;
} exceptions[] = {
    {"lock_offers", "locks every offer of a request that is being settled", 2000},
    {"list_offers_of_request", "the state is looked up in the offers of one request", 3100},
    {"list_answer", "the state is looked up in the offers of one request", 3100},
    {"batch_get_offers", "the names are looked for among the offers of one request", 1600},
    {"find_asked", "the providers are looked for among the offers of one request", 1600},
    {"find_clashing_application", "reads the open applications of one provider", 500},
    {"list_open_work", "reads every choice of a provider, once, when it is closed", 2000},
};

static const char *value_of(const struct variant *variant, const char *parameter)
{
	const char *last = strrchr(parameter, '.');

	for (size_t i = 0; variant && i < 6 && variant->values[i].parameter; i++)
		if (strcmp(variant->values[i].parameter, parameter) == 0)
			return variant->values[i].text;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (strcmp(usual[i].parameter, parameter) == 0)
			return usual[i].text;
	for (size_t i = 0; last && i < sizeof(usual) / sizeof(usual[0]); i++)
		if (strcmp(usual[i].parameter, last + 1) == 0)
			return usual[i].text;
	return NULL;
}

/* How many placeholders `names.offer...50` stands for; *parameter loses the suffix. */
static unsigned long placeholders(const char **parameter)
{
	const char *dots = strstr(*parameter, "...");

	if (!dots)
		return 1;
	*parameter = "list";
	return strtoul(dots + 3, NULL, 10);
}

/* The statement with values in place of its parameters. */
static const char *fill(const struct db_statement *statement, const struct variant *variant)
{
	const char *query = "";
	const char *at = statement->sql;

	for (const char *const *parameter = statement->parameters; *parameter; parameter++) {
		const char *name = *parameter;
		unsigned long count = placeholders(&name);

		for (unsigned long i = 0; i < count; i++) {
			const char *mark = strchr(at, '?');
			const char *value = strcmp(name, "list") == 0
						? arena_text(arena, "'01jp%022lu'", 1000 + i)
						: value_of(variant, name);

			if (!value)
				value = "'0'"; /* Any: it is the key that counts. */
			query = arena_text(arena, "%s%.*s%s", query, (int)(mark - at), at, value);
			at = mark + 1;
		}
	}
	return arena_text(arena, "%s%s", query, at);
}

/* What a plan says. */
struct plan {
	double rows;	     /* read, of all tables */
	const char *by_hand; /* a table read whole, a sort; NULL: neither */
	const char *sorted;
};

static void read_plan(const json_t *node, struct plan *plan)
{
	const char *key;
	json_t *value;
	size_t index;

	if (json_is_array(node))
		json_array_foreach(node, index, value) read_plan(value, plan);
	if (!json_is_object(node))
		return;
	if (json_object_get(node, "access_type")) {
		const char *access = json_string_value(json_object_get(node, "access_type"));
		const json_t *rows = json_object_get(node, "r_rows");
		const json_t *loops = json_object_get(node, "r_loops");
		const char *table = json_string_value(json_object_get(node, "table_name"));

		if (!rows)
			rows = json_object_get(node, "rows");
		plan->rows += json_number_value(rows) * (loops ? json_number_value(loops) : 1);
		if ((strcmp(access, "ALL") == 0 && table && table[0] != '<') ||
		    strcmp(access, "index") == 0)
			plan->by_hand = "a table is read whole";
	}
	json_object_foreach((json_t *)(uintptr_t)node, key, value)
	{
		if (strcmp(key, "filesort") == 0 || strcmp(key, "temporary_table") == 0)
			plan->sorted = "sorted by hand";
		read_plan(value, plan);
	}
}

static int64_t most_rows(const struct db_statement *statement)
{
	for (size_t i = 0; i < sizeof(exceptions) / sizeof(exceptions[0]); i++)
		if (strcmp(exceptions[i].statement, statement->name) == 0)
			return exceptions[i].rows;
	return statement->cap > 0 ? 2 * (int64_t)statement->cap + 10 : 10;
}

static bool has_parameter(const struct db_statement *statement, const char *name)
{
	for (const char *const *parameter = statement->parameters; *parameter; parameter++)
		if (strcmp(*parameter, name) == 0)
			return true;
	return false;
}

/* True when the plan is as it should be; else says what is not. */
static bool check(const struct db_statement *statement, const struct variant *variant)
{
	bool reads = strncmp(statement->sql, "SELECT", 6) == 0;
	const char *query = fill(statement, variant);
	char *text =
	    test_database_value("requests", arena_text(arena, "%s FORMAT=JSON %s",
						       reads ? "ANALYZE" : "EXPLAIN", query));
	json_t *root = text ? json_loads(text, 0, NULL) : NULL;
	struct plan plan = {0};
	bool fine;

	assert_non_null(root);
	read_plan(root, &plan);
	fine = !plan.by_hand && plan.rows <= (double)most_rows(statement) &&
	       !(plan.sorted && has_parameter(statement, "limit"));
	if (!fine)
		fprintf(stderr, "%s, %s: %.0f rows%s%s%s%s\n%s\n%s\n", statement->name,
			variant ? variant->name : "", plan.rows, plan.by_hand ? ", " : "",
			plan.by_hand ? plan.by_hand : "", plan.sorted ? ", " : "",
			plan.sorted ? plan.sorted : "", query, getenv("PLANS") ? text : "");
	json_decref(root);
	free(text);
	return fine;
}

/* A variant without a statement is for those that compare the owner with its column. */
static bool applies(const struct variant *variant, const struct db_statement *statement)
{
	if (variant->statement)
		return strcmp(variant->statement, statement->name) == 0;
	return has_parameter(statement, "owner") &&
	       strstr(statement->sql,
		      strcmp(variant->name, "of a client") == 0 ? "client = ?" : "provider = ?");
}

static void test_every_statement_goes_by_keys_and_reads_little_more_than_it_gives(void **state)
{
	size_t checked = 0;
	size_t failed = 0;

	(void)state;
	bulk_fill();
	for (size_t i = 0; i < collected_count; i++) {
		const struct db_statement *statement = collected[i];

		if (strncmp(statement->sql, "INSERT", 6) == 0)
			continue;
		failed += !has_parameter(statement, "limit") && !check(statement, NULL);
		checked += !has_parameter(statement, "limit");
		for (size_t v = 0; v < sizeof(variants) / sizeof(variants[0]); v++) {
			const struct variant *variant = &variants[v];

			if (!applies(variant, statement))
				continue;
			failed += !check(statement, variant);
			checked++;
		}
	}
	print_message("%zu statements, %zu plans checked\n", collected_count, checked);
	assert_true(checked > 50);
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_statement_goes_by_keys_and_reads_little_more_than_it_gives),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
