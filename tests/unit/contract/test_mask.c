/* SPDX-License-Identifier: Apache-2.0 */
/* Updates applied to what is stored. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract/mask.h"
#include "desks.h"
#include "entremise/common/v1/reason.pb-c.h"

/* The desk as it is stored: version 3, a drawer with a lock, somebody's copy. */
static Desk *new_stored(struct arena *arena)
{
	Desk *desk = new_desk(arena);

	desk->etag = TEXT_OF("3");
	desk->owner = TEXT_OF(ROOM);
	desk->remark = TEXT_OF("old");
	desk->top = new_drawer(arena, "pens");
	desk->top->maker = TEXT_OF("smith");
	desk->top->serial = TEXT_OF("s1");
	desk->top->lock = NEW(arena, Drawer__Lock, drawer__lock__descriptor);
	desk->top->lock->code = TEXT_OF("1234");
	desk->top->lock->pins = 4;
	desk->copy = new_drawer(arena, "copy");
	desk->sealed = new_drawer(arena, "seal");
	desk->place_case = DESK__PLACE_SHELF;
	desk->shelf = TEXT_OF("upper");
	return desk;
}

/* An update with up to two paths. */
static UpdateDeskRequest *new_update(struct arena *arena, const char *path, const char *second)
{
	const char *paths[] = {path, second};
	UpdateDeskRequest *request = NEW(arena, UpdateDeskRequest, update_desk_request__descriptor);

	request->desk = NEW(arena, Desk, desk__descriptor);
	request->desk->name = TEXT_OF(DESK);
	if (path)
		request->update_mask = new_mask(arena, second ? 2 : 1, paths);
	return request;
}

static struct status apply(struct arena *arena, const UpdateDeskRequest *request, Desk *stored)
{
	return mask_apply(arena, &request->base, &stored->base);
}

static void assert_refused(struct status status, const char *problem)
{
	assert_int_equal(status.reason, REASON__REASON_INVALID_ARGUMENT);
	assert_non_null(detail_of(status, "update_mask"));
	assert_string_equal(detail_of(status, "update_mask"), problem);
}

static void test_a_named_field_is_written_and_no_other(void **state)
{
	UpdateDeskRequest *request = new_update(*state, "remark", NULL);
	Desk *stored = new_stored(*state);

	request->desk->remark = TEXT_OF("new");
	request->desk->display_name = TEXT_OF("elm");
	assert_int_equal(apply(*state, request, stored).reason, 0);
	assert_string_equal(stored->remark, "new");
	assert_string_equal(stored->display_name, "oak");
	assert_string_equal(stored->etag, "3");
}

static void test_a_named_field_that_is_empty_is_cleared(void **state)
{
	UpdateDeskRequest *request = new_update(*state, "remark", "top");
	Desk *stored = new_stored(*state);

	assert_int_equal(apply(*state, request, stored).reason, 0);
	assert_string_equal(stored->remark, "");
	assert_null(stored->top);
}

static void test_without_a_mask_the_set_fields_are_written(void **state)
{
	UpdateDeskRequest *request = new_update(*state, NULL, NULL);
	Desk *stored = new_stored(*state);

	request->desk->display_name = TEXT_OF("elm");
	request->desk->name = TEXT_OF("platforms/acme/rooms/blue/desks/d2");
	assert_int_equal(apply(*state, request, stored).reason, 0);
	assert_string_equal(stored->display_name, "elm");
	assert_string_equal(stored->remark, "old");
	assert_string_equal(stored->name, DESK);
	request->update_mask = new_mask(*state, 0, NULL);
	request->desk->display_name = TEXT_OF("ash");
	assert_int_equal(apply(*state, request, stored).reason, 0);
	assert_string_equal(stored->display_name, "ash");
}

static void test_a_star_writes_all_that_may_be_written(void **state)
{
	UpdateDeskRequest *request = new_update(*state, "*", NULL);
	Desk *stored = new_stored(*state);

	request->desk->display_name = TEXT_OF("elm");
	assert_int_equal(apply(*state, request, stored).reason, 0);
	assert_string_equal(stored->display_name, "elm");
	assert_string_equal(stored->remark, "");
	assert_int_equal(stored->place_case, DESK__PLACE__NOT_SET);
	assert_null(stored->top);
	/* Not the caller's to write. */
	assert_string_equal(stored->name, DESK);
	assert_string_equal(stored->etag, "3");
	assert_string_equal(stored->owner, ROOM);
	assert_non_null(stored->copy);
	assert_non_null(stored->sealed);
}

static void test_a_star_leaves_an_etag_alone(void **state)
{
	UpdateRoomRequest *request =
	    NEW(*state, UpdateRoomRequest, update_room_request__descriptor);
	Room *stored = NEW(*state, Room, room__descriptor);

	stored->etag = TEXT_OF("3");
	request->room = NEW(*state, Room, room__descriptor);
	request->room->title = TEXT_OF("blue");
	request->update_mask = new_mask(*state, 1, (const char *const[]){"*"});
	assert_int_equal(mask_apply(*state, &request->base, &stored->base).reason, 0);
	assert_string_equal(stored->etag, "3");
	assert_string_equal(stored->title, "blue");
}

static void test_paths_go_into_sub_messages(void **state)
{
	UpdateDeskRequest *request = new_update(*state, "top.lock.pins", "top.colour");
	Desk *stored = new_stored(*state);

	request->desk->top = NEW(*state, Drawer, drawer__descriptor);
	request->desk->top->colour = TEXT_OF("red");
	request->desk->top->lock = NEW(*state, Drawer__Lock, drawer__lock__descriptor);
	request->desk->top->lock->pins = 6;
	assert_int_equal(apply(*state, request, stored).reason, 0);
	assert_int_equal(stored->top->lock->pins, 6);
	assert_string_equal(stored->top->lock->code, "1234");
	assert_string_equal(stored->top->colour, "red");
	assert_string_equal(stored->top->label, "pens");
}

static void test_a_path_makes_the_messages_on_its_way(void **state)
{
	UpdateDeskRequest *request = new_update(*state, "top.lock.pins", NULL);
	Desk *stored = new_stored(*state);

	stored->top = NULL;
	assert_int_equal(apply(*state, request, stored).reason, 0);
	assert_null(stored->top);
	request->desk->top = NEW(*state, Drawer, drawer__descriptor);
	request->desk->top->lock = NEW(*state, Drawer__Lock, drawer__lock__descriptor);
	request->desk->top->lock->pins = 6;
	assert_int_equal(apply(*state, request, stored).reason, 0);
	assert_int_equal(stored->top->lock->pins, 6);
}

static void test_a_path_below_what_the_request_lacks_clears(void **state)
{
	UpdateDeskRequest *request = new_update(*state, "top.lock.pins", NULL);
	Desk *stored = new_stored(*state);

	assert_int_equal(apply(*state, request, stored).reason, 0);
	assert_int_equal(stored->top->lock->pins, 0);
	assert_string_equal(stored->top->lock->code, "1234");
}

static void test_replacing_a_message_keeps_what_only_the_server_says(void **state)
{
	UpdateDeskRequest *request = new_update(*state, "top", NULL);
	Desk *stored = new_stored(*state);

	stored->top->hint = TEXT_OF("said by a service");
	request->desk->top = new_drawer(*state, "ink");
	assert_int_equal(apply(*state, request, stored).reason, 0);
	assert_string_equal(stored->top->label, "ink");
	assert_string_equal(stored->top->serial, "s1");
	assert_string_equal(stored->top->hint, "said by a service");
	assert_string_equal(stored->top->maker, "smith");
	assert_null(stored->top->lock);
}

static void test_members_of_a_oneof_replace_each_other(void **state)
{
	UpdateDeskRequest *request = new_update(*state, NULL, NULL);
	Desk *stored = new_stored(*state);

	request->desk->place_case = DESK__PLACE_UNDER;
	request->desk->under = new_drawer(*state, "below");
	assert_int_equal(apply(*state, request, stored).reason, 0);
	assert_int_equal(stored->place_case, DESK__PLACE_UNDER);
	assert_string_equal(stored->under->label, "below");
}

static void test_what_is_stored_is_apart_from_the_request(void **state)
{
	UpdateDeskRequest *request = new_update(*state, "sealed", "drawers");
	Desk *stored = new_stored(*state);
	Drawer *drawers[] = {new_drawer(*state, "a")};

	request->update_mask = new_mask(*state, 2, (const char *const[]){"top", "drawers"});
	stored->top = NULL;
	request->desk->top = new_drawer(*state, "ink");
	request->desk->drawers = drawers;
	request->desk->n_drawers = 1;
	assert_int_equal(apply(*state, request, stored).reason, 0);
	stored->top->slots = 4;
	stored->drawers[0]->slots = 4;
	assert_int_equal(request->desk->top->slots, 2);
	assert_int_equal(drawers[0]->slots, 2);
}

static void test_overlapping_paths_are_harmless(void **state)
{
	UpdateDeskRequest *request = new_update(*state, "top", "top.label");
	Desk *stored = new_stored(*state);

	stored->top = NULL;
	request->desk->top = new_drawer(*state, "ink");
	assert_int_equal(apply(*state, request, stored).reason, 0);
	assert_string_equal(stored->top->label, "ink");
}

static void test_an_etag_must_be_the_stored_one(void **state)
{
	UpdateDeskRequest *request = new_update(*state, "remark", "etag");
	Desk *stored = new_stored(*state);

	request->desk->remark = TEXT_OF("new");
	request->desk->etag = TEXT_OF("2");
	assert_int_equal(apply(*state, request, stored).reason, REASON__REASON_ETAG_MISMATCH);
	assert_string_equal(stored->remark, "old");
	request->desk->etag = TEXT_OF("3");
	assert_int_equal(apply(*state, request, stored).reason, 0);
	request->desk->etag = TEXT_OF("");
	assert_int_equal(apply(*state, request, stored).reason, 0);
	assert_string_equal(stored->etag, "3");
}

static void test_paths_that_lead_nowhere_are_refused(void **state)
{
	static const struct {
		const char *path;
		const char *problem;
	} cases[] = {
	    {"colour", "colour names no field"},
	    {"", " names no field"},
	    {"top.", "top. names no field"},
	    {"top..label", "top..label names no field"},
	    {"top.size", "top.size names no field"},
	    {"remark.x", "remark.x goes into a field that is no single message"},
	    {"drawers.label", "drawers.label goes into a field that is no single message"},
	    {"displayName", "displayName names no field"},
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
		assert_refused(
		    apply(*state, new_update(*state, cases[i].path, NULL), new_stored(*state)),
		    cases[i].problem);
}

static void test_what_only_the_server_says_can_not_be_named(void **state)
{
	assert_refused(apply(*state, new_update(*state, "update_time", NULL), new_stored(*state)),
		       "update_time can not be written");
	assert_refused(apply(*state, new_update(*state, "top.serial", NULL), new_stored(*state)),
		       "top.serial can not be written");
}

static void test_a_name_can_be_named_but_not_changed(void **state)
{
	UpdateDeskRequest *request = new_update(*state, "name", NULL);

	assert_int_equal(apply(*state, request, new_stored(*state)).reason, 0);
	request->desk->name = TEXT_OF("platforms/acme/rooms/blue/desks/d2");
	assert_refused(apply(*state, request, new_stored(*state)), "name can not be changed");
}

static void test_immutable_fields_may_only_be_repeated(void **state)
{
	UpdateDeskRequest *request = new_update(*state, "owner", NULL);

	request->desk->owner = TEXT_OF(ROOM);
	assert_int_equal(apply(*state, request, new_stored(*state)).reason, 0);
	request->desk->owner = TEXT_OF("platforms/acme/rooms/red");
	assert_refused(apply(*state, request, new_stored(*state)), "owner is immutable");
	request->update_mask = NULL;
	assert_refused(apply(*state, request, new_stored(*state)), "owner is immutable");
	request->update_mask = new_mask(*state, 1, (const char *const[]){"*"});
	assert_refused(apply(*state, request, new_stored(*state)), "owner is immutable");
}

static void test_immutable_messages_are_compared_whole_and_in_parts(void **state)
{
	UpdateDeskRequest *request = new_update(*state, "sealed", NULL);

	request->desk->sealed = new_drawer(*state, "seal");
	assert_int_equal(apply(*state, request, new_stored(*state)).reason, 0);
	request->desk->sealed->slots = 3;
	assert_refused(apply(*state, request, new_stored(*state)), "sealed is immutable");
	request->update_mask = new_mask(*state, 1, (const char *const[]){"sealed.label"});
	assert_int_equal(apply(*state, request, new_stored(*state)).reason, 0);
	request->update_mask = new_mask(*state, 1, (const char *const[]){"sealed.slots"});
	assert_refused(apply(*state, request, new_stored(*state)), "sealed.slots is immutable");
	request->update_mask = new_mask(*state, 1, (const char *const[]){"top"});
	request->desk->top = new_drawer(*state, "ink");
	request->desk->top->maker = TEXT_OF("jones");
	assert_refused(apply(*state, request, new_stored(*state)), "top.maker is immutable");
}

static void test_every_bad_path_is_told(void **state)
{
	UpdateDeskRequest *request = new_update(*state, "colour", "update_time");
	struct status status = apply(*state, request, new_stored(*state));

	assert_refused(status, "colour names no field");
	assert_non_null(status.details->next);
	assert_string_equal(status.details->next->key, "update_mask");
	assert_string_equal(status.details->next->value, "update_time can not be written");
	assert_string_equal(status.message, "update_mask colour names no field");
}

static void test_no_more_than_sixteen_bad_paths_are_told(void **state)
{
	UpdateDeskRequest *request = new_update(*state, NULL, NULL);
	const char *paths[20];
	size_t told = 0;
	struct status status;

	for (size_t i = 0; i < ARRAY_COUNT(paths); i++)
		paths[i] = "colour";
	request->update_mask = new_mask(*state, ARRAY_COUNT(paths), paths);
	status = apply(*state, request, new_stored(*state));
	for (const struct status_detail *at = status.details; at; at = at->next)
		told++;
	assert_int_equal(told, 16);
}

static void test_an_update_without_a_resource_is_refused(void **state)
{
	UpdateDeskRequest *request = new_update(*state, "remark", NULL);
	struct status status;

	request->desk = NULL;
	status = apply(*state, request, new_stored(*state));
	assert_int_equal(status.reason, REASON__REASON_INVALID_ARGUMENT);
	assert_string_equal(detail_of(status, "desk"), "is required");
}

#define IN_ARENA(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_ARENA(test_a_named_field_is_written_and_no_other),
	    IN_ARENA(test_a_named_field_that_is_empty_is_cleared),
	    IN_ARENA(test_without_a_mask_the_set_fields_are_written),
	    IN_ARENA(test_a_star_writes_all_that_may_be_written),
	    IN_ARENA(test_a_star_leaves_an_etag_alone),
	    IN_ARENA(test_paths_go_into_sub_messages),
	    IN_ARENA(test_a_path_makes_the_messages_on_its_way),
	    IN_ARENA(test_a_path_below_what_the_request_lacks_clears),
	    IN_ARENA(test_replacing_a_message_keeps_what_only_the_server_says),
	    IN_ARENA(test_members_of_a_oneof_replace_each_other),
	    IN_ARENA(test_what_is_stored_is_apart_from_the_request),
	    IN_ARENA(test_overlapping_paths_are_harmless),
	    IN_ARENA(test_an_etag_must_be_the_stored_one),
	    IN_ARENA(test_paths_that_lead_nowhere_are_refused),
	    IN_ARENA(test_what_only_the_server_says_can_not_be_named),
	    IN_ARENA(test_a_name_can_be_named_but_not_changed),
	    IN_ARENA(test_immutable_fields_may_only_be_repeated),
	    IN_ARENA(test_immutable_messages_are_compared_whole_and_in_parts),
	    IN_ARENA(test_every_bad_path_is_told),
	    IN_ARENA(test_no_more_than_sixteen_bad_paths_are_told),
	    IN_ARENA(test_an_update_without_a_resource_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
