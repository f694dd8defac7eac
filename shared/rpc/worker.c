/* SPDX-License-Identifier: Apache-2.0 */
/* A thread that takes calls from the queue, with connections of its own. */
#include "base/arena.h"
#include "db/connection.h"
#include "rpc/dispatch.h"
#include "rpc/queue.h"
#include "rpc/rpc_call.h"
#include "rpc/server_state.h"

static void open_connections(struct rpc_worker *worker)
{
	const struct rpc_server *server = worker->server;

	if (!server->database)
		return;
	worker->reads = db_connection_create(server->database, true);
	worker->writes = db_connection_create(server->database, false);
	if (!server->watchdog)
		return;
	db_watchdog_watch(server->watchdog, worker->reads);
	db_watchdog_watch(server->watchdog, worker->writes);
}

void *rpc_worker_run(void *argument)
{
	struct rpc_worker *worker = argument;
	struct rpc_queue_entry *entry;

	worker->arena = arena_create();
	open_connections(worker);
	while ((entry = rpc_queue_take(worker->server->queue, &worker->lane)))
		dispatch(worker, RPC_OWNER(entry, struct rpc_call, entry));
	if (worker->server->database) {
		db_connection_destroy(worker->reads);
		db_connection_destroy(worker->writes);
	}
	arena_destroy(worker->arena);
	return NULL;
}
