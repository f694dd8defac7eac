/* SPDX-License-Identifier: Apache-2.0 */
/* What the gateway serves: the services' own paths, forwarded or composed as the contract says. */
#pragma once

struct rpc_server;

/*
 * Adds every method that the contract marks with a route. Ends the process when one is left over: a
 * service that is missing in the table, or a COMPOSED method without a handler.
 */
void routes_add(struct rpc_server *server);
