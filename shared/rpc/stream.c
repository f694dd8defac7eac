/* SPDX-License-Identifier: Apache-2.0 */
/* A stream lives until the last of its tags is back. */
#include "rpc/stream.h"

#include <assert.h>
#include <stdlib.h>

#include "base/fatal.h"
#include "base/time.h"
#include "entremise/common/v1/reason.pb-c.h"
#include "rpc/bytes.h"
#include "rpc/server_state.h"
#include "rpc/tag.h"
#include "rpc/wire_status.h"

struct rpc_stream {
	struct rpc_reactor *reactor;
	struct rpc_method *method;
	struct rpc_stream *next; /* of the reactor's open ones */
	struct rpc_stream *previous;
	struct rpc_tag arrived;
	struct rpc_tag closed;
	struct rpc_tag read;
	struct rpc_tag written;
	struct rpc_tag ended;
	int tags_out;
	grpc_call *core; /* owned */
	gpr_timespec deadline;
	grpc_metadata_array metadata;
	int cancelled;
	bool is_closed;
	bool is_reading;
	bool is_writing;
	bool is_ending; /* a status was given; it goes out when no message is under way */
	grpc_byte_buffer *incoming;
	grpc_byte_buffer *outgoing;
	struct status status;
	grpc_slice message;
	grpc_metadata trailer;
	int64_t arrived_us;
	void *data;
};

static void start_batch(struct rpc_stream *stream, const grpc_op *ops, size_t count,
			struct rpc_tag *tag)
{
	grpc_call_error error;

	stream->tags_out++;
	RPC_TAG_GIVEN(tag);
	error = grpc_call_start_batch(stream->core, ops, count, tag, NULL);
	if (error != GRPC_CALL_OK)
		fatal(grpc_call_error_to_string(error)); /* A batch of ours was malformed. */
}

static void destroy(struct rpc_stream *stream)
{
	if (stream->core)
		grpc_call_unref(stream->core);
	if (stream->incoming)
		grpc_byte_buffer_destroy(stream->incoming);
	if (stream->outgoing)
		grpc_byte_buffer_destroy(stream->outgoing);
	grpc_slice_unref(stream->message);
	grpc_slice_unref(stream->trailer.value);
	grpc_metadata_array_destroy(&stream->metadata);
	stream->reactor->records--;
	free(stream);
}

static void enter(struct rpc_stream *stream)
{
	stream->next = stream->reactor->streams;
	if (stream->next)
		stream->next->previous = stream;
	stream->reactor->streams = stream;
}

static void leave(struct rpc_stream *stream)
{
	if (stream->previous)
		stream->previous->next = stream->next;
	else
		stream->reactor->streams = stream->next;
	if (stream->next)
		stream->next->previous = stream->previous;
}

static void tag_back(struct rpc_stream *stream)
{
	assert(stream->tags_out > 0);
	if (--stream->tags_out > 0)
		return;
	leave(stream);
	if (stream->method->stream->closed)
		stream->method->stream->closed(stream);
	destroy(stream);
}

static void send_status(struct rpc_stream *stream)
{
	struct arena *arena = stream->reactor->arena;
	struct wire_status wire = {0};
	grpc_op op = {.op = GRPC_OP_SEND_STATUS_FROM_SERVER};

	if (stream->status.reason != 0) {
		wire = wire_status_make(arena, stream->status, NULL);
		stream->message = grpc_slice_from_copied_string(wire.message);
		stream->trailer.key = grpc_slice_from_static_string(WIRE_STATUS_TRAILER);
		stream->trailer.value =
		    grpc_slice_from_copied_buffer((const char *)wire.packed, wire.length);
		op.data.send_status_from_server.status_details = &stream->message;
		op.data.send_status_from_server.trailing_metadata = &stream->trailer;
		op.data.send_status_from_server.trailing_metadata_count = 1;
	}
	op.data.send_status_from_server.status = (grpc_status_code)wire.code;
	rpc_method_count(stream->method, wire.code, time_monotonic_us() - stream->arrived_us);
	start_batch(stream, &op, 1, &stream->ended);
}

void rpc_stream_end(struct rpc_stream *stream, struct status status)
{
	if (stream->is_ending)
		return;
	stream->is_ending = true;
	stream->status = status;
	if (!stream->is_writing)
		send_status(stream);
}

void rpc_stream_read(struct rpc_stream *stream)
{
	grpc_op op = {.op = GRPC_OP_RECV_MESSAGE};

	if (stream->is_reading || stream->is_ending || stream->is_closed)
		return;
	stream->is_reading = true;
	op.data.recv_message.recv_message = &stream->incoming;
	start_batch(stream, &op, 1, &stream->read);
}

bool rpc_stream_write(struct rpc_stream *stream, const ProtobufCMessage *message)
{
	grpc_op op = {.op = GRPC_OP_SEND_MESSAGE};

	if (stream->is_writing || stream->is_ending || stream->is_closed)
		return false;
	stream->is_writing = true;
	stream->outgoing = rpc_buffer_of_message(message);
	op.data.send_message.send_message = stream->outgoing;
	start_batch(stream, &op, 1, &stream->written);
	return true;
}

/* Cancelled, or its connection lost: nothing that was begun will come to anything. */
static void step_closed(struct rpc_tag *tag, bool succeeded)
{
	struct rpc_stream *stream = RPC_OWNER(tag, struct rpc_stream, closed);

	(void)succeeded;
	stream->is_closed = true;
	rpc_stream_end(stream, status_of(REASON__REASON_CANCELLED));
	tag_back(stream);
}

static void step_read(struct rpc_tag *tag, bool succeeded)
{
	struct rpc_stream *stream = RPC_OWNER(tag, struct rpc_stream, read);
	const struct rpc_stream_kind *kind = stream->method->stream;
	grpc_byte_buffer *incoming = stream->incoming;
	grpc_slice hold;

	stream->is_reading = false;
	stream->incoming = NULL;
	if (succeeded && incoming && !stream->is_ending && kind->message)
		kind->message(stream, rpc_buffer_text(incoming, &hold));
	else if (!incoming && !stream->is_ending && kind->half_closed)
		kind->half_closed(stream);
	if (incoming)
		grpc_byte_buffer_destroy(incoming);
	tag_back(stream);
}

static void step_written(struct rpc_tag *tag, bool succeeded)
{
	struct rpc_stream *stream = RPC_OWNER(tag, struct rpc_stream, written);

	stream->is_writing = false;
	grpc_byte_buffer_destroy(stream->outgoing);
	stream->outgoing = NULL;
	if (stream->is_ending)
		send_status(stream);
	else if (succeeded && stream->method->stream->written)
		stream->method->stream->written(stream);
	tag_back(stream);
}

/* The initial metadata went out in a batch of its own. */
static void step_opened(struct rpc_tag *tag, bool succeeded)
{
	struct rpc_stream *stream = RPC_OWNER(tag, struct rpc_stream, arrived);

	(void)succeeded;
	tag_back(stream);
}

static void step_ended(struct rpc_tag *tag, bool succeeded)
{
	(void)succeeded;
	tag_back(RPC_OWNER(tag, struct rpc_stream, ended));
}

static void open_stream(struct rpc_stream *stream)
{
	grpc_op close = {.op = GRPC_OP_RECV_CLOSE_ON_SERVER};
	grpc_op metadata = {.op = GRPC_OP_SEND_INITIAL_METADATA};

	stream->arrived_us = time_monotonic_us();
	close.data.recv_close_on_server.cancelled = &stream->cancelled;
	enter(stream);
	start_batch(stream, &close, 1, &stream->closed);
	stream->arrived.step = step_opened;
	start_batch(stream, &metadata, 1, &stream->arrived);
	if (stream->reactor->streams_ended)
		rpc_stream_end(stream, status_of(REASON__REASON_UNAVAILABLE));
	else
		rpc_stream_read(stream);
}

static void step_arrived(struct rpc_tag *tag, bool succeeded)
{
	struct rpc_stream *stream = RPC_OWNER(tag, struct rpc_stream, arrived);

	if (!succeeded) { /* The server is shutting down. */
		destroy(stream);
		return;
	}
	rpc_stream_arm(stream->reactor, stream->method);
	open_stream(stream);
}

void rpc_stream_arm(struct rpc_reactor *reactor, struct rpc_method *method)
{
	struct rpc_stream *stream = fatal_calloc(1, sizeof(*stream));
	grpc_call_error error;

	reactor->records++;
	stream->reactor = reactor;
	stream->method = method;
	stream->arrived.step = step_arrived;
	stream->closed.step = step_closed;
	stream->read.step = step_read;
	stream->written.step = step_written;
	stream->ended.step = step_ended;
	grpc_metadata_array_init(&stream->metadata);
	RPC_TAG_GIVEN(&stream->arrived);
	error = grpc_server_request_registered_call(
	    reactor->server->core, method->handle, &stream->core, &stream->deadline,
	    &stream->metadata, NULL, reactor->queue, reactor->queue, &stream->arrived);
	if (error != GRPC_CALL_OK)
		fatal(grpc_call_error_to_string(error));
}

void rpc_stream_set_data(struct rpc_stream *stream, void *data)
{
	stream->data = data;
}

void *rpc_stream_data(const struct rpc_stream *stream)
{
	return stream->data;
}

struct rpc_server *rpc_stream_server(const struct rpc_stream *stream)
{
	return stream->reactor->server;
}

struct arena *rpc_stream_arena(const struct rpc_stream *stream)
{
	return stream->reactor->arena;
}

void rpc_streams_each(struct rpc_reactor *reactor, const struct rpc_stream_kind *kind,
		      void (*function)(struct rpc_stream *stream))
{
	struct rpc_stream *next;

	for (struct rpc_stream *stream = reactor->streams; stream; stream = next) {
		next = stream->next;
		if (!kind || stream->method->stream == kind)
			function(stream);
	}
}

static void end_unavailable(struct rpc_stream *stream)
{
	rpc_stream_end(stream, status_of(REASON__REASON_UNAVAILABLE));
}

void rpc_streams_end(struct rpc_reactor *reactor)
{
	rpc_streams_each(reactor, NULL, end_unavailable);
}
