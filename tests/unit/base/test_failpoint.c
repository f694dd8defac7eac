/* SPDX-License-Identifier: Apache-2.0 */
/* A process dies at the armed place and passage, and at no other. */
#include "base/failpoint.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* How many passages of `name` a process survives that was armed so; -1: all ten. */
static int survived(const char *armed, const char *name)
{
	int status = 0;
	int ends[2];
	char passages[10];
	ssize_t count;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		failpoint_arm(armed);
		for (int i = 0; i < 10; i++) {
			failpoint_pass(name);
			if (write(ends[1], "x", 1) != 1)
				_exit(1);
		}
		_exit(0);
	}
	close(ends[1]);
	count = 0;
	for (ssize_t got; (got = read(ends[0], passages, sizeof(passages))) > 0;)
		count += got;
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status))
		return WEXITSTATUS(status) == 0 ? -1 : -2;
	return WTERMSIG(status) == SIGKILL ? (int)count : -2;
}

static void test_the_process_dies_at_the_armed_passage(void **state)
{
	(void)state;
	assert_int_equal(survived("here", "here"), 0);
	assert_int_equal(survived("here:3", "here"), 2);
	assert_int_equal(survived("work: done:2", "work: done"), 1);
}

static void test_other_places_are_passed(void **state)
{
	(void)state;
	assert_int_equal(survived("here", "there"), -1);
	assert_int_equal(survived("here:11", "here"), -1);
	assert_int_equal(survived("", "here"), -1);
	assert_int_equal(survived(NULL, "here"), -1);
}

static void test_a_passage_that_is_none_is_refused(void **state)
{
	(void)state;
	assert_false(failpoint_arm("here:0"));
	assert_true(failpoint_arm(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_process_dies_at_the_armed_passage),
	    cmocka_unit_test(test_other_places_are_passed),
	    cmocka_unit_test(test_a_passage_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
