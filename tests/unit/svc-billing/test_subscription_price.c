/* SPDX-License-Identifier: Apache-2.0 */
/* Prices of periods and their VAT (S2). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "base/status.h"
#include "entremise/common/v1/money.pb-c.h"
#include "subscription_price.h"

static const struct {
	const char *name;
	int64_t net_minor;
	int32_t rate;
	int64_t vat_minor;
} cases[] = {
    {"29.00 at 20 %", 2900, 2000, 580},
    {"290.00 at 20 %", 29000, 2000, 5800},
    {"no VAT", 2900, 0, 0},
    {"half a cent goes up", 25, 200, 1},       /* 0.5 */
    {"just below half goes down", 24, 200, 0}, /* 0.48 */
    {"5.5 % of 29.99", 2999, 550, 165},	       /* 164.945 */
};

static struct subscription_price price_of(int64_t monthly, int64_t yearly, Interval interval,
					  int32_t rate, bool *known)
{
	struct subscription_price price = {.net_minor = -1};
	PlanPrice version = PLAN_PRICE__INIT;
	Money amounts[2] = {MONEY__INIT, MONEY__INIT};
	static char euro[] = "EUR";

	amounts[0].minor = monthly;
	amounts[1].minor = yearly;
	amounts[0].currency = euro;
	amounts[1].currency = euro;
	version.monthly = &amounts[0];
	version.yearly = &amounts[1];
	*known = subscription_price_of(&version, interval, rate, &price);
	return price;
}

static void test_vat_is_added_once_and_rounded_half_up(void **state)
{
	bool known;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct subscription_price price = price_of(
		    cases[i].net_minor, 1, INTERVAL__INTERVAL_MONTHLY, cases[i].rate, &known);

		if (!known || price.vat_minor != cases[i].vat_minor)
			fail_msg("%s: %d", cases[i].name, (int)price.vat_minor);
		assert_int_equal(price.net_minor, cases[i].net_minor);
		assert_int_equal(price.gross_minor, price.net_minor + price.vat_minor);
		assert_string_equal(price.currency, "EUR");
	}
}

static void test_each_interval_has_its_own_price(void **state)
{
	bool known;

	(void)state;
	assert_int_equal(price_of(2900, 29000, INTERVAL__INTERVAL_YEARLY, 0, &known).net_minor,
			 29000);
	assert_int_equal(price_of(2900, 29000, INTERVAL__INTERVAL_MONTHLY, 0, &known).net_minor,
			 2900);
}

static void test_what_can_not_be_charged_has_no_price(void **state)
{
	bool known;

	(void)state;
	assert_int_equal(price_of(0, 1, INTERVAL__INTERVAL_MONTHLY, 0, &known).net_minor, -1);
	assert_false(known);
	price_of(2900, 29000, INTERVAL__INTERVAL_UNSPECIFIED, 0, &known);
	assert_false(known);
	price_of(INT64_MAX, 1, INTERVAL__INTERVAL_MONTHLY, 2000, &known);
	assert_false(known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_vat_is_added_once_and_rounded_half_up),
	    cmocka_unit_test(test_each_interval_has_its_own_price),
	    cmocka_unit_test(test_what_can_not_be_charged_has_no_price),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
