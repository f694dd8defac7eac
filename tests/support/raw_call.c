/* SPDX-License-Identifier: Apache-2.0 */
/* One call of the core, from first header to last, without the runtime's client. */
#include "support/raw_call.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "rpc/bytes.h"
#include "rpc/core.h"
#include "rpc/wire_status.h"

#define HEADERS_MOST 4
#define DEADLINE_S 30

struct raw_peer {
	grpc_channel *channel;
	grpc_completion_queue *queue; /* for pluck */
};

/* What one call leaves behind. */
struct outcome {
	grpc_call *call; /* owned; metadata lives as long */
	grpc_metadata_array initial;
	grpc_metadata_array trailing;
	grpc_byte_buffer *incoming;
	grpc_status_code code;
	grpc_slice message;
};

struct raw_peer *raw_peer_create(const char *target)
{
	struct raw_peer *peer = fatal_calloc(1, sizeof(*peer));
	grpc_channel_credentials *credentials;

	core_begin();
	credentials = rpc_channel_credentials();
	peer->channel = grpc_channel_create(target, credentials, NULL);
	peer->queue = grpc_completion_queue_create_for_pluck(NULL);
	grpc_channel_credentials_release(credentials);
	return peer;
}

void raw_peer_destroy(struct raw_peer *peer)
{
	grpc_channel_destroy(peer->channel);
	grpc_completion_queue_shutdown(peer->queue);
	grpc_completion_queue_destroy(peer->queue);
	free(peer);
	core_end();
}

static size_t make_headers(const char *const *authorizations, grpc_metadata *headers)
{
	size_t count = 0;

	for (; authorizations[count]; count++) {
		if (count == HEADERS_MOST)
			fatal("too many headers");
		headers[count].key = grpc_slice_from_static_string("authorization");
		headers[count].value = grpc_slice_from_copied_string(authorizations[count]);
	}
	return count;
}

static void exchange(struct raw_peer *peer, const char *path, grpc_metadata *headers, size_t count,
		     struct text request, struct outcome *outcome)
{
	grpc_byte_buffer *outgoing = rpc_buffer_of(request.start, request.length);
	grpc_slice name = grpc_slice_from_copied_string(path);
	gpr_timespec deadline = gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
					     gpr_time_from_seconds(DEADLINE_S, GPR_TIMESPAN));
	grpc_call *call = grpc_channel_create_call(peer->channel, NULL, GRPC_PROPAGATE_DEFAULTS,
						   peer->queue, name, NULL, deadline, NULL);
	grpc_op ops[] = {
	    {.op = GRPC_OP_SEND_INITIAL_METADATA,
	     .data.send_initial_metadata = {.count = count, .metadata = headers}},
	    {.op = GRPC_OP_SEND_MESSAGE, .data.send_message.send_message = outgoing},
	    {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT},
	    {.op = GRPC_OP_RECV_INITIAL_METADATA,
	     .data.recv_initial_metadata.recv_initial_metadata = &outcome->initial},
	    {.op = GRPC_OP_RECV_MESSAGE, .data.recv_message.recv_message = &outcome->incoming},
	    {.op = GRPC_OP_RECV_STATUS_ON_CLIENT,
	     .data.recv_status_on_client = {.trailing_metadata = &outcome->trailing,
					    .status = &outcome->code,
					    .status_details = &outcome->message}},
	};

	if (grpc_call_start_batch(call, ops, sizeof(ops) / sizeof(ops[0]), call, NULL) !=
	    GRPC_CALL_OK)
		fatal("the core takes no batch");
	grpc_completion_queue_pluck(peer->queue, call, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
	outcome->call = call;
	grpc_byte_buffer_destroy(outgoing);
	grpc_slice_unref(name);
}

static struct text copy(struct arena *arena, struct text text)
{
	return (struct text){arena_copy(arena, text.start, text.length), text.length};
}

static struct text find_details(struct arena *arena, const grpc_metadata_array *trailing)
{
	for (size_t i = 0; i < trailing->count; i++)
		if (grpc_slice_str_cmp(trailing->metadata[i].key, WIRE_STATUS_TRAILER) == 0)
			return copy(arena, rpc_slice_text(&trailing->metadata[i].value));
	return (struct text){0};
}

static struct raw_answer read_outcome(struct arena *arena, struct outcome *outcome)
{
	struct raw_answer answer = {.code = (int)outcome->code};
	struct text details = find_details(arena, &outcome->trailing);
	grpc_slice hold;

	if (outcome->code != GRPC_STATUS_OK)
		answer.status = wire_status_read(arena, (int)outcome->code,
						 copy(arena, rpc_slice_text(&outcome->message)),
						 (const uint8_t *)details.start, details.length);
	if (outcome->incoming) {
		answer.reply = copy(arena, rpc_buffer_text(outcome->incoming, &hold));
		grpc_slice_unref(hold);
		grpc_byte_buffer_destroy(outcome->incoming);
	}
	return answer;
}

struct raw_answer raw_call(struct raw_peer *peer, struct arena *arena, const char *path,
			   const char *const *authorizations, struct text request)
{
	grpc_metadata headers[HEADERS_MOST] = {0};
	size_t count = make_headers(authorizations, headers);
	struct outcome outcome = {.message = grpc_empty_slice()};
	struct raw_answer answer;

	grpc_metadata_array_init(&outcome.initial);
	grpc_metadata_array_init(&outcome.trailing);
	exchange(peer, path, headers, count, request, &outcome);
	answer = read_outcome(arena, &outcome);
	for (size_t i = 0; i < count; i++)
		grpc_slice_unref(headers[i].value);
	grpc_metadata_array_destroy(&outcome.initial);
	grpc_metadata_array_destroy(&outcome.trailing);
	grpc_slice_unref(outcome.message);
	grpc_call_unref(outcome.call);
	return answer;
}
