/* SPDX-License-Identifier: Apache-2.0 */
/* X7 under concurrency: a thousand choices of one slot of one provider give one intervention. */
#include "world.h"

#include <pthread.h>
#include <stdlib.h>

#define REQUESTS 1000
#define THREADS 50

static const char *requests[REQUESTS];
static const char *clients[REQUESTS];

/* One thread's share, and what came of it. */
struct share {
	pthread_t thread;
	size_t first;
	unsigned chosen, taken, closed, others;
};

static void prepare(void)
{
	world_settings(true, 1);
	for (size_t i = 0; i < REQUESTS; i++) {
		ServiceRequest *request = world_request(world_client(), 24);
		Offer *offer;

		requests[i] = request->name;
		clients[i] = request->client;
		world_distribute(request->name, 1);
		assert_int_equal(world_apply(arena, request->name, 1, &offer).reason, 0);
	}
}

static void *choose_share(void *data)
{
	struct share *share = data;
	struct arena *memory = arena_create();

	for (size_t i = share->first; i < REQUESTS; i += THREADS) {
		Offer *offer;
		struct status status =
		    world_choose(memory, requests[i], 1, world_as_client(clients[i]), &offer);

		if (status.reason == 0)
			share->chosen++;
		else if (status.reason == REASON__REASON_SLOT_TAKEN)
			share->taken++;
		else if (status.reason == REASON__REASON_STATE_CONFLICT)
			share->closed++; /* It had left the answer before. */
		else
			share->others++;
	}
	arena_destroy(memory);
	return NULL;
}

static long count(const char *query)
{
	char *value = test_database_value("requests", query);
	long number = strtol(value, NULL, 10);

	free(value);
	return number;
}

static void test_a_thousand_choices_of_one_slot_give_one(void **state)
{
	static struct share shares[THREADS];
	struct share sum = {0};

	(void)state;
	prepare();
	for (size_t i = 0; i < THREADS; i++) {
		shares[i].first = i;
		assert_int_equal(pthread_create(&shares[i].thread, NULL, choose_share, &shares[i]),
				 0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(shares[i].thread, NULL);
		sum.chosen += shares[i].chosen;
		sum.taken += shares[i].taken;
		sum.closed += shares[i].closed;
		sum.others += shares[i].others;
	}
	assert_int_equal(sum.chosen, 1);
	assert_int_equal(sum.others, 0);
	assert_int_equal(sum.taken + sum.closed, REQUESTS - 1);
	assert_int_equal(count("SELECT COUNT(*) FROM intervention"), 1);
	assert_int_equal(count("SELECT COUNT(*) FROM offer WHERE state = 4"), 1);
	assert_int_equal(count("SELECT COUNT(*) FROM service_request WHERE fulfilment = 5"), 1);
}

/* Fifty providers apply to one request at once: each is counted, the client is answered once. */
static void *apply(void *data)
{
	struct share *share = data;
	struct arena *memory = arena_create();
	Offer *offer;
	struct status status = world_apply(memory, requests[0], (unsigned)share->first + 1, &offer);

	share->chosen = status.reason == 0;
	arena_destroy(memory);
	return NULL;
}

static void test_p2_fifty_applications_at_once_are_all_counted(void **state)
{
	static struct share shares[THREADS];
	ServiceRequest *request;
	unsigned applied = 0;

	(void)state;
	world_settings(true, 2);
	request = world_request(world_client(), 48);
	requests[0] = world_distribute(request->name, THREADS)->name;
	for (size_t i = 0; i < THREADS; i++) {
		shares[i].first = i;
		assert_int_equal(pthread_create(&shares[i].thread, NULL, apply, &shares[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(shares[i].thread, NULL);
		applied += shares[i].chosen;
	}
	assert_int_equal(applied, THREADS);
	assert_int_equal(world_get(requests[0])->application_count, THREADS);
	assert_int_equal(count(arena_text(arena,
					  "SELECT COUNT(*) FROM work WHERE kind = 'answer' AND "
					  "resource = '%s'",
					  requests[0])),
			 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_p2_fifty_applications_at_once_are_all_counted),
	    cmocka_unit_test(test_a_thousand_choices_of_one_slot_give_one),
	};

	return cmocka_run_group_tests_name("race", tests, world_begin, world_end);
}
