/* SPDX-License-Identifier: Apache-2.0 */
/* The settings that only billing has. */
#include "settings.h"

#include "base/status.h"

#define AT(member) offsetof(struct billing_settings, member)

const struct config_row billing_settings_rows[] = {
    {.name = "MOLLIE_URL",
     .kind = CONFIG_TEXT,
     .offset = AT(mollie_url),
     .fallback = "https://api.mollie.com",
     .help = "Where the payment provider is; the simulator's in development and tests."},
    {.name = "WEBHOOK_LISTEN",
     .kind = CONFIG_TEXT,
     .offset = AT(webhook_listen),
     .fallback = "0.0.0.0:8081",
     .help = "Where the payment provider's pings are taken: address:port, over plain HTTP."},
    {.name = "WEBHOOK_URL",
     .kind = CONFIG_TEXT,
     .offset = AT(webhook_url),
     .required = true,
     .help = "How the payment provider reaches that port: https://pay.example.org."},
    {.name = "WEBHOOK_TARGET",
     .kind = CONFIG_TEXT,
     .offset = AT(webhook_target),
     .help = "Where the webhook port reaches this server's gRPC, if that is not 127.0.0.1."},
};
const size_t billing_settings_count = ARRAY_COUNT(billing_settings_rows);
