/* SPDX-License-Identifier: Apache-2.0 */
/* The bounded queue between the reactor and the workers: fair between platforms, chained wake-ups.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Longer keys are cut: two that differ only beyond share a lane. */
#define RPC_QUEUE_KEY_MAX 127

struct rpc_queue;
struct rpc_queue_lane;

/* Embedded in what waits; all members are the queue's. */
struct rpc_queue_entry {
	struct rpc_queue_entry *next;
	struct rpc_queue_entry *previous;
	struct rpc_queue_lane *lane; /* NULL when it does not wait. */
};

/* What became of an entry that was to be put. */
enum rpc_queue_result {
	RPC_QUEUE_WAITS, /* It waits for a worker. */
	RPC_QUEUE_RUNS,	 /* Only rpc_queue_move: the worker that holds it may go on with it. */
	RPC_QUEUE_FULL,	 /* It was not taken. */
};

/* At most `entries` wait; `workers` threads take them. */
struct rpc_queue *rpc_queue_create(size_t entries, size_t workers);

/* No thread uses it any more, and nothing waits. NULL is allowed. */
void rpc_queue_destroy(struct rpc_queue *queue);

/*
 * Puts an entry at the end of the lane `key`. Lanes are served in turn. A lane takes the whole
 * queue and all workers while it is alone; while others wait it keeps to half of the queue and
 * three quarters of the workers. When the queue is full of one lane, an entry of another one takes
 * the place of that lane's newest, which is given back in *evicted (else NULL).
 */
enum rpc_queue_result rpc_queue_put(struct rpc_queue *queue, struct rpc_queue_entry *entry,
				    const char *key, struct rpc_queue_entry **evicted);

/*
 * Sleeps until an entry can be taken; NULL when the queue was stopped and is empty. `lane` is the
 * worker's own variable, NULL at first: the lane on whose account it works until the next take.
 */
struct rpc_queue_entry *rpc_queue_take(struct rpc_queue *queue, struct rpc_queue_lane **lane);

/*
 * Moves an entry that the worker has taken to the lane where it belongs, when that has become
 * known: it goes on at once if nothing waits, else the entry queues up there.
 */
enum rpc_queue_result rpc_queue_move(struct rpc_queue *queue, struct rpc_queue_entry *entry,
				     const char *key, struct rpc_queue_lane **lane,
				     struct rpc_queue_entry **evicted);

/* Takes an entry out that still waits; false when a worker has it already. */
bool rpc_queue_remove(struct rpc_queue *queue, struct rpc_queue_entry *entry);

/* How many wait now. */
size_t rpc_queue_waiting(struct rpc_queue *queue);

/* From now on takers come back with NULL as soon as nothing waits. */
void rpc_queue_stop(struct rpc_queue *queue);

/* Wakes a sleeper for nothing, as the system may do at any time. For tests. */
void rpc_queue_disturb(struct rpc_queue *queue);
