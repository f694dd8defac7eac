/* SPDX-License-Identifier: Apache-2.0 */
/* What an item of the catalogue must keep to beyond its fields' own rules. Pure. */
#include "item_rule.h"

#include <stddef.h>
#include <string.h>

#include "entremise/common/v1/reason.pb-c.h"

/* NULL when the amount may be a price. */
static const char *amount_problem(const Money *amount, const char *currency)
{
	if (strcmp(amount->currency, currency) != 0)
		return "must be in the platform's currency";
	return amount->minor < 0 ? "must not be negative" : NULL;
}

static int refuse(struct item_fault *fault, int reason, const char *field, const char *problem)
{
	*fault = (struct item_fault){field, problem};
	return reason;
}

static const char *prefix_twice(const Item *item)
{
	for (size_t i = 0; i < item->n_price_zones; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(item->price_zones[i]->prefix, item->price_zones[j]->prefix) == 0)
				return item->price_zones[i]->prefix;
	return NULL;
}

int item_rule_check(const Item *item, const char *currency, struct item_fault *fault)
{
	const char *problem = NULL;

	if (item->price_policy == ITEM_PRICE_POLICY__ITEM_PRICE_POLICY_ON_QUOTE &&
	    item->n_price_zones > 0)
		return refuse(fault, REASON__REASON_INVALID_ARGUMENT, "item.price_zones",
			      "must be empty when the item is priced on quote");
	for (size_t i = 0; i < item->n_price_zones && !problem; i++)
		problem = amount_problem(item->price_zones[i]->price, currency);
	if (problem)
		return refuse(fault, REASON__REASON_INVALID_ARGUMENT, "item.price_zones.price",
			      problem);
	if (item->deposit && (problem = amount_problem(item->deposit, currency)))
		return refuse(fault, REASON__REASON_INVALID_ARGUMENT, "item.deposit", problem);
	problem = prefix_twice(item);
	if (problem)
		return refuse(fault, REASON__REASON_PRICE_ZONE_TWICE, "item.price_zones", problem);
	return 0;
}
