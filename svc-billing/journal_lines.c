/* SPDX-License-Identifier: Apache-2.0 */
/* Which accounts an entry moves: double entry, so that every entry's lines sum to zero. */
#include "journal_lines.h"

#include <assert.h>

#include "subscription_price.h"

#define ACCOUNT(name) JOURNAL_ACCOUNT__JOURNAL_ACCOUNT_##name

size_t journal_lines_of_charge(const struct subscription_price *price,
			       struct journal_line lines[JOURNAL_LINES_MAX])
{
	assert(price->net_minor + price->vat_minor == price->gross_minor);
	lines[0] = (struct journal_line){ACCOUNT(RECEIVABLE), price->gross_minor};
	lines[1] = (struct journal_line){ACCOUNT(REVENUE), -price->net_minor};
	lines[2] = (struct journal_line){ACCOUNT(VAT), -price->vat_minor};
	return price->vat_minor == 0 ? 2 : 3;
}

size_t journal_lines_of_payment(int64_t amount_minor, struct journal_line lines[JOURNAL_LINES_MAX])
{
	lines[0] = (struct journal_line){ACCOUNT(RECEIVABLE), -amount_minor};
	lines[1] = (struct journal_line){ACCOUNT(CASH), amount_minor};
	return 2;
}
