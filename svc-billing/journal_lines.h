/* SPDX-License-Identifier: Apache-2.0 */
/* Which accounts an entry moves: double entry, so that every entry's lines sum to zero. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "entremise/billing/v1/journal.pb-c.h"

struct subscription_price;

#define JOURNAL_LINES_MAX 3

/* One line: debit positive, credit negative, in minor units. */
struct journal_line {
	JournalAccount account;
	int64_t minor;
};

/* A period became due: what is owed, against the fee earned and the VAT (left out when it is 0). */
size_t journal_lines_of_charge(const struct subscription_price *price,
			       struct journal_line lines[JOURNAL_LINES_MAX]);

/* A payment came in: money held, against what was owed. */
size_t journal_lines_of_payment(int64_t amount_minor, struct journal_line lines[JOURNAL_LINES_MAX]);
