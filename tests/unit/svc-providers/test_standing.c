/* SPDX-License-Identifier: Apache-2.0 */
/* Why a provider may not apply, as far as providers knows (P1, X5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "standing.h"

static const struct {
	const char *name;
	Relation relation;
	int32_t accepted, current;
	Reason reasons[STANDING_REASONS_MAX];
	size_t count;
} cases[] = {
    {"active, no terms at all", RELATION__RELATION_ACTIVE, 0, 0, {0}, 0},
    {"active, terms accepted", RELATION__RELATION_ACTIVE, 3, 3, {0}, 0},
    {"active, older terms accepted",
     RELATION__RELATION_ACTIVE,
     2,
     3,
     {REASON__REASON_TERMS_NOT_ACCEPTED},
     1},
    {"active, never accepted",
     RELATION__RELATION_ACTIVE,
     0,
     1,
     {REASON__REASON_TERMS_NOT_ACCEPTED},
     1},
    {"suspended", RELATION__RELATION_SUSPENDED, 1, 1, {REASON__REASON_RELATION_SUSPENDED}, 1},
    {"candidate", RELATION__RELATION_CANDIDATE, 1, 1, {REASON__REASON_RELATION_INACTIVE}, 1},
    {"refused, and terms older: the relation comes first",
     RELATION__RELATION_REFUSED,
     0,
     1,
     {REASON__REASON_RELATION_INACTIVE, REASON__REASON_TERMS_NOT_ACCEPTED},
     2},
    {"unknown", RELATION__RELATION_UNSPECIFIED, 0, 0, {REASON__REASON_RELATION_INACTIVE}, 1},
};

static void test_every_reason_is_told_in_the_order_of_checking(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		StandingRow row = STANDING_ROW__INIT;
		Reason reasons[STANDING_REASONS_MAX] = {0};

		print_message("%s\n", cases[i].name);
		row.relation = cases[i].relation;
		row.accepted_terms = cases[i].accepted;
		row.current_terms = cases[i].current;
		assert_int_equal(standing_reasons(&row, reasons), cases[i].count);
		for (size_t k = 0; k < cases[i].count; k++)
			assert_int_equal(reasons[k], cases[i].reasons[k]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_reason_is_told_in_the_order_of_checking),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
