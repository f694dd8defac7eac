/* SPDX-License-Identifier: Apache-2.0 */
/* Lines as a reader of JSON gets them: escaped, cut, with the context of the call. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "observe/log.h"
#include "observe/trace.h"

static FILE *captured;

static int set_up(void **state)
{
	(void)state;
	captured = tmpfile();
	log_set_descriptor(fileno(captured));
	log_init("requests", LOG_LEVEL_INFO);
	log_context_set(NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	log_set_descriptor(STDERR_FILENO);
	return fclose(captured);
}

/* All that was written so far; valid until the next call. */
static const char *output(void)
{
	static char bytes[1 << 20];
	ssize_t length = pread(fileno(captured), bytes, sizeof bytes - 1, 0);

	assert_true(length >= 0);
	bytes[length] = '\0';
	return bytes;
}

/* What follows the time, which comes first. */
static const char *after_time(void)
{
	const char *line = output();

	assert_int_equal(strncmp(line, "{\"time\":\"20", 11), 0);
	return line + strlen("{\"time\":\"2026-01-01T00:00:00.000000Z\",");
}

static void test_a_line_has_its_fields_in_order(void **state)
{
	(void)state;
	LOG_INFO("listening", LOG_TEXT("address", "[::1]:80"), LOG_INT("port", -80),
		 LOG_BOOL("tls", true), LOG_BOOL("old", 0), LOG_TEXT("none", NULL),
		 LOG_VIEW("view", ((struct text){"abcdef", 3})), LOG_INT("least", INT64_MIN));
	assert_string_equal(after_time(), "\"level\":\"info\",\"service\":\"requests\","
					  "\"message\":\"listening\",\"address\":\"[::1]:80\","
					  "\"port\":-80,\"tls\":true,\"old\":false,\"none\":null,"
					  "\"view\":\"abc\",\"least\":-9223372036854775808}\n");
}

static void test_a_line_needs_no_fields(void **state)
{
	(void)state;
	LOG_ERROR("gone");
	assert_string_equal(after_time(), "\"level\":\"error\",\"service\":\"requests\","
					  "\"message\":\"gone\"}\n");
}

static void test_the_context_of_the_call_stands_in_its_lines(void **state)
{
	struct trace trace = {{0x4b, 0xf9}, {1}, 0};
	struct log_context context = {&trace, "acme", "/x.Y/Z", "r-1"};
	struct log_context partial = {.method = "/x.Y/Z"};

	(void)state;
	assert_null(log_context_set(&context));
	LOG_WARN("slow");
	assert_string_equal(after_time(), "\"level\":\"warn\",\"service\":\"requests\","
					  "\"trace_id\":\"4bf90000000000000000000000000000\","
					  "\"platform\":\"acme\",\"method\":\"/x.Y/Z\","
					  "\"request_id\":\"r-1\",\"message\":\"slow\"}\n");
	assert_ptr_equal(log_context_set(&partial), &context);
	assert_ptr_equal(log_context_get(), &partial);
	LOG_WARN("again");
	assert_non_null(strstr(output(),
			       "\"service\":\"requests\",\"method\":\"/x.Y/Z\",\"message\":"
			       "\"again\"}\n"));
	log_context_set(NULL);
}

static void *look_at_context(void *data)
{
	(void)data;
	return (void *)(uintptr_t)log_context_get();
}

static void test_another_thread_has_its_own_context(void **state)
{
	struct log_context context = {.platform = "acme"};
	pthread_t thread;
	void *seen;

	(void)state;
	log_context_set(&context);
	assert_int_equal(pthread_create(&thread, NULL, look_at_context, NULL), 0);
	assert_int_equal(pthread_join(thread, &seen), 0);
	assert_null(seen);
	log_context_set(NULL);
}

static void test_text_is_escaped_and_broken_bytes_replaced(void **state)
{
	(void)state;
	LOG_INFO("x", LOG_TEXT("t", "a\"b\\c\nd\te\rf\bg\fh\x01i\x7Fj\xC3\xA9k\xFFl\xE2\x82"),
		 LOG_VIEW("n", ((struct text){"a\0b", 3})));
	assert_non_null(strstr(output(), "\"t\":\"a\\\"b\\\\c\\nd\\te\\rf\\bg\\fh\\u0001i\\u007fj"
					 "\xC3\xA9k\xEF\xBF\xBDl\xEF\xBF\xBD\xEF\xBF\xBD\","
					 "\"n\":\"a\\u0000b\"}\n"));
}

static int evaluated(void)
{
	static int times;

	return ++times;
}

static void test_lower_levels_are_not_written_nor_evaluated(void **state)
{
	(void)state;
	LOG_DEBUG("no", LOG_INT("n", evaluated()));
	log_write(LOG_LEVEL_DEBUG, "no", &LOG_END);
	assert_string_equal(output(), "");
	assert_int_equal(evaluated(), 1);
	log_init("requests", LOG_LEVEL_DEBUG);
	LOG_DEBUG("yes");
	assert_non_null(strstr(output(), "\"message\":\"yes\""));
	assert_true(log_enabled(LOG_LEVEL_DEBUG));
	log_init("requests", LOG_LEVEL_ERROR);
	assert_false(log_enabled(LOG_LEVEL_WARN));
}

/* For every length around the limit: one line, within the limit, that ends as JSON does. */
static void test_a_long_line_is_cut_and_marked(void **state)
{
	static char text[2 * LOG_LINE_MAX];

	(void)state;
	for (size_t length = LOG_LINE_MAX - 200; length < LOG_LINE_MAX + 50; length++) {
		for (size_t i = 0; i < length; i += 2)
			memcpy(text + i, "\xC3\xA9", 2);
		assert_int_equal(ftruncate(fileno(captured), 0), 0);
		assert_int_equal(lseek(fileno(captured), 0, SEEK_SET), 0);
		LOG_INFO("long", LOG_VIEW("t", ((struct text){text, length & ~(size_t)1})),
			 LOG_INT("after", 1), LOG_TEXT("last", "z"));
		assert_true(strlen(output()) <= LOG_LINE_MAX);
		assert_ptr_equal(strchr(output(), '\n'), output() + strlen(output()) - 1);
		assert_true(text_is_utf8(output(), strlen(output())));
		if (strstr(output(), "\"truncated\":true"))
			assert_non_null(strstr(output(), ",\"truncated\":true}\n"));
		else
			assert_non_null(strstr(output(), "\",\"after\":1,\"last\":\"z\"}\n"));
	}
	assert_non_null(strstr(output(), "\xC3\xA9\",\"truncated\":true}\n"));
}

static void test_control_characters_at_the_limit_stay_within_it(void **state)
{
	static char text[LOG_LINE_MAX];

	(void)state;
	memset(text, 1, sizeof text);
	LOG_INFO("long", LOG_VIEW("t", ((struct text){text, sizeof text})));
	assert_true(strlen(output()) <= LOG_LINE_MAX);
	assert_non_null(strstr(output(), "\\u0001\",\"truncated\":true}\n"));
}

#define THREADS 4
#define LINES 500

static void *write_lines(void *data)
{
	static const char filler[] = "0123456789012345678901234567890123456789";

	(void)data;
	for (int i = 0; i < LINES; i++)
		LOG_INFO("many", LOG_TEXT("a", filler), LOG_INT("i", i), LOG_TEXT("b", filler));
	return NULL;
}

static void test_lines_of_many_threads_do_not_mix(void **state)
{
	pthread_t threads[THREADS];
	size_t count = 0;

	(void)state;
	/* As stderr is: several writers append. */
	assert_int_equal(fcntl(fileno(captured), F_SETFL, O_APPEND), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, write_lines, NULL), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	for (const char *line = output(); *line; line = strchr(line, '\n') + 1) {
		size_t length = strcspn(line, "\n");

		assert_int_equal(strncmp(line, "{\"time\":", 8), 0);
		assert_int_equal(strncmp(line + length - 3, "9\"}", 3), 0);
		count++;
	}
	assert_int_equal(count, THREADS * LINES);
}

static void test_logging_leaves_errno_alone(void **state)
{
	(void)state;
	log_set_descriptor(-1);
	errno = ENOENT;
	LOG_ERROR("nobody listens");
	assert_int_equal(errno, ENOENT);
}

static void test_levels_are_read(void **state)
{
	enum log_level level = LOG_LEVEL_INFO;

	(void)state;
	assert_true(log_level_parse(TEXT("error"), &level));
	assert_int_equal(level, LOG_LEVEL_ERROR);
	assert_true(log_level_parse(TEXT("debug"), &level));
	assert_int_equal(level, LOG_LEVEL_DEBUG);
	assert_false(log_level_parse(TEXT("Info"), &level));
	assert_false(log_level_parse(TEXT(""), &level));
	assert_int_equal(level, LOG_LEVEL_DEBUG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_a_line_has_its_fields_in_order, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_line_needs_no_fields, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_the_context_of_the_call_stands_in_its_lines,
					    set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_another_thread_has_its_own_context, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_text_is_escaped_and_broken_bytes_replaced, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_lower_levels_are_not_written_nor_evaluated, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_a_long_line_is_cut_and_marked, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_control_characters_at_the_limit_stay_within_it,
					    set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_lines_of_many_threads_do_not_mix, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_logging_leaves_errno_alone, set_up, tear_down),
	    cmocka_unit_test(test_levels_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
