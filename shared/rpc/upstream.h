/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of an upstream: its channel, and how many calls wait in it. */
#pragma once

#include <grpc/grpc.h>

#include <stdatomic.h>

#include "rpc/client.h"

struct speaker;

struct rpc_upstream {
	char *name; /* owned */
	grpc_channel *channel;
	struct speaker *speaker;
	atomic_int waiting; /* calls of ours that wait for an answer of it */
	int most_waiting;   /* 0 = any number */
};

/*
 * A queue for the answers of one call at a time: taken by its first RPC, given back when its memory
 * is reset, so that no call pays for the making of one.
 */
grpc_completion_queue *upstream_queue_take(void);
void upstream_queue_return(grpc_completion_queue *queue);
