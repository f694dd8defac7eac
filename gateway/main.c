/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway: the one server that clients talk to, and that carries between the others. */
#include "config/config.h"
#include "permits.h"
#include "routes.h"
#include "service/service.h"
#include "upstream.h"
#include "work.h"

static struct upstream_settings settings;

#define UPSTREAM_ROW(name_, upstream_, help_)                                                      \
	{                                                                                          \
		.name = (name_), .kind = CONFIG_TEXT, .required = true, .help = (help_),           \
		.offset = offsetof(struct upstream_settings, addresses[upstream_])                 \
	}

static const struct config_row rows[] = {
    UPSTREAM_ROW("PROVIDERS", UPSTREAM_PROVIDERS, "Where svc-providers serves: host:port."),
    UPSTREAM_ROW("REQUESTS", UPSTREAM_REQUESTS, "Where svc-requests serves: host:port."),
    UPSTREAM_ROW("BILLING", UPSTREAM_BILLING, "Where svc-billing serves: host:port."),
    {.name = "UPSTREAM_CALLS",
     .kind = CONFIG_INT,
     .offset = offsetof(struct upstream_settings, calls),
     .fallback = "32",
     .minimum = 1,
     .maximum = 1024,
     .help = "Calls that may wait for one of these servers; further ones are refused with "
	     "OVERLOADED."},
};

static bool begin(const struct call_environment *environment, struct rpc_server *server)
{
	upstreams_create(&settings);
	routes_add(server);
	work_start(environment);
	return true;
}

static void end(void)
{
	work_stop();
	upstreams_destroy();
	permits_clear();
}

int main(int argc, char **argv)
{
	static ProtobufCService *const services[] = {NULL}; /* routes_add knows them */
	static const struct service gateway = {
	    .name = "gateway",
	    .services = services,
	    .settings_rows = rows,
	    .settings_count = sizeof(rows) / sizeof(rows[0]),
	    .settings = &settings,
	    .begin = begin,
	    .end = end,
	};

	return service_main(&gateway, argc, argv);
}
