/* SPDX-License-Identifier: Apache-2.0 */
/* What handlers ask of a call: names, instants, refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/id.h"
#include "call/call.h"
#include "google/protobuf/timestamp.pb-c.h"

static struct call call;

static int set_up(void **state)
{
	(void)state;
	call = (struct call){.arena = arena_create(), .platform = "acme", .now_us = 1000000};
	call.actor = (struct actor){.subject = "01jd", .platform = "acme"};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_destroy(call.arena);
	return 0;
}

static void test_a_caller_is_named_by_role_and_subject(void **state)
{
	static const struct {
		Role role;
		const char *caller, *self;
	} cases[] = {
	    {ROLE__ROLE_OPERATOR, "operators/01jd", ""},
	    {ROLE__ROLE_MANAGER, "managers/01jd", ""},
	    {ROLE__ROLE_AGENT, "agents/01jd", ""},
	    {ROLE__ROLE_PROVIDER, "providers/01jd", "platforms/acme/providers/01jd"},
	    {ROLE__ROLE_CLIENT, "clients/01jd", "platforms/acme/clients/01jd"},
	    {ROLE__ROLE_SERVICE, "services/01jd", ""},
	    {ROLE__ROLE_ANONYMOUS, "anonymous", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		call.actor.role = cases[i].role;
		assert_string_equal(call_caller(&call), cases[i].caller);
		assert_string_equal(call_self(&call), cases[i].self);
	}
}

static void test_an_id_is_a_names_last_part(void **state)
{
	(void)state;
	assert_string_equal(call_id_of(&call, "platforms/acme/clients/01jd8w"), "01jd8w");
	assert_string_equal(call_id_of(&call, "01jd8w"), "01jd8w");
	assert_string_equal(call_id_of(&call, ""), "");
}

static void test_new_ids_differ(void **state)
{
	const char *first = call_new_id(&call);

	(void)state;
	assert_int_equal(strlen(first), ID_SIZE - 1);
	assert_string_not_equal(first, call_new_id(&call));
}

static void test_instants_go_to_messages_and_back(void **state)
{
	static const int64_t instants[] = {0,  1,	 999999,  1000000, 1732300000123456,
					   -1, -1000000, -1500000};

	(void)state;
	for (size_t i = 0; i < sizeof(instants) / sizeof(*instants); i++) {
		Google__Protobuf__Timestamp *timestamp = call_timestamp(&call, instants[i]);

		assert_in_range(timestamp->nanos, 0, 999999999);
		assert_true(call_instant(timestamp) == instants[i]);
	}
	assert_int_equal(call_instant(NULL), 0);
}

static void test_refusals_carry_what_their_text_would_name(void **state)
{
	struct status status =
	    call_refuse(&call, REASON__REASON_MODULE_OFF, "module", "MODULE_NETWORK");

	(void)state;
	assert_int_equal(status.reason, REASON__REASON_MODULE_OFF);
	assert_string_equal(status.details->key, "module");
	assert_string_equal(status.details->value, "MODULE_NETWORK");
	status = call_detail(&call, status, "edition", "EDITION_PRO");
	assert_string_equal(status.details->key, "edition");
	assert_string_equal(status.details->next->key, "module");
	assert_null(status.details->next->next);
}

static void test_an_invalid_field_is_told_with_its_problem(void **state)
{
	struct status status = call_invalid(&call, "end_time", "must be later than start_time");

	(void)state;
	assert_int_equal(status.reason, REASON__REASON_INVALID_ARGUMENT);
	assert_string_equal(status.message, "end_time must be later than start_time");
	assert_string_equal(status.details->key, "end_time");
	assert_string_equal(status.details->value, "must be later than start_time");
}

int main(void)
{
#define CALL_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    CALL_TEST(test_a_caller_is_named_by_role_and_subject),
	    CALL_TEST(test_an_id_is_a_names_last_part),
	    CALL_TEST(test_new_ids_differ),
	    CALL_TEST(test_instants_go_to_messages_and_back),
	    CALL_TEST(test_refusals_carry_what_their_text_would_name),
	    CALL_TEST(test_an_invalid_field_is_told_with_its_problem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
