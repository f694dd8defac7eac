/* SPDX-License-Identifier: Apache-2.0 */
/* What one call has sent to other servers, and what came back. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "base/text.h"

struct call;
struct rpc_upstream;
struct sent;

/* What is to be sent. */
struct exchange_request {
	struct rpc_upstream *upstream;
	const char *path;
	struct text bytes;
	const ProtobufCMessageDescriptor *output; /* NULL: the answer stays packed */
	void *reply; /* Where a pointer to the answer goes; NULL with a packed one. */
};

/* Begins an RPC; a failure to do so shows when it is awaited. */
struct sent *exchange_send(struct call *call, const struct exchange_request *request);

/* The packed answer of an awaited RPC. */
struct text exchange_answer(const struct sent *sent);
