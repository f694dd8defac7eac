/* SPDX-License-Identifier: Apache-2.0 */
/* Mollie's objects: read strictly, written as its reference has them. */
#pragma once

#include <stdbool.h>

#include <jansson.h>

struct arena;
struct mollie_order;
struct mollie_payment;

/* A text member, "" when it is absent or no text; borrowed from the object. */
const char *mollie_json_text(const json_t *object, const char *name);

/* Letters, digits and underscores, at most 50: what may stand in a path and in our tables. */
bool mollie_json_is_id(const char *id);

/* False when it is no payment, or lacks what every payment has. Texts are borrowed from it. */
bool mollie_json_read_payment(const json_t *object, struct mollie_payment *payment);

/* "422 Unprocessable Entity: The amount is higher than the maximum (amount)". */
const char *mollie_json_error(struct arena *arena, int status, const json_t *object);

/* New objects, to be released by the caller. */
json_t *mollie_json_of_order(struct arena *arena, const struct mollie_order *order);
json_t *mollie_json_of_customer(const char *our_name);

/* The object as text, in the arena. */
const char *mollie_json_dump(struct arena *arena, const json_t *object);
