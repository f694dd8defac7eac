/* SPDX-License-Identifier: Apache-2.0 */
/* What a payment is created with, checked in Mollie's order. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "api.h"

struct payment_input {
	int64_t minor;
	const char *currency;
	const char *description;
	const char *redirect_url;
	const char *cancel_url;
	const char *webhook_url;
	const char *method; /* NULL when the customer is to choose */
	const char *locale;
	const char *sequence; /* "oneoff", "first" or "recurring" */
	struct object *customer;
	struct object *mandate; /* of recurring payments */
};

/* Reads the call's input, or refuses. `customer_id` is the path's, or NULL for the input's own. */
bool payment_input_read(struct call *call, const char *customer_id, struct payment_input *input);

/* A webhook Mollie can reach: http(s), a host that is not this machine; NULL passes. */
bool payment_input_check_webhook(struct call *call, const char *url);

/* Metadata of at most about 1 kB. */
bool payment_input_check_metadata(struct call *call);
