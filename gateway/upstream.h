/* SPDX-License-Identifier: Apache-2.0 */
/* The servers behind the gateway, each with its one channel. */
#pragma once

#include <stdint.h>

struct rpc_upstream;

enum upstream { UPSTREAM_PROVIDERS, UPSTREAM_REQUESTS, UPSTREAM_BILLING, UPSTREAM_COUNT };

/* Where they are: "host:port", by enum upstream; and how many calls may wait for each. */
struct upstream_settings {
	const char *addresses[UPSTREAM_COUNT];
	int64_t calls; /* beyond: OVERLOADED; one slow server must not hold every worker */
};

/* Makes the channels before calls run / ends them after the last call. */
void upstreams_create(const struct upstream_settings *settings);
void upstreams_destroy(void);

/* The channel to a server; lives from upstreams_create to upstreams_destroy. */
struct rpc_upstream *upstream_of(enum upstream upstream);

/* The server that owns the services of a proto package ("entremise.billing.v1"); ends the process
 * when there is none: the contract has a package that the gateway does not know. */
enum upstream upstream_owner(const char *package);

/* "billing", for logs. */
const char *upstream_name(enum upstream upstream);
