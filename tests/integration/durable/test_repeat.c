/* SPDX-License-Identifier: Apache-2.0 */
/* X4: a mutation that is sent again has one effect and one answer. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "durable/change.h"
#include "durable/execute.h"

#define SENDERS 50
#define KEY "0b0f9b1e-0002-4c5a-9d1b-6d3b3f0a0001"

static struct desk desk;

static int set_up(void **state)
{
	world_set_up(state);
	note_add("n1", "clients/c1", "hello");
	desk_open(&desk, NULL);
	return 0;
}

static int tear_down(void **state)
{
	desk_close(&desk);
	return world_tear_down(state);
}

static long kept_rows(void)
{
	return world_number("SELECT COUNT(*) FROM change_log WHERE method LIKE '%%TouchNote'");
}

static long touches(void)
{
	return world_number("SELECT touches FROM note");
}

/* One sender of the same wish. */
struct sender {
	pthread_t thread;
	struct desk desk;
	const TouchNoteRequest *request;
	struct status status;
	struct call_bytes answer; /* In the desk's arena. */
};

static void *send_touch(void *data)
{
	struct sender *sender = data;
	struct call *call = desk_begin(&sender->desk, "TouchNote", &sender->request->base);

	sender->status = execute(call, note_touch, NULL);
	sender->answer = call->stored;
	return NULL;
}

static void test_fifty_at_once_have_one_effect_and_one_answer(void **state)
{
	static struct sender senders[SENDERS];

	(void)state;
	for (size_t i = 0; i < SENDERS; i++) {
		senders[i].request = touch_of("n1", KEY);
		desk_open(&senders[i].desk, NULL);
		assert_int_equal(pthread_create(&senders[i].thread, NULL, send_touch, &senders[i]),
				 0);
	}
	for (size_t i = 0; i < SENDERS; i++)
		pthread_join(senders[i].thread, NULL);
	for (size_t i = 0; i < SENDERS; i++) {
		assert_ok(senders[i].status);
		assert_int_equal(senders[i].answer.length, senders[0].answer.length);
		assert_memory_equal(senders[i].answer.bytes, senders[0].answer.bytes,
				    senders[0].answer.length);
	}
	for (size_t i = 0; i < SENDERS; i++)
		desk_close(&senders[i].desk);
	assert_int_equal(touches(), 1);
	assert_int_equal(kept_rows(), 1);
}

static struct status touch(TouchNoteRequest *request)
{
	return execute(desk_begin(&desk, "TouchNote", &request->base), note_touch, NULL);
}

static void test_the_same_key_for_another_wish_is_refused(void **state)
{
	TouchNoteRequest *other = touch_of("n1", KEY);

	(void)state;
	assert_ok(touch(touch_of("n1", KEY)));
	other->reason = (char *)"another";
	assert_reason(touch(other), REASON__REASON_REQUEST_ID_REUSED);
	assert_int_equal(touches(), 1);
	/* The refusal has changed nothing of what is kept. */
	assert_ok(touch(touch_of("n1", KEY)));
	assert_int_equal(touches(), 1);
}

static void test_what_the_gateway_adds_is_no_part_of_the_wish(void **state)
{
	TouchNoteRequest *again = touch_of("n1", KEY);

	(void)state;
	assert_ok(touch(touch_of("n1", KEY)));
	again->hint = (char *)"known since";
	assert_ok(touch(again));
	assert_int_equal(touches(), 1);
}

static void test_a_key_is_one_callers_and_one_methods(void **state)
{
	struct call *call;

	(void)state;
	assert_ok(touch(touch_of("n1", KEY)));
	call = desk_begin(&desk, "TouchNote", &touch_of("n1", KEY)->base);
	call->actor.subject = "m2";
	assert_ok(execute(call, note_touch, NULL));
	assert_int_equal(touches(), 2);
}

static void test_without_a_key_each_call_counts(void **state)
{
	(void)state;
	assert_ok(touch(touch_of("n1", "")));
	assert_ok(touch(touch_of("n1", "")));
	assert_int_equal(touches(), 2);
}

static void refuse(struct call *call, void *data)
{
	(void)data;
	call_finish(call, status_of(REASON__REASON_STATE_CONFLICT));
}

static void test_a_refusal_after_a_success_is_the_success(void **state)
{
	struct call *call = desk_begin(&desk, "TouchNote", &touch_of("n1", KEY)->base);
	struct call_bytes first;

	(void)state;
	assert_ok(execute(call, note_touch, NULL));
	first.length = call->stored.length;
	first.bytes = (const uint8_t *)arena_copy(arena, call->stored.bytes, first.length);
	call = desk_begin(&desk, "TouchNote", &touch_of("n1", KEY)->base);
	assert_ok(execute(call, refuse, NULL));
	assert_int_equal(call->stored.length, first.length);
	assert_memory_equal(call->stored.bytes, first.bytes, first.length);
}

static void test_a_refusal_is_not_kept(void **state)
{
	struct call *call = desk_begin(&desk, "TouchNote", &touch_of("n1", KEY)->base);

	(void)state;
	assert_reason(execute(call, refuse, NULL), REASON__REASON_STATE_CONFLICT);
	assert_int_equal(kept_rows(), 0);
	assert_ok(touch(touch_of("n1", KEY)));
	assert_int_equal(touches(), 1);
}

static void test_an_answer_that_was_dropped_is_not_made_up(void **state)
{
	(void)state;
	assert_ok(touch(touch_of("n1", KEY)));
	test_database_execute(SCHEMA, "UPDATE change_log SET reply = NULL");
	assert_reason(touch(touch_of("n1", KEY)), REASON__REASON_REQUEST_ID_EXPIRED);
	assert_int_equal(touches(), 1);
}

static void do_nothing(struct call *call, void *data)
{
	(void)data;
	call_finish(call, STATUS_OK);
}

static void test_a_mutation_that_changed_nothing_keeps_its_key_alone(void **state)
{
	struct call *call = desk_begin(&desk, "TouchNote", &touch_of("n1", KEY)->base);

	(void)state;
	assert_ok(execute(call, do_nothing, NULL));
	/* An empty message is an answer too. */
	assert_non_null(call->stored.bytes);
	assert_int_equal(call->stored.length, 0);
	assert_int_equal(kept_rows(), 1);
	assert_int_equal(
	    world_number("SELECT COUNT(*) FROM change_log WHERE method LIKE '%%TouchNote' AND "
			 "resource = '' AND "
			 "request_key IS NOT NULL AND reply IS NOT NULL AND data = ''"),
	    1);
	call = desk_begin(&desk, "TouchNote", &touch_of("n1", KEY)->base);
	assert_ok(execute(call, note_touch, NULL));
	assert_non_null(call->stored.bytes);
	assert_int_equal(call->stored.length, 0);
	assert_int_equal(touches(), 0);
}

static void touch_twice(struct call *call, void *data)
{
	struct status status = note_touch_rows(call);

	(void)data;
	if (status.reason == 0)
		status = note_touch_rows(call);
	call_finish(call, status);
}

static void test_two_changes_of_one_resource_are_two_versions(void **state)
{
	struct call *call = desk_begin(&desk, "TouchNote", &touch_of("n1", KEY)->base);

	(void)state;
	assert_ok(execute(call, touch_twice, NULL));
	assert_string_equal(((Note *)(void *)call->reply)->etag, "3");
	assert_int_equal(world_number("SELECT version FROM note"), 3);
	assert_int_equal(world_number("SELECT GROUP_CONCAT(version ORDER BY id SEPARATOR '') FROM "
				      "change_log WHERE method LIKE '%%TouchNote'"),
			 23);
	/* The key stands on the first alone. */
	assert_int_equal(world_number("SELECT SUM(version) FROM change_log WHERE method LIKE "
				      "'%%TouchNote' AND request_key IS NOT NULL"),
			 2);
}

static void test_a_change_says_who_did_what_when(void **state)
{
	struct call *call = desk_begin_by_service(&desk, "TouchNote", &touch_of("n1", KEY)->base);
	char trace[TRACE_ID_SIZE];

	(void)state;
	assert_ok(execute(call, note_touch, NULL));
	trace_format_id(trace, &call->trace);
	assert_int_equal(
	    world_number(
		"SELECT COUNT(*) FROM change_log WHERE platform = '" PLATFORM
		"' AND resource = '%s' AND type = 'entremise.test.v1.Note' AND method = "
		"'/entremise.test.v1.NoteService/TouchNote' AND actor = 'managers/m1' AND "
		"speaker = 'gateway' AND trace = '%s' AND change_us = %lld AND record_us = "
		"%lld",
		note_name("n1"), trace, (long long)call->now_us, (long long)call->real_us),
	    1);
}

static void test_an_answer_is_sealed(void **state)
{
	(void)state;
	assert_ok(touch(touch_of("n1", KEY)));
	assert_int_equal(
	    world_number("SELECT COUNT(*) FROM change_log WHERE reply LIKE '%%hello%%' "
			 "OR reply LIKE '%%notes/n1%%'"),
	    0);
}

int main(void)
{
#define REPEAT_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    REPEAT_TEST(test_fifty_at_once_have_one_effect_and_one_answer),
	    REPEAT_TEST(test_the_same_key_for_another_wish_is_refused),
	    REPEAT_TEST(test_what_the_gateway_adds_is_no_part_of_the_wish),
	    REPEAT_TEST(test_a_key_is_one_callers_and_one_methods),
	    REPEAT_TEST(test_without_a_key_each_call_counts),
	    REPEAT_TEST(test_a_refusal_after_a_success_is_the_success),
	    REPEAT_TEST(test_a_refusal_is_not_kept),
	    REPEAT_TEST(test_an_answer_that_was_dropped_is_not_made_up),
	    REPEAT_TEST(test_a_mutation_that_changed_nothing_keeps_its_key_alone),
	    REPEAT_TEST(test_two_changes_of_one_resource_are_two_versions),
	    REPEAT_TEST(test_a_change_says_who_did_what_when),
	    REPEAT_TEST(test_an_answer_is_sealed),
	};

	return cmocka_run_group_tests_name("repeat", tests, world_begin, world_end);
}
