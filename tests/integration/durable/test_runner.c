/* SPDX-License-Identifier: Apache-2.0 */
/* LOCAL work, done by the service's own threads: attempted outside, reported within a transaction.
 */
#include "world.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "durable/execute.h"
#include "durable/runner.h"
#include "durable/work.h"

#include "note.sql.h"

static struct desk desk;
static struct runner *runner;
static struct db_watchdog *watchdog;

/* What the attempts of these tests see and do. */
static atomic_int tries, failures_left;
static atomic_bool misused, refuse_report;
static sem_t begun, may_end;
static atomic_bool holds;

static struct status attempt(struct call *call, const Work *work, const ProtobufCMessage *payload,
			     void **outcome)
{
	const TouchNoteRequest *request = (const TouchNoteRequest *)(const void *)payload;

	atomic_fetch_add(&tries, 1);
	if (call->in_transaction || strcmp(work->platform, PLATFORM) != 0 ||
	    call->actor.role != ROLE__ROLE_SERVICE)
		atomic_store(&misused, true);
	if (atomic_load(&holds)) {
		sem_post(&begun);
		sem_wait(&may_end);
	}
	*outcome = arena_text(call->arena, "seen %s", request->reason);
	if (atomic_fetch_sub(&failures_left, 1) > 0)
		return status_with(REASON__REASON_UNAVAILABLE, "nobody answers");
	return STATUS_OK;
}

/* Touches the note of the payload. */
static struct status report(struct call *call, const Work *work, const ProtobufCMessage *payload,
			    void *outcome)
{
	(void)work;
	if (strcmp(outcome, "seen it") != 0)
		atomic_store(&misused, true);
	call->request = payload;
	call->reply = message_new(call->arena, &note__descriptor);
	TRY(note_touch_rows(call));
	return status_of(atomic_load(&refuse_report) ? REASON__REASON_STATE_CONFLICT : 0);
}

static const struct runner_kind kinds[] = {
    {"touch", &touch_note_request__descriptor, attempt, report},
    {"look", &touch_note_request__descriptor, attempt, NULL},
    {0},
};

static int set_up(void **state)
{
	world_set_up(state);
	note_add("n1", "clients/c1", "hello");
	desk_open(&desk, NULL);
	atomic_store(&tries, 0);
	atomic_store(&failures_left, 0);
	atomic_store(&misused, false);
	atomic_store(&refuse_report, false);
	atomic_store(&holds, false);
	sem_init(&begun, 0, 0);
	sem_init(&may_end, 0, 0);
	return 0;
}

static int tear_down(void **state)
{
	runner_stop(runner);
	runner = NULL;
	assert_false(atomic_load(&misused));
	desk_close(&desk);
	return world_tear_down(state);
}

static void start(int threads)
{
	runner = runner_start(&environment, &address, watchdog, kinds, threads);
}

static void add(struct call *call, void *data)
{
	TouchNoteRequest *request = touch_of("n1", "");

	request->reason = (char *)"it";
	call_finish(call, work_add(call, LANE__LANE_LOCAL, data, "", NULL, &request->base));
}

static void add_work(const char *kind)
{
	assert_ok(execute(desk_begin(&desk, NULL, NULL), add, (void *)(uintptr_t)kind));
}

#define DONE "SELECT COUNT(*) FROM work WHERE state = 2"

static void test_work_is_done_and_its_effect_stored(void **state)
{
	(void)state;
	start(2);
	add_work("touch");
	world_wait_for(DONE);
	assert_int_equal(atomic_load(&tries), 1);
	assert_int_equal(world_number("SELECT touches FROM note"), 1);
	assert_int_equal(world_number("SELECT COUNT(*) FROM change_log WHERE actor = "
				      "'services/notes' AND request_key IS NULL AND version = 2"),
			 1);
}

static void test_work_without_an_effect_here_is_done_too(void **state)
{
	(void)state;
	start(1);
	add_work("look");
	world_wait_for(DONE);
	assert_int_equal(world_number("SELECT touches FROM note"), 0);
}

static void test_what_was_there_before_the_start_is_done(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++)
		add_work("touch");
	start(2);
	world_wait_for("SELECT COUNT(*) = 10 FROM work WHERE state = 2");
	assert_int_equal(atomic_load(&tries), 10);
	assert_int_equal(world_number("SELECT touches FROM note"), 10);
}

/* Looked for only now and then, each piece would wait for about half a second. */
static void test_new_work_is_begun_at_once(void **state)
{
	int64_t shortest_us = TIME_MINUTE_US;

	(void)state;
	add_work("look");
	start(1);
	world_wait_for(DONE); /* From here on the thread has nothing to do. */
	for (int i = 2; i <= 10; i++) {
		int64_t start_us;

		add_work("look");
		start_us = time_monotonic_us();
		world_wait_for("SELECT COUNT(*) = %d FROM work WHERE state = 2", i);
		if (time_monotonic_us() - start_us < shortest_us)
			shortest_us = time_monotonic_us() - start_us;
	}
	assert_in_range(shortest_us, 0, 300 * TIME_MILLISECOND_US);
}

static void test_a_failed_attempt_is_made_again(void **state)
{
	(void)state;
	atomic_store(&failures_left, 1);
	start(1);
	add_work("touch");
	world_wait_for("SELECT COUNT(*) FROM work WHERE last_error = 'UNAVAILABLE: nobody answers' "
		       "AND due_us > %lld",
		       (long long)desk.call.real_us);
	assert_int_equal(world_number("SELECT touches FROM note"), 0);
	test_database_execute(SCHEMA, "UPDATE work SET due_us = 1");
	world_wait_for(DONE);
	assert_int_equal(atomic_load(&tries), 2);
	assert_int_equal(world_number("SELECT touches FROM note"), 1);
}

static void test_a_refused_report_is_a_failed_attempt(void **state)
{
	(void)state;
	atomic_store(&refuse_report, true);
	start(1);
	add_work("touch");
	world_wait_for("SELECT COUNT(*) FROM work WHERE last_error LIKE 'STATE_CONFLICT: %%'");
	assert_int_equal(world_number("SELECT touches FROM note"), 0);
	atomic_store(&refuse_report, false);
	test_database_execute(SCHEMA, "UPDATE work SET due_us = 1");
	world_wait_for(DONE);
	assert_int_equal(world_number("SELECT touches FROM note"), 1);
}

static void test_a_kind_that_nobody_does_holds_nothing_up(void **state)
{
	(void)state;
	add_work("unheard");
	add_work("touch");
	start(1);
	world_wait_for(DONE);
	world_wait_for("SELECT COUNT(*) FROM work WHERE state = 1 AND kind = 'unheard' AND "
		       "last_error <> ''");
}

static void test_a_lost_lease_has_no_effect(void **state)
{
	(void)state;
	atomic_store(&holds, true);
	start(1);
	add_work("touch");
	sem_wait(&begun);
	/* The lease ran out, and another took it. */
	test_database_execute(SCHEMA, "UPDATE work SET fence = fence + 1");
	atomic_store(&holds, false);
	sem_post(&may_end);
	runner_stop(runner);
	runner = NULL;
	assert_int_equal(world_number("SELECT touches FROM note"), 0);
	assert_int_equal(world_number("SELECT state FROM work WHERE last_error = ''"), 1);
}

static void *stop(void *data)
{
	runner_stop(data);
	return NULL;
}

static void test_it_stops_after_the_attempt_at_hand(void **state)
{
	pthread_t thread;

	(void)state;
	add_work("touch");
	add_work("touch");
	atomic_store(&holds, true);
	start(1);
	sem_wait(&begun);
	assert_int_equal(pthread_create(&thread, NULL, stop, runner), 0);
	runner = NULL;
	sem_post(&may_end);
	sem_post(&may_end); /* Were there another attempt, it would not hang. */
	pthread_join(thread, NULL);
	assert_in_range(atomic_load(&tries), 1, 2);
	assert_int_equal(world_number(DONE), atomic_load(&tries));
	assert_int_equal(world_number("SELECT touches FROM note"), atomic_load(&tries));
	/* Nothing is left half-done: whatever was begun is over. */
	assert_int_equal(world_number("SELECT COUNT(*) FROM work WHERE state = 1 AND attempts > 0"),
			 0);
}

static int begin(void **state)
{
	world_begin(state);
	watchdog = db_watchdog_start(&address);
	return 0;
}

static int end(void **state)
{
	db_watchdog_stop(watchdog);
	return world_end(state);
}

int main(void)
{
#define RUNNER_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    RUNNER_TEST(test_work_is_done_and_its_effect_stored),
	    RUNNER_TEST(test_work_without_an_effect_here_is_done_too),
	    RUNNER_TEST(test_what_was_there_before_the_start_is_done),
	    RUNNER_TEST(test_new_work_is_begun_at_once),
	    RUNNER_TEST(test_a_failed_attempt_is_made_again),
	    RUNNER_TEST(test_a_refused_report_is_a_failed_attempt),
	    RUNNER_TEST(test_a_kind_that_nobody_does_holds_nothing_up),
	    RUNNER_TEST(test_a_lost_lease_has_no_effect),
	    RUNNER_TEST(test_it_stops_after_the_attempt_at_hand),
	};

	return cmocka_run_group_tests_name("runner", tests, begin, end);
}
