/* SPDX-License-Identifier: Apache-2.0 */
/* Which platform a request speaks of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract/validate.h"
#include "desks.h"
#include "entremise/common/v1/reason.pb-c.h"

#define FOREIGN_ROOM "platforms/other/rooms/red"

static MoveDeskRequest *new_move(struct arena *arena)
{
	MoveDeskRequest *request = NEW(arena, MoveDeskRequest, move_desk_request__descriptor);

	request->name = TEXT_OF(DESK);
	return request;
}

static int ask(struct arena *arena, enum desk_method method, const ProtobufCMessage *request,
	       const char *expected, const char **platform)
{
	*platform = "untouched";
	return validate_platform(arena, desk_rule(method), request, expected, platform).reason;
}

static void test_the_platform_is_that_of_the_names(void **state)
{
	MoveDeskRequest *request = new_move(*state);
	const char *platform;

	assert_int_equal(ask(*state, MOVE_DESK, &request->base, "acme", &platform), 0);
	assert_string_equal(platform, "acme");
	assert_int_equal(ask(*state, MOVE_DESK, &request->base, "*", &platform), 0);
	assert_string_equal(platform, "acme");
}

static void test_a_name_of_another_platform_is_not_found(void **state)
{
	MoveDeskRequest *request = new_move(*state);
	const char *platform;

	assert_int_equal(ask(*state, MOVE_DESK, &request->base, "other", &platform),
			 REASON__REASON_NOT_FOUND);
	assert_string_equal(platform, "untouched");
	assert_int_equal(ask(*state, MOVE_DESK, &request->base, "", &platform),
			 REASON__REASON_NOT_FOUND);
}

static void test_names_of_two_platforms_are_not_found(void **state)
{
	MoveDeskRequest *request = new_move(*state);
	char *rooms[] = {TEXT_OF(ROOM), TEXT_OF(FOREIGN_ROOM)};
	const char *platform;

	request->rooms = rooms;
	request->n_rooms = 1;
	assert_int_equal(ask(*state, MOVE_DESK, &request->base, "*", &platform), 0);
	request->n_rooms = 2;
	assert_int_equal(ask(*state, MOVE_DESK, &request->base, "*", &platform),
			 REASON__REASON_NOT_FOUND);
	assert_int_equal(ask(*state, MOVE_DESK, &request->base, "acme", &platform),
			 REASON__REASON_NOT_FOUND);
}

static void test_names_below_are_seen(void **state)
{
	CreateDeskRequest *request =
	    NEW(*state, CreateDeskRequest, create_desk_request__descriptor);
	const char *platform;

	request->parent = TEXT_OF(ROOM);
	request->desk = new_desk(*state);
	request->desk->owner = TEXT_OF(FOREIGN_ROOM);
	assert_int_equal(ask(*state, CREATE_DESK, &request->base, "acme", &platform),
			 REASON__REASON_NOT_FOUND);
}

static void test_a_name_that_is_ignored_says_nothing(void **state)
{
	CreateDeskRequest *request =
	    NEW(*state, CreateDeskRequest, create_desk_request__descriptor);
	const char *platform;

	request->parent = TEXT_OF(ROOM);
	request->desk = new_desk(*state);
	request->desk->name = TEXT_OF("platforms/other/rooms/red/desks/d1");
	assert_int_equal(ask(*state, CREATE_DESK, &request->base, "acme", &platform), 0);
}

static void test_the_name_of_an_updates_resource_counts(void **state)
{
	UpdateDeskRequest *request =
	    NEW(*state, UpdateDeskRequest, update_desk_request__descriptor);
	const char *platform;

	request->desk = new_desk(*state);
	assert_int_equal(ask(*state, UPDATE_DESK, &request->base, "*", &platform), 0);
	assert_string_equal(platform, "acme");
	assert_int_equal(ask(*state, UPDATE_DESK, &request->base, "other", &platform),
			 REASON__REASON_NOT_FOUND);
}

static void test_the_name_of_a_resource_in_context_counts(void **state)
{
	MoveDeskRequest *request = new_move(*state);
	const char *platform;

	request->known = new_desk(*state);
	request->known->name = TEXT_OF("platforms/other/rooms/red/desks/d1");
	assert_int_equal(ask(*state, MOVE_DESK, &request->base, "acme", &platform),
			 REASON__REASON_NOT_FOUND);
}

static void test_without_names_there_is_no_platform(void **state)
{
	MoveDeskRequest *request = NEW(*state, MoveDeskRequest, move_desk_request__descriptor);
	const char *platform;

	assert_int_equal(ask(*state, MOVE_DESK, &request->base, "acme", &platform), 0);
	assert_string_equal(platform, "");
	/* What is no name is for validation to refuse. */
	request->name = TEXT_OF("desk one");
	assert_int_equal(ask(*state, MOVE_DESK, &request->base, "acme", &platform), 0);
	assert_string_equal(platform, "");
}

static void test_platforms_that_can_not_be_are_not_found(void **state)
{
	MoveDeskRequest *request = new_move(*state);
	const char *platform;

	request->name = TEXT_OF("platforms/ACME/rooms/blue/desks/d1");
	assert_int_equal(ask(*state, MOVE_DESK, &request->base, "*", &platform),
			 REASON__REASON_NOT_FOUND);
	request->name = TEXT_OF("platforms/*/rooms/blue/desks/d1");
	assert_int_equal(ask(*state, MOVE_DESK, &request->base, "*", &platform),
			 REASON__REASON_NOT_FOUND);
	request->name = TEXT_OF("platforms/");
	assert_int_equal(ask(*state, MOVE_DESK, &request->base, "*", &platform),
			 REASON__REASON_NOT_FOUND);
}

static void test_a_method_may_name_the_field_that_holds_it(void **state)
{
	OpenPlatformRequest *request =
	    NEW(*state, OpenPlatformRequest, open_platform_request__descriptor);
	const char *platform;

	request->platform_id = TEXT_OF("acme");
	assert_int_equal(ask(*state, OPEN_PLATFORM, &request->base, "*", &platform), 0);
	assert_string_equal(platform, "acme");
	assert_int_equal(ask(*state, OPEN_PLATFORM, &request->base, "other", &platform),
			 REASON__REASON_NOT_FOUND);
	request->room = TEXT_OF(FOREIGN_ROOM);
	assert_int_equal(ask(*state, OPEN_PLATFORM, &request->base, "*", &platform),
			 REASON__REASON_NOT_FOUND);
	request->room = TEXT_OF("");
	request->platform_id = TEXT_OF("No Id");
	assert_int_equal(ask(*state, OPEN_PLATFORM, &request->base, "*", &platform), 0);
	assert_string_equal(platform, "");
}

static void test_a_method_of_all_platforms_is_not_bound_to_one(void **state)
{
	ListDesksRequest *request = NEW(*state, ListDesksRequest, list_desks_request__descriptor);
	const char *platform;

	request->parent = TEXT_OF(FOREIGN_ROOM);
	assert_int_equal(ask(*state, LIST_ALL_DESKS, &request->base, "acme", &platform), 0);
	assert_string_equal(platform, "");
	assert_int_equal(ask(*state, LIST_DESKS, &request->base, "acme", &platform),
			 REASON__REASON_NOT_FOUND);
}

#define IN_ARENA(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_ARENA(test_the_platform_is_that_of_the_names),
	    IN_ARENA(test_a_name_of_another_platform_is_not_found),
	    IN_ARENA(test_names_of_two_platforms_are_not_found),
	    IN_ARENA(test_names_below_are_seen),
	    IN_ARENA(test_a_name_that_is_ignored_says_nothing),
	    IN_ARENA(test_the_name_of_an_updates_resource_counts),
	    IN_ARENA(test_the_name_of_a_resource_in_context_counts),
	    IN_ARENA(test_without_names_there_is_no_platform),
	    IN_ARENA(test_platforms_that_can_not_be_are_not_found),
	    IN_ARENA(test_a_method_may_name_the_field_that_holds_it),
	    IN_ARENA(test_a_method_of_all_platforms_is_not_bound_to_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
