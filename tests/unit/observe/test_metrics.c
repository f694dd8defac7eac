/* SPDX-License-Identifier: Apache-2.0 */
/* What Prometheus would read, and that no update of any thread is lost. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/status.h"
#include "observe/metrics.h"

static char *exposition;

static const char *written(void)
{
	size_t length;
	FILE *file;

	free(exposition);
	exposition = NULL;
	file = open_memstream(&exposition, &length);
	metrics_write(file);
	fclose(file);
	return exposition;
}

static int tear_down(void **state)
{
	(void)state;
	free(exposition);
	return 0;
}

static void assert_written(const char *lines)
{
	if (!strstr(written(), lines))
		fail_msg("missing:\n%s\nin:\n%s", lines, exposition);
}

static void test_a_counter_is_written_with_its_labels(void **state)
{
	static struct metric calls =
	    METRIC_COUNTER("test_calls_total", "Calls, by\nmethod.", "method", "code");
	struct metric_series *ok = METRIC_SERIES(&calls, "Get", "OK");
	struct metric_series *odd = METRIC_SERIES(&calls, "a\"b\\c\nd", "OK");

	(void)state;
	metric_add(ok, 2);
	metric_add(ok, 1);
	metric_add(odd, 1);
	assert_int_equal(metric_value(ok), 3);
	assert_written("# HELP test_calls_total Calls, by\\nmethod.\n"
		       "# TYPE test_calls_total counter\n"
		       "test_calls_total{method=\"Get\",code=\"OK\"} 3\n"
		       "test_calls_total{method=\"a\\\"b\\\\c\\nd\",code=\"OK\"} 1\n");
}

static void test_the_same_labels_are_the_same_series(void **state)
{
	static struct metric calls = METRIC_COUNTER("test_same_total", "Same.", "method");
	char name[] = "Get";
	struct metric_series *first = METRIC_SERIES(&calls, name);

	(void)state;
	name[0] = 'S'; /* The values were copied. */
	assert_ptr_equal(METRIC_SERIES(&calls, "Get"), first);
	assert_ptr_not_equal(METRIC_SERIES(&calls, "Set"), first);
}

static void test_a_gauge_goes_up_and_down(void **state)
{
	static struct metric queue = METRIC_GAUGE("test_queue", "Queued.");
	struct metric_series *series = METRIC_SINGLE(&queue);

	(void)state;
	assert_written("# TYPE test_queue gauge\ntest_queue 0\n");
	metric_add(series, 5);
	metric_add(series, -7);
	assert_written("\ntest_queue -2\n");
	metric_set(series, 9);
	metric_raise(series, 4);
	assert_int_equal(metric_value(series), 9);
	metric_raise(series, 12);
	assert_written("\ntest_queue 12\n");
}

static void test_a_histogram_counts_cumulatively(void **state)
{
	static struct metric duration =
	    METRIC_HISTOGRAM("test_duration_seconds", "Duration.", "method");
	struct metric_series *series = METRIC_SERIES(&duration, "Get");
	static const int64_t durations[] = {-5, 0, 1000, 1001, 9999, 10000000, 10000001};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(durations); i++)
		metric_observe_us(series, durations[i]);
	assert_int_equal(metric_value(series), 7);
	assert_written("# TYPE test_duration_seconds histogram\n"
		       "test_duration_seconds_bucket{method=\"Get\",le=\"0.001\"} 3\n"
		       "test_duration_seconds_bucket{method=\"Get\",le=\"0.0025\"} 4\n"
		       "test_duration_seconds_bucket{method=\"Get\",le=\"0.005\"} 4\n"
		       "test_duration_seconds_bucket{method=\"Get\",le=\"0.01\"} 5\n"
		       "test_duration_seconds_bucket{method=\"Get\",le=\"0.025\"} 5\n");
	assert_written("test_duration_seconds_bucket{method=\"Get\",le=\"10\"} 6\n"
		       "test_duration_seconds_bucket{method=\"Get\",le=\"+Inf\"} 7\n"
		       "test_duration_seconds_sum{method=\"Get\"} 20.012001\n"
		       "test_duration_seconds_count{method=\"Get\"} 7\n");
}

static void test_a_histogram_without_labels_has_bounds_only(void **state)
{
	static struct metric bare = METRIC_HISTOGRAM("test_bare_seconds", "Bare.");

	(void)state;
	metric_observe_us(METRIC_SINGLE(&bare), 1);
	assert_written("test_bare_seconds_bucket{le=\"0.001\"} 1\n");
	assert_written("\ntest_bare_seconds_sum 0.000001\ntest_bare_seconds_count 1\n");
}

static void test_too_many_label_sets_fall_into_one(void **state)
{
	static struct metric wide = METRIC_COUNTER("test_wide_total", "Wide.", "platform", "code");
	struct metric_series *first = NULL;
	char name[16];

	(void)state;
	for (int i = 0; i < METRIC_SERIES_MAX + 100; i++) {
		struct metric_series *series;

		snprintf(name, sizeof name, "p%d", i);
		series = METRIC_SERIES(&wide, name, "OK");
		metric_add(series, 1);
		if (i == 0)
			first = series;
	}
	assert_ptr_equal(METRIC_SERIES(&wide, "p0", "OK"), first);
	assert_written("test_wide_total{platform=\"other\",code=\"other\"} 100\n");
	assert_null(strstr(exposition, "p2048"));
}

static bool aborts(void (*function)(void))
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		close(STDERR_FILENO);
		function();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return !(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void count_down(void)
{
	static struct metric down = METRIC_COUNTER("test_down_total", "Down.");

	metric_add(METRIC_SINGLE(&down), -1);
}

static void forget_a_label(void)
{
	static struct metric labelled = METRIC_COUNTER("test_labelled_total", "X.", "a", "b");

	METRIC_SERIES(&labelled, "only one");
}

static void name_without_unit(void)
{
	static struct metric unnamed = METRIC_COUNTER("test_unnamed", "X.");

	METRIC_SINGLE(&unnamed);
}

static void test_wrong_use_ends_the_process(void **state)
{
	(void)state;
	assert_true(aborts(count_down));
	assert_true(aborts(forget_a_label));
	assert_true(aborts(name_without_unit));
}

#define THREADS 4
#define UPDATES 20000

static struct metric shared = METRIC_COUNTER("test_shared_total", "Shared.", "thread");
static struct metric shared_duration = METRIC_HISTOGRAM("test_shared_seconds", "Shared.");

static void *update(void *data)
{
	static const char *const names[] = {"0", "1", "2", "3"};

	(void)data;
	for (int i = 0; i < UPDATES; i++) {
		metric_add(METRIC_SERIES(&shared, names[i % 4]), 1);
		metric_observe_us(METRIC_SINGLE(&shared_duration), i);
	}
	return NULL;
}

static void test_no_update_is_lost(void **state)
{
	pthread_t threads[THREADS];
	int64_t total = 0;
	static const char *const names[] = {"0", "1", "2", "3"};

	(void)state;
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, update, NULL), 0);
	written();
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	for (size_t i = 0; i < ARRAY_COUNT(names); i++)
		total += metric_value(METRIC_SERIES(&shared, names[i]));
	assert_int_equal(total, THREADS * UPDATES);
	assert_int_equal(metric_value(METRIC_SINGLE(&shared_duration)), THREADS * UPDATES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_counter_is_written_with_its_labels),
	    cmocka_unit_test(test_the_same_labels_are_the_same_series),
	    cmocka_unit_test(test_a_gauge_goes_up_and_down),
	    cmocka_unit_test(test_a_histogram_counts_cumulatively),
	    cmocka_unit_test(test_a_histogram_without_labels_has_bounds_only),
	    cmocka_unit_test(test_too_many_label_sets_fall_into_one),
	    cmocka_unit_test(test_wrong_use_ends_the_process),
	    cmocka_unit_test(test_no_update_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down);
}
