/* SPDX-License-Identifier: Apache-2.0 */
/* A provider's acceptance for a service: every state with every event, by hand (P10). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "qualification_state.h"

#define NO QUALIFICATION_STATE__QUALIFICATION_STATE_UNSPECIFIED
#define NONE QUALIFICATION_STATE__QUALIFICATION_STATE_NONE
#define PROPOSED QUALIFICATION_STATE__QUALIFICATION_STATE_PROPOSED
#define ACCEPTED QUALIFICATION_STATE__QUALIFICATION_STATE_ACCEPTED
#define REJECTED QUALIFICATION_STATE__QUALIFICATION_STATE_REJECTED
#define DEACTIVATED QUALIFICATION_STATE__QUALIFICATION_STATE_DEACTIVATED

static const struct {
	QualificationState from;
	QualificationState propose, accept, reject, deactivate;
} expected[] = {
    {NO, NO, NO, NO, NO},
    {NONE, PROPOSED, NO, NO, NO},
    {PROPOSED, PROPOSED, ACCEPTED, REJECTED, NO},
    {ACCEPTED, NO, ACCEPTED, NO, DEACTIVATED},
    {REJECTED, PROPOSED, NO, REJECTED, NO},
    {DEACTIVATED, NO, ACCEPTED, NO, DEACTIVATED},
};

static void check(QualificationState from, enum qualification_event event, QualificationState to)
{
	QualificationState next = NO;

	assert_int_equal(qualification_state_next(from, event, &next), to != NO);
	assert_int_equal(next, to);
}

static void test_every_state_takes_the_events_it_should(void **state)
{
	(void)state;
	assert_int_equal(sizeof(expected) / sizeof(expected[0]), QUALIFICATION_STATE_COUNT);
	for (size_t i = 0; i < QUALIFICATION_STATE_COUNT; i++) {
		assert_int_equal(expected[i].from, i);
		check(expected[i].from, QUALIFICATION_PROPOSE, expected[i].propose);
		check(expected[i].from, QUALIFICATION_ACCEPT, expected[i].accept);
		check(expected[i].from, QUALIFICATION_REJECT, expected[i].reject);
		check(expected[i].from, QUALIFICATION_DEACTIVATE, expected[i].deactivate);
	}
}

static void test_an_unknown_state_takes_no_event(void **state)
{
	(void)state;
	check((QualificationState)99, QUALIFICATION_PROPOSE, NO);
	check((QualificationState)-1, QUALIFICATION_PROPOSE, NO);
}

static void test_a_state_is_named_without_its_prefix(void **state)
{
	(void)state;
	assert_string_equal(qualification_state_name(PROPOSED), "PROPOSED");
	assert_string_equal(qualification_state_name((QualificationState)99), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_state_takes_the_events_it_should),
	    cmocka_unit_test(test_an_unknown_state_takes_no_event),
	    cmocka_unit_test(test_a_state_is_named_without_its_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
