/* SPDX-License-Identifier: Apache-2.0 */
/* Who may apply until when (S1, S6, S10). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "base/status.h"
#include "entitlement_rule.h"

#define STATE(name) SUBSCRIPTION_STATE__SUBSCRIPTION_STATE_##name
#define NOW 1000

static const struct {
	const char *name;
	struct entitlement_known known;
	struct entitlement expected;
} cases[] = {
    {"off: nobody is gated", {.enabled = false}, {ENTITLEMENT_OFF, 0}},
    {"off counts more than what was paid",
     {.enabled = false, .state = STATE(ACTIVE), .period_end_us = 1500},
     {ENTITLEMENT_OFF, 0}},
    {"on: closed at once without a subscription", {.enabled = true}, {ENTITLEMENT_CLOSED, 0}},
    {"enforcement to come", {.enabled = true, .enforced_from_us = 1200}, {ENTITLEMENT_OFF, 1200}},
    {"enforced from this instant",
     {.enabled = true, .enforced_from_us = NOW},
     {ENTITLEMENT_CLOSED, 0}},
    {"whoever has paid stays when enforcement begins",
     {.enabled = true, .enforced_from_us = 1200, .state = STATE(ACTIVE), .period_end_us = 1500},
     {ENTITLEMENT_SUBSCRIPTION, 1500}},
    {"paid for less than until enforcement",
     {.enabled = true, .enforced_from_us = 1200, .state = STATE(ACTIVE), .period_end_us = 1100},
     {ENTITLEMENT_OFF, 1200}},
    {"exempt", {.enabled = true, .exempt = true}, {ENTITLEMENT_EXEMPT, 0}},
    {"exempt beats a failed subscription",
     {.enabled = true, .exempt = true, .state = STATE(FAILED)},
     {ENTITLEMENT_EXEMPT, 0}},
    {"exempt beats enforcement to come",
     {.enabled = true, .exempt = true, .enforced_from_us = 1200},
     {ENTITLEMENT_EXEMPT, 0}},
    {"active",
     {.enabled = true, .state = STATE(ACTIVE), .period_end_us = 1500},
     {ENTITLEMENT_SUBSCRIPTION, 1500}},
    {"a first payment opens only when paid",
     {.enabled = true, .state = STATE(PENDING)},
     {ENTITLEMENT_CLOSED, 0}},
    {"the last instant",
     {.enabled = true, .state = STATE(ACTIVE), .period_end_us = NOW + 1},
     {ENTITLEMENT_SUBSCRIPTION, NOW + 1}},
    {"the end is exclusive",
     {.enabled = true, .state = STATE(ACTIVE), .period_end_us = NOW},
     {ENTITLEMENT_CLOSED, 0}},
    {"unpaid runs to the end of what was paid",
     {.enabled = true, .state = STATE(UNPAID), .period_end_us = 1100},
     {ENTITLEMENT_SUBSCRIPTION, 1100}},
    {"failed", {.enabled = true, .state = STATE(FAILED)}, {ENTITLEMENT_CLOSED, 0}},
    {"expired within its former period",
     {.enabled = true, .state = STATE(EXPIRED), .period_end_us = 1500},
     {ENTITLEMENT_CLOSED, 0}},
};

static void test_the_gate_follows_the_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct entitlement entitlement = entitlement_decide(&cases[i].known, NOW);

		if (entitlement.basis != cases[i].expected.basis ||
		    entitlement.until_us != cases[i].expected.until_us)
			fail_msg("%s: %s until %d", cases[i].name,
				 entitlement_basis_name(entitlement.basis),
				 (int)entitlement.until_us);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_gate_follows_the_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
