/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this folder share: the server, its methods, reactors and workers. */
#pragma once

#include <grpc/grpc.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "rpc/server.h"

struct arena;
struct metric_series;
struct rpc_call;
struct rpc_queue;
struct rpc_queue_lane;
struct rpc_stream;
struct rpc_stream_kind;
struct rpc_symbols;
struct token_cache;

#define RPC_CODES 17 /* of google.rpc.Code */

/* One path that is served. Either a service's handler, a forward, an inline function or a stream.
 */
struct rpc_method {
	char *path;			/* owned; NULL: the catch-all */
	const struct method_rule *rule; /* NULL for what every server has: open to all */
	ProtobufCService *service;	/* borrowed */
	unsigned index;
	const ProtobufCMessageDescriptor *input;
	const ProtobufCMessageDescriptor *output;
	rpc_forward forward;
	void (*serve_inline)(struct rpc_call *call); /* On the reactor; must not block. */
	const struct rpc_stream_kind *stream;
	void *handle; /* the core's */
	_Atomic(struct metric_series *) codes[RPC_CODES];
	struct metric_series *seconds;
};

/* A completion queue and the one thread that reads it. */
struct rpc_reactor {
	struct rpc_server *server;
	grpc_completion_queue *queue;
	pthread_t thread;
	struct token_cache *tokens;
	struct arena *arena;	    /* for refusals and inline answers: until the step is done */
	struct rpc_call *spare;	    /* records to use again */
	struct rpc_stream *streams; /* open ones */
	int64_t next_tick_us;
	bool told_serving; /* what the health watchers know */
	bool streams_ended;
	size_t records; /* of calls and streams, armed or open: each has a tag to come back */
	bool told_empty;
};

/* A thread that runs handlers, with its arena and connections. */
struct rpc_worker {
	struct rpc_server *server;
	pthread_t thread;
	struct arena *arena;
	struct db_connection *reads;
	struct db_connection *writes;
	struct rpc_queue_lane *lane; /* the queue's account of it */
};

struct rpc_server {
	const struct rpc_settings *settings;
	const struct call_environment *environment;
	const struct db_address *database;
	struct db_watchdog *watchdog;
	grpc_server *core;
	struct rpc_method **methods; /* owned */
	size_t method_count;
	struct rpc_method *unknown; /* the catch-all; owned */
	const char **services;	    /* names, in order of adding; owned array */
	size_t service_count;
	struct rpc_queue *queue;
	struct rpc_reactor *reactors;
	size_t reactor_count;
	struct rpc_worker *workers;
	size_t worker_count;
	struct rpc_symbols *symbols; /* what reflection tells */
	int port;
	bool started;
	bool drained;
	atomic_bool serving; /* what health says */
	atomic_bool ending;  /* streams are to end */
	_Atomic int64_t
	    keys_looked_us;  /* when the key file was last looked at for an unknown key */
	atomic_uint sampled; /* counts calls for the one in N that is logged */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool shut_down; /* below the lock: the core has ended its last call */
	size_t empty;	/* below the lock: reactors that have no record left */
};

/* reactor.c: the thread's function, and what begins its work. */
void *rpc_reactor_run(void *reactor);
void rpc_reactor_arm(struct rpc_reactor *reactor, struct rpc_method *method);

/* dispatch.c: the thread's function. */
void *rpc_worker_run(void *worker);

/* keys.c: looks whether the key file has changed; forgets verified tokens when it has. */
void rpc_keys_refresh(struct rpc_server *server, struct arena *arena);

/* health.c, reflection.c: add their methods. Health and reflection know the server by the call. */
void rpc_health_add(struct rpc_server *server);
void rpc_health_tell(struct rpc_reactor *reactor);
void rpc_reflection_add(struct rpc_server *server);

/* methods.c: a new method of the server; ends the process when the path is served twice. */
struct rpc_method *rpc_method_add(struct rpc_server *server, const char *path);
void rpc_method_destroy(struct rpc_method *method);
void rpc_method_count(struct rpc_method *method, int code, int64_t duration_us);
void rpc_service_add(struct rpc_server *server, const char *name);
