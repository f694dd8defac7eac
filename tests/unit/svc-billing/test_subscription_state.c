/* SPDX-License-Identifier: Apache-2.0 */
/* Every state of a subscription against every event, by a list written by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "base/status.h"
#include "subscription_state.h"

#define STATE(name) SUBSCRIPTION_STATE__SUBSCRIPTION_STATE_##name

static const struct {
	SubscriptionState from;
	enum subscription_event event;
	SubscriptionState to;
} allowed[] = {
    {STATE(PENDING), SUBSCRIPTION_PAID, STATE(ACTIVE)},
    {STATE(PENDING), SUBSCRIPTION_FAILED, STATE(FAILED)},
    {STATE(ACTIVE), SUBSCRIPTION_LAPSED, STATE(EXPIRED)},
    {STATE(UNPAID), SUBSCRIPTION_LAPSED, STATE(EXPIRED)},
};

static SubscriptionState expected(SubscriptionState from, enum subscription_event event)
{
	for (size_t i = 0; i < ARRAY_COUNT(allowed); i++)
		if (allowed[i].from == from && allowed[i].event == event)
			return allowed[i].to;
	return STATE(UNSPECIFIED);
}

static void test_only_the_listed_transitions_are_allowed(void **state)
{
	(void)state;
	for (int from = STATE(UNSPECIFIED) - 1; from <= STATE(EXPIRED) + 1; from++)
		for (int event = 0; event < SUBSCRIPTION_EVENT_COUNT; event++) {
			SubscriptionState to =
			    expected((SubscriptionState)from, (enum subscription_event)event);
			SubscriptionState next = STATE(UNSPECIFIED);

			assert_int_equal(subscription_state_next((SubscriptionState)from,
								 (enum subscription_event)event,
								 &next),
					 to != STATE(UNSPECIFIED));
			assert_int_equal(next, to);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_only_the_listed_transitions_are_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
