/* SPDX-License-Identifier: Apache-2.0 */
/* The fair queue: turns, shares, what happens when it is full, and that no wake-up is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "rpc/queue.h"

#define WORKERS 4

static enum rpc_queue_result put(struct rpc_queue *queue, struct rpc_queue_entry *entry,
				 const char *key)
{
	struct rpc_queue_entry *evicted;
	enum rpc_queue_result result = rpc_queue_put(queue, entry, key, &evicted);

	assert_null(evicted);
	return result;
}

/* Ends a queue whose workers' lanes are given back by a last, empty take. */
static void end(struct rpc_queue *queue, struct rpc_queue_lane **lanes, size_t count)
{
	rpc_queue_stop(queue);
	for (size_t i = 0; i < count; i++)
		assert_null(rpc_queue_take(queue, &lanes[i]));
	rpc_queue_destroy(queue);
}

static void test_lanes_are_served_in_turn(void **state)
{
	struct rpc_queue *queue = rpc_queue_create(16, WORKERS);
	struct rpc_queue_entry entries[6] = {0};
	struct rpc_queue_lane *lane = NULL;
	static const size_t order[] = {0, 3, 5, 1, 4, 2};

	(void)state;
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(put(queue, &entries[i],
				     i < 3   ? "a"
				     : i < 5 ? "b"
					     : "c"),
				 RPC_QUEUE_WAITS);
	assert_int_equal(rpc_queue_waiting(queue), 6);
	for (size_t i = 0; i < 6; i++)
		assert_ptr_equal(rpc_queue_take(queue, &lane), &entries[order[i]]);
	end(queue, &lane, 1);
}

static void test_a_lane_alone_takes_the_whole_queue(void **state)
{
	struct rpc_queue *queue = rpc_queue_create(4, WORKERS);
	struct rpc_queue_entry entries[5] = {0};
	struct rpc_queue_lane *lane = NULL;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(put(queue, &entries[i], "a"), RPC_QUEUE_WAITS);
	assert_int_equal(put(queue, &entries[4], "a"), RPC_QUEUE_FULL);
	for (size_t i = 0; i < 4; i++)
		assert_ptr_equal(rpc_queue_take(queue, &lane), &entries[i]);
	end(queue, &lane, 1);
}

static void test_another_lane_takes_the_place_of_the_newest(void **state)
{
	struct rpc_queue *queue = rpc_queue_create(4, WORKERS);
	struct rpc_queue_entry entries[4] = {0};
	struct rpc_queue_entry other[3] = {0};
	struct rpc_queue_entry *evicted = NULL;
	struct rpc_queue_lane *lane = NULL;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		put(queue, &entries[i], "a");
	assert_int_equal(rpc_queue_put(queue, &other[0], "b", &evicted), RPC_QUEUE_WAITS);
	assert_ptr_equal(evicted, &entries[3]);
	assert_int_equal(rpc_queue_put(queue, &other[1], "c", &evicted), RPC_QUEUE_WAITS);
	assert_ptr_equal(evicted, &entries[2]);
	/* Now nobody has more than half: full is full. */
	assert_int_equal(put(queue, &other[2], "d"), RPC_QUEUE_FULL);
	assert_int_equal(rpc_queue_waiting(queue), 4);
	for (size_t i = 0; i < 4; i++)
		rpc_queue_take(queue, &lane);
	end(queue, &lane, 1);
}

static void test_a_lane_keeps_to_half_while_others_wait(void **state)
{
	struct rpc_queue *queue = rpc_queue_create(6, WORKERS);
	struct rpc_queue_entry other = {0};
	struct rpc_queue_entry entries[4] = {0};
	struct rpc_queue_lane *lane = NULL;

	(void)state;
	put(queue, &other, "b");
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(put(queue, &entries[i], "a"), RPC_QUEUE_WAITS);
	assert_int_equal(put(queue, &entries[3], "a"), RPC_QUEUE_FULL);
	assert_ptr_equal(rpc_queue_take(queue, &lane), &other);
	assert_int_equal(put(queue, &entries[3], "a"), RPC_QUEUE_WAITS); /* Alone again. */
	for (size_t i = 0; i < 4; i++)
		rpc_queue_take(queue, &lane);
	end(queue, &lane, 1);
}

static void test_a_lane_keeps_to_its_workers_while_others_wait(void **state)
{
	struct rpc_queue *queue = rpc_queue_create(16, WORKERS);
	struct rpc_queue_entry entries[6] = {0};
	struct rpc_queue_entry other[2] = {0};
	struct rpc_queue_lane *lanes[WORKERS] = {0};

	(void)state;
	for (size_t i = 0; i < 6; i++)
		put(queue, &entries[i], "a");
	for (size_t i = 0; i < 3; i++)
		assert_ptr_equal(rpc_queue_take(queue, &lanes[i]), &entries[i]);
	/* It is a's turn, but a has three of four workers. */
	put(queue, &other[0], "b");
	assert_ptr_equal(rpc_queue_take(queue, &lanes[3]), &other[0]);
	/* Nobody else waits: a may have them all. */
	assert_ptr_equal(rpc_queue_take(queue, &lanes[3]), &entries[3]);
	put(queue, &other[1], "b");
	assert_ptr_equal(rpc_queue_take(queue, &lanes[0]), &other[1]);
	rpc_queue_take(queue, &lanes[0]);
	rpc_queue_take(queue, &lanes[0]);
	end(queue, lanes, WORKERS);
}

static void test_what_still_waits_can_be_removed(void **state)
{
	struct rpc_queue *queue = rpc_queue_create(16, WORKERS);
	struct rpc_queue_entry entries[3] = {0};
	struct rpc_queue_lane *lane = NULL;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		put(queue, &entries[i], "a");
	assert_true(rpc_queue_remove(queue, &entries[1]));
	assert_false(rpc_queue_remove(queue, &entries[1]));
	assert_ptr_equal(rpc_queue_take(queue, &lane), &entries[0]);
	assert_false(rpc_queue_remove(queue, &entries[0]));
	assert_true(rpc_queue_remove(queue, &entries[2]));
	assert_int_equal(rpc_queue_waiting(queue), 0);
	end(queue, &lane, 1);
}

static void test_a_verified_entry_goes_on_when_nothing_waits(void **state)
{
	struct rpc_queue *queue = rpc_queue_create(16, WORKERS);
	struct rpc_queue_entry entries[2] = {0};
	struct rpc_queue_entry *evicted;
	struct rpc_queue_lane *lane = NULL;

	(void)state;
	put(queue, &entries[0], "connection");
	rpc_queue_take(queue, &lane);
	assert_int_equal(rpc_queue_move(queue, &entries[0], "a", &lane, &evicted), RPC_QUEUE_RUNS);
	put(queue, &entries[0], "connection");
	rpc_queue_take(queue, &lane);
	put(queue, &entries[1], "a");
	assert_int_equal(rpc_queue_move(queue, &entries[0], "a", &lane, &evicted), RPC_QUEUE_WAITS);
	assert_ptr_equal(rpc_queue_take(queue, &lane), &entries[1]);
	assert_ptr_equal(rpc_queue_take(queue, &lane), &entries[0]);
	end(queue, &lane, 1);
}

/* Threads that take until the queue stops. */
struct crew {
	struct rpc_queue *queue;
	pthread_barrier_t *meeting; /* each entry waits for the others, when set */
	atomic_int taken;
	atomic_int asleep;
};

static void *work(void *data)
{
	struct crew *crew = data;
	struct rpc_queue_lane *lane = NULL;

	atomic_fetch_add(&crew->asleep, 1);
	while (rpc_queue_take(crew->queue, &lane)) {
		atomic_fetch_add(&crew->taken, 1);
		if (crew->meeting)
			pthread_barrier_wait(crew->meeting);
	}
	return NULL;
}

static void begin_crew(struct crew *crew, pthread_t threads[WORKERS])
{
	for (size_t i = 0; i < WORKERS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, work, crew), 0);
	while (atomic_load(&crew->asleep) < WORKERS)
		sched_yield();
}

static void end_crew(struct crew *crew, pthread_t threads[WORKERS])
{
	rpc_queue_stop(crew->queue);
	for (size_t i = 0; i < WORKERS; i++)
		pthread_join(threads[i], NULL);
	rpc_queue_destroy(crew->queue);
}

static void test_the_chain_wakes_as_many_as_there_is_work_for(void **state)
{
	struct rpc_queue_entry entries[WORKERS] = {0};
	pthread_barrier_t meeting;
	struct crew crew = {.queue = rpc_queue_create(16, WORKERS), .meeting = &meeting};
	pthread_t threads[WORKERS];

	(void)state;
	pthread_barrier_init(&meeting, NULL, WORKERS);
	begin_crew(&crew, threads);
	for (int round = 1; round <= 200; round++) {
		for (size_t i = 0; i < WORKERS; i++)
			put(crew.queue, &entries[i], i % 2 ? "a" : "b");
		/* Each holds its thread until all four run: a sleeper left would hang it. */
		while (atomic_load(&crew.taken) < round * WORKERS)
			sched_yield();
	}
	end_crew(&crew, threads);
	pthread_barrier_destroy(&meeting);
}

static void test_a_worker_woken_for_nothing_does_not_stop_the_others(void **state)
{
	static struct rpc_queue_entry entries[5000];
	struct crew crew = {.queue = rpc_queue_create(8192, WORKERS)};
	pthread_t threads[WORKERS];

	(void)state;
	memset(entries, 0, sizeof(entries));
	begin_crew(&crew, threads);
	for (int i = 0; i < 5000; i++) {
		rpc_queue_disturb(crew.queue);
		put(crew.queue, &entries[i], i % 3 ? "a" : "b");
		rpc_queue_disturb(crew.queue);
		if (i % 7 == 0) /* Let them fall asleep now and then. */
			while (atomic_load(&crew.taken) <= i)
				sched_yield();
	}
	while (atomic_load(&crew.taken) < 5000)
		sched_yield();
	end_crew(&crew, threads);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lanes_are_served_in_turn),
	    cmocka_unit_test(test_a_lane_alone_takes_the_whole_queue),
	    cmocka_unit_test(test_another_lane_takes_the_place_of_the_newest),
	    cmocka_unit_test(test_a_lane_keeps_to_half_while_others_wait),
	    cmocka_unit_test(test_a_lane_keeps_to_its_workers_while_others_wait),
	    cmocka_unit_test(test_what_still_waits_can_be_removed),
	    cmocka_unit_test(test_a_verified_entry_goes_on_when_nothing_waits),
	    cmocka_unit_test(test_the_chain_wakes_as_many_as_there_is_work_for),
	    cmocka_unit_test(test_a_worker_woken_for_nothing_does_not_stop_the_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
