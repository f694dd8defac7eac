/* SPDX-License-Identifier: Apache-2.0 */
/* The settings that only billing has; docs: svc-billing --help. */
#pragma once

#include <stddef.h>

#include "config/config.h"

struct billing_settings {
	const char *mollie_url;
	const char *webhook_listen;
	const char *webhook_url;
	const char *webhook_target; /* NULL: this host, at the port served. */
};

extern const struct config_row billing_settings_rows[];
extern const size_t billing_settings_count;
