/* SPDX-License-Identifier: Apache-2.0 */
/* Lanes in a ring, entries in lanes, one lock; the reactor signals only when nobody is waking. */
#include "rpc/queue.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "observe/metrics.h"

#define BUCKETS 1024
#define SPARE_LANES 64

/* Those who share a turn: the calls of one platform, or of one connection not yet known. */
struct rpc_queue_lane {
	char key[RPC_QUEUE_KEY_MAX + 1];
	struct rpc_queue_lane *chain; /* the bucket's next, or the next spare one */
	struct rpc_queue_lane *next;  /* the ring of lanes with waiting entries */
	struct rpc_queue_lane *previous;
	struct rpc_queue_entry *first;
	struct rpc_queue_entry *last;
	size_t waiting;
	size_t running;
};

struct rpc_queue {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	size_t entries;
	size_t half;
	size_t most_running; /* of one lane while another waits */
	size_t waiting;
	size_t idle; /* sleepers; each counts itself in and out */
	bool waking; /* a sleeper was signalled and has not taken anything yet */
	bool stopping;
	struct metric_series *depth;
	struct rpc_queue_lane *ring; /* whose turn it is; NULL when nothing waits */
	struct rpc_queue_lane *over; /* the one lane that has more than half of the queue */
	struct rpc_queue_lane *spare;
	size_t spare_count;
	struct rpc_queue_lane *buckets[BUCKETS];
};

static struct metric depth_metric = METRIC_GAUGE("entremise_queue_depth", "Calls that wait.");

struct rpc_queue *rpc_queue_create(size_t entries, size_t workers)
{
	struct rpc_queue *queue = fatal_calloc(1, sizeof(*queue));

	assert(entries >= 2 && workers >= 1);
	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->wake, NULL);
	queue->entries = entries;
	queue->half = entries / 2;
	queue->most_running = workers * 3 / 4 > 0 ? workers * 3 / 4 : 1;
	queue->depth = METRIC_SINGLE(&depth_metric);
	return queue;
}

void rpc_queue_destroy(struct rpc_queue *queue)
{
	struct rpc_queue_lane *lane;

	if (!queue)
		return;
	assert(queue->waiting == 0);
	for (size_t i = 0; i < BUCKETS; i++)
		assert(!queue->buckets[i]); /* A worker has not given back its lane. */
	while ((lane = queue->spare)) {
		queue->spare = lane->chain;
		free(lane);
	}
	pthread_cond_destroy(&queue->wake);
	pthread_mutex_destroy(&queue->lock);
	free(queue);
}

/* FNV-1a. */
static struct rpc_queue_lane **bucket_of(struct rpc_queue *queue, const char *key)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; key[i] && i < RPC_QUEUE_KEY_MAX; i++)
		hash = (hash ^ (uint8_t)key[i]) * 16777619U;
	return &queue->buckets[hash % BUCKETS];
}

static struct rpc_queue_lane *find_lane(struct rpc_queue *queue, const char *key)
{
	struct rpc_queue_lane **bucket = bucket_of(queue, key);
	struct rpc_queue_lane *lane;

	for (lane = *bucket; lane; lane = lane->chain)
		if (strncmp(lane->key, key, RPC_QUEUE_KEY_MAX) == 0)
			return lane;
	lane = queue->spare;
	if (lane) {
		queue->spare = lane->chain;
		queue->spare_count--;
	} else {
		lane = fatal_calloc(1, sizeof(*lane));
	}
	strncpy(lane->key, key, RPC_QUEUE_KEY_MAX);
	lane->chain = *bucket;
	*bucket = lane;
	return lane;
}

/* Forgets a lane that nobody uses. */
static void release_lane(struct rpc_queue *queue, struct rpc_queue_lane *lane)
{
	struct rpc_queue_lane **link = bucket_of(queue, lane->key);

	if (lane->waiting > 0 || lane->running > 0)
		return;
	while (*link != lane)
		link = &(*link)->chain;
	*link = lane->chain;
	if (queue->spare_count == SPARE_LANES) {
		free(lane);
		return;
	}
	memset(lane, 0, sizeof(*lane));
	lane->chain = queue->spare;
	queue->spare = lane;
	queue->spare_count++;
}

static void ring_enter(struct rpc_queue *queue, struct rpc_queue_lane *lane)
{
	struct rpc_queue_lane *head = queue->ring;

	if (!head) {
		lane->next = lane->previous = lane;
		queue->ring = lane;
		return;
	}
	lane->next = head;
	lane->previous = head->previous;
	head->previous->next = lane;
	head->previous = lane;
}

static void ring_leave(struct rpc_queue *queue, struct rpc_queue_lane *lane)
{
	if (lane->next == lane) {
		queue->ring = NULL;
		return;
	}
	lane->previous->next = lane->next;
	lane->next->previous = lane->previous;
	if (queue->ring == lane)
		queue->ring = lane->next;
}

static void append(struct rpc_queue *queue, struct rpc_queue_lane *lane,
		   struct rpc_queue_entry *entry)
{
	entry->lane = lane;
	entry->next = NULL;
	entry->previous = lane->last;
	if (lane->last)
		lane->last->next = entry;
	else
		lane->first = entry;
	lane->last = entry;
	if (lane->waiting++ == 0)
		ring_enter(queue, lane);
	if (lane->waiting > queue->half)
		queue->over = lane;
	queue->waiting++;
	metric_set(queue->depth, (int64_t)queue->waiting);
}

static void unlink_entry(struct rpc_queue *queue, struct rpc_queue_entry *entry)
{
	struct rpc_queue_lane *lane = entry->lane;

	if (entry->previous)
		entry->previous->next = entry->next;
	else
		lane->first = entry->next;
	if (entry->next)
		entry->next->previous = entry->previous;
	else
		lane->last = entry->previous;
	entry->lane = NULL;
	if (--lane->waiting == 0)
		ring_leave(queue, lane);
	if (queue->over == lane && lane->waiting <= queue->half)
		queue->over = NULL;
	queue->waiting--;
	metric_set(queue->depth, (int64_t)queue->waiting);
}

/*
 * A signal per entry would cost more than the call itself: one sleeper is woken, and it wakes the
 * next when it has taken its first entry and more wait.
 */
static void wake_one(struct rpc_queue *queue)
{
	if (queue->waiting == 0 || queue->idle == 0 || queue->waking)
		return;
	queue->waking = true;
	pthread_cond_signal(&queue->wake);
}

static enum rpc_queue_result put(struct rpc_queue *queue, struct rpc_queue_entry *entry,
				 struct rpc_queue_lane *lane, struct rpc_queue_entry **evicted)
{
	bool others_wait = queue->waiting > lane->waiting;

	if (queue->waiting >= queue->entries) {
		if (!queue->over || queue->over == lane)
			return RPC_QUEUE_FULL;
		*evicted = queue->over->last;
		unlink_entry(queue, *evicted);
	} else if (others_wait && lane->waiting >= queue->half) {
		return RPC_QUEUE_FULL;
	}
	append(queue, lane, entry);
	wake_one(queue);
	return RPC_QUEUE_WAITS;
}

enum rpc_queue_result rpc_queue_put(struct rpc_queue *queue, struct rpc_queue_entry *entry,
				    const char *key, struct rpc_queue_entry **evicted)
{
	struct rpc_queue_lane *lane;
	enum rpc_queue_result result;

	*evicted = NULL;
	pthread_mutex_lock(&queue->lock);
	lane = find_lane(queue, key);
	result = put(queue, entry, lane, evicted);
	release_lane(queue, lane);
	pthread_mutex_unlock(&queue->lock);
	return result;
}

/* The lane whose turn it is, or the next one when it has its share of the workers. */
static struct rpc_queue_lane *next_lane(struct rpc_queue *queue)
{
	struct rpc_queue_lane *lane = queue->ring;

	do {
		if (lane->running < queue->most_running)
			return lane;
		lane = lane->next;
	} while (lane != queue->ring);
	return lane;
}

static void leave_lane(struct rpc_queue *queue, struct rpc_queue_lane **lane)
{
	if (!*lane)
		return;
	(*lane)->running--;
	release_lane(queue, *lane);
	*lane = NULL;
}

/* Sleeps until something waits or the queue stops; true when it has slept. */
static bool sleep_until_filled(struct rpc_queue *queue)
{
	bool slept = false;

	while (queue->waiting == 0 && !queue->stopping) {
		if (slept)
			queue->waking = false; /* Woken for nothing: another may be woken. */
		slept = true;
		queue->idle++;
		pthread_cond_wait(&queue->wake, &queue->lock);
		queue->idle--;
	}
	return slept;
}

struct rpc_queue_entry *rpc_queue_take(struct rpc_queue *queue, struct rpc_queue_lane **lane)
{
	struct rpc_queue_entry *entry = NULL;
	bool slept;

	pthread_mutex_lock(&queue->lock);
	leave_lane(queue, lane);
	slept = sleep_until_filled(queue);
	if (queue->waiting > 0) {
		*lane = next_lane(queue);
		entry = (*lane)->first;
		queue->ring = (*lane)->next;
		unlink_entry(queue, entry);
		(*lane)->running++;
	}
	if (slept) {
		queue->waking = false;
		wake_one(queue);
	}
	pthread_mutex_unlock(&queue->lock);
	return entry;
}

enum rpc_queue_result rpc_queue_move(struct rpc_queue *queue, struct rpc_queue_entry *entry,
				     const char *key, struct rpc_queue_lane **lane,
				     struct rpc_queue_entry **evicted)
{
	struct rpc_queue_lane *wanted;
	enum rpc_queue_result result;

	*evicted = NULL;
	pthread_mutex_lock(&queue->lock);
	wanted = find_lane(queue, key);
	if (wanted == *lane || queue->waiting == 0) {
		wanted->running++;
		leave_lane(queue, lane);
		*lane = wanted;
		result = RPC_QUEUE_RUNS;
	} else {
		result = put(queue, entry, wanted, evicted);
		release_lane(queue, wanted);
	}
	pthread_mutex_unlock(&queue->lock);
	return result;
}

bool rpc_queue_remove(struct rpc_queue *queue, struct rpc_queue_entry *entry)
{
	struct rpc_queue_lane *lane;

	pthread_mutex_lock(&queue->lock);
	lane = entry->lane;
	if (lane) {
		unlink_entry(queue, entry);
		release_lane(queue, lane);
	}
	pthread_mutex_unlock(&queue->lock);
	return lane != NULL;
}

size_t rpc_queue_waiting(struct rpc_queue *queue)
{
	size_t waiting;

	pthread_mutex_lock(&queue->lock);
	waiting = queue->waiting;
	pthread_mutex_unlock(&queue->lock);
	return waiting;
}

void rpc_queue_stop(struct rpc_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->stopping = true;
	pthread_cond_broadcast(&queue->wake);
	pthread_mutex_unlock(&queue->lock);
}

void rpc_queue_disturb(struct rpc_queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	pthread_cond_signal(&queue->wake);
	pthread_mutex_unlock(&queue->lock);
}
