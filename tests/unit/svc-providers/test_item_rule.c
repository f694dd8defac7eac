/* SPDX-License-Identifier: Apache-2.0 */
/* What an item of the catalogue must keep to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "entremise/common/v1/reason.pb-c.h"
#include "item_rule.h"

static char euro[] = "EUR", dollar[] = "USD", paris[] = "75", north[] = "7501";

/* An hourly item with two zones, as it should be. */
struct example {
	Money prices[2];
	PriceZone zones[2];
	PriceZone *list[2];
	Money deposit;
	Item item;
};

static void fill(struct example *example)
{
	char *prefixes[] = {paris, north};

	item__init(&example->item);
	example->item.price_policy = ITEM_PRICE_POLICY__ITEM_PRICE_POLICY_HOURLY;
	for (int i = 0; i < 2; i++) {
		money__init(&example->prices[i]);
		example->prices[i].currency = euro;
		example->prices[i].minor = 3200;
		price_zone__init(&example->zones[i]);
		example->zones[i].prefix = prefixes[i];
		example->zones[i].price = &example->prices[i];
		example->list[i] = &example->zones[i];
	}
	example->item.price_zones = example->list;
	example->item.n_price_zones = 2;
	money__init(&example->deposit);
	example->deposit.currency = euro;
}

static void check(const struct example *example, int reason, const char *field)
{
	struct item_fault fault = {0};

	assert_int_equal(item_rule_check(&example->item, "EUR", &fault), reason);
	if (reason != 0)
		assert_string_equal(fault.field, field);
}

static void test_zones_of_different_prefixes_may_be_stored(void **state)
{
	struct example example;

	(void)state;
	fill(&example);
	example.item.deposit = &example.deposit;
	check(&example, 0, NULL);
	example.prices[0].minor = 0;
	check(&example, 0, NULL);
}

static void test_two_zones_with_one_prefix_are_refused(void **state)
{
	struct example example;
	struct item_fault fault;

	(void)state;
	fill(&example);
	example.zones[1].prefix = paris;
	check(&example, REASON__REASON_PRICE_ZONE_TWICE, "item.price_zones");
	item_rule_check(&example.item, "EUR", &fault);
	assert_string_equal(fault.problem, "75");
}

static void test_an_item_on_quote_has_no_zones(void **state)
{
	struct example example;

	(void)state;
	fill(&example);
	example.item.price_policy = ITEM_PRICE_POLICY__ITEM_PRICE_POLICY_ON_QUOTE;
	check(&example, REASON__REASON_INVALID_ARGUMENT, "item.price_zones");
	example.item.n_price_zones = 0;
	check(&example, 0, NULL);
}

static void test_amounts_are_in_the_platforms_currency(void **state)
{
	struct example example;

	(void)state;
	fill(&example);
	example.prices[1].currency = dollar;
	check(&example, REASON__REASON_INVALID_ARGUMENT, "item.price_zones.price");
	fill(&example);
	example.item.deposit = &example.deposit;
	example.deposit.currency = dollar;
	check(&example, REASON__REASON_INVALID_ARGUMENT, "item.deposit");
}

static void test_amounts_are_not_negative(void **state)
{
	struct example example;

	(void)state;
	fill(&example);
	example.prices[1].minor = -1;
	check(&example, REASON__REASON_INVALID_ARGUMENT, "item.price_zones.price");
	fill(&example);
	example.item.deposit = &example.deposit;
	example.deposit.minor = -1;
	check(&example, REASON__REASON_INVALID_ARGUMENT, "item.deposit");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_zones_of_different_prefixes_may_be_stored),
	    cmocka_unit_test(test_two_zones_with_one_prefix_are_refused),
	    cmocka_unit_test(test_an_item_on_quote_has_no_zones),
	    cmocka_unit_test(test_amounts_are_in_the_platforms_currency),
	    cmocka_unit_test(test_amounts_are_not_negative),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
