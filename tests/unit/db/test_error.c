/* SPDX-License-Identifier: Apache-2.0 */
/* Errors of servers and their reasons: the table of numbers, and keys in MySQL's and MariaDB's
 * words. */
#include "db/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/status.h"
#include "db/connection.h"
#include "db/session.h"
#include "db/statement.h"
#include "entremise/common/v1/reason.pb-c.h"

static const struct db_unique unique[] = {{"offer_once", REASON__REASON_ALREADY_APPLIED},
					  {"PRIMARY", REASON__REASON_ALREADY_EXISTS},
					  {0}};
static const struct db_statement statement = {.name = "add_offer", .unique = unique};
static const struct db_address nowhere = {0};

/* The reason of one error; what it did to the session is left in *session. */
static int reason_of(unsigned number, const char *state, const char *text,
		     struct db_session *session)
{
	struct db_error error = {.number = number, .state = state, .text = text};
	int reason;

	*session = (struct db_session){.connection = db_connection_create(&nowhere, false)};
	reason = db_error_status(session, &statement, &error).reason;
	db_connection_destroy(session->connection);
	return reason;
}

static void test_numbers_have_their_reasons(void **state)
{
	static const struct {
		unsigned number;
		const char *sqlstate;
		int reason;
		bool broken;
		bool retry;
	} cases[] = {
	    {1213, "40001", REASON__REASON_CONFLICT, true, true},
	    {1205, "HY000", REASON__REASON_CONFLICT, true, true},
	    {1020, "HY000", REASON__REASON_CONFLICT, true, true},
	    {9999, "40001", REASON__REASON_CONFLICT, true, true},
	    {2006, "HY000", REASON__REASON_UNAVAILABLE, true, false},
	    {2013, "HY000", REASON__REASON_UNAVAILABLE, true, false},
	    {1047, "08S01", REASON__REASON_UNAVAILABLE, true, false},
	    {1290, "HY000", REASON__REASON_UNAVAILABLE, true, false},
	    {1317, "70100", REASON__REASON_DEADLINE_EXCEEDED, true, false},
	    {1969, "70100", REASON__REASON_DEADLINE_EXCEEDED, true, false},
	    {3024, "HY000", REASON__REASON_DEADLINE_EXCEEDED, true, false},
	    {1406, "22001", REASON__REASON_INTERNAL, false, false},
	    {1054, "42S22", REASON__REASON_INTERNAL, false, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct db_session session;

		assert_int_equal(reason_of(cases[i].number, cases[i].sqlstate, "", &session),
				 cases[i].reason);
		assert_int_equal(session.broken, cases[i].broken ? cases[i].reason : 0);
		assert_int_equal(session.retry, cases[i].retry);
	}
}

static void test_a_duplicates_key_is_found_in_any_servers_words(void **state)
{
	static const struct {
		const char *text;
		int reason;
	} cases[] = {
	    {"Duplicate entry 'a-b' for key 'offer_once'", REASON__REASON_ALREADY_APPLIED},
	    {"Duplicate entry 'a-b' for key 'offer.offer_once'", REASON__REASON_ALREADY_APPLIED},
	    {"Duplicate entry 'x' for key 'PRIMARY'", REASON__REASON_ALREADY_EXISTS},
	    {"Duplicate entry ' for key 'PRIMARY'' for key 'offer_once'",
	     REASON__REASON_ALREADY_APPLIED},
	    {"Duplicate entry 'x' for key 'offer_once2'", REASON__REASON_INTERNAL},
	    {"Duplicate entry 'x' for key 'offer'", REASON__REASON_INTERNAL},
	    {"Doublon", REASON__REASON_INTERNAL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct db_session session;

		assert_int_equal(reason_of(1062, "23000", cases[i].text, &session),
				 cases[i].reason);
		assert_int_equal(session.broken, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers_have_their_reasons),
	    cmocka_unit_test(test_a_duplicates_key_is_found_in_any_servers_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
