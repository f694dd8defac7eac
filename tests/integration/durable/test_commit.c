/* SPDX-License-Identifier: Apache-2.0 */
/* A COMMIT whose answer is lost: whatever became of it, one effect and the right answer. */
#include "world.h"

#include <stdlib.h>

#include "base/time.h"
#include "durable/execute.h"
#include "proxy.h"

static struct db_address by_proxy;
static struct desk desk;

static int begin(void **state)
{
	world_begin(state);
	by_proxy = address;
	by_proxy.socket = proxy_start(address.socket);
	return 0;
}

static int set_up(void **state)
{
	world_set_up(state);
	note_add("n1", "clients/c1", "hello");
	desk_open(&desk, &by_proxy);
	return 0;
}

static int tear_down(void **state)
{
	desk_close(&desk);
	return world_tear_down(state);
}

static int end(void **state)
{
	proxy_stop();
	return world_end(state);
}

/* The call at hand says one touch, and there is one. */
static void assert_one_touch(void)
{
	struct call *call = &desk.call;
	Note *answer;

	assert_ok(call->status);
	assert_false(call->in_transaction);
	answer = (Note *)(void *)message_unpack(call->arena, &note__descriptor, call->stored.bytes,
						call->stored.length);
	assert_int_equal(answer->touches, 1);
	assert_string_equal(answer->etag, "2");
	assert_string_equal(answer->text, "hello");
	assert_int_equal(world_number("SELECT touches FROM note"), 1);
	assert_int_equal(world_number("SELECT COUNT(*) FROM change_log WHERE version = 2"), 1);
}

static void touch_under(enum proxy_fate fate, const char *request_id, int commits)
{
	int before = proxy_commits();

	proxy_next_commit(fate);
	execute(desk_begin(&desk, "TouchNote", &touch_of("n1", request_id)->base), note_touch,
		NULL);
	assert_one_touch();
	assert_int_equal(proxy_commits() - before, commits);
}

static void test_a_commit_that_never_arrived_is_made_again(void **state)
{
	(void)state;
	touch_under(PROXY_CUT_BEFORE, "0b0f9b1e-0001-4c5a-9d1b-6d3b3f0a0001", 2);
}

static void test_a_commit_without_an_answer_is_not_made_twice(void **state)
{
	(void)state;
	touch_under(PROXY_CUT_AFTER, "0b0f9b1e-0001-4c5a-9d1b-6d3b3f0a0002", 1);
}

static void test_a_call_without_a_request_id_is_settled_too(void **state)
{
	(void)state;
	touch_under(PROXY_CUT_AFTER, "", 1);
}

static void *touch_in_the_background(void *data)
{
	execute(data, note_touch, NULL);
	return NULL;
}

/* The second run meets the first one's locks, and waits for what becomes of it. */
static void test_a_commit_that_is_still_under_way_is_waited_for(void **state)
{
	struct call *call = desk_begin(&desk, "TouchNote", &touch_of("n1", "")->base);
	pthread_t thread;
	bool waits;

	(void)state;
	proxy_next_commit(PROXY_HOLD);
	assert_int_equal(pthread_create(&thread, NULL, touch_in_the_background, call), 0);
	waits = world_becomes(WAITING);
	proxy_release();
	pthread_join(thread, NULL);
	assert_true(waits);
	assert_one_touch();
}

/* Refuses when the note has been touched: what a rule says to an echo of its own success. */
static void touch_if_untouched(struct call *call, void *data)
{
	struct status status = note_touch_rows(call);

	(void)data;
	if (status.reason == 0 && ((Note *)(void *)call->reply)->touches > 1)
		status = status_of(REASON__REASON_STATE_CONFLICT);
	call_finish(call, status);
}

static void test_a_refusal_after_a_lost_answer_is_the_echo_of_a_success(void **state)
{
	struct call *call;

	(void)state;
	proxy_next_commit(PROXY_CUT_AFTER);
	call = desk_begin(&desk, "TouchNote", &touch_of("n1", "")->base);
	assert_ok(execute(call, touch_if_untouched, NULL));
	assert_int_equal(world_number("SELECT touches FROM note"), 1);
	/* Without a lost answer the refusal stands. */
	call = desk_begin(&desk, "TouchNote", &touch_of("n1", "")->base);
	assert_reason(execute(call, touch_if_untouched, NULL), REASON__REASON_STATE_CONFLICT);
}

/* The background has no key to look up: it is told that the outcome is not known. */
static void touch_by_name(struct call *call, void *data)
{
	call->request = data;
	call->reply = message_new(call->arena, &note__descriptor);
	call_finish(call, note_touch_rows(call));
}

static void test_the_background_is_not_run_again_past_a_commit_that_was_done(void **state)
{

	(void)state;
	proxy_next_commit(PROXY_CUT_AFTER);
	assert_reason(execute(desk_begin(&desk, NULL, NULL), touch_by_name, touch_of("n1", "")),
		      REASON__REASON_UNAVAILABLE);
	assert_int_equal(world_number("SELECT touches FROM note"), 1);
}

int main(void)
{
#define COMMIT_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    COMMIT_TEST(test_a_commit_that_never_arrived_is_made_again),
	    COMMIT_TEST(test_a_commit_without_an_answer_is_not_made_twice),
	    COMMIT_TEST(test_a_call_without_a_request_id_is_settled_too),
	    COMMIT_TEST(test_a_commit_that_is_still_under_way_is_waited_for),
	    COMMIT_TEST(test_a_refusal_after_a_lost_answer_is_the_echo_of_a_success),
	    COMMIT_TEST(test_the_background_is_not_run_again_past_a_commit_that_was_done),
	};

	return cmocka_run_group_tests_name("commit", tests, begin, end);
}
