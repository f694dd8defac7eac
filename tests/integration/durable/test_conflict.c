/* SPDX-License-Identifier: Apache-2.0 */
/* Mutations that others get in the way of: run again, and nothing of a failed run stays. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "db/connection_internal.h"
#include "durable/execute.h"
#include "durable/subject.h"
#include "durable/work.h"

#include "note.sql.h"

static struct desk desk, rival;

/* What a handler of these tests does before it touches its note, and how often it ran. */
struct plan {
	int runs;
	int64_t now_us[8]; /* The call's time in each run. */
	void (*first)(struct call *call);
	void (*later)(struct call *call);
	pthread_t thread;
};

static struct plan plan;

static int set_up(void **state)
{
	world_set_up(state);
	note_add("n1", "clients/c1", "one");
	note_add("n2", "clients/c2", "two");
	note_add("hopeless", "clients/c3", "three");
	desk_open(&desk, NULL);
	desk_open(&rival, NULL);
	plan = (struct plan){0};
	return 0;
}

static int tear_down(void **state)
{
	desk_close(&desk);
	desk_close(&rival);
	return world_tear_down(state);
}

/* The rival's transaction: open until rival_ends. */
static struct call *rival_begins(const char *id)
{
	struct call *call = desk_begin(&rival, "TouchNote", &touch_of(id, "")->base);

	call->session.connection = call->writes;
	/* However busy the machine: not the rival gives up first. */
	assert_ok(db_connection_ready(call->writes));
	assert_int_equal(
	    mysql_query(call->writes->mysql, "SET SESSION innodb_lock_wait_timeout = 60"), 0);
	return call;
}

static struct status rival_touches(struct call *call)
{
	return sql_touch_note(call, (const TouchNoteRequest *)(const void *)call->request);
}

static void rival_ends(void)
{
	db_rollback(&rival.call.session);
}

/* Leaves traces of every kind, so that a failed run would show. */
static void leave_traces(struct call *call)
{
	Note left = NOTE__INIT;

	left.name = note_name(arena_text(arena, "left%d", plan.runs));
	left.person = arena_text(arena, "platforms/" PLATFORM "/clients/left%d", plan.runs);
	left.text = (char *)"left behind";
	assert_ok(sql_add_note(call, &left));
	assert_ok(publish(call, &left.base));
	assert_ok(work_add(call, LANE__LANE_LOCAL, "left", left.name, NULL, &left.base));
}

static void handle(struct call *call, void *data)
{
	(void)data;
	plan.now_us[plan.runs] = call->now_us;
	if (plan.runs++ == 0 && plan.first)
		plan.first(call);
	else if (plan.later)
		plan.later(call);
	call_finish(call, note_touch_rows(call));
}

static struct status run(const char *id)
{
	return execute(desk_begin(&desk, "TouchNote", &touch_of(id, "")->base), handle, NULL);
}

/* The traces of one run, the last, and one touch. */
static void assert_one_effect(int runs, bool traces)
{
	assert_int_equal(plan.runs, runs);
	assert_int_equal(world_number("SELECT touches FROM note WHERE id = 'n1'"), 1);
	assert_int_equal(world_number("SELECT COUNT(*) FROM note WHERE id LIKE 'left%%'"), traces);
	assert_int_equal(world_number("SELECT COUNT(*) FROM note WHERE id = 'left%d'", runs),
			 traces);
	assert_int_equal(world_number("SELECT COUNT(*) FROM work"), traces);
	assert_int_equal(world_number("SELECT COUNT(*) FROM subject_key WHERE subject LIKE "
				      "'%%left%%'"),
			 traces);
	assert_int_equal(world_number("SELECT COUNT(*) FROM change_log WHERE method LIKE "
				      "'%%TouchNote'"),
			 1 + traces);
	for (int i = 1; i < runs; i++)
		assert_true(plan.now_us[i] > plan.now_us[i - 1]);
}

static void free_the_row(struct call *call)
{
	rival_ends();
	leave_traces(call);
}

static void test_a_row_that_was_locked_too_long_is_tried_again(void **state)
{
	(void)state;
	assert_ok(rival_touches(rival_begins("n1")));
	plan.first = leave_traces;
	plan.later = free_the_row;
	assert_ok(run("n1")); /* The first run waits for a second: 1205. */
	assert_one_effect(2, true);
}

static void read_before_a_rival_writes(struct call *call)
{
	GetNoteRequest get = GET_NOTE_REQUEST__INIT;
	Note *note = (Note *)(void *)message_new(call->arena, &note__descriptor);
	struct call *other;

	leave_traces(call);
	get.name = note_name("n2");
	assert_ok(sql_get_note(call, &get, note));
	other = rival_begins("n1");
	assert_ok(rival_touches(other));
	assert_ok(db_commit(&other->session));
}

static void test_a_row_that_changed_since_the_snapshot_is_tried_again(void **state)
{
	(void)state;
	plan.first = read_before_a_rival_writes;
	plan.later = leave_traces;
	assert_ok(run("n1")); /* 1020 */
	assert_int_equal(world_number("SELECT touches FROM note WHERE id = 'n1'"), 2);
	test_database_execute(SCHEMA, "UPDATE note SET touches = 1 WHERE id = 'n1'");
	assert_one_effect(2, true);
}

static void *close_the_circle(void *data)
{
	TouchNoteRequest *request = data;
	Note *note = arena_new(rival.call.arena, Note, 1);
	struct status status;

	note__init(note);
	status = sql_lock_note(&rival.call, request, note);
	rival_ends();
	return (void *)(intptr_t)status.reason;
}

/* The call holds n2 and wants n1, the rival holds n1 and wants n2, and has more to lose. */
static void meet_a_rival(struct call *call)
{
	Note *note = (Note *)(void *)message_new(call->arena, &note__descriptor);
	TouchNoteRequest *second = touch_of("n2", "");

	leave_traces(call);
	assert_ok(sql_lock_note(call, second, note));
	assert_int_equal(pthread_create(&plan.thread, NULL, close_the_circle, second), 0);
	world_wait_for(WAITING);
}

static void test_a_deadlocks_loser_is_tried_again(void **state)
{
	struct call *other = rival_begins("n1");
	void *reason;

	(void)state;
	for (int i = 0; i < 200; i++)
		assert_ok(rival_touches(other));
	plan.first = meet_a_rival;
	plan.later = leave_traces;
	assert_ok(run("n1")); /* 1213 */
	pthread_join(plan.thread, &reason);
	assert_int_equal((intptr_t)reason, 0);
	assert_one_effect(2, true);
}

static void test_after_three_more_runs_it_is_a_conflict(void **state)
{
	(void)state;
	plan.first = leave_traces;
	plan.later = leave_traces;
	assert_reason(run("hopeless"), REASON__REASON_CONFLICT);
	assert_int_equal(plan.runs, 4);
	assert_false(desk.call.in_transaction);
	assert_int_equal(world_number("SELECT COUNT(*) FROM note WHERE id LIKE 'left%%'"), 0);
	assert_int_equal(world_number("SELECT COUNT(*) FROM work"), 0);
	assert_int_equal(world_number("SELECT COUNT(*) FROM change_log WHERE method LIKE "
				      "'%%TouchNote'"),
			 0);
	/* The connection serves the next call. */
	assert_ok(
	    execute(desk_begin(&desk, "TouchNote", &touch_of("n1", "")->base), note_touch, NULL));
}

static void use_up_the_time(struct call *call)
{
	call->deadline_us = time_monotonic_us() - 1;
}

static void test_nothing_is_tried_again_past_the_deadline(void **state)
{
	(void)state;
	plan.first = use_up_the_time;
	assert_reason(run("hopeless"), REASON__REASON_CONFLICT);
	assert_int_equal(plan.runs, 1);
}

static void refuse_after_traces(struct call *call, void *data)
{
	(void)data;
	plan.runs++;
	leave_traces(call);
	call_finish(call, status_of(REASON__REASON_STATE_CONFLICT));
}

static void test_a_refusal_is_not_tried_again_and_leaves_nothing(void **state)
{
	struct call *call = desk_begin(&desk, "TouchNote", &touch_of("n1", "")->base);

	(void)state;
	assert_reason(execute(call, refuse_after_traces, NULL), REASON__REASON_STATE_CONFLICT);
	assert_int_equal(plan.runs, 1);
	assert_int_equal(world_number("SELECT COUNT(*) FROM note WHERE id LIKE 'left%%'"), 0);
	assert_int_equal(world_number("SELECT COUNT(*) FROM subject_key WHERE subject LIKE "
				      "'%%left%%'"),
			 0);
	assert_ok(run("n1"));
	assert_int_equal(world_number("SELECT COUNT(*) FROM note WHERE id LIKE 'left%%'"), 0);
}

static void count_reset(void *data)
{
	++*(int *)data;
}

static void register_cleanup(struct call *call, void *data)
{
	arena_on_reset(call->arena, count_reset, data);
	plan.runs++;
	call_finish(call, note_touch_rows(call));
}

static void test_each_runs_cleanups_are_run_before_the_next(void **state)
{
	int resets = 0;

	(void)state;
	assert_reason(execute(desk_begin(&desk, "TouchNote", &touch_of("hopeless", "")->base),
			      register_cleanup, &resets),
		      REASON__REASON_CONFLICT);
	assert_int_equal(plan.runs, 4);
	assert_int_equal(resets, 3);
	arena_reset(desk.arena);
	assert_int_equal(resets, 4);
}

static void test_run_twice_rehearses_and_gives_the_same(void **state)
{
	Note *answer;

	(void)state;
	environment.run_twice = true;
	plan.first = leave_traces;
	plan.later = leave_traces;
	assert_ok(run("n1"));
	assert_int_equal(plan.runs, 2);
	assert_int_equal(world_number("SELECT touches FROM note WHERE id = 'n1'"), 1);
	assert_int_equal(world_number("SELECT COUNT(*) FROM note WHERE id LIKE 'left%%'"), 1);
	assert_int_equal(world_number("SELECT COUNT(*) FROM work"), 1);
	answer = (Note *)(void *)desk.call.reply;
	assert_int_equal(answer->touches, 1);
	assert_string_equal(answer->etag, "2");
}

static void test_run_twice_repeats_answers_as_well(void **state)
{
	const char *key = "0b0f9b1e-0003-4c5a-9d1b-6d3b3f0a0001";

	(void)state;
	environment.run_twice = true;
	for (int i = 0; i < 2; i++)
		assert_ok(execute(desk_begin(&desk, "TouchNote", &touch_of("n1", key)->base),
				  note_touch, NULL));
	assert_int_equal(world_number("SELECT touches FROM note WHERE id = 'n1'"), 1);
}

int main(void)
{
#define CONFLICT_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    CONFLICT_TEST(test_a_row_that_was_locked_too_long_is_tried_again),
	    CONFLICT_TEST(test_a_row_that_changed_since_the_snapshot_is_tried_again),
	    CONFLICT_TEST(test_a_deadlocks_loser_is_tried_again),
	    CONFLICT_TEST(test_after_three_more_runs_it_is_a_conflict),
	    CONFLICT_TEST(test_nothing_is_tried_again_past_the_deadline),
	    CONFLICT_TEST(test_a_refusal_is_not_tried_again_and_leaves_nothing),
	    CONFLICT_TEST(test_each_runs_cleanups_are_run_before_the_next),
	    CONFLICT_TEST(test_run_twice_rehearses_and_gives_the_same),
	    CONFLICT_TEST(test_run_twice_repeats_answers_as_well),
	};

	return cmocka_run_group_tests_name("conflict", tests, world_begin, world_end);
}
