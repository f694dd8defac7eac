/* SPDX-License-Identifier: Apache-2.0 */
/* What the counts of a request mean for its fulfilment (P2, P4b). */
#include "request_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/status.h"

#define OPEN FULFILMENT__FULFILMENT_OPEN
#define ANSWERED FULFILMENT__FULFILMENT_ANSWERED
#define STUCK FULFILMENT__FULFILMENT_STUCK
#define NOT_OFFERED FULFILMENT__FULFILMENT_NOT_OFFERED

static const struct {
	const char *name;
	int required, offers, applications, refusals;
	bool distributing;
	Fulfilment before, after;
} cases[] = {
    {"three asked, none answered", 2, 3, 0, 0, false, NOT_OFFERED, OPEN},
    {"one of two applications needed", 2, 3, 1, 0, false, OPEN, OPEN},
    {"the threshold is reached", 2, 3, 2, 0, false, OPEN, ANSWERED},
    {"reached while others are still being asked", 2, 3, 2, 0, true, OPEN, ANSWERED},
    {"everybody has answered, one applied", 2, 3, 1, 2, false, OPEN, ANSWERED},
    {"everybody so far, but more are being asked", 2, 3, 1, 2, true, OPEN, OPEN},
    {"all have declined", 2, 3, 0, 3, false, OPEN, STUCK},
    {"nobody matches", 2, 0, 0, 0, false, NOT_OFFERED, STUCK},
    {"nobody yet, more are being asked", 2, 0, 0, 0, true, NOT_OFFERED, OPEN},
    {"an answered one loses one of two applications", 2, 5, 1, 1, false, ANSWERED, ANSWERED},
    {"an answered one loses its last application", 1, 5, 0, 1, false, ANSWERED, OPEN},
    {"an application leads out of stuck", 1, 3, 1, 2, false, STUCK, ANSWERED},
    {"one more offer leads out of stuck", 2, 4, 0, 3, false, STUCK, OPEN},
};

static void test_the_counts_decide_the_fulfilment(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		ServiceRequest request = SERVICE_REQUEST__INIT;

		request.required_applications = cases[i].required;
		request.offer_count = cases[i].offers;
		request.application_count = cases[i].applications;
		request.refusal_count = cases[i].refusals;
		request.distributing = cases[i].distributing;
		request.fulfilment = cases[i].before;
		if (request_fulfilment(&request) != cases[i].after)
			fail_msg("%s: %d", cases[i].name, request_fulfilment(&request));
	}
}

static void test_an_assigned_or_ended_request_is_not_open(void **state)
{
	ServiceRequest request = SERVICE_REQUEST__INIT;

	(void)state;
	request.status = REQUEST_STATUS__REQUEST_STATUS_PENDING;
	assert_true(request_is_open(&request));
	request.fulfilment = FULFILMENT__FULFILMENT_ASSIGNED;
	assert_false(request_is_open(&request));
	request.fulfilment = OPEN;
	request.status = REQUEST_STATUS__REQUEST_STATUS_CANCELLED;
	assert_false(request_is_open(&request));
	request.status = REQUEST_STATUS__REQUEST_STATUS_DECLINED;
	assert_false(request_is_open(&request));
}

static void test_a_request_on_quote_is_not_distributed(void **state)
{
	ServiceRequest request = SERVICE_REQUEST__INIT;
	ItemTerms terms = ITEM_TERMS__INIT;

	(void)state;
	assert_false(request_is_distributable(&request));
	request.terms = &terms;
	terms.price_policy = PRICE_POLICY__PRICE_POLICY_HOURLY;
	assert_true(request_is_distributable(&request));
	terms.price_policy = PRICE_POLICY__PRICE_POLICY_ON_QUOTE;
	assert_false(request_is_distributable(&request));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_counts_decide_the_fulfilment),
	    cmocka_unit_test(test_an_assigned_or_ended_request_is_not_open),
	    cmocka_unit_test(test_a_request_on_quote_is_not_distributed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
