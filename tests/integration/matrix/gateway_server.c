/* SPDX-License-Identifier: Apache-2.0 */
/* The gateway for the matrix, before servers that know no method: what it lets pass, nobody
 * answers. */
#include <stdio.h>

#include "base/fatal.h"
#include "matrix.h"
#include "permits.h"
#include "routes.h"
#include "rpc/server.h"
#include "support/database.h"
#include "support/suite.h"
#include "upstream.h"

const char *const server_package = "entremise.gateway.v1";
const bool server_is_gateway = true;

static struct suite *suite;
static struct rpc_server *behind;
static struct upstream_settings upstreams;
static struct rpc_settings settings;

static bool begin(const struct call_environment *environment, struct rpc_server *server)
{
	static char address[80];

	snprintf(address, sizeof(address), "unix:%s.behind", test_database_socket());
	settings = (struct rpc_settings){.listen = address,
					 .workers = 4,
					 .queue_entries = 64,
					 .message_bytes = 1 << 20,
					 .deadline_ms = 60000,
					 .audience = "entremise"};
	behind = rpc_server_create(&settings, environment, NULL, NULL);
	if (!rpc_server_start(behind))
		fatal("the server behind does not start");
	for (int i = 0; i < UPSTREAM_COUNT; i++)
		upstreams.addresses[i] = address;
	upstreams_create(&upstreams);
	routes_add(server);
	return true;
}

static void end(void)
{
	upstreams_destroy();
	permits_clear();
	rpc_server_drain(behind, 0, 10000);
	rpc_server_destroy(behind);
}

struct suite *server_begin(void)
{
	static ProtobufCService *const services[] = {NULL};
	static const struct suite_service service = {
	    .name = "gateway", .services = services, .begin = begin, .end = end};

	suite = suite_start(&service);
	return suite;
}

void server_end(void)
{
	suite_stop(suite);
}

void server_populate(struct matrix *matrix)
{
	(void)matrix;
}
