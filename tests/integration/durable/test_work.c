/* SPDX-License-Identifier: Apache-2.0 */
/* Work that leaves the process: made once per cause, leased once at a time, never lost. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "durable/execute.h"
#include "durable/work.h"
#include "entremise/common/v1/mail.pb-c.h"

#define PIECES 40
#define LEASERS 8

static struct desk desk;

static int set_up(void **state)
{
	world_set_up(state);
	desk_open(&desk, NULL);
	return 0;
}

static int tear_down(void **state)
{
	desk_close(&desk);
	return world_tear_down(state);
}

/* What a call adds. */
struct order {
	Lane lane;
	const char *cause; /* NULL: none */
	int pieces;
};

static void add(struct call *call, void *data)
{
	const struct order *order = data;
	Mail mail = MAIL__INIT;
	struct status status = STATUS_OK;

	mail.to = (char *)"anna@example.org";
	for (int i = 0; i < order->pieces && status.reason == 0; i++)
		status = work_add(call, order->lane, "mail", "", order->cause, &mail.base);
	call_finish(call, status);
}

static struct status place(struct call *call, Lane lane, const char *cause, int pieces)
{
	struct order order = {lane, cause, pieces};

	return execute(call, add, &order);
}

static struct call *touch_call(void)
{
	return desk_begin(&desk, "TouchNote", &touch_of("n1", "")->base);
}

/* Adds LOCAL work as a background call does. */
static void add_local(int pieces)
{
	assert_ok(place(desk_begin(&desk, NULL, NULL), LANE__LANE_LOCAL, NULL, pieces));
}

static LeaseWorkResponse *lease(struct desk *at, Lane lane, int limit)
{
	struct call *call = desk_begin(at, NULL, NULL);
	LeaseWorkResponse *leased =
	    (LeaseWorkResponse *)(void *)message_new(call->arena, &lease_work_response__descriptor);

	assert_ok(work_lease(call, lane, limit, leased));
	return leased;
}

/* The one piece that is due, kept beyond the call. */
static WorkLease lease_one(void)
{
	LeaseWorkResponse *leased = lease(&desk, LANE__LANE_LOCAL, 50);
	WorkLease taken = WORK_LEASE__INIT;

	assert_int_equal(leased->n_work, 1);
	taken.id = arena_text(arena, "%s", leased->work[0]->id);
	taken.fence = leased->work[0]->fence;
	return taken;
}

static void make_due(void)
{
	test_database_execute(SCHEMA, "UPDATE work SET due_us = 1");
}

/* A report, as a mutation. */
struct account {
	const WorkLease *lease;
	const char *error;
	bool hold;
};

static void tell(struct call *call, void *data)
{
	const struct account *account = data;

	call_finish(call, account->hold ? work_hold(call, account->lease)
					: work_report(call, account->lease, account->error));
}

static struct status report(const WorkLease *taken, const char *error)
{
	struct account account = {taken, error, false};

	return execute(desk_begin(&desk, NULL, NULL), tell, &account);
}

static struct status hold(const WorkLease *taken)
{
	struct account account = {taken, "", true};

	return execute(desk_begin(&desk, NULL, NULL), tell, &account);
}

static void test_work_is_leased_with_its_payload_and_a_fence(void **state)
{
	LeaseWorkResponse *leased;
	Mail *mail;

	(void)state;
	add_local(1);
	assert_int_equal(world_number("SELECT COUNT(*) FROM work WHERE payload LIKE '%%anna%%'"),
			 0);
	leased = lease(&desk, LANE__LANE_LOCAL, 50);
	assert_int_equal(leased->n_work, 1);
	assert_string_equal(leased->work[0]->platform, PLATFORM);
	assert_string_equal(leased->work[0]->kind, "mail");
	assert_int_equal(leased->work[0]->fence, 1);
	assert_int_equal(leased->work[0]->attempts, 1);
	mail = (Mail *)(void *)message_unpack(desk.arena, &mail__descriptor,
					      leased->work[0]->payload.data,
					      leased->work[0]->payload.len);
	assert_string_equal(mail->to, "anna@example.org");
	assert_int_equal(
	    world_number("SELECT due_us - %lld FROM work", (long long)desk.call.real_us),
	    WORK_LEASE_US);
	/* It is nobody else's while the lease runs. */
	assert_int_equal(lease(&desk, LANE__LANE_LOCAL, 50)->n_work, 0);
	assert_int_equal(lease(&desk, LANE__LANE_GATEWAY, 50)->n_work, 0);
}

static void test_done_work_is_over_and_its_payload_gone(void **state)
{
	WorkLease taken;

	(void)state;
	add_local(1);
	taken = lease_one();
	assert_ok(hold(&taken));
	assert_ok(report(&taken, ""));
	assert_int_equal(world_number("SELECT state FROM work WHERE payload = ''"),
			 WORK_STATE__WORK_STATE_DONE);
	make_due();
	assert_int_equal(lease(&desk, LANE__LANE_LOCAL, 50)->n_work, 0);
	assert_reason(report(&taken, ""), REASON__REASON_LEASE_LOST);
	assert_reason(report(&taken, "late"), REASON__REASON_LEASE_LOST);
	assert_reason(hold(&taken), REASON__REASON_LEASE_LOST);
}

static void test_a_slow_workers_report_is_refused(void **state)
{
	WorkLease slow, quick;

	(void)state;
	add_local(1);
	slow = lease_one();
	make_due(); /* Its lease has run out. */
	quick = lease_one();
	assert_int_equal(quick.fence, slow.fence + 1);
	assert_reason(report(&slow, ""), REASON__REASON_LEASE_LOST);
	assert_reason(report(&slow, "an error"), REASON__REASON_LEASE_LOST);
	assert_reason(hold(&slow), REASON__REASON_LEASE_LOST);
	assert_int_equal(world_number("SELECT state FROM work WHERE last_error = ''"),
			 WORK_STATE__WORK_STATE_OPEN);
	assert_ok(report(&quick, ""));
	assert_int_equal(world_number("SELECT state FROM work"), WORK_STATE__WORK_STATE_DONE);
}

/* One of several that lease until nothing is left; each piece is finished at once. */
struct leaser {
	pthread_t thread;
	struct desk desk;
	int got;
};

static void *lease_and_finish(void *data)
{
	struct leaser *leaser = data;

	for (;;) {
		LeaseWorkResponse leased = LEASE_WORK_RESPONSE__INIT;
		struct call *call = desk_begin(&leaser->desk, NULL, NULL);
		WorkLease taken = WORK_LEASE__INIT;
		struct account account = {&taken, "", false};

		if (work_lease(call, LANE__LANE_LOCAL, 1, &leased).reason != 0)
			return NULL;
		if (leased.n_work == 0)
			break;
		taken.id = leased.work[0]->id;
		taken.fence = leased.work[0]->fence;
		if (execute(call, tell, &account).reason != 0)
			return NULL;
		leaser->got++;
	}
	return NULL;
}

static void test_two_leasers_never_have_the_same_piece(void **state)
{
	static struct leaser leasers[LEASERS];
	int got = 0;

	(void)state;
	add_local(PIECES);
	for (size_t i = 0; i < LEASERS; i++) {
		leasers[i] = (struct leaser){0};
		desk_open(&leasers[i].desk, NULL);
		assert_int_equal(
		    pthread_create(&leasers[i].thread, NULL, lease_and_finish, &leasers[i]), 0);
	}
	for (size_t i = 0; i < LEASERS; i++) {
		pthread_join(leasers[i].thread, NULL);
		desk_close(&leasers[i].desk);
		got += leasers[i].got;
	}
	/* Whoever met rivals too often may have gone; the rest is still there for the next. */
	lease_and_finish(&(struct leaser){.desk = desk});
	assert_in_range(got, 1, PIECES);
	assert_int_equal(world_number("SELECT COUNT(*) FROM work WHERE state = 2 AND attempts = 1 "
				      "AND fence = 1"),
			 PIECES);
}

static void test_a_failed_attempt_is_due_again_later_each_time(void **state)
{
	int64_t pause = TIME_SECOND_US;

	(void)state;
	add_local(1);
	for (int attempt = 1; attempt < WORK_ATTEMPTS_MAX; attempt++) {
		WorkLease taken = lease_one();

		assert_ok(report(&taken, "no answer"));
		assert_int_equal(
		    world_number("SELECT due_us - %lld FROM work", (long long)desk.call.real_us),
		    pause);
		pause = pause * 2 < 10 * TIME_MINUTE_US ? pause * 2 : 10 * TIME_MINUTE_US;
		assert_int_equal(world_number("SELECT attempts FROM work WHERE state = 1 AND "
					      "last_error = 'no answer'"),
				 attempt);
		make_due();
	}
	assert_int_equal(pause, 10 * TIME_MINUTE_US);
	/* The last one. */
	assert_ok(report(&(WorkLease){.base = PROTOBUF_C_MESSAGE_INIT(&work_lease__descriptor),
				      .id = lease_one().id,
				      .fence = WORK_ATTEMPTS_MAX},
			 "no answer"));
	assert_int_equal(world_number("SELECT attempts FROM work WHERE state = 3"),
			 WORK_ATTEMPTS_MAX);
	make_due();
	assert_int_equal(lease(&desk, LANE__LANE_LOCAL, 50)->n_work, 0);
}

static void test_work_that_nobody_ever_reports_is_given_up_too(void **state)
{
	(void)state;
	add_local(1);
	for (int attempt = 1; attempt <= WORK_ATTEMPTS_MAX; attempt++) {
		lease_one();
		make_due();
	}
	assert_int_equal(lease(&desk, LANE__LANE_LOCAL, 50)->n_work, 0);
	assert_int_equal(world_number("SELECT attempts FROM work WHERE state = 3 AND last_error <> "
				      "''"),
			 WORK_ATTEMPTS_MAX);
}

static void test_what_can_not_be_read_stands_in_nobodys_way(void **state)
{
	(void)state;
	add_local(1);
	test_database_execute(SCHEMA,
			      "UPDATE work SET due_us = 1, payload = 'not sealed at all, and "
			      "longer than the envelope of what is'");
	add_local(1);
	assert_int_equal(lease(&desk, LANE__LANE_LOCAL, 1)->n_work, 1);
	assert_int_equal(world_number("SELECT COUNT(*) FROM work WHERE state = 1 AND attempts = 1"),
			 2);
}

static void test_an_error_is_kept_as_far_as_it_fits(void **state)
{
	char error[1000];
	WorkLease taken;

	(void)state;
	add_local(1);
	memset(error, 'e', sizeof(error) - 1);
	error[sizeof(error) - 1] = 0;
	error[WORK_ERROR_MAX - 1] = '\xc3'; /* Cut within a character. */
	error[WORK_ERROR_MAX] = '\xa9';
	taken = lease_one();
	assert_ok(report(&taken, error));
	assert_int_equal(world_number("SELECT LENGTH(last_error) FROM work WHERE state = 1"),
			 WORK_ERROR_MAX - 1);
}

static void test_a_cause_has_its_work_made_once(void **state)
{
	(void)state;
	assert_ok(place(touch_call(), LANE__LANE_LOCAL, "cause-1", 2));
	assert_ok(place(touch_call(), LANE__LANE_LOCAL, "cause-1", 1));
	assert_ok(place(touch_call(), LANE__LANE_LOCAL, "cause-2", 1));
	assert_ok(place(touch_call(), LANE__LANE_LOCAL, NULL, 2));
	assert_int_equal(world_number("SELECT COUNT(*) FROM work"), 4);
	assert_int_equal(world_number("SELECT COUNT(*) FROM work WHERE cause IS NULL"), 2);
	/* Also when the first is long done. */
	test_database_execute(SCHEMA, "UPDATE work SET state = 2");
	assert_ok(place(touch_call(), LANE__LANE_LOCAL, "cause-1", 1));
	assert_int_equal(world_number("SELECT COUNT(*) FROM work WHERE state = 1"), 0);
}

static void test_gateway_work_is_leased_to_the_service_that_makes_it(void **state)
{
	struct call *call = desk_begin_by_service(&desk, "TouchNote", &touch_of("n1", "")->base);
	LeaseWorkResponse *leased;

	(void)state;
	assert_ok(place(call, LANE__LANE_GATEWAY, "cause-1", 1));
	assert_non_null(call->leased.bytes);
	leased = (LeaseWorkResponse *)(void *)message_unpack(
	    arena, &lease_work_response__descriptor, call->leased.bytes, call->leased.length);
	assert_int_equal(leased->n_work, 1);
	assert_int_equal(leased->work[0]->fence, 1);
	assert_int_equal(world_number("SELECT due_us - %lld FROM work WHERE fence = 1 AND attempts "
				      "= 1 AND id = '%s'",
				      (long long)call->real_us, leased->work[0]->id),
			 WORK_LEASE_US);
	assert_int_equal(lease(&desk, LANE__LANE_GATEWAY, 50)->n_work, 0);
}

static void test_no_lease_is_given_on_work_that_was_not_made(void **state)
{
	struct call *call = desk_begin_by_service(&desk, "TouchNote", &touch_of("n1", "")->base);

	(void)state;
	assert_ok(place(call, LANE__LANE_GATEWAY, "cause-1", 1));
	call = desk_begin_by_service(&desk, "TouchNote", &touch_of("n1", "")->base);
	assert_ok(place(call, LANE__LANE_GATEWAY, "cause-1", 1));
	assert_null(call->leased.bytes);
	assert_int_equal(world_number("SELECT COUNT(*) FROM work"), 1);
}

static void test_anybody_elses_gateway_work_waits_to_be_leased(void **state)
{
	struct call *call = touch_call();

	(void)state;
	assert_ok(place(call, LANE__LANE_GATEWAY, NULL, 1));
	assert_null(call->leased.bytes);
	assert_int_equal(lease(&desk, LANE__LANE_GATEWAY, 50)->n_work, 1);
}

static void test_local_work_is_leased_to_nobody(void **state)
{
	struct call *call = desk_begin_by_service(&desk, "TouchNote", &touch_of("n1", "")->base);

	(void)state;
	assert_ok(place(call, LANE__LANE_LOCAL, NULL, 1));
	assert_null(call->leased.bytes);
	assert_int_equal(world_number("SELECT fence + attempts FROM work"), 0);
}

static void test_a_repeated_answer_brings_no_lease(void **state)
{
	const char *key = "0b0f9b1e-0004-4c5a-9d1b-6d3b3f0a0001";
	struct call *call;

	(void)state;
	call = desk_begin_by_service(&desk, "TouchNote", &touch_of("n1", key)->base);
	assert_ok(place(call, LANE__LANE_GATEWAY, NULL, 1));
	assert_non_null(call->leased.bytes);
	call = desk_begin_by_service(&desk, "TouchNote", &touch_of("n1", key)->base);
	assert_ok(place(call, LANE__LANE_GATEWAY, NULL, 1));
	assert_null(call->leased.bytes);
	assert_int_equal(world_number("SELECT COUNT(*) FROM work"), 1);
}

int main(void)
{
#define WORK_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    WORK_TEST(test_work_is_leased_with_its_payload_and_a_fence),
	    WORK_TEST(test_done_work_is_over_and_its_payload_gone),
	    WORK_TEST(test_a_slow_workers_report_is_refused),
	    WORK_TEST(test_two_leasers_never_have_the_same_piece),
	    WORK_TEST(test_a_failed_attempt_is_due_again_later_each_time),
	    WORK_TEST(test_work_that_nobody_ever_reports_is_given_up_too),
	    WORK_TEST(test_what_can_not_be_read_stands_in_nobodys_way),
	    WORK_TEST(test_an_error_is_kept_as_far_as_it_fits),
	    WORK_TEST(test_a_cause_has_its_work_made_once),
	    WORK_TEST(test_gateway_work_is_leased_to_the_service_that_makes_it),
	    WORK_TEST(test_no_lease_is_given_on_work_that_was_not_made),
	    WORK_TEST(test_anybody_elses_gateway_work_waits_to_be_leased),
	    WORK_TEST(test_local_work_is_leased_to_nobody),
	    WORK_TEST(test_a_repeated_answer_brings_no_lease),
	};

	return cmocka_run_group_tests_name("work", tests, world_begin, world_end);
}
