/* SPDX-License-Identifier: Apache-2.0 */
/* All roundings go through one division; products are taken in 128 bits. */
#include "base/money.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool money_add(int64_t a_minor, int64_t b_minor, int64_t *sum_minor)
{
	int64_t result;

	if (__builtin_add_overflow(a_minor, b_minor, &result))
		return false;
	*sum_minor = result;
	return true;
}

bool money_subtract(int64_t a_minor, int64_t b_minor, int64_t *difference_minor)
{
	int64_t result;

	if (__builtin_sub_overflow(a_minor, b_minor, &result))
		return false;
	*difference_minor = result;
	return true;
}

bool money_multiply(int64_t amount_minor, int64_t count, int64_t *product_minor)
{
	int64_t result;

	if (__builtin_mul_overflow(amount_minor, count, &result))
		return false;
	*product_minor = result;
	return true;
}

static uint64_t magnitude(int64_t value)
{
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

static bool with_sign(bool negative, uint64_t value, int64_t *result)
{
	if (value > (uint64_t)INT64_MAX + (negative ? 1 : 0))
		return false;
	*result = negative ? (int64_t)(0 - value) : (int64_t)value;
	return true;
}

bool money_prorate(int64_t amount_minor, int64_t numerator, int64_t denominator,
		   int64_t *share_minor)
{
	bool negative = (amount_minor < 0) != (numerator < 0);
	uint64_t divisor = (uint64_t)denominator;
	__extension__ unsigned __int128 quotient = magnitude(amount_minor);

	assert(denominator > 0);
	quotient *= magnitude(numerator);
	quotient = (2 * quotient + divisor) / (2 * divisor);
	return quotient <= UINT64_MAX && with_sign(negative, (uint64_t)quotient, share_minor);
}

static bool is_rate(int32_t rate_bp)
{
	return rate_bp >= 0 && rate_bp <= MONEY_RATE_ONE;
}

bool money_vat_of_net(int64_t net_minor, int32_t rate_bp, int64_t *vat_minor)
{
	return is_rate(rate_bp) && money_prorate(net_minor, rate_bp, MONEY_RATE_ONE, vat_minor);
}

bool money_gross_of_net(int64_t net_minor, int32_t rate_bp, int64_t *gross_minor)
{
	int64_t vat_minor;

	return money_vat_of_net(net_minor, rate_bp, &vat_minor) &&
	       money_add(net_minor, vat_minor, gross_minor);
}

bool money_split_gross(int64_t gross_minor, int32_t rate_bp, int64_t *net_minor, int64_t *vat_minor)
{
	int64_t net;

	if (!is_rate(rate_bp) ||
	    !money_prorate(gross_minor, MONEY_RATE_ONE, MONEY_RATE_ONE + rate_bp, &net))
		return false;
	*net_minor = net;
	*vat_minor = gross_minor - net; /* Of one sign, net the smaller: cannot overflow. */
	return true;
}

bool money_is_currency(struct text currency)
{
	if (currency.length != 3)
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (currency.start[i] < 'A' || currency.start[i] > 'Z')
			return false;
	}
	return true;
}

int money_currency_digits(const char *currency)
{
	static const struct {
		char code[4];
		int digits;
	} exceptions[] = {
	    {"BHD", 3}, {"BIF", 0}, {"CLF", 4}, {"CLP", 0}, {"DJF", 0}, {"GNF", 0}, {"IQD", 3},
	    {"ISK", 0}, {"JOD", 3}, {"JPY", 0}, {"KMF", 0}, {"KRW", 0}, {"KWD", 3}, {"LYD", 3},
	    {"OMR", 3}, {"PYG", 0}, {"RWF", 0}, {"TND", 3}, {"UGX", 0}, {"UYI", 0}, {"UYW", 4},
	    {"VND", 0}, {"VUV", 0}, {"XAF", 0}, {"XOF", 0}, {"XPF", 0},
	};

	for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++) {
		if (strcmp(exceptions[i].code, currency) == 0)
			return exceptions[i].digits;
	}
	return 2;
}

void money_format(char out[MONEY_TEXT_SIZE], int64_t amount_minor, const char *currency)
{
	int digits = money_currency_digits(currency);
	const char *sign = amount_minor < 0 ? "-" : "";
	uint64_t minor = magnitude(amount_minor);
	uint64_t unit = 1;

	for (int i = 0; i < digits; i++)
		unit *= 10;
	if (digits == 0)
		snprintf(out, MONEY_TEXT_SIZE, "%s%" PRIu64, sign, minor);
	else
		snprintf(out, MONEY_TEXT_SIZE, "%s%" PRIu64 ".%0*" PRIu64, sign, minor / unit,
			 digits, minor % unit);
}

/* Adds the digits to `value`; there must be at least one. */
static bool read_digits(struct text text, uint64_t *value)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.start[i] < '0' || text.start[i] > '9' ||
		    __builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, (uint64_t)(text.start[i] - '0'), value))
			return false;
	}
	return text.length > 0;
}

bool money_parse(struct text text, const char *currency, int64_t *amount_minor)
{
	size_t digits = (size_t)money_currency_digits(currency);
	bool negative = text_take(&text, '-');
	uint64_t value = 0;
	struct text whole;

	if (!text_next(&text, '.', &whole) || !read_digits(whole, &value) ||
	    (whole.length > 1 && whole.start[0] == '0') || text.length != digits ||
	    (digits > 0) != (text.start != NULL))
		return false;
	if (digits > 0 && !read_digits(text, &value))
		return false;
	return (value > 0 || !negative) && with_sign(negative, value, amount_minor);
}
