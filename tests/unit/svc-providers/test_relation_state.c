/* SPDX-License-Identifier: Apache-2.0 */
/* The relation of a provider: every state with every event, against a list written by hand (P9). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "relation_state.h"

#define NO RELATION__RELATION_UNSPECIFIED
#define INVITED RELATION__RELATION_INVITED
#define CANDIDATE RELATION__RELATION_CANDIDATE
#define ACTIVE RELATION__RELATION_ACTIVE
#define REFUSED RELATION__RELATION_REFUSED

#define SUSPENDED RELATION__RELATION_SUSPENDED
#define DEACTIVATING RELATION__RELATION_DEACTIVATING
#define DEACTIVATED RELATION__RELATION_DEACTIVATED

static const struct {
	Relation from;
	Relation submit, accept, refuse;
	Relation deactivate, close, keep_active, keep_suspended, reactivate;
} expected[] = {
    {NO, NO, NO, NO, NO, NO, NO, NO, NO},
    {INVITED, CANDIDATE, NO, NO, NO, NO, NO, NO, NO},
    {CANDIDATE, CANDIDATE, ACTIVE, REFUSED, NO, NO, NO, NO, NO},
    {ACTIVE, NO, ACTIVE, NO, DEACTIVATING, NO, NO, NO, ACTIVE},
    {REFUSED, CANDIDATE, NO, REFUSED, NO, NO, NO, NO, NO},
    {RELATION__RELATION_EXPIRED, CANDIDATE, NO, NO, NO, NO, NO, NO, NO},
    {RELATION__RELATION_REVOKED, CANDIDATE, NO, NO, NO, NO, NO, NO, NO},
    {SUSPENDED, NO, NO, NO, DEACTIVATING, NO, NO, NO, NO},
    {DEACTIVATING, NO, NO, NO, DEACTIVATING, DEACTIVATED, ACTIVE, SUSPENDED, NO},
    {DEACTIVATED, NO, NO, NO, DEACTIVATED, NO, NO, NO, ACTIVE},
    {RELATION__RELATION_DELETING, NO, NO, NO, NO, NO, NO, NO, NO},
    {RELATION__RELATION_DELETED, NO, NO, NO, NO, NO, NO, NO, NO},
};

static void check(Relation from, enum relation_event event, Relation to)
{
	Relation next = NO;

	assert_int_equal(relation_state_next(from, event, &next), to != NO);
	assert_int_equal(next, to);
}

static void test_every_relation_takes_the_events_it_should(void **state)
{
	(void)state;
	assert_int_equal(sizeof(expected) / sizeof(expected[0]), RELATION_COUNT);
	for (size_t i = 0; i < RELATION_COUNT; i++) {
		assert_int_equal(expected[i].from, i);
		check(expected[i].from, RELATION_SUBMIT, expected[i].submit);
		check(expected[i].from, RELATION_ACCEPT, expected[i].accept);
		check(expected[i].from, RELATION_REFUSE, expected[i].refuse);
		check(expected[i].from, RELATION_DEACTIVATE, expected[i].deactivate);
		check(expected[i].from, RELATION_CLOSE, expected[i].close);
		check(expected[i].from, RELATION_KEEP_ACTIVE, expected[i].keep_active);
		check(expected[i].from, RELATION_KEEP_SUSPENDED, expected[i].keep_suspended);
		check(expected[i].from, RELATION_REACTIVATE, expected[i].reactivate);
	}
}

static void test_an_unknown_relation_takes_no_event(void **state)
{
	(void)state;
	check((Relation)99, RELATION_SUBMIT, NO);
	check((Relation)-1, RELATION_SUBMIT, NO);
}

static void test_a_relation_is_named_without_its_prefix(void **state)
{
	(void)state;
	assert_string_equal(relation_state_name(ACTIVE), "ACTIVE");
	assert_string_equal(relation_state_name((Relation)99), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_relation_takes_the_events_it_should),
	    cmocka_unit_test(test_an_unknown_relation_takes_no_event),
	    cmocka_unit_test(test_a_relation_is_named_without_its_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
