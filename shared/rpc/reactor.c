/* SPDX-License-Identifier: Apache-2.0 */
/* The loop that moves tags: arrivals, closings, sent answers, streams, and a tick in between. */
#include "base/arena.h"
#include "base/time.h"
#include "rpc/rpc_call.h"
#include "rpc/server_state.h"
#include "rpc/stream.h"
#include "rpc/tag.h"

/* How long a change made by another thread (health, the end of streams) may go unseen. */
#define WAIT_MS 50
#define TICK_US TIME_SECOND_US

void rpc_reactor_arm(struct rpc_reactor *reactor, struct rpc_method *method)
{
	if (method->stream)
		rpc_stream_arm(reactor, method);
	else
		rpc_call_arm(reactor, method);
}

/* The last tag is back: the queue may be shut down, nothing will be begun on it any more. */
static void tell_empty(struct rpc_reactor *reactor)
{
	struct rpc_server *server = reactor->server;

	reactor->told_empty = true;
	pthread_mutex_lock(&server->lock);
	server->empty++;
	pthread_cond_broadcast(&server->changed);
	pthread_mutex_unlock(&server->lock);
}

static void tick(struct rpc_reactor *reactor)
{
	struct rpc_server *server = reactor->server;
	int64_t now_us = time_monotonic_us();

	if (reactor->told_serving != atomic_load(&server->serving))
		rpc_health_tell(reactor);
	if (atomic_load(&server->ending) && !reactor->streams_ended) {
		reactor->streams_ended = true;
		rpc_streams_end(reactor);
	}
	if (reactor->streams_ended && reactor->records == 0 && !reactor->told_empty)
		tell_empty(reactor);
	if (now_us < reactor->next_tick_us || reactor != server->reactors)
		return;
	reactor->next_tick_us = now_us + TICK_US;
	rpc_keys_refresh(server, reactor->arena);
}

void *rpc_reactor_run(void *argument)
{
	struct rpc_reactor *reactor = argument;

	for (size_t i = 0; i < reactor->server->method_count; i++)
		rpc_reactor_arm(reactor, reactor->server->methods[i]);
	rpc_reactor_arm(reactor, reactor->server->unknown);
	for (;;) {
		gpr_timespec until = gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
						  gpr_time_from_millis(WAIT_MS, GPR_TIMESPAN));
		grpc_event event = grpc_completion_queue_next(reactor->queue, until, NULL);

		if (event.type == GRPC_QUEUE_SHUTDOWN)
			return NULL;
		if (event.type == GRPC_OP_COMPLETE) {
			struct rpc_tag *tag = event.tag;

			RPC_TAG_TAKEN(tag);
			tag->step(tag, event.success != 0);
		}
		tick(reactor);
		arena_reset(reactor->arena);
	}
}
