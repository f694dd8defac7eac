/* SPDX-License-Identifier: Apache-2.0 */
/* Refusals as they travel: google.rpc.Status in the trailer grpc-status-details-bin, and back. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/text.h"
#include "observe/trace.h"

struct arena;

#define WIRE_STATUS_DOMAIN "entremise"
#define WIRE_STATUS_TRAILER "grpc-status-details-bin"

/* Trailers count against the limit of 8 KiB: a larger one would turn every refusal into another. */
#define WIRE_STATUS_MOST 4096

/* What goes into the last batch of a refused call. */
struct wire_status {
	int code;	       /* google.rpc.Code, also of grpc-status */
	const char *message;   /* in the arena or static */
	const uint8_t *packed; /* google.rpc.Status; in the arena */
	size_t length;
};

/*
 * Exactly one ErrorInfo (AIP-193) with the reason's name, our domain and the details as metadata;
 * BadRequest with the details as violations for INVALID_ARGUMENT; RetryInfo where trying again can
 * help. INTERNAL says nothing but the trace's id. What does not fit into WIRE_STATUS_MOST is cut
 * from the end, and ErrorInfo's `cut` tells how many details that were.
 */
struct wire_status wire_status_make(struct arena *arena, struct status status,
				    const struct trace *trace);

/* How often this process has refused for a reason: the metric entremise_refusals_total. */
int64_t wire_status_count(int reason);

/*
 * The refusal that another server of the suite sent, in the arena: reason, text and details.
 * What is not ours becomes UNAVAILABLE (also CANCELLED, which the caller did not ask for),
 * DEADLINE_EXCEEDED, OVERLOADED, UNIMPLEMENTED or INTERNAL.
 */
struct status wire_status_read(struct arena *arena, int code, struct text message,
			       const uint8_t *packed, size_t length);
