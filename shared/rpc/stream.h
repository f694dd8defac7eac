/* SPDX-License-Identifier: Apache-2.0 */
/* Streams, which hold no worker: messages in and out on the reactor's thread, one of each at a
 * time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

#include "base/status.h"
#include "base/text.h"

struct arena;
struct rpc_method;
struct rpc_reactor;
struct rpc_server;
struct rpc_stream;

/*
 * What a streaming method does. All functions run on the reactor's thread and must not block; each
 * may be NULL. After `closed` the stream is gone.
 */
struct rpc_stream_kind {
	void (*message)(struct rpc_stream *stream, struct text bytes); /* One that was asked for. */
	void (*half_closed)(struct rpc_stream *stream);		       /* No more will come. */
	void (*written)(struct rpc_stream *stream); /* The next may be written. */
	void (*closed)(struct rpc_stream *stream);
};

/* Waits for the next stream of the method. */
void rpc_stream_arm(struct rpc_reactor *reactor, struct rpc_method *method);

/* Asks for one message; the first one is asked for by itself. */
void rpc_stream_read(struct rpc_stream *stream);

/*
 * Writes one message, which is packed at once. False when the former one is still under way: the
 * caller remembers that it has something to say, and says what holds by then in `written`.
 */
bool rpc_stream_write(struct rpc_stream *stream, const ProtobufCMessage *message);

/* Sends the status, after a message that is under way; nothing is read or written any more. */
void rpc_stream_end(struct rpc_stream *stream, struct status status);

/* What the method keeps with it; freed by `closed`. */
void rpc_stream_set_data(struct rpc_stream *stream, void *data);
void *rpc_stream_data(const struct rpc_stream *stream);

struct rpc_server *rpc_stream_server(const struct rpc_stream *stream);

/* Memory until the function that was called returns, and its status or message is packed. */
struct arena *rpc_stream_arena(const struct rpc_stream *stream);

/* Calls `function` for every open stream of this kind; NULL: of any. */
void rpc_streams_each(struct rpc_reactor *reactor, const struct rpc_stream_kind *kind,
		      void (*function)(struct rpc_stream *stream));

/* Ends all streams of the reactor with UNAVAILABLE, and those that still come. */
void rpc_streams_end(struct rpc_reactor *reactor);
