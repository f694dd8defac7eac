/* SPDX-License-Identifier: Apache-2.0 */
/* traceparent as the W3C writes it, and ids that differ. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "base/status.h"
#include "observe/trace.h"

#define EXAMPLE "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

static void test_the_norms_example_goes_both_ways(void **state)
{
	struct trace trace = {0};
	char text[TRACE_PARENT_SIZE];
	char id[TRACE_ID_SIZE];

	(void)state;
	assert_true(trace_parse(TEXT(EXAMPLE), &trace));
	assert_int_equal(trace.trace_id[0], 0x4b);
	assert_int_equal(trace.span_id[7], 0xb7);
	assert_int_equal(trace.flags, TRACE_SAMPLED);
	trace_format(text, &trace);
	assert_string_equal(text, EXAMPLE);
	trace_format_id(id, &trace);
	assert_string_equal(id, "4bf92f3577b34da6a3ce929d0e0e4736");
}

static void test_headers_that_are_read_and_refused(void **state)
{
	static const struct {
		const char *header;
		bool valid;
	} cases[] = {
	    {EXAMPLE, true},
	    {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", true},
	    {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff", true},
	    {"cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what", true},
	    {"cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true},
	    {"cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01what", false},
	    {"ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false},
	    {EXAMPLE "-", false},
	    {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0", false},
	    {"00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false},
	    {"00-00000000000000000000000000000000-00f067aa0ba902b7-01", false},
	    {"00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false},
	    {"00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false},
	    {"00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01", false},
	    {"00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01", false},
	    {"", false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		struct trace trace = {0};

		if (trace_parse(text_of(cases[i].header), &trace) != cases[i].valid)
			fail_msg("\"%s\"", cases[i].header);
		assert_true((trace.flags & ~TRACE_SAMPLED) == 0);
	}
}

static void test_a_child_keeps_the_trace_and_has_its_own_span(void **state)
{
	struct trace parent = trace_new();
	struct trace child = trace_child(&parent);
	struct trace other = trace_new();
	char text[TRACE_PARENT_SIZE];
	struct trace back = {0};

	(void)state;
	assert_memory_equal(child.trace_id, parent.trace_id, sizeof child.trace_id);
	assert_memory_not_equal(child.span_id, parent.span_id, sizeof child.span_id);
	assert_memory_not_equal(other.trace_id, parent.trace_id, sizeof other.trace_id);
	trace_format(text, &child);
	assert_true(trace_parse(text_of(text), &back));
	assert_memory_equal(&back, &child, sizeof back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_norms_example_goes_both_ways),
	    cmocka_unit_test(test_headers_that_are_read_and_refused),
	    cmocka_unit_test(test_a_child_keeps_the_trace_and_has_its_own_span),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
