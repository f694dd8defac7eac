/* SPDX-License-Identifier: Apache-2.0 */
/* The transport's record of one unary call: from arming to the last of its tags, then used again.
 */
#pragma once

#include <grpc/grpc.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/text.h"
#include "observe/trace.h"
#include "rpc/identity.h"
#include "rpc/queue.h"
#include "rpc/tag.h"

struct arena;
struct rpc_method;
struct rpc_reactor;

struct rpc_call {
	struct rpc_queue_entry entry;
	struct rpc_reactor *reactor;
	struct rpc_method *method;
	struct rpc_call *next_spare;
	struct rpc_tag arrived;
	struct rpc_tag closed;
	struct rpc_tag answered;
	int tags_out; /* closed and answered; the reactor's */

	/* Filled by the core on arrival. */
	grpc_call *core; /* owned */
	gpr_timespec core_deadline;
	grpc_metadata_array metadata;
	grpc_byte_buffer *payload; /* owned; NULL when the caller sent no message */
	grpc_call_details details; /* the catch-all's */
	int core_cancelled;

	/* Read from it. The texts are views of the metadata. */
	int64_t arrived_us;  /* monotonic */
	int64_t deadline_us; /* monotonic; the caller's, at most what the settings allow */
	struct text authorization;
	bool authorized_twice; /* two authorization headers: none counts */
	struct text traceparent;
	struct trace trace;
	struct rpc_identity identity;
	bool identified;
	atomic_bool cancelled;

	/* The answer, kept until the core has sent it. */
	grpc_byte_buffer *reply; /* owned */
	grpc_slice message;
	grpc_metadata trailers[2];
	size_t trailer_count;
};

/* What the last batch carries. */
struct rpc_answer {
	int code;
	const char *message;
	const uint8_t *details; /* packed google.rpc.Status; NULL for OK */
	size_t details_length;
	grpc_byte_buffer *reply; /* given to the call; NULL unless OK */
	const uint8_t *work;	 /* leased work, packed; NULL when there is none */
	size_t work_length;
};

/* Trailer of leased work, for services only. */
#define RPC_WORK_TRAILER "entremise-work-bin"
#define RPC_WORK_MOST 4096

/* Waits for the next call of the method. On the reactor. */
void rpc_call_arm(struct rpc_reactor *reactor, struct rpc_method *method);

/*
 * Sends the answer in one batch. From any thread; afterwards the record belongs to the reactor and
 * must not be touched.
 */
void rpc_call_answer(struct rpc_call *call, const struct rpc_answer *answer);

/* The same for a refusal; what it needs is made in the arena. */
void rpc_call_refuse(struct rpc_call *call, struct arena *arena, struct status status);

/* Frees a record that is not in use. */
void rpc_call_destroy(struct rpc_call *call);

/* admit.c: refuses, answers inline or queues a call that has just arrived. On the reactor. */
void rpc_call_admit(struct rpc_call *call);

/* admit.c: the lane of an identified platform. `key` has RPC_QUEUE_KEY_MAX + 1 bytes. */
void rpc_call_platform_key(const struct rpc_call *call, char *key);
