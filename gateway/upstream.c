/* SPDX-License-Identifier: Apache-2.0 */
/* One channel for each server behind the gateway; the package of a service says who owns it. */
#include "upstream.h"

#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "rpc/client.h"

static const char *const names[UPSTREAM_COUNT] = {
    [UPSTREAM_PROVIDERS] = "providers",
    [UPSTREAM_REQUESTS] = "requests",
    [UPSTREAM_BILLING] = "billing",
};

/* Written before threads start and after they have ended only. */
static struct rpc_upstream *channels[UPSTREAM_COUNT];

void upstreams_create(const struct upstream_settings *settings)
{
	for (int i = 0; i < UPSTREAM_COUNT; i++) {
		channels[i] = rpc_upstream_create(names[i], settings->addresses[i]);
		rpc_upstream_limit(channels[i], (int)settings->calls);
	}
}

void upstreams_destroy(void)
{
	for (int i = 0; i < UPSTREAM_COUNT; i++) {
		rpc_upstream_destroy(channels[i]);
		channels[i] = NULL;
	}
}

struct rpc_upstream *upstream_of(enum upstream upstream)
{
	return channels[upstream];
}

enum upstream upstream_owner(const char *package)
{
	char owned[64];

	for (int i = 0; i < UPSTREAM_COUNT; i++) {
		snprintf(owned, sizeof(owned), "entremise.%s.v1", names[i]);
		if (strcmp(package, owned) == 0)
			return (enum upstream)i;
	}
	snprintf(owned, sizeof(owned), "%.40s: no server owns it", package);
	fatal(owned);
}

const char *upstream_name(enum upstream upstream)
{
	return names[upstream];
}
