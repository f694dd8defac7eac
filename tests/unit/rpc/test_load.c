/* SPDX-License-Identifier: Apache-2.0 */
/* A server with more to do than it can: full queue, cancellation, deadlines, fairness, drain. */
#include "rpc_fixture.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "entremise/providers/v1/catalogue.pb-c.h"
#include "grpc/health/v1/health.pb-c.h"
#include "rpc/method.h"
#include "rpc/queue.h"
#include "rpc/server_state.h"

#define GET_ITEM "/entremise.providers.v1.CatalogueService/GetItem"
#define WORKERS 4
#define ENTRIES 8
#define CALLS_MOST 200

static atomic_int held;	 /* handlers that wait at the gate now */
static atomic_bool open; /* the gate */
static atomic_int runs;
static char order[CALLS_MOST][8]; /* platforms in the order in which their handlers ran */

static struct status get_item(struct call *call, const GetItemRequest *request, Item *item)
{
	int number = atomic_fetch_add(&runs, 1);

	if (number < CALLS_MOST)
		snprintf(order[number], sizeof(order[number]), "%s", call->platform);
	atomic_fetch_add(&held, 1);
	while (!atomic_load(&open))
		sched_yield();
	atomic_fetch_sub(&held, 1);
	item->name = request->name;
	return STATUS_OK;
}
RPC_METHOD(CatalogueService, get_item, GetItemRequest, Item);

static CatalogueService_Service catalogue = {.base = CATALOGUE_SERVICE__BASE_INIT,
					     .get_item = serve_get_item};

static int begin(void **state)
{
	static struct fixture fixture;

	atomic_store(&held, 0);
	atomic_store(&open, false);
	atomic_store(&runs, 0);
	fixture_begin(&fixture);
	rpc_server_destroy(fixture.server);
	fixture.settings.workers = WORKERS;
	fixture.settings.reactors = 1; /* Calls arrive in the order of sending. */
	fixture.settings.queue_entries = ENTRIES;
	fixture.server = rpc_server_create(&fixture.settings, &fixture.environment, NULL, NULL);
	rpc_server_add(fixture.server, &catalogue.base);
	fixture_start(&fixture);
	*state = &fixture;
	return 0;
}

static int end(void **state)
{
	atomic_store(&open, true);
	fixture_end(*state);
	return 0;
}

static struct flight *ask(struct fixture *fixture, const char *platform, int64_t deadline_ms)
{
	GetItemRequest request = GET_ITEM_REQUEST__INIT;
	size_t length;
	const uint8_t *bytes;
	struct flight *flight;

	request.name = arena_text(fixture->arena, "platforms/%s/items/menage", platform);
	bytes = message_pack(fixture->arena, &request.base, &length);
	flight =
	    fixture_send_bytes(fixture, GET_ITEM, fixture_token(fixture, "CLIENT", "c1", platform),
			       bytes, length, deadline_ms);
	flight->type = &item__descriptor;
	return flight;
}

static void wait_until_held(int count)
{
	while (atomic_load(&held) < count)
		sched_yield();
}

/* All workers wait at the gate; tokens of the platforms are known from now on. */
static void hold_all(struct fixture *fixture)
{
	for (int i = 0; i < WORKERS; i++)
		ask(fixture, "acme", 9000);
	wait_until_held(WORKERS);
}

/* Ends all calls that are still under way; how many were OK. */
static int finish(struct fixture *fixture, int count)
{
	int fine = 0;

	for (int i = 0; i < count; i++)
		fine += fixture_answer(fixture, fixture_next(fixture)).code == GRPC_STATUS_OK;
	return fine;
}

/* A caller knows of its own cancellation before the server does. */
static void wait_until_waiting(struct fixture *fixture, size_t count)
{
	while (rpc_queue_waiting(fixture->server->queue) != count)
		sched_yield();
}

static void assert_healthy(struct fixture *fixture)
{
	Grpc__Health__V1__HealthCheckRequest request = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;

	assert_int_equal(
	    fixture_call(fixture, "/grpc.health.v1.Health/Check", NULL, &request.base, NULL).code,
	    GRPC_STATUS_OK);
}

static void test_a_full_queue_refuses_with_a_time_to_try_again(void **state)
{
	struct fixture *fixture = *state;
	struct answer answer;
	struct flight *flight;

	hold_all(fixture);
	for (int i = 0; i < ENTRIES; i++)
		ask(fixture, "acme", 9000);
	flight = ask(fixture, "acme", 9000);
	answer = fixture_wait(fixture, flight);
	assert_int_equal(answer.code, GRPC_STATUS_RESOURCE_EXHAUSTED);
	assert_string_equal(answer.reason, "OVERLOADED");
	assert_non_null(fixture_detail(fixture, &answer, &google__rpc__retry_info__descriptor));
	assert_healthy(fixture); /* Answered by the reactor, whatever the workers do. */
	atomic_store(&open, true);
	assert_int_equal(finish(fixture, WORKERS + ENTRIES), WORKERS + ENTRIES);
}

static void test_what_is_cancelled_while_it_waits_never_runs(void **state)
{
	struct fixture *fixture = *state;
	struct flight *waiting[ENTRIES];

	hold_all(fixture);
	for (int i = 0; i < ENTRIES; i++)
		waiting[i] = ask(fixture, "acme", 9000);
	wait_until_waiting(fixture, ENTRIES);
	for (int i = 0; i < ENTRIES; i++)
		grpc_call_cancel(waiting[i]->call, NULL);
	assert_int_equal(finish(fixture, ENTRIES), 0);
	wait_until_waiting(fixture, 0);
	/* Their places are free again. */
	for (int i = 0; i < ENTRIES; i++)
		ask(fixture, "acme", 9000);
	atomic_store(&open, true);
	assert_int_equal(finish(fixture, WORKERS + ENTRIES), WORKERS + ENTRIES);
	assert_int_equal(atomic_load(&runs), WORKERS + ENTRIES);
}

static void test_what_waits_past_its_deadline_never_runs(void **state)
{
	struct fixture *fixture = *state;

	hold_all(fixture);
	for (int i = 0; i < ENTRIES; i++)
		ask(fixture, "acme", 100);
	for (int i = 0; i < ENTRIES; i++)
		assert_int_equal(fixture_answer(fixture, fixture_next(fixture)).code,
				 GRPC_STATUS_DEADLINE_EXCEEDED);
	wait_until_waiting(fixture, 0);
	atomic_store(&open, true);
	assert_int_equal(finish(fixture, WORKERS), WORKERS);
	assert_int_equal(atomic_load(&runs), WORKERS);
}

static void test_an_imposed_deadline_drops_what_waits_too_long(void **state)
{
	struct fixture *fixture = *state;
	struct answer answer;
	int late = 0;

	fixture->settings.deadline_ms = 100; /* From the next call on. */
	hold_all(fixture);
	ask(fixture, "acme", 0);
	wait_until_waiting(fixture, 1);
	for (int64_t until_us = time_monotonic_us() + 150 * TIME_MILLISECOND_US;
	     time_monotonic_us() < until_us;)
		sched_yield();
	atomic_store(&open, true);
	for (int i = 0; i < WORKERS + 1; i++) {
		answer = fixture_answer(fixture, fixture_next(fixture));
		late += strcmp(answer.reason, "DEADLINE_EXCEEDED") == 0;
	}
	assert_int_equal(late, 1);
	assert_int_equal(atomic_load(&runs), WORKERS);
}

static void test_a_second_platform_is_served_in_turn(void **state)
{
	struct fixture *fixture = *state;
	int other = 0;

	atomic_store(&open, true);
	finish(fixture, (ask(fixture, "acme", 9000), 1)); /* Both tokens are verified, */
	finish(fixture, (ask(fixture, "other", 9000), 1));
	atomic_store(&open, false);
	atomic_store(&runs, 0);
	hold_all(fixture);
	for (int i = 0; i < ENTRIES; i++) /* acme fills the queue, */
		ask(fixture, "acme", 9000);
	ask(fixture, "other", 9000); /* and other pushes its newest out. */
	ask(fixture, "other", 9000);
	assert_string_equal(fixture_answer(fixture, fixture_next(fixture)).reason, "OVERLOADED");
	assert_string_equal(fixture_answer(fixture, fixture_next(fixture)).reason, "OVERLOADED");
	atomic_store(&open, true);
	assert_int_equal(finish(fixture, WORKERS + ENTRIES), WORKERS + ENTRIES);
	/* Both of other's are among the first that ran after those held. */
	for (int i = WORKERS; i < WORKERS + 5; i++)
		other += strcmp(order[i], "other") == 0;
	assert_int_equal(other, 2);
}

static void *drain(void *data)
{
	struct fixture *fixture = data;

	rpc_server_drain(fixture->server, 0, 5000);
	return NULL;
}

static void test_a_drain_answers_what_was_accepted(void **state)
{
	struct fixture *fixture = *state;
	pthread_t thread;

	hold_all(fixture);
	for (int i = 0; i < ENTRIES; i++)
		ask(fixture, "acme", 9000);
	wait_until_waiting(fixture, ENTRIES);
	assert_int_equal(pthread_create(&thread, NULL, drain, fixture), 0);
	atomic_store(&open, true);
	assert_int_equal(finish(fixture, WORKERS + ENTRIES), WORKERS + ENTRIES);
	pthread_join(thread, NULL);
}

/* Opens the gate when the held calls have ended at their caller, which is after the grace period.
 */
static void *open_after_the_end(void *data)
{
	static int fine;

	fine = finish(data, WORKERS);
	atomic_store(&open, true);
	return &fine;
}

static void test_a_drain_cancels_what_outlives_the_grace_period(void **state)
{
	struct fixture *fixture = *state;
	pthread_t thread;
	void *fine;

	hold_all(fixture);
	assert_int_equal(pthread_create(&thread, NULL, open_after_the_end, fixture), 0);
	rpc_server_drain(fixture->server, 0, 100);
	pthread_join(thread, &fine);
	assert_int_equal(*(int *)fine, 0);
}

static void test_many_calls_on_many_tokens_all_come_back(void **state)
{
	struct fixture *fixture = *state;
	char platform[8];
	int under_way = 0;
	int fine = 0;

	atomic_store(&open, true);
	for (int i = 0; i < 2000; i++) {
		snprintf(platform, sizeof(platform), "p%d", i % 17);
		ask(fixture, platform, 9000);
		if (++under_way == ENTRIES / 2) /* A share that no lane is refused. */
			fine += finish(fixture, under_way), under_way = 0;
	}
	assert_int_equal(fine, 2000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_full_queue_refuses_with_a_time_to_try_again),
	    TEST(test_what_is_cancelled_while_it_waits_never_runs),
	    TEST(test_what_waits_past_its_deadline_never_runs),
	    TEST(test_an_imposed_deadline_drops_what_waits_too_long),
	    TEST(test_a_second_platform_is_served_in_turn),
	    TEST(test_a_drain_answers_what_was_accepted),
	    TEST(test_a_drain_cancels_what_outlives_the_grace_period),
	    TEST(test_many_calls_on_many_tokens_all_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
