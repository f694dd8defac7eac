/* SPDX-License-Identifier: Apache-2.0 */
/* Arithmetic on money: int64 minor units, checked for overflow, rounded once where it must be. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* Longest: "-92233720368547758.08". */
#define MONEY_TEXT_SIZE 24

/* 100 % in basis points, the unit of VAT rates (20 % = 2000). */
#define MONEY_RATE_ONE 10000

/*
 * All of them: false, and the output untouched, when the result does not fit. Amounts may be
 * negative (credit notes). Rounding is half up on the absolute value (EN 16931), so that a credit
 * note undoes its invoice to the cent. Rates are basis points, 0 to 10000.
 */
bool money_add(int64_t a_minor, int64_t b_minor, int64_t *sum_minor);
bool money_subtract(int64_t a_minor, int64_t b_minor, int64_t *difference_minor);
bool money_multiply(int64_t amount_minor, int64_t count, int64_t *product_minor);

/* The tax on a net amount, rounded once. */
bool money_vat_of_net(int64_t net_minor, int32_t rate_bp, int64_t *vat_minor);

/* Net plus its tax. */
bool money_gross_of_net(int64_t net_minor, int32_t rate_bp, int64_t *gross_minor);

/* Net is rounded, the tax is the difference: net + vat == gross always. */
bool money_split_gross(int64_t gross_minor, int32_t rate_bp, int64_t *net_minor,
		       int64_t *vat_minor);

/* amount * numerator / denominator (> 0), rounded once; the product may exceed 64 bits. */
bool money_prorate(int64_t amount_minor, int64_t numerator, int64_t denominator,
		   int64_t *share_minor);

/* Three upper-case ASCII letters (ISO 4217). */
bool money_is_currency(struct text currency);

/* Digits after the point: 2, with ISO 4217's exceptions (JPY 0, TND 3, ...). */
int money_currency_digits(const char *currency);

/* "29.00" with the currency's digits, '.' and no grouping: the form that Mollie speaks. */
void money_format(char out[MONEY_TEXT_SIZE], int64_t amount_minor, const char *currency);

/* Reads exactly that form back: "29.0", "29", "+29.00", "029.00" and "-0.00" are refused. */
bool money_parse(struct text text, const char *currency, int64_t *amount_minor);
