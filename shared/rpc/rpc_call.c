/* SPDX-License-Identifier: Apache-2.0 */
/* Arms, answers and recycles the records of unary calls. */
#include "rpc/rpc_call.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/time.h"
#include "entremise/common/v1/reason.pb-c.h"
#include "observe/log.h"
#include "rpc/bytes.h"
#include "rpc/server_state.h"
#include "rpc/wire_status.h"

static void step_arrived(struct rpc_tag *tag, bool succeeded);
static void step_closed(struct rpc_tag *tag, bool succeeded);
static void step_answered(struct rpc_tag *tag, bool succeeded);

static void start_batch(struct rpc_call *call, const grpc_op *ops, size_t count,
			struct rpc_tag *tag)
{
	grpc_call_error error;

	RPC_TAG_GIVEN(tag);
	error = grpc_call_start_batch(call->core, ops, count, tag, NULL);
	if (error != GRPC_CALL_OK)
		fatal(grpc_call_error_to_string(error)); /* A batch of ours was malformed. */
}

void rpc_call_arm(struct rpc_reactor *reactor, struct rpc_method *method)
{
	struct rpc_call *call = reactor->spare;
	grpc_server *core = reactor->server->core;
	grpc_call_error error;

	if (call)
		reactor->spare = call->next_spare;
	else
		call = fatal_calloc(1, sizeof(*call));
	reactor->records++;
	call->reactor = reactor;
	call->method = method;
	call->arrived.step = step_arrived;
	call->closed.step = step_closed;
	call->answered.step = step_answered;
	grpc_metadata_array_init(&call->metadata);
	grpc_call_details_init(&call->details);
	RPC_TAG_GIVEN(&call->arrived);
	if (method->handle)
		error = grpc_server_request_registered_call(
		    core, method->handle, &call->core, &call->core_deadline, &call->metadata,
		    &call->payload, reactor->queue, reactor->queue, &call->arrived);
	else
		error = grpc_server_request_call(core, &call->core, &call->details, &call->metadata,
						 reactor->queue, reactor->queue, &call->arrived);
	if (error != GRPC_CALL_OK)
		fatal(grpc_call_error_to_string(error));
}

static void release(struct rpc_call *call)
{
	struct rpc_reactor *reactor = call->reactor;

	assert(!call->entry.lane);
	if (call->core)
		grpc_call_unref(call->core);
	if (call->payload)
		grpc_byte_buffer_destroy(call->payload);
	if (call->reply)
		grpc_byte_buffer_destroy(call->reply);
	grpc_slice_unref(call->message);
	for (size_t i = 0; i < call->trailer_count; i++)
		grpc_slice_unref(call->trailers[i].value);
	grpc_metadata_array_destroy(&call->metadata);
	grpc_call_details_destroy(&call->details);
	memset(call, 0, sizeof(*call));
	call->next_spare = reactor->spare;
	reactor->spare = call;
	reactor->records--;
}

void rpc_call_destroy(struct rpc_call *call)
{
	free(call);
}

/* INT64_MAX when the caller set no deadline, or one beyond any use. */
static int64_t time_left_us(gpr_timespec deadline)
{
	gpr_timespec left = gpr_time_sub(deadline, gpr_now(deadline.clock_type));

	if (gpr_time_cmp(deadline, gpr_inf_future(deadline.clock_type)) == 0 ||
	    left.tv_sec > TIME_DAY_US / TIME_SECOND_US)
		return INT64_MAX;
	return left.tv_sec * TIME_SECOND_US + left.tv_nsec / 1000;
}

static void read_deadline(struct rpc_call *call)
{
	int64_t most_us = call->reactor->server->settings->deadline_ms * TIME_MILLISECOND_US;
	int64_t left_us = INT64_MAX;

	call->arrived_us = time_monotonic_us();
	if (call->method->handle)
		left_us = time_left_us(call->core_deadline);
	call->deadline_us = call->arrived_us + (left_us < most_us ? left_us : most_us);
}

static void read_metadata(struct rpc_call *call)
{
	struct trace parent;

	for (size_t i = 0; i < call->metadata.count; i++) {
		const grpc_metadata *item = &call->metadata.metadata[i];

		if (grpc_slice_str_cmp(item->key, "authorization") == 0) {
			call->authorized_twice = call->authorization.start != NULL;
			call->authorization = rpc_slice_text(&item->value);
		} else if (grpc_slice_str_cmp(item->key, "traceparent") == 0) {
			call->traceparent = rpc_slice_text(&item->value);
		}
	}
	if (call->traceparent.start && trace_parse(call->traceparent, &parent))
		call->trace = trace_child(&parent);
	else
		call->trace = trace_new();
}

static void step_arrived(struct rpc_tag *tag, bool succeeded)
{
	struct rpc_call *call = RPC_OWNER(tag, struct rpc_call, arrived);
	grpc_op close = {.op = GRPC_OP_RECV_CLOSE_ON_SERVER};

	if (!succeeded) { /* The server is shutting down. */
		release(call);
		return;
	}
	rpc_call_arm(call->reactor, call->method); /* Nobody may find the method without a slot. */
	call->message = grpc_empty_slice();
	read_deadline(call);
	read_metadata(call);
	/* In a batch of its own, else a cancellation is not seen while the call waits or runs. */
	close.data.recv_close_on_server.cancelled = &call->core_cancelled;
	call->tags_out = 2;
	start_batch(call, &close, 1, &call->closed);
	rpc_call_admit(call);
}

static void tag_back(struct rpc_call *call)
{
	if (--call->tags_out == 0)
		release(call);
}

static void step_closed(struct rpc_tag *tag, bool succeeded)
{
	struct rpc_call *call = RPC_OWNER(tag, struct rpc_call, closed);

	(void)succeeded;
	if (call->core_cancelled) {
		atomic_store(&call->cancelled, true);
		if (rpc_queue_remove(call->reactor->server->queue, &call->entry))
			rpc_call_refuse(call, call->reactor->arena,
					status_of(REASON__REASON_CANCELLED));
	}
	tag_back(call);
}

static void step_answered(struct rpc_tag *tag, bool succeeded)
{
	(void)succeeded; /* False when the caller has gone: nothing to do for it. */
	tag_back(RPC_OWNER(tag, struct rpc_call, answered));
}

static void add_trailer(struct rpc_call *call, const char *key, const uint8_t *bytes, size_t length)
{
	grpc_metadata *trailer = &call->trailers[call->trailer_count++];

	trailer->key = grpc_slice_from_static_string(key);
	trailer->value = grpc_slice_from_copied_buffer((const char *)bytes, length);
}

void rpc_call_answer(struct rpc_call *call, const struct rpc_answer *answer)
{
	grpc_op ops[3] = {{.op = GRPC_OP_SEND_INITIAL_METADATA},
			  {.op = GRPC_OP_SEND_STATUS_FROM_SERVER}};
	size_t count = 2;

	rpc_method_count(call->method, answer->code, time_monotonic_us() - call->arrived_us);
	if (answer->details)
		add_trailer(call, WIRE_STATUS_TRAILER, answer->details, answer->details_length);
	if (answer->work && answer->work_length <= RPC_WORK_MOST)
		add_trailer(call, RPC_WORK_TRAILER, answer->work, answer->work_length);
	ops[1].data.send_status_from_server.status = (grpc_status_code)answer->code;
	ops[1].data.send_status_from_server.trailing_metadata = call->trailers;
	ops[1].data.send_status_from_server.trailing_metadata_count = call->trailer_count;
	if (answer->message) {
		call->message = grpc_slice_from_copied_string(answer->message);
		ops[1].data.send_status_from_server.status_details = &call->message;
	}
	if (answer->reply) {
		call->reply = answer->reply;
		ops[2].op = GRPC_OP_SEND_MESSAGE;
		ops[2].data.send_message.send_message = call->reply;
		count = 3;
	}
	start_batch(call, ops, count, &call->answered);
}

void rpc_call_refuse(struct rpc_call *call, struct arena *arena, struct status status)
{
	struct wire_status wire = wire_status_make(arena, status, &call->trace);

	rpc_call_answer(call, &(struct rpc_answer){.code = wire.code,
						   .message = wire.message,
						   .details = wire.packed,
						   .details_length = wire.length});
}
