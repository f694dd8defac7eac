/* SPDX-License-Identifier: Apache-2.0 */
/* Every entry of the journal balances. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "journal_lines.h"
#include "subscription_price.h"

#define ACCOUNT(name) JOURNAL_ACCOUNT__JOURNAL_ACCOUNT_##name

static int64_t sum(const struct journal_line *lines, size_t count)
{
	int64_t total = 0;

	for (size_t i = 0; i < count; i++)
		total += lines[i].minor;
	return total;
}

static int64_t on(JournalAccount account, const struct journal_line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (lines[i].account == account)
			return lines[i].minor;
	return 0;
}

static void test_a_charge_is_owed_and_earned(void **state)
{
	const struct subscription_price price = {2900, 580, 3480, "EUR"};
	struct journal_line lines[JOURNAL_LINES_MAX];
	size_t count = journal_lines_of_charge(&price, lines);

	(void)state;
	assert_int_equal(count, 3);
	assert_int_equal(sum(lines, count), 0);
	assert_int_equal(on(ACCOUNT(RECEIVABLE), lines, count), 3480);
	assert_int_equal(on(ACCOUNT(REVENUE), lines, count), -2900);
	assert_int_equal(on(ACCOUNT(VAT), lines, count), -580);
}

static void test_without_vat_there_is_no_line_for_it(void **state)
{
	const struct subscription_price price = {2900, 0, 2900, "EUR"};
	struct journal_line lines[JOURNAL_LINES_MAX];
	size_t count = journal_lines_of_charge(&price, lines);

	(void)state;
	assert_int_equal(count, 2);
	assert_int_equal(sum(lines, count), 0);
}

static void test_a_payment_settles_what_is_owed(void **state)
{
	struct journal_line lines[JOURNAL_LINES_MAX];
	size_t count = journal_lines_of_payment(3480, lines);

	(void)state;
	assert_int_equal(sum(lines, count), 0);
	assert_int_equal(on(ACCOUNT(CASH), lines, count), 3480);
	assert_int_equal(on(ACCOUNT(RECEIVABLE), lines, count), -3480);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_charge_is_owed_and_earned),
	    cmocka_unit_test(test_without_vat_there_is_no_line_for_it),
	    cmocka_unit_test(test_a_payment_settles_what_is_owed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
