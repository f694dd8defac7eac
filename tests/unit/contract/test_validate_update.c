/* SPDX-License-Identifier: Apache-2.0 */
/* Updates held to the rules of the fields that their masks name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract/validate.h"
#include "desks.h"
#include "violations.h"

static UpdateDeskRequest *new_update(struct arena *arena)
{
	UpdateDeskRequest *request = NEW(arena, UpdateDeskRequest, update_desk_request__descriptor);

	request->desk = NEW(arena, Desk, desk__descriptor);
	request->desk->name = TEXT_OF(DESK);
	return request;
}

static struct status update(struct arena *arena, UpdateDeskRequest *request)
{
	return validate_request(arena, desk_rule(UPDATE_DESK), &request->base, false);
}

static void test_an_update_needs_only_what_its_mask_names(void **state)
{
	UpdateDeskRequest *request = new_update(*state);

	assert_ok(update(*state, request));
	request->update_mask = new_mask(*state, 1, (const char *const[]){"remark"});
	assert_ok(update(*state, request));
	request->update_mask = new_mask(*state, 1, (const char *const[]){"display_name"});
	assert_violation(update(*state, request), "desk.display_name", "is required");
	request->update_mask = new_mask(*state, 1, (const char *const[]){"height_mm"});
	assert_violation(update(*state, request), "desk.height_mm", "must be between 500 and 1500");
}

static void test_an_update_of_everything_needs_everything(void **state)
{
	UpdateDeskRequest *request = new_update(*state);
	struct status status;

	request->update_mask = new_mask(*state, 1, (const char *const[]){"*"});
	status = update(*state, request);
	assert_string_equal(detail_of(status, "desk.display_name"), "is required");
	assert_string_equal(detail_of(status, "desk.height_mm"), "must be between 500 and 1500");
}

static void test_masks_that_name_a_message_mean_all_of_it(void **state)
{
	UpdateDeskRequest *request = new_update(*state);

	request->desk->top = NEW(*state, Drawer, drawer__descriptor);
	request->desk->top->slots = 1;
	request->update_mask = new_mask(*state, 1, (const char *const[]){"top.colour"});
	assert_ok(update(*state, request));
	request->update_mask = new_mask(*state, 1, (const char *const[]){"to"});
	assert_ok(update(*state, request));
	request->update_mask = new_mask(*state, 1, (const char *const[]){"top"});
	assert_violation(update(*state, request), "desk.top.label", "is required");
	request->update_mask = new_mask(*state, 1, (const char *const[]){"top.label"});
	assert_violation(update(*state, request), "desk.top.label", "is required");
}

static void test_what_an_update_sets_is_checked_whatever_the_mask_names(void **state)
{
	UpdateDeskRequest *request = new_update(*state);

	request->desk->display_name = TEXT_OF("x");
	request->update_mask = new_mask(*state, 1, (const char *const[]){"remark"});
	assert_violation(update(*state, request), "desk.display_name",
			 "must have at least 2 characters");
}

static void test_an_update_says_which_and_keeps_its_etag(void **state)
{
	UpdateDeskRequest *request = new_update(*state);

	request->desk->etag = TEXT_OF("3");
	assert_ok(update(*state, request));
	assert_string_equal(request->desk->name, DESK);
	assert_string_equal(request->desk->etag, "3");
	request->desk->name = TEXT_OF("");
	assert_violation(update(*state, request), "desk.name", "is required");
	request->desk = NULL;
	assert_violation(update(*state, request), "desk", "is required");
}

static void test_context_sent_back_in_an_update_is_dropped(void **state)
{
	UpdateDeskRequest *request = new_update(*state);

	request->desk->copy = new_drawer(*state, "c");
	request->update_mask = new_mask(*state, 1, (const char *const[]){"*"});
	request->desk->display_name = TEXT_OF("oak");
	request->desk->height_mm = 700;
	assert_ok(update(*state, request));
	assert_null(request->desk->copy);
	request->desk->copy = new_drawer(*state, "c");
	request->update_mask = new_mask(*state, 1, (const char *const[]){"copy"});
	assert_int_equal(update(*state, request).reason, REASON__REASON_PERMISSION_DENIED);
}

#define IN_ARENA(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_ARENA(test_an_update_needs_only_what_its_mask_names),
	    IN_ARENA(test_an_update_of_everything_needs_everything),
	    IN_ARENA(test_masks_that_name_a_message_mean_all_of_it),
	    IN_ARENA(test_what_an_update_sets_is_checked_whatever_the_mask_names),
	    IN_ARENA(test_an_update_says_which_and_keeps_its_etag),
	    IN_ARENA(test_context_sent_back_in_an_update_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
