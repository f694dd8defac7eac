/* SPDX-License-Identifier: Apache-2.0 */
/* What two owners say about a provider, in the one order of the domain (P1). */
#include "refusals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define INACTIVE REASON__REASON_RELATION_INACTIVE
#define SUSPENDED REASON__REASON_RELATION_SUSPENDED
#define UNSUBSCRIBED REASON__REASON_SUBSCRIPTION_INACTIVE
#define DOCUMENTS REASON__REASON_DOCUMENTS_INVALID
#define TERMS REASON__REASON_TERMS_NOT_ACCEPTED

struct example {
	const char *name;
	ProviderKind kind;
	const char *entitlement; /* NULL: billing said nothing */
	size_t given_count;
	Reason given[4];
	size_t expected_count;
	Reason expected[5];
};

static const struct example examples[] = {
    {"may apply", PROVIDER_KIND__PROVIDER_KIND_INDEPENDENT, "signed", 0, {0}, 0, {0}},
    {"no subscription", PROVIDER_KIND__PROVIDER_KIND_INDEPENDENT, "", 0, {0}, 1, {UNSUBSCRIBED}},
    {"unknown to billing",
     PROVIDER_KIND__PROVIDER_KIND_INDEPENDENT,
     NULL,
     0,
     {0},
     1,
     {UNSUBSCRIBED}},
    {"an employee needs none", PROVIDER_KIND__PROVIDER_KIND_EMPLOYEE, "", 0, {0}, 0, {0}},
    {"an employee is bound by the rest",
     PROVIDER_KIND__PROVIDER_KIND_EMPLOYEE,
     NULL,
     1,
     {TERMS},
     1,
     {TERMS}},
    {"all of them",
     PROVIDER_KIND__PROVIDER_KIND_INDEPENDENT,
     "",
     3,
     {INACTIVE, DOCUMENTS, TERMS},
     4,
     {INACTIVE, UNSUBSCRIBED, DOCUMENTS, TERMS}},
    {"suspended",
     PROVIDER_KIND__PROVIDER_KIND_INDEPENDENT,
     "",
     1,
     {SUSPENDED},
     2,
     {SUSPENDED, UNSUBSCRIBED}},
    {"relation comes first whatever the order given",
     PROVIDER_KIND__PROVIDER_KIND_INDEPENDENT,
     "signed",
     2,
     {TERMS, INACTIVE},
     2,
     {INACTIVE, TERMS}},
};

static void check(const struct example *example)
{
	Reason given[4];
	Reason found[REFUSALS_MAX];
	char statement[16] = "";
	Standing standing = STANDING__INIT;
	Entitlement entitlement = ENTITLEMENT__INIT;
	size_t count;

	for (size_t i = 0; i < 4; i++)
		given[i] = example->given[i];
	standing.kind = example->kind;
	standing.n_reasons = example->given_count;
	standing.reasons = given;
	if (example->entitlement)
		for (size_t i = 0; example->entitlement[i]; i++)
			statement[i] = example->entitlement[i];
	entitlement.statement = statement;
	count = refusals_of(&standing, example->entitlement ? &entitlement : NULL, found);
	if (count != example->expected_count)
		fail_msg("%s: %zu reasons", example->name, count);
	for (size_t i = 0; i < count; i++)
		if (found[i] != example->expected[i])
			fail_msg("%s: reason %zu is %d", example->name, i, (int)found[i]);
}

static void test_reasons_come_in_the_order_of_the_domain(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		check(&examples[i]);
}

static void test_a_provider_nobody_vouches_for_is_not_active(void **state)
{
	Entitlement entitlement = ENTITLEMENT__INIT;
	Reason found[REFUSALS_MAX];

	(void)state;
	assert_int_equal(refusals_of(NULL, &entitlement, found), 1);
	assert_int_equal(found[0], INACTIVE);
}

static void test_more_reasons_than_there_is_room_for_are_cut(void **state)
{
	Reason given[REFUSALS_MAX + 4];
	Reason found[REFUSALS_MAX];
	Standing standing = STANDING__INIT;

	(void)state;
	for (size_t i = 0; i < REFUSALS_MAX + 4; i++)
		given[i] = i % 2 ? INACTIVE : TERMS;
	standing.n_reasons = REFUSALS_MAX + 4;
	standing.reasons = given;
	assert_int_equal(refusals_of(&standing, NULL, found), REFUSALS_MAX);
	assert_int_equal(found[REFUSALS_MAX - 1], TERMS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reasons_come_in_the_order_of_the_domain),
	    cmocka_unit_test(test_a_provider_nobody_vouches_for_is_not_active),
	    cmocka_unit_test(test_more_reasons_than_there_is_room_for_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
