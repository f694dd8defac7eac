/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a server: made, filled, started, drained, destroyed. */
#include "rpc/server.h"

#include <assert.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/time.h"
#include "observe/log.h"
#include "rpc/core.h"
#include "rpc/queue.h"
#include "rpc/rpc_call.h"
#include "rpc/server_state.h"
#include "rpc/symbols.h"
#include "rpc/token_cache.h"

#define CORES_PER_REACTOR 2
#define REACTORS_MOST 8

static size_t reactors_wanted(const struct rpc_settings *settings)
{
	cpu_set_t cores;
	size_t count;

	if (settings->reactors > 0)
		return (size_t)settings->reactors;
	if (sched_getaffinity(0, sizeof(cores), &cores) != 0)
		return 1;
	count = (size_t)CPU_COUNT(&cores) / CORES_PER_REACTOR;
	if (count < 1)
		return 1;
	return count < REACTORS_MOST ? count : REACTORS_MOST;
}

struct rpc_server *rpc_server_create(const struct rpc_settings *settings,
				     const struct call_environment *environment,
				     const struct db_address *database,
				     struct db_watchdog *watchdog)
{
	struct rpc_server *server = fatal_calloc(1, sizeof(*server));

	core_begin();
	server->settings = settings;
	server->environment = environment;
	server->database = database;
	server->watchdog = watchdog;
	server->worker_count = settings->workers > 0 ? (size_t)settings->workers : 1;
	server->reactor_count = reactors_wanted(settings);
	server->queue = rpc_queue_create((size_t)settings->queue_entries, server->worker_count);
	server->unknown = fatal_calloc(1, sizeof(*server->unknown));
	pthread_mutex_init(&server->lock, NULL);
	pthread_cond_init(&server->changed, NULL);
	rpc_health_add(server);
	rpc_reflection_add(server);
	return server;
}

static grpc_server *create_core(const struct rpc_settings *settings)
{
	int64_t age_ms = settings->connection_age_ms > 0 ? settings->connection_age_ms : INT_MAX;
	grpc_arg arguments[] = {
	    /* Else two processes share a port unnoticed. */
	    core_integer(GRPC_ARG_ALLOW_REUSEPORT, 0),
	    core_integer(GRPC_ARG_MAX_CONCURRENT_STREAMS, 256),
	    core_integer(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, settings->message_bytes),
	    core_integer(GRPC_ARG_MAX_SEND_MESSAGE_LENGTH, 4 * 1024 * 1024),
	    core_integer(GRPC_ARG_MAX_METADATA_SIZE, 8 * 1024),
	    core_integer(GRPC_ARG_MAX_CONNECTION_AGE_MS, age_ms),
	    core_integer(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, settings->deadline_ms + 5000),
	    core_integer(GRPC_ARG_MAX_CONNECTION_IDLE_MS, 15 * 60 * 1000),
	    core_integer(GRPC_ARG_KEEPALIVE_TIME_MS, 60 * 1000),
	    core_integer(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20 * 1000),
	    core_integer(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1),
	    core_integer(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 20 * 1000),
	    core_integer(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2),
	    core_integer(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 10 * 1000),
	};
	grpc_channel_args list = {.num_args = ARRAY_COUNT(arguments), .args = arguments};

	return grpc_server_create(&list, NULL);
}

static void register_methods(struct rpc_server *server)
{
	for (size_t i = 0; i < server->method_count; i++) {
		struct rpc_method *method = server->methods[i];

		method->handle = grpc_server_register_method(
		    server->core, method->path, NULL,
		    method->stream ? GRPC_SRM_PAYLOAD_NONE
				   : GRPC_SRM_PAYLOAD_READ_INITIAL_BYTE_BUFFER,
		    0);
		assert(method->handle);
	}
}

static bool bind_address(struct rpc_server *server)
{
	grpc_server_credentials *credentials = rpc_server_credentials();

	server->port =
	    grpc_server_add_http2_port(server->core, server->settings->listen, credentials);
	grpc_server_credentials_release(credentials);
	if (server->port == 0)
		LOG_ERROR("can't listen", LOG_TEXT("address", server->settings->listen));
	return server->port != 0;
}

static void start_thread(pthread_t *thread, void *(*function)(void *), void *argument)
{
	if (pthread_create(thread, NULL, function, argument) != 0)
		fatal("can't start a thread");
}

/* Signals are for the main thread. */
static void start_threads(struct rpc_server *server)
{
	sigset_t all;
	sigset_t former;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &former);
	for (size_t i = 0; i < server->worker_count; i++) {
		server->workers[i].server = server;
		start_thread(&server->workers[i].thread, rpc_worker_run, &server->workers[i]);
	}
	for (size_t i = 0; i < server->reactor_count; i++)
		start_thread(&server->reactors[i].thread, rpc_reactor_run, &server->reactors[i]);
	pthread_sigmask(SIG_SETMASK, &former, NULL);
}

static void create_reactors(struct rpc_server *server)
{
	server->reactors = fatal_calloc(server->reactor_count, sizeof(*server->reactors));
	for (size_t i = 0; i < server->reactor_count; i++) {
		struct rpc_reactor *reactor = &server->reactors[i];

		reactor->server = server;
		reactor->queue = grpc_completion_queue_create_for_next(NULL);
		reactor->tokens = token_cache_create();
		reactor->arena = arena_create();
		reactor->told_serving = true;
		grpc_server_register_completion_queue(server->core, reactor->queue, NULL);
	}
}

bool rpc_server_start(struct rpc_server *server)
{
	assert(!server->core);
	server->core = create_core(server->settings);
	register_methods(server);
	create_reactors(server);
	if (!bind_address(server))
		return false;
	server->workers = fatal_calloc(server->worker_count, sizeof(*server->workers));
	server->started = true;
	atomic_store(&server->serving, true);
	grpc_server_start(server->core);
	start_threads(server);
	return true;
}

int rpc_server_port(const struct rpc_server *server)
{
	return server->port;
}

static void sleep_ms(int64_t duration_ms)
{
	struct timespec left = {.tv_sec = duration_ms / 1000,
				.tv_nsec = duration_ms % 1000 * 1000000};

	while (nanosleep(&left, &left) != 0)
		;
}

/* The core's word that its last call has ended. */
struct shutdown {
	struct rpc_tag tag;
	struct rpc_server *server;
};

static void step_shut_down(struct rpc_tag *tag, bool succeeded)
{
	struct rpc_server *server = RPC_OWNER(tag, struct shutdown, tag)->server;

	(void)succeeded;
	pthread_mutex_lock(&server->lock);
	server->shut_down = true;
	pthread_cond_broadcast(&server->changed);
	pthread_mutex_unlock(&server->lock);
}

/* Waits for it at most so long; negative = as long as it takes. */
static bool wait_for_end(struct rpc_server *server, int64_t most_ms)
{
	struct timespec until;
	bool shut_down;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += most_ms / 1000 + (until.tv_nsec + most_ms % 1000 * 1000000) / 1000000000;
	until.tv_nsec = (until.tv_nsec + most_ms % 1000 * 1000000) % 1000000000;
	pthread_mutex_lock(&server->lock);
	while (!server->shut_down) {
		if (most_ms < 0)
			pthread_cond_wait(&server->changed, &server->lock);
		else if (pthread_cond_timedwait(&server->changed, &server->lock, &until) != 0)
			break;
	}
	shut_down = server->shut_down;
	pthread_mutex_unlock(&server->lock);
	return shut_down;
}

static void end_calls(struct rpc_server *server, int64_t grace_ms)
{
	struct shutdown shutdown = {.tag = {step_shut_down}, .server = server};

	RPC_TAG_GIVEN(&shutdown.tag);
	grpc_server_shutdown_and_notify(server->core, server->reactors[0].queue, &shutdown.tag);
	atomic_store(&server->ending, true);
	if (wait_for_end(server, grace_ms))
		return;
	LOG_WARN("calls are cancelled at the end of the grace period");
	grpc_server_cancel_all_calls(server->core);
	wait_for_end(server, -1);
}

static void wait_until_empty(struct rpc_server *server)
{
	pthread_mutex_lock(&server->lock);
	while (server->empty < server->reactor_count)
		pthread_cond_wait(&server->changed, &server->lock);
	pthread_mutex_unlock(&server->lock);
}

void rpc_server_drain(struct rpc_server *server, int64_t notice_ms, int64_t grace_ms)
{
	assert(server->started && !server->drained);
	server->drained = true;
	atomic_store(&server->serving, false);
	sleep_ms(notice_ms);
	end_calls(server, grace_ms);
	rpc_queue_stop(server->queue);
	for (size_t i = 0; i < server->worker_count; i++)
		pthread_join(server->workers[i].thread, NULL);
	wait_until_empty(server);
	grpc_server_destroy(server->core);
	server->core = NULL;
	for (size_t i = 0; i < server->reactor_count; i++) {
		grpc_completion_queue_shutdown(server->reactors[i].queue);
		pthread_join(server->reactors[i].thread, NULL);
	}
}

static void destroy_reactor(struct rpc_reactor *reactor)
{
	struct rpc_call *call;

	while ((call = reactor->spare)) {
		reactor->spare = call->next_spare;
		rpc_call_destroy(call);
	}
	if (!reactor->server->started) { /* Nobody has read the queue to its end. */
		grpc_completion_queue_shutdown(reactor->queue);
		grpc_completion_queue_next(reactor->queue, gpr_inf_future(GPR_CLOCK_REALTIME),
					   NULL);
	}
	grpc_completion_queue_destroy(reactor->queue);
	token_cache_destroy(reactor->tokens);
	arena_destroy(reactor->arena);
}

void rpc_server_destroy(struct rpc_server *server)
{
	if (!server)
		return;
	if (server->started && !server->drained)
		rpc_server_drain(server, 0, 0);
	if (server->core)
		grpc_server_destroy(server->core);
	for (size_t i = 0; server->reactors && i < server->reactor_count; i++)
		destroy_reactor(&server->reactors[i]);
	for (size_t i = 0; i < server->method_count; i++)
		rpc_method_destroy(server->methods[i]);
	rpc_method_destroy(server->unknown);
	rpc_symbols_destroy(server->symbols);
	rpc_queue_destroy(server->queue);
	pthread_cond_destroy(&server->changed);
	pthread_mutex_destroy(&server->lock);
	free(server->methods);
	free(server->services);
	free(server->reactors);
	free(server->workers);
	free(server);
	core_end();
}
