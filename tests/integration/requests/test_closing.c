/* SPDX-License-Identifier: Apache-2.0 */
/* P9: a provider is closed to new work unless work is open, whoever plans some at the same time. */
#include "world.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long count(const char *query)
{
	char *value = test_database_value("requests", query);
	long number = strtol(value ? value : "-1", NULL, 10);

	free(value);
	return number;
}

/* Nobody has work or is closed: every test begins here. */
static int begin_anew(void **state)
{
	(void)state;
	test_database_execute("requests", "UPDATE intervention SET state = 4");
	test_database_execute("requests", "UPDATE offer SET state = 7 WHERE state = 4");
	test_database_execute("requests",
			      "UPDATE provider_gate SET closed = 0, closed_version = 0");
	return 0;
}

static ServiceRequest *asked_of(unsigned providers, int required)
{
	ServiceRequest *request;

	world_settings(true, required);
	request = world_request(world_client(), 24);
	return world_distribute(request->name, providers);
}

static bool open_gate(unsigned provider, int64_t version)
{
	OpenProviderRequest request = OPEN_PROVIDER_REQUEST__INIT;
	const ProtobufCMessage *reply;

	request.provider = (char *)(uintptr_t)world_provider(arena, provider);
	request.version = version;
	reply = world_ok(gateway, METHOD("GateService", "OpenProvider"), &request.base);
	return ((const OpenProviderResponse *)(const void *)reply)->open;
}

static struct status send_offer(struct arena *memory, const char *request, unsigned provider)
{
	SendOffersRequest offers = SEND_OFFERS_REQUEST__INIT;
	char *providers[] = {(char *)(uintptr_t)world_provider(memory, provider)};
	char *standings[] = {world_standing(memory, provider, "")};
	ProtobufCMessage *reply;

	offers.name = (char *)(uintptr_t)request;
	offers.providers = providers;
	offers.standings = standings;
	offers.n_providers = offers.n_standings = 1;
	return suite_call(suite, manager, memory, METHOD("ServiceRequestService", "SendOffers"),
			  &offers.base, &reply);
}

static struct status assign(struct arena *memory, const char *request, unsigned provider)
{
	AssignProviderRequest assignment = ASSIGN_PROVIDER_REQUEST__INIT;
	ProtobufCMessage *reply;

	assignment.name = (char *)(uintptr_t)request;
	assignment.provider = (char *)(uintptr_t)world_provider(memory, provider);
	assignment.reason = (char *)"knows the place";
	assignment.standing = world_standing(memory, provider, "");
	return suite_call(suite, manager, memory, METHOD("ServiceRequestService", "AssignProvider"),
			  &assignment.base, &reply);
}

static void cancel(const char *request)
{
	CancelServiceRequestRequest cancellation = CANCEL_SERVICE_REQUEST_REQUEST__INIT;

	cancellation.name = (char *)(uintptr_t)request;
	world_ok(manager, METHOD("ServiceRequestService", "CancelServiceRequest"),
		 &cancellation.base);
}

static void test_p9_a_closed_provider_gets_no_new_work(void **state)
{
	ServiceRequest *before = asked_of(2, 2);
	ServiceRequest *after;
	Offer *offer;

	(void)state;
	assert_true(world_close(1, 5)->closed);
	assert_true(world_close(1, 5)->closed);
	assert_int_equal(world_apply(arena, before->name, 1, &offer).reason,
			 REASON__REASON_RELATION_INACTIVE);
	assert_int_equal(world_apply(arena, before->name, 2, &offer).reason, 0);
	assert_int_equal(assign(arena, before->name, 1).reason, REASON__REASON_RELATION_INACTIVE);
	after = asked_of(2, 2);
	assert_int_equal(after->offer_count, 1);
	assert_int_equal(send_offer(arena, after->name, 1).reason,
			 REASON__REASON_RELATION_INACTIVE);
	assert_int_equal(world_apply(arena, after->name, 1, &offer).reason,
			 REASON__REASON_NOT_FOUND);
}

static void test_p9_one_who_was_never_asked_can_be_closed(void **state)
{
	ServiceRequest *request;

	(void)state;
	assert_true(world_close(90, 1)->closed);
	world_settings(false, 1);
	request = world_request(world_client(), 24);
	assert_int_equal(assign(arena, request->name, 90).reason, REASON__REASON_RELATION_INACTIVE);
}

static void test_p9_open_work_is_listed_and_refuses(void **state)
{
	ServiceRequest *request = asked_of(1, 1);
	CloseProviderResponse *decided;
	Offer *offer;

	(void)state;
	assert_int_equal(assign(arena, request->name, 1).reason, 0);
	decided = world_close(1, 5);
	assert_false(decided->closed);
	assert_int_equal(decided->n_open_work, 1);
	assert_non_null(strstr(decided->open_work[0], "platforms/" PLATFORM "/interventions/"));
	test_database_execute("requests", "UPDATE intervention SET state = 2 WHERE state = 1");
	assert_false(world_close(1, 6)->closed);

	/* Chosen, and not planned yet. */
	test_database_execute("requests", "DELETE FROM intervention WHERE state = 2");
	decided = world_close(1, 7);
	assert_false(decided->closed);
	assert_int_equal(decided->n_open_work, 1);
	assert_string_equal(decided->open_work[0], world_offer(arena, request->name, 1));

	assert_int_equal(world_apply(arena, asked_of(1, 1)->name, 1, &offer).reason, 0);
	cancel(request->name);
	assert_true(world_close(1, 8)->closed);
}

/* Moves a request's work into the past. */
static void move_back(const char *request, int hours)
{
	const char *const tables[] = {"intervention", "offer"};

	for (size_t i = 0; i < 2; i++)
		test_database_execute(
		    "requests", arena_text(arena,
					   "UPDATE %s SET start_us = start_us - %d * "
					   "3600000000, end_us = end_us - %d * 3600000000 "
					   "WHERE request = '%s'",
					   tables[i], hours, hours, strrchr(request, '/') + 1));
}

static void test_q4_work_that_ended_a_day_ago_is_done(void **state)
{
	ServiceRequest *request = asked_of(1, 1);

	(void)state;
	assert_int_equal(assign(arena, request->name, 1).reason, 0);
	move_back(request->name, 50); /* Now it ended 23 hours ago. */
	assert_false(world_close(1, 5)->closed);
	move_back(request->name, 2);
	assert_true(world_close(1, 5)->closed);
}

static void test_p9_at_most_fifty_are_listed(void **state)
{
	CloseProviderResponse *decided;

	(void)state;
	assert_int_equal(assign(arena, asked_of(1, 1)->name, 1).reason, 0);
	for (int i = 1; i <= 6; i++)
		test_database_execute(
		    "requests",
		    arena_text(arena,
			       "INSERT INTO intervention SELECT platform, INSERT(id, %d, 1, 'z'), "
			       "version, request, provider, client, state, start_us, end_us, "
			       "postcode, commune, street, client_first_name, client_last_name, "
			       "client_phone, client_email, note, create_us FROM intervention "
			       "WHERE state = 1",
			       i));
	assert_int_equal(count("SELECT COUNT(*) FROM intervention WHERE state = 1"), 64);
	decided = world_close(1, 5);
	assert_false(decided->closed);
	assert_int_equal(decided->n_open_work, 50);
}

static void test_p9_open_applications_leave_their_answers(void **state)
{
	ServiceRequest *requests[3];
	GetOfferRequest get = GET_OFFER_REQUEST__INIT;
	Offer *offer;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		requests[i] = asked_of(2, 1);
		assert_int_equal(world_apply(arena, requests[i]->name, 1, &offer).reason, 0);
	}
	assert_int_equal(world_apply(arena, requests[0]->name, 2, &offer).reason, 0);
	assert_true(world_close(1, 5)->closed);
	for (size_t i = 0; i < 3; i++) {
		const int stays = i == 0 ? 1 : 0;

		for (int j = 0; j < 5000; j++)
			if (world_get(requests[i]->name)->application_count == stays)
				break;
		assert_int_equal(world_get(requests[i]->name)->application_count, stays);
		get.name = (char *)(uintptr_t)world_offer(arena, requests[i]->name, 1);
		offer = (Offer *)(void *)world_ok(world_as_provider(arena, 1),
						  METHOD("OfferService", "GetOffer"), &get.base);
		assert_int_equal(offer->state, OFFER_STATE__OFFER_STATE_WITHDRAWN);
	}
	assert_int_equal(world_get(requests[0]->name)->fulfilment, FULFILMENT__FULFILMENT_ANSWERED);
	assert_int_equal(world_get(requests[1]->name)->fulfilment, FULFILMENT__FULFILMENT_OPEN);

	/* They do not come back by themselves. */
	assert_true(open_gate(1, 6));
	assert_int_equal(world_get(requests[1]->name)->application_count, 0);
	assert_int_equal(world_apply(arena, requests[1]->name, 1, &offer).reason, 0);
}

/* What is left to be done when the provider is open again ends; it withdraws nothing. */
static void test_p9_late_work_leaves_an_open_provider_alone(void **state)
{
	const char *left = "SELECT COUNT(*) FROM work WHERE kind = 'withdraw_applications' AND "
			   "state = 1";
	ServiceRequest *request = asked_of(1, 1);
	Offer *offer;

	(void)state;
	assert_true(world_close(1, 5)->closed);
	assert_true(open_gate(1, 6));
	assert_int_equal(world_apply(arena, request->name, 1, &offer).reason, 0);
	test_database_execute("requests", "UPDATE work SET state = 1, due_us = 0 WHERE kind = "
					  "'withdraw_applications' ORDER BY id DESC LIMIT 1");
	for (int i = 0; i < 5000 && count(left) > 0; i++)
		;
	assert_int_equal(count(left), 0);
	assert_int_equal(world_get(request->name)->application_count, 1);
}

static void test_p9_an_application_not_yet_withdrawn_can_not_be_chosen(void **state)
{
	ServiceRequest *request = asked_of(1, 1);
	Offer *offer;

	(void)state;
	assert_int_equal(world_apply(arena, request->name, 1, &offer).reason, 0);
	test_database_execute("requests", "UPDATE provider_gate SET closed = 1");
	assert_int_equal(
	    world_choose(arena, request->name, 1, world_as_client(request->client), &offer).reason,
	    REASON__REASON_RELATION_INACTIVE);
}

static void test_p9_only_a_newer_version_closes_or_opens(void **state)
{
	ServiceRequest *request = asked_of(1, 1);
	Offer *offer;

	(void)state;
	assert_true(world_close(1, 5)->closed);
	assert_false(open_gate(1, 4));
	assert_false(open_gate(1, 5));
	assert_int_equal(world_apply(arena, request->name, 1, &offer).reason,
			 REASON__REASON_RELATION_INACTIVE);
	assert_true(open_gate(1, 6));
	assert_false(world_close(1, 5)->closed);
	assert_int_equal(world_apply(arena, request->name, 1, &offer).reason, 0);
}

static void test_only_services_close_and_open(void **state)
{
	CloseProviderRequest request = CLOSE_PROVIDER_REQUEST__INIT;
	const char *method = METHOD("GateService", "CloseProvider");

	(void)state;
	request.provider = (char *)(uintptr_t)world_provider(arena, 1);
	request.version = 1;
	world_refused(REASON__REASON_PERMISSION_DENIED, manager, method, &request.base);
	request.version = 0;
	world_refused(REASON__REASON_INVALID_ARGUMENT, gateway, method, &request.base);
}

#define PROVIDERS 40
#define VISITS 5 /* of each, at different times: all may be planned */
#define TASKS (PROVIDERS * (VISITS + 1))
#define THREADS 48

/* What somebody does about a provider: choose, assign, or (no request) close. */
static struct task {
	unsigned provider;
	const char *request;
	const char *client; /* NULL: staff assign */
	struct status status;
	bool closed;
} tasks[TASKS];

/* One request, applied for if a client is to choose. */
static void prepare_visit(struct task *task, int visit)
{
	ServiceRequest *request = world_request(world_client(), 24 + 4 * visit);
	Offer *offer;

	task->request = request->name;
	if (visit % 2 != 0)
		return;
	task->client = request->client;
	assert_int_equal(send_offer(arena, request->name, task->provider).reason, 0);
	assert_int_equal(world_apply(arena, request->name, task->provider, &offer).reason, 0);
}

/* Each provider is closed at another place among its six tasks. */
static void prepare(void)
{
	world_settings(false, 1);
	for (int i = 0; i < TASKS; i++) {
		struct task *task = &tasks[i];

		task->provider = 100 + (unsigned)(i / (VISITS + 1));
		if (i % (VISITS + 1) != (int)task->provider % (VISITS + 1))
			prepare_visit(task, i % (VISITS + 1));
	}
}

static void run_task(struct arena *memory, struct task *task)
{
	CloseProviderRequest close = CLOSE_PROVIDER_REQUEST__INIT;
	CloseProviderResponse *decided = NULL;
	Offer *offer;

	if (task->client) {
		task->status = world_choose(memory, task->request, task->provider,
					    world_as_client(task->client), &offer);
	} else if (task->request) {
		task->status = assign(memory, task->request, task->provider);
	} else {
		close.provider = (char *)(uintptr_t)world_provider(memory, task->provider);
		close.version = 5;
		task->status =
		    suite_call(suite, gateway, memory, METHOD("GateService", "CloseProvider"),
			       &close.base, (ProtobufCMessage **)(void *)&decided);
		task->closed = decided && decided->closed;
	}
}

/* Neighbours, which are about the same provider, run at the same time. */
static void *run_share(void *data)
{
	struct arena *memory = arena_create();

	for (struct task *task = data; task < tasks + TASKS; task += THREADS)
		run_task(memory, task);
	arena_destroy(memory);
	return NULL;
}

static void test_p9_two_hundred_choices_and_assignments_against_closing(void **state)
{
	pthread_t threads[THREADS];
	long closed = 0, planned = 0;

	(void)state;
	prepare();
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, run_share, &tasks[i]), 0);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < TASKS; i++) {
		const int reason = tasks[i].status.reason;

		if (!tasks[i].request)
			closed += tasks[i].closed;
		planned += tasks[i].request && reason == 0;
		/* STATE_CONFLICT: the application had been withdrawn before. */
		if (reason != 0 &&
		    (!tasks[i].request || (reason != REASON__REASON_RELATION_INACTIVE &&
					   reason != REASON__REASON_STATE_CONFLICT)))
			fail_msg("task %zu: %s", i, contract_reason(reason)->name);
	}
	print_message("%ld of %d closed, %ld visits planned\n", closed, PROVIDERS, planned);
	assert_int_equal(count("SELECT COUNT(*) FROM provider_gate WHERE closed = 1"), closed);
	assert_int_equal(count("SELECT COUNT(*) FROM offer WHERE state = 4"), planned);
	assert_int_equal(count("SELECT COUNT(*) FROM provider_gate g JOIN offer o ON "
			       "o.provider = g.provider WHERE g.closed = 1 AND o.state = 4"),
			 0);
	assert_int_equal(count("SELECT COUNT(*) FROM provider_gate g JOIN intervention i ON "
			       "i.provider = g.provider WHERE g.closed = 1 AND i.state = 1"),
			 0);
	assert_int_equal(count("SELECT COUNT(DISTINCT provider) FROM offer WHERE state = 4"),
			 PROVIDERS - closed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_p9_a_closed_provider_gets_no_new_work, begin_anew),
	    cmocka_unit_test_setup(test_p9_one_who_was_never_asked_can_be_closed, begin_anew),
	    cmocka_unit_test_setup(test_p9_open_work_is_listed_and_refuses, begin_anew),
	    cmocka_unit_test_setup(test_q4_work_that_ended_a_day_ago_is_done, begin_anew),
	    cmocka_unit_test_setup(test_p9_at_most_fifty_are_listed, begin_anew),
	    cmocka_unit_test_setup(test_p9_open_applications_leave_their_answers, begin_anew),
	    cmocka_unit_test_setup(test_p9_late_work_leaves_an_open_provider_alone, begin_anew),
	    cmocka_unit_test_setup(test_p9_an_application_not_yet_withdrawn_can_not_be_chosen,
				   begin_anew),
	    cmocka_unit_test_setup(test_p9_only_a_newer_version_closes_or_opens, begin_anew),
	    cmocka_unit_test_setup(test_only_services_close_and_open, begin_anew),
	    cmocka_unit_test_setup(test_p9_two_hundred_choices_and_assignments_against_closing,
				   begin_anew),
	};

	return cmocka_run_group_tests_name("closing", tests, world_begin, world_end);
}
