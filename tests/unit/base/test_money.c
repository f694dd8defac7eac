/* SPDX-License-Identifier: Apache-2.0 */
/* Rounding, overflow and text of amounts; random cases against long division in decimal. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "base/money.h"
#include "base/status.h"
#include "tests/unit/base/seeded.h"

static void test_overflow_is_told_and_leaves_the_output(void **state)
{
	int64_t out = 42;

	(void)state;
	assert_false(money_add(INT64_MAX, 1, &out));
	assert_false(money_subtract(INT64_MIN, 1, &out));
	assert_false(money_multiply(INT64_MAX / 2 + 1, 2, &out));
	assert_false(money_gross_of_net(INT64_MAX, 1, &out));
	assert_false(money_prorate(INT64_MAX, 2, 1, &out));
	assert_false(money_prorate(INT64_MIN, -1, 1, &out));
	assert_false(money_prorate(INT64_MAX, INT64_MAX, 1, &out));
	assert_int_equal(out, 42);
	assert_true(money_add(2900, -900, &out));
	assert_int_equal(out, 2000);
	assert_true(money_subtract(2900, 900, &out));
	assert_int_equal(out, 2000);
	assert_true(money_multiply(2900, 3, &out));
	assert_int_equal(out, 8700);
	assert_true(money_prorate(INT64_MIN, INT64_MAX, INT64_MAX, &out));
	assert_int_equal(out, INT64_MIN);
}

static void test_vat_is_rounded_half_up_once(void **state)
{
	static const struct {
		int64_t net;
		int32_t rate;
		int64_t vat;
	} cases[] = {
	    {2900, 2000, 580}, {29000, 2000, 5800}, {2, 2000, 0},    {3, 2000, 1},
	    {5, 1000, 1},      {4, 1000, 0},	    {-5, 1000, -1},  {-4, 1000, 0},
	    {999, 550, 55},    {1000, 550, 55},	    {1010, 550, 56}, {100, 0, 0},
	    {100, 10000, 100}, {1, 5000, 1},	    {-1, 5000, -1},
	};
	int64_t vat;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		assert_true(money_vat_of_net(cases[i].net, cases[i].rate, &vat));
		if (vat != cases[i].vat)
			fail_msg("%" PRId64 " at %d: %" PRId64, cases[i].net, cases[i].rate, vat);
	}
	assert_false(money_vat_of_net(100, -1, &vat));
	assert_false(money_vat_of_net(100, 10001, &vat));
}

static void test_a_gross_amount_splits_without_loss(void **state)
{
	int64_t net;
	int64_t vat;

	(void)state;
	assert_true(money_split_gross(3480, 2000, &net, &vat));
	assert_int_equal(net, 2900);
	assert_int_equal(vat, 580);
	assert_true(money_split_gross(100, 2000, &net, &vat));
	assert_int_equal(net, 83);
	assert_int_equal(vat, 17);
	assert_true(money_split_gross(INT64_MIN, 10000, &net, &vat));
	assert_int_equal(net, INT64_MIN / 2);
	assert_false(money_split_gross(100, -1, &net, &vat));
}

/* Net to gross and back is the same net; a credit note is the exact opposite of its invoice. */
static void test_vat_goes_both_ways_for_random_amounts(void **state)
{
	static const int32_t rates[] = {0, 210, 550, 850, 1000, 2000, 2100, 2700, 10000};

	(void)state;
	seeded_begin("vat");
	for (int round = 0; round < 20000; round++) {
		int64_t amount = seeded_between(-100000000000, 100000000000);
		int32_t rate = rates[(size_t)seeded_between(0, ARRAY_COUNT(rates) - 1)];
		int64_t gross;
		int64_t net;
		int64_t vat;
		int64_t credit;

		assert_true(money_gross_of_net(amount, rate, &gross));
		assert_true(money_split_gross(gross, rate, &net, &vat));
		assert_int_equal(net, amount);
		assert_int_equal(net + vat, gross);
		assert_true(money_gross_of_net(-amount, rate, &credit));
		assert_int_equal(credit, -gross);
	}
}

/* For amounts whose products fit in 64 bits: within half a unit, ties away from zero. */
static void test_shares_are_the_nearest_amount(void **state)
{
	(void)state;
	seeded_begin("shares");
	for (int round = 0; round < 20000; round++) {
		int64_t amount = seeded_between(-1000000000, 1000000000);
		int64_t denominator = seeded_between(1, 400);
		int64_t numerator = seeded_between(0, denominator);
		int64_t share;
		int64_t twice_off;

		assert_true(money_prorate(amount, numerator, denominator, &share));
		twice_off = 2 * (share * denominator - amount * numerator);
		assert_true(twice_off <= denominator && twice_off >= -denominator);
		if (twice_off == denominator)
			assert_true(share > 0);
		if (twice_off == -denominator)
			assert_true(share < 0);
	}
}

static void test_amounts_have_their_currencys_digits(void **state)
{
	static const struct {
		int64_t amount;
		const char *currency;
		const char *text;
	} cases[] = {
	    {2900, "EUR", "29.00"},
	    {0, "EUR", "0.00"},
	    {5, "EUR", "0.05"},
	    {50, "EUR", "0.50"},
	    {-5, "EUR", "-0.05"},
	    {-2900, "USD", "-29.00"},
	    {2900, "JPY", "2900"},
	    {0, "JPY", "0"},
	    {-7, "XOF", "-7"},
	    {12345, "TND", "12.345"},
	    {45, "KWD", "0.045"},
	    {12345, "CLF", "1.2345"},
	    {1, "CLF", "0.0001"},
	    {100000, "GBP", "1000.00"},
	    {INT64_MAX, "EUR", "92233720368547758.07"},
	    {INT64_MIN, "EUR", "-92233720368547758.08"},
	    {INT64_MIN, "JPY", "-9223372036854775808"},
	    {INT64_MIN, "CLF", "-922337203685477.5808"},
	};
	char text[MONEY_TEXT_SIZE];
	int64_t back;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		money_format(text, cases[i].amount, cases[i].currency);
		assert_string_equal(text, cases[i].text);
		assert_true(money_parse(text_of(text), cases[i].currency, &back));
		assert_int_equal(back, cases[i].amount);
	}
}

static void test_random_amounts_are_read_back(void **state)
{
	static const char *const currencies[] = {"EUR", "JPY", "TND", "CLF"};

	(void)state;
	seeded_begin("texts");
	for (int round = 0; round < 20000; round++) {
		int64_t amount = (int64_t)(seeded_next() >> seeded_between(0, 63));
		const char *currency = currencies[round % 4];
		char text[MONEY_TEXT_SIZE];
		int64_t back;

		money_format(text, amount, currency);
		assert_true(money_parse(text_of(text), currency, &back));
		assert_int_equal(back, amount);
	}
}

static void test_other_forms_of_amounts_are_refused(void **state)
{
	static const struct {
		const char *text;
		const char *currency;
	} bad[] = {
	    {"", "EUR"},
	    {"29", "EUR"},
	    {"29.", "EUR"},
	    {"29.0", "EUR"},
	    {"29.000", "EUR"},
	    {".50", "EUR"},
	    {"+29.00", "EUR"},
	    {"029.00", "EUR"},
	    {"-0.00", "EUR"},
	    {"29,00", "EUR"},
	    {" 29.00", "EUR"},
	    {"29.00 ", "EUR"},
	    {"2 9.00", "EUR"},
	    {"29.0a", "EUR"},
	    {"--1.00", "EUR"},
	    {"29.00", "JPY"},
	    {"29.", "JPY"},
	    {"1.000.00", "EUR"},
	    {"-", "JPY"},
	    {"00", "JPY"},
	    {"92233720368547758.08", "EUR"},
	    {"999999999999999999999.00", "EUR"},
	};
	int64_t amount = 42;

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
		if (money_parse(text_of(bad[i].text), bad[i].currency, &amount))
			fail_msg("\"%s\" %s", bad[i].text, bad[i].currency);
	}
	assert_int_equal(amount, 42);
}

static void test_currencies_are_three_capitals(void **state)
{
	(void)state;
	assert_true(money_is_currency(TEXT("EUR")));
	assert_false(money_is_currency(TEXT("eur")));
	assert_false(money_is_currency(TEXT("EU")));
	assert_false(money_is_currency(TEXT("EURO")));
	assert_false(money_is_currency(TEXT("E1R")));
	assert_false(money_is_currency(TEXT("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_overflow_is_told_and_leaves_the_output),
	    cmocka_unit_test(test_vat_is_rounded_half_up_once),
	    cmocka_unit_test(test_a_gross_amount_splits_without_loss),
	    cmocka_unit_test(test_vat_goes_both_ways_for_random_amounts),
	    cmocka_unit_test(test_shares_are_the_nearest_amount),
	    cmocka_unit_test(test_amounts_have_their_currencys_digits),
	    cmocka_unit_test(test_random_amounts_are_read_back),
	    cmocka_unit_test(test_other_forms_of_amounts_are_refused),
	    cmocka_unit_test(test_currencies_are_three_capitals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
