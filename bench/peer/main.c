/* SPDX-License-Identifier: Apache-2.0 */
/* The server of the comparison: the runtime with two methods and no schema of its own. */
#include "db/migrate.h"
#include "peer.pb-c.h"
#include "service/service.h"

extern Peer_Service peer_service;

int main(int argc, char **argv)
{
	static ProtobufCService *const services[] = {&peer_service.base, NULL};
	static const struct embedded_file none[] = {{0}};
	static const struct service service = {
	    .name = "requests",
	    .services = services,
	    .migrations = none,
	};

	return service_main(&service, argc, argv);
}
