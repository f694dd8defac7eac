/* SPDX-License-Identifier: Apache-2.0 */
/* The gRPC server: completion queue, reactor, bounded fair queue, workers, drain. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

struct call;
struct call_environment;
struct db_address;
struct db_watchdog;
struct rpc_server;

struct rpc_settings {
	const char *listen;    /* "127.0.0.1:0" or "unix:/path"; port 0 = any free one */
	int64_t workers;       /* threads that run handlers; each owns two connections */
	int64_t reactors;      /* threads that move completions; 0 = one per two cores */
	int64_t queue_entries; /* calls that may wait; beyond: OVERLOADED */
	int64_t message_bytes; /* largest request */
	int64_t deadline_ms; /* what is imposed on a call that sets none, and the most it may set */
	int64_t connection_age_ms; /* max_connection_age; 0 = none */
	const char *audience;	   /* tokens must be made for it: the suite's name */
};

/*
 * `environment` and the settings are borrowed for the server's life. `database` NULL: a server
 * without tables (the gateway). Nothing listens before rpc_server_start.
 */
struct rpc_server *rpc_server_create(const struct rpc_settings *settings,
				     const struct call_environment *environment,
				     const struct db_address *database,
				     struct db_watchdog *watchdog);

/*
 * Serves a service: protobuf-c's own vtable, filled statically. Ends the process when a method has
 * no rule in the contract, or the path is served twice. Health and reflection are added by the
 * server.
 */
void rpc_server_add(struct rpc_server *server, ProtobufCService *service);

/*
 * Methods that are passed on as bytes, for the gateway: instead of decoding, `forward` is run on a
 * worker with the raw request. It answers with call->stored or a status.
 */
typedef struct status (*rpc_forward)(struct call *call, const uint8_t *request, size_t length);
void rpc_server_add_forward(struct rpc_server *server, const ProtobufCServiceDescriptor *service,
			    rpc_forward forward);

/* Binds and starts the threads. False when it can't; the port in use goes to rpc_server_port. */
bool rpc_server_start(struct rpc_server *server);
int rpc_server_port(const struct rpc_server *server);

/*
 * Stops in the written order: health NOT_SERVING, `notice_ms` of waiting for endpoints, no new
 * calls, running ones end within `grace_ms`, then are cancelled; threads join. Called once, by
 * main.
 */
void rpc_server_drain(struct rpc_server *server, int64_t notice_ms, int64_t grace_ms);
void rpc_server_destroy(struct rpc_server *server);
