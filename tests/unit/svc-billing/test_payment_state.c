/* SPDX-License-Identifier: Apache-2.0 */
/* What a fetch may and may not change of what is known of a payment. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "payment_state.h"

#define STATE(name) PAYMENT_STATE__PAYMENT_STATE_##name

static void test_a_payment_advances_and_never_goes_back(void **state)
{
	/* Rows: known as UNSPECIFIED, REQUESTED, OPEN, PENDING, PAID, FAILED, CANCELED, EXPIRED. */
	static const char *const advances[] = {"--------", "--++++++", "---+++++", "----++++",
					       "--------", "--------", "--------", "--------"};

	(void)state;
	for (int known = 0; known <= STATE(EXPIRED); known++)
		for (int found = 0; found <= STATE(EXPIRED); found++)
			assert_int_equal(
			    payment_state_advances((PaymentState)known, (PaymentState)found),
			    advances[known][found] == '+');
}

static void test_a_state_of_the_future_is_no_advance(void **state)
{
	(void)state;
	assert_false(payment_state_advances(STATE(OPEN), (PaymentState)(STATE(EXPIRED) + 1)));
	assert_false(payment_state_advances((PaymentState)(STATE(EXPIRED) + 1), STATE(PAID)));
	assert_false(payment_state_advances((PaymentState)-1, STATE(PAID)));
}

static void test_final_states_are_those_that_nothing_leaves(void **state)
{
	(void)state;
	for (int known = 0; known <= STATE(EXPIRED); known++)
		assert_int_equal(payment_state_is_final((PaymentState)known), known >= STATE(PAID));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_payment_advances_and_never_goes_back),
	    cmocka_unit_test(test_a_state_of_the_future_is_no_advance),
	    cmocka_unit_test(test_final_states_are_those_that_nothing_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
