/* SPDX-License-Identifier: Apache-2.0 */
/* What an item of the catalogue must keep to beyond its fields' own rules. Pure. */
#pragma once

#include "entremise/providers/v1/catalogue.pb-c.h"

/* What is wrong with an item. */
struct item_fault {
	const char *field;   /* "item.price_zones"; borrowed */
	const char *problem; /* "must be in the platform's currency", or the prefix; borrowed */
};

/*
 * 0 when the item may be stored on a platform of this currency, else the reason of the refusal with
 * *fault set: INVALID_ARGUMENT for zones of an item on quote and for amounts that are negative or
 * in another currency, PRICE_ZONE_TWICE with the prefix that two zones share.
 */
int item_rule_check(const Item *item, const char *currency, struct item_fault *fault);
