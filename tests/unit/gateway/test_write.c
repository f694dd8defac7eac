/* SPDX-License-Identifier: Apache-2.0 */
/* Whose word counts when a write was sent without all its facts (X4). */
#include "write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "entremise/common/v1/reason.pb-c.h"

static int outcome(int facts, int write)
{
	return write_outcome(status_of(facts), status_of(write)).reason;
}

static void test_a_stored_answer_beats_missing_facts(void **state)
{
	(void)state;
	assert_int_equal(outcome(REASON__REASON_UNAVAILABLE, 0), 0);
}

static void test_a_used_request_id_beats_missing_facts(void **state)
{
	(void)state;
	assert_int_equal(outcome(REASON__REASON_NO_PRICE, REASON__REASON_REQUEST_ID_REUSED),
			 REASON__REASON_REQUEST_ID_REUSED);
	assert_int_equal(outcome(REASON__REASON_NO_PRICE, REASON__REASON_REQUEST_ID_EXPIRED),
			 REASON__REASON_REQUEST_ID_EXPIRED);
}

static void test_missing_facts_explain_a_refused_write(void **state)
{
	(void)state;
	assert_int_equal(outcome(REASON__REASON_UNAVAILABLE, REASON__REASON_SUBSCRIPTION_INACTIVE),
			 REASON__REASON_UNAVAILABLE);
}

static void test_with_all_facts_the_write_counts(void **state)
{
	(void)state;
	assert_int_equal(outcome(0, 0), 0);
	assert_int_equal(outcome(0, REASON__REASON_SLOT_TAKEN), REASON__REASON_SLOT_TAKEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_stored_answer_beats_missing_facts),
	    cmocka_unit_test(test_a_used_request_id_beats_missing_facts),
	    cmocka_unit_test(test_missing_facts_explain_a_refused_write),
	    cmocka_unit_test(test_with_all_facts_the_write_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
