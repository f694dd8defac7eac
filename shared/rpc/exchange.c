/* SPDX-License-Identifier: Apache-2.0 */
/* RPCs of one call: begun one by one, awaited together, ended with the call's memory. */
#include "rpc/exchange.h"

#include <grpc/grpc.h>
#include <grpc/support/alloc.h>

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/time.h"
#include "call/call.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "observe/log.h"
#include "rpc/bytes.h"
#include "rpc/client.h"
#include "rpc/rpc_call.h"
#include "rpc/speaker.h"
#include "rpc/tag.h"
#include "rpc/upstream.h"
#include "rpc/wire_status.h"

/* What an answer may take of the arena when unpacked. */
#define ANSWER_MOST ((size_t)16 * 1024 * 1024)
#define LEAST_MARGIN_US (20 * TIME_MILLISECOND_US)
#define BACKGROUND_US (30 * TIME_SECOND_US) /* for a call that has no deadline of its own */

/* How many answers of one upstream a call waits for. */
struct use {
	struct rpc_upstream *upstream;
	size_t out;
	struct use *next;
};

struct sent {
	struct sent *next;
	struct exchange_request request;
	struct use *use; /* NULL when it was never begun, or has ended */
	grpc_call *core; /* owned while it is under way */
	grpc_metadata headers[2];
	size_t header_count;
	grpc_byte_buffer *outgoing;
	grpc_byte_buffer *incoming;
	grpc_metadata_array initial;
	grpc_metadata_array trailing;
	grpc_status_code code;
	grpc_slice message;
	const char *error; /* the core's own words, by gpr_free */
	struct status status;
	struct text answer;
	struct text work; /* leased, from the trailer */
};

struct call_exchange {
	struct call *call;
	grpc_completion_queue *queue; /* owned; for pluck */
	struct use *uses;
	struct sent *sent; /* since the last wait, in order */
	struct sent **sent_tail;
	struct sent *awaited; /* by the last wait, in order */
};

static void pluck(struct call_exchange *exchange, struct sent *sent)
{
	grpc_event event = grpc_completion_queue_pluck(exchange->queue, sent,
						       gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);

	assert(event.type == GRPC_OP_COMPLETE);
	RPC_TAG_TAKEN(sent);
}

static void release(struct sent *sent)
{
	grpc_call_unref(sent->core);
	grpc_byte_buffer_destroy(sent->outgoing);
	grpc_byte_buffer_destroy(sent->incoming);
	grpc_metadata_array_destroy(&sent->initial);
	grpc_metadata_array_destroy(&sent->trailing);
	grpc_slice_unref(sent->message);
	for (size_t i = 0; i < sent->header_count; i++)
		grpc_slice_unref(sent->headers[i].value);
	sent->core = NULL;
	if (--sent->use->out == 0)
		atomic_fetch_sub(&sent->use->upstream->waiting, 1);
	sent->use = NULL;
}

/* The call's memory goes: what was not awaited is of no use to anybody. */
static void end_exchange(void *data)
{
	struct call_exchange *exchange = data;

	for (struct sent *sent = exchange->sent; sent; sent = sent->next)
		if (sent->core)
			grpc_call_cancel(sent->core, NULL);
	for (struct sent *sent = exchange->sent; sent; sent = sent->next) {
		if (!sent->core)
			continue;
		pluck(exchange, sent);
		gpr_free((void *)(uintptr_t)sent->error);
		release(sent);
	}
	upstream_queue_return(exchange->queue);
	exchange->call->exchange = NULL;
}

static struct call_exchange *exchange_of(struct call *call)
{
	struct call_exchange *exchange = call->exchange;

	if (exchange)
		return exchange;
	exchange = arena_new(call->arena, struct call_exchange, 1);
	exchange->call = call;
	exchange->queue = upstream_queue_take();
	exchange->sent_tail = &exchange->sent;
	call->exchange = exchange;
	arena_on_reset(call->arena, end_exchange, exchange);
	return exchange;
}

/* A call counts once in each upstream, however many answers it waits for there. */
static struct use *use_upstream(struct call_exchange *exchange, struct rpc_upstream *upstream)
{
	struct use *use = exchange->uses;
	int waiting;

	while (use && use->upstream != upstream)
		use = use->next;
	if (!use) {
		use = arena_new(exchange->call->arena, struct use, 1);
		use->upstream = upstream;
		use->next = exchange->uses;
		exchange->uses = use;
	}
	if (use->out == 0) {
		waiting = atomic_fetch_add(&upstream->waiting, 1);
		if (upstream->most_waiting > 0 && waiting >= upstream->most_waiting) {
			atomic_fetch_sub(&upstream->waiting, 1);
			return NULL;
		}
	}
	use->out++;
	return use;
}

/* The time the callee has: the call's own less a margin for the way back. */
static int64_t time_left_us(const struct call *call)
{
	int64_t left_us = BACKGROUND_US;
	int64_t margin_us;

	if (call->deadline_us == 0)
		return left_us;
	left_us = call->deadline_us - time_monotonic_us();
	margin_us = left_us / 20;
	return left_us - (margin_us > LEAST_MARGIN_US ? margin_us : LEAST_MARGIN_US);
}

/* Metadata is built, never passed on: one header too long would kill a connection that all share.
 */
static void add_headers(struct call *call, struct sent *sent)
{
	const char *authorization = speaker_header(sent->request.upstream->speaker, call);
	char trace[TRACE_PARENT_SIZE];

	trace_format(trace, &call->trace);
	sent->headers[0].key = grpc_slice_from_static_string("traceparent");
	sent->headers[0].value = grpc_slice_from_copied_string(trace);
	sent->header_count = 1;
	if (!authorization)
		return;
	sent->headers[1].key = grpc_slice_from_static_string("authorization");
	sent->headers[1].value = grpc_slice_from_copied_string(authorization);
	sent->header_count = 2;
}

static void create_core(struct call_exchange *exchange, struct sent *sent, int64_t left_us)
{
	struct rpc_call *parent = exchange->call->transport;
	gpr_timespec deadline =
	    gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_micros(left_us, GPR_TIMESPAN));
	grpc_slice path = grpc_slice_from_copied_string(sent->request.path);

	sent->core = grpc_channel_create_call(
	    sent->request.upstream->channel, parent ? parent->core : NULL,
	    GRPC_PROPAGATE_CANCELLATION, exchange->queue, path, NULL, deadline, NULL);
	grpc_slice_unref(path);
}

static void start(struct call_exchange *exchange, struct sent *sent, int64_t left_us)
{
	grpc_op ops[] = {
	    {.op = GRPC_OP_SEND_INITIAL_METADATA},  {.op = GRPC_OP_SEND_MESSAGE},
	    {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT}, {.op = GRPC_OP_RECV_INITIAL_METADATA},
	    {.op = GRPC_OP_RECV_MESSAGE},	    {.op = GRPC_OP_RECV_STATUS_ON_CLIENT}};
	grpc_call_error error;

	create_core(exchange, sent, left_us);
	add_headers(exchange->call, sent);
	sent->outgoing = rpc_buffer_of(sent->request.bytes.start, sent->request.bytes.length);
	grpc_metadata_array_init(&sent->initial);
	grpc_metadata_array_init(&sent->trailing);
	ops[0].data.send_initial_metadata.count = sent->header_count;
	ops[0].data.send_initial_metadata.metadata = sent->headers;
	ops[1].data.send_message.send_message = sent->outgoing;
	ops[3].data.recv_initial_metadata.recv_initial_metadata = &sent->initial;
	ops[4].data.recv_message.recv_message = &sent->incoming;
	ops[5].data.recv_status_on_client.trailing_metadata = &sent->trailing;
	ops[5].data.recv_status_on_client.status = &sent->code;
	ops[5].data.recv_status_on_client.status_details = &sent->message;
	ops[5].data.recv_status_on_client.error_string = &sent->error;
	RPC_TAG_GIVEN(sent);
	error = grpc_call_start_batch(sent->core, ops, ARRAY_COUNT(ops), sent, NULL);
	if (error != GRPC_CALL_OK)
		fatal(grpc_call_error_to_string(error)); /* A batch of ours was malformed. */
}

struct sent *exchange_send(struct call *call, const struct exchange_request *request)
{
	struct call_exchange *exchange = exchange_of(call);
	struct sent *sent = arena_new(call->arena, struct sent, 1);
	int64_t left_us = time_left_us(call);

	assert(!call->in_transaction); /* Locks must not wait for another server. */
	sent->request = *request;
	*exchange->sent_tail = sent;
	exchange->sent_tail = &sent->next;
	if (left_us <= 0) {
		sent->status = status_of(REASON__REASON_DEADLINE_EXCEEDED);
		return sent;
	}
	sent->use = use_upstream(exchange, request->upstream);
	if (!sent->use) {
		sent->status = status_of(REASON__REASON_OVERLOADED);
		return sent;
	}
	start(exchange, sent, left_us);
	return sent;
}

/* Keeps leased work and returns the status details. */
static struct text read_trailers(struct arena *arena, struct sent *sent)
{
	struct text details = {0};

	for (size_t i = 0; i < sent->trailing.count; i++) {
		const grpc_metadata *item = &sent->trailing.metadata[i];
		struct text value = rpc_slice_text(&item->value);

		if (grpc_slice_str_cmp(item->key, WIRE_STATUS_TRAILER) == 0)
			details = value;
		else if (grpc_slice_str_cmp(item->key, RPC_WORK_TRAILER) == 0)
			sent->work = (struct text){arena_copy(arena, value.start, value.length),
						   value.length};
	}
	return details;
}

static struct status read_answer(struct call *call, struct sent *sent)
{
	grpc_slice hold;
	struct text bytes = rpc_buffer_text(sent->incoming, &hold);
	ProtobufCMessage *message = NULL;
	bool is_unpacked = sent->request.output != NULL;

	if (is_unpacked) {
		arena_limit(call->arena, ANSWER_MOST);
		message =
		    message_unpack(call->arena, sent->request.output, bytes.start, bytes.length);
	} else {
		sent->answer.start = arena_copy(call->arena, bytes.start, bytes.length);
		sent->answer.length = bytes.length;
	}
	grpc_slice_unref(hold);
	if (is_unpacked && !message)
		return status_with(
		    REASON__REASON_INTERNAL,
		    arena_text(call->arena, "%s: the answer does not unpack", sent->request.path));
	if (is_unpacked) /* Through memcpy: the pointer's own type is that of the reply. */
		memcpy(sent->request.reply, &message, sizeof(message));
	return STATUS_OK;
}

/* Our own caller went away, or this server's part of the work is over. */
static bool is_cancelled(const struct call *call)
{
	const struct rpc_call *transport = call->transport;

	return transport && atomic_load(&transport->cancelled);
}

static struct status read_refusal(struct call *call, struct sent *sent, struct text details)
{
	struct arena *arena = call->arena;
	struct status status;

	arena_limit(arena, ANSWER_MOST);
	if (sent->code == GRPC_STATUS_CANCELLED && is_cancelled(call))
		return status_of(REASON__REASON_CANCELLED);
	status = wire_status_read(arena, (int)sent->code, rpc_slice_text(&sent->message),
				  (const uint8_t *)details.start, details.length);
	if (!details.start || status.reason == REASON__REASON_INTERNAL) {
		LOG_DEBUG("a server called failed", LOG_TEXT("path", sent->request.path),
			  LOG_INT("code", sent->code), LOG_TEXT("cause", status.message),
			  LOG_TEXT("core", sent->error));
		status.message = status.reason == REASON__REASON_INTERNAL
				     ? arena_text(arena, "%s: code %d, %s", sent->request.path,
						  (int)sent->code, status.message)
				     : NULL; /* The core's texts name addresses. */
	}
	if (status.reason ==
	    REASON__REASON_UNAUTHENTICATED) /* It is our token, not the caller's. */
		return status_with(REASON__REASON_INTERNAL,
				   arena_text(arena, "%s: our token was refused: %s",
					      sent->request.path,
					      status.details ? status.details->value : ""));
	return status;
}

static void finish(struct call *call, struct sent *sent)
{
	struct text details;

	if (!sent->core)
		return; /* It was never begun. */
	pluck(call->exchange, sent);
	details = read_trailers(call->arena, sent);
	if (sent->code != GRPC_STATUS_OK)
		sent->status = read_refusal(call, sent, details);
	else if (!sent->incoming)
		sent->status = status_with(REASON__REASON_INTERNAL, "an answer without a message");
	else
		sent->status = read_answer(call, sent);
	gpr_free((void *)(uintptr_t)sent->error);
	release(sent);
}

void call_await_any(struct call *call)
{
	struct call_exchange *exchange = call->exchange;

	if (!exchange)
		return;
	for (struct sent *sent = exchange->sent; sent; sent = sent->next)
		finish(call, sent);
	exchange->awaited = exchange->sent;
	exchange->sent = NULL;
	exchange->sent_tail = &exchange->sent;
}

struct status call_await(struct call *call)
{
	call_await_any(call);
	for (struct sent *sent = call->exchange ? call->exchange->awaited : NULL; sent;
	     sent = sent->next)
		if (sent->status.reason != 0)
			return sent->status;
	return STATUS_OK;
}

struct status call_sent_status(const struct call *call, size_t index)
{
	const struct sent *sent = call->exchange ? call->exchange->awaited : NULL;

	for (; sent && index > 0; index--)
		sent = sent->next;
	assert(sent); /* So many were sent. */
	return sent->status;
}

struct text exchange_answer(const struct sent *sent)
{
	return sent->answer;
}

struct text call_leased_work(const struct call *call)
{
	struct text work = {0};

	for (const struct sent *sent = call->exchange ? call->exchange->awaited : NULL; sent;
	     sent = sent->next)
		if (sent->work.start)
			work = sent->work;
	return work;
}
