/* SPDX-License-Identifier: Apache-2.0 */
/* Refusals packed for the wire and read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "google/rpc/error_details.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "rpc/wire_status.h"

static int begin(void **state)
{
	contract_load();
	*state = arena_create();
	return 0;
}

static int end(void **state)
{
	arena_destroy(*state);
	return 0;
}

static struct status with_details(struct arena *arena, int reason, size_t count, size_t length)
{
	struct status status = {.reason = reason};

	for (size_t i = 0; i < count; i++) {
		struct status_detail *detail = arena_new(arena, struct status_detail, 1);
		char *value = arena_alloc(arena, length + 1);

		memset(value, 'v', length);
		detail->key = arena_text(arena, "key%zu", count - 1 - i);
		detail->value = value;
		detail->next = status.details;
		status.details = detail;
	}
	return status;
}

static size_t count_details(const struct status_detail *detail)
{
	size_t count = 0;

	for (; detail; detail = detail->next)
		count++;
	return count;
}

static struct status there_and_back(struct arena *arena, struct status status)
{
	struct wire_status wire = wire_status_make(arena, status, NULL);

	assert_true(wire.length <= WIRE_STATUS_MOST);
	return wire_status_read(arena, wire.code, text_of(wire.message), wire.packed, wire.length);
}

static void test_every_reason_survives_the_way(void **state)
{
	struct arena *arena = *state;

	for (unsigned i = 0; i < reason__descriptor.n_values; i++) {
		int reason = reason__descriptor.values[i].value;
		struct status status;

		if (reason == 0)
			continue;
		status = there_and_back(arena, with_details(arena, reason, 2, 10));
		assert_int_equal(status.reason, reason);
		if (reason != REASON__REASON_INTERNAL)
			assert_int_equal(count_details(status.details), 2);
		arena_reset(arena);
	}
}

static void test_what_does_not_fit_is_cut_and_counted(void **state)
{
	struct arena *arena = *state;
	static const int reasons[] = {REASON__REASON_INVALID_ARGUMENT, REASON__REASON_NOT_FOUND};

	for (size_t i = 0; i < 2; i++) {
		struct status status =
		    there_and_back(arena, with_details(arena, reasons[i], 40, 300));
		const struct status_detail *detail = status.details;
		char cut[8];
		size_t kept = count_details(status.details) - 1;

		assert_int_equal(status.reason, reasons[i]);
		assert_in_range(kept, 8, 14);
		snprintf(cut, sizeof(cut), "%zu", 40 - kept);
		while (strcmp(detail->key, "cut") != 0)
			detail = detail->next;
		assert_string_equal(detail->value, cut);
		arena_reset(arena);
	}
}

static void test_a_long_text_is_cut_at_a_whole_character(void **state)
{
	struct arena *arena = *state;
	char *text = arena_alloc(arena, 6001);
	struct wire_status wire;

	for (size_t i = 0; i < 2000; i++)
		memcpy(text + 3 * i, "\xe2\x82\xac", 3);
	wire = wire_status_make(arena, status_with(REASON__REASON_NOT_FOUND, text), NULL);
	assert_int_equal(strlen(wire.message), 999);
	assert_true(text_is_utf8(wire.message, strlen(wire.message)));
}

static void test_internal_hides_text_and_details(void **state)
{
	struct arena *arena = *state;
	struct status status = with_details(arena, REASON__REASON_INTERNAL, 1, 10);
	struct trace trace = trace_new();
	struct wire_status wire;

	status.message = "secret";
	wire = wire_status_make(arena, status, &trace);
	assert_string_equal(wire.message, "internal error");
	status =
	    wire_status_read(arena, wire.code, text_of(wire.message), wire.packed, wire.length);
	assert_int_equal(count_details(status.details), 1);
	assert_string_equal(status.details->key, "trace");
	assert_int_equal(strlen(status.details->value), 32);
	wire = wire_status_make(arena, (struct status){.reason = 99999, .message = "x"}, NULL);
	assert_string_equal(wire.message, "internal error");
}

static void test_what_is_not_ours_becomes_a_general_reason(void **state)
{
	static const struct {
		int code;
		int reason;
	} cases[] = {{0, 0},
		     {1, REASON__REASON_UNAVAILABLE}, /* A cancellation nobody asked for. */
		     {2, REASON__REASON_INTERNAL},
		     {4, REASON__REASON_DEADLINE_EXCEEDED},
		     {8, REASON__REASON_OVERLOADED},
		     {12, REASON__REASON_UNIMPLEMENTED},
		     {14, REASON__REASON_UNAVAILABLE},
		     {77, REASON__REASON_INTERNAL}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(wire_status_read(*state, cases[i].code, TEXT("x"), NULL, 0).reason,
				 cases[i].reason);
	assert_int_equal(
	    wire_status_read(*state, 14, TEXT("x"), (const uint8_t *)"\xff\xff", 2).reason,
	    REASON__REASON_UNAVAILABLE);
}

static void test_a_reason_that_contradicts_its_code_is_not_believed(void **state)
{
	struct wire_status wire =
	    wire_status_make(*state, status_of(REASON__REASON_NOT_FOUND), NULL);

	assert_int_equal(wire_status_read(*state, 14, TEXT("x"), wire.packed, wire.length).reason,
			 REASON__REASON_UNAVAILABLE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_every_reason_survives_the_way),
	    TEST(test_what_does_not_fit_is_cut_and_counted),
	    TEST(test_a_long_text_is_cut_at_a_whole_character),
	    TEST(test_internal_hides_text_and_details),
	    TEST(test_what_is_not_ours_becomes_a_general_reason),
	    TEST(test_a_reason_that_contradicts_its_code_is_not_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
