/* SPDX-License-Identifier: Apache-2.0 */
/* How the database runs billing's lists on a platform of years: a page reads a page of rows. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/status.h"
#include "db/statement.h"
#include "entremise/billing/v1/row.pb-c.h"
#include "entremise/common/v1/page_token.pb-c.h"
#include "suite.h"
#include "support/database.h"

#include "payment.sql.h"
#include "subscription.sql.h"

#define PAGE "201"
#define ROWS_MOST 201
#define MIDDLE "'01js0000000000000000010000'"
#define SOMEBODY "'01jp0000000000000000000007'"

/* What the filters of a list are; the rest is as if nobody had asked for it. */
static const struct {
	const char *name;
	const struct db_statement *statement;
	const char *owner, *provider, *subscription, *state, *id;
} cases[] = {
    {"all subscriptions", &statement_list_subscriptions, "NULL", "NULL", "NULL", "0", "''"},
    {"a later page", &statement_list_subscriptions, "NULL", "NULL", "NULL", "0", MIDDLE},
    {"those that are unpaid", &statement_list_subscriptions, "NULL", "NULL", "NULL", "3", "''"},
    {"a later page of them", &statement_list_subscriptions, "NULL", "NULL", "NULL", "3", MIDDLE},
    {"a provider's, to staff", &statement_list_subscriptions, "NULL", SOMEBODY, "NULL", "0", "''"},
    {"a provider's own", &statement_list_subscriptions, SOMEBODY, "NULL", "NULL", "0", "''"},
    {"all payments", &statement_list_payments, "NULL", "NULL", "NULL", "0", "''"},
    {"a provider's own payments", &statement_list_payments, SOMEBODY, "NULL", "NULL", "0", "''"},
    {"of one subscription", &statement_list_payments, "NULL", "NULL", MIDDLE, "0", "''"},
};

/* 20,000 subscriptions with a payment each, 20 a provider; the first 40 are UNPAID, the others
 * ended.
 */
static void fill_tables(void)
{
	test_database_execute(
	    "billing",
	    "INSERT INTO subscription (platform, id, version, provider, period_interval, state, "
	    "plan_price, payment, create_us, update_us) SELECT '" SUITE_PLATFORM
	    "', CONCAT('01js', LPAD(seq, 22, '0')), 1, CONCAT('01jp', LPAD(seq % 1000, 22, '0')), "
	    "1, IF(seq <= 40, 3, 5), 'x', 'x', 0, 0 FROM seq_1_to_20000");
	test_database_execute(
	    "billing",
	    "INSERT INTO payment (platform, id, version, subscription, provider, sequence, state, "
	    "amount_minor, vat_minor, currency, vat_bp, checkout_url, failure, create_us) SELECT "
	    "'" SUITE_PLATFORM "', id, 1, id, provider, 1, 5, 100, 0, 'EUR', 0, '', '', 0 "
	    "FROM subscription");
	test_database_execute("billing", "ANALYZE TABLE subscription, payment");
}

static const char *value_of(size_t i, const char *parameter)
{
	const struct {
		const char *parameter, *value;
	} values[] = {{"platform", "'" SUITE_PLATFORM "'"},
		      {"owner", cases[i].owner},
		      {"provider.provider", cases[i].provider},
		      {"subscription.subscription", cases[i].subscription},
		      {"state", cases[i].state},
		      {"id", cases[i].id},
		      {"limit", PAGE}};

	for (size_t v = 0; v < ARRAY_COUNT(values); v++)
		if (strcmp(values[v].parameter, parameter) == 0)
			return values[v].value;
	fail_msg("no value for %s", parameter);
	return NULL;
}

/* The rows that a plan's tables were read for, wherever they stand in it. */
static double rows_of(json_t *plan)
{
	double rows = json_number_value(json_object_get(plan, "r_rows"));
	const char *key;
	json_t *part;
	size_t index;

	if (json_is_array(plan))
		json_array_foreach(plan, index, part) rows += rows_of(part);
	json_object_foreach(plan, key, part) rows += rows_of(part);
	return rows;
}

/* How many rows the case's statement reads. */
static double rows_read(struct arena *arena, size_t i)
{
	const struct db_statement *statement = cases[i].statement;
	const char *const *parameter = statement->parameters;
	const char *query = "ANALYZE FORMAT=JSON ";
	json_t *plan;
	double rows;
	char *text;

	for (const char *at = statement->sql; *at; at++)
		query = *at == '?' ? arena_text(arena, "%s%s", query, value_of(i, *parameter++))
				   : arena_text(arena, "%s%c", query, *at);
	text = test_database_value("billing", query);
	assert_non_null(text);
	plan = json_loads(text, 0, NULL);
	rows = rows_of(plan);
	if (getenv("PLANS"))
		print_message("%s\n", text);
	json_decref(plan);
	free(text);
	return rows;
}

static void test_a_page_reads_a_page_of_rows(void **state)
{
	struct suite *suite = *state;
	size_t failed = 0;

	fill_tables();
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		double rows = rows_read(suite->arena, i);

		if (rows > ROWS_MOST)
			print_error("%s: %.0f rows\n", cases[i].name, rows);
		failed += rows > ROWS_MOST;
	}
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_page_reads_a_page_of_rows),
	};

	return cmocka_run_group_tests(tests, suite_set_up, suite_tear_down);
}
