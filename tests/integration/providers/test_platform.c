/* SPDX-License-Identifier: Apache-2.0 */
/* Platforms, their modules, and staff of whom one is always a manager. */
#include "world.h"

#include <string.h>

static Platform *get_platform(const char *name)
{
	GetPlatformRequest request = GET_PLATFORM_REQUEST__INIT;

	request.name = arena_text(arena, "%s", name);
	return world_ok(operator, METHOD("PlatformService", "GetPlatform"), &request.base);
}

static void test_a_platform_is_created_once_with_its_first_manager(void **state)
{
	Platform *platform = world_platform("test-b");
	Platform *again = world_platform("test-b"); /* The same request_id. */
	GetStaffRequest get = GET_STAFF_REQUEST__INIT;
	Staff *staff;

	(void)state;
	assert_string_equal(again->first_manager, platform->first_manager);
	assert_string_equal(again->etag, "1");
	get.name = platform->first_manager;
	staff = world_ok(operator, METHOD("StaffService", "GetStaff"), &get.base);
	assert_string_equal(staff->display_name, "Marie");
	assert_int_equal(staff->role, STAFF__STAFF_ROLE__STAFF_ROLE_MANAGER);
	platform = get_platform("platforms/test-b");
	assert_int_equal(platform->n_allowed_modules, 2);
	assert_int_equal(platform->n_modules, 0);
	assert_string_equal(platform->languages[0], "fr");
	assert_string_equal(platform->languages[1], "en");
}

static void test_the_settings_are_carried_with_every_version(void **state)
{
	UpdatePlatformRequest request = UPDATE_PLATFORM_REQUEST__INIT;
	Platform platform = PLATFORM__INIT;
	const char *query = "SELECT COUNT(*) FROM work WHERE platform = 'test-c' AND "
			    "kind = 'apply_platform' AND lane = 2";

	(void)state;
	world_platform("test-c");
	assert_int_equal(world_count(query), 1);
	platform.name = (char *)"platforms/test-c";
	platform.display_name = (char *)"Autre";
	platform.etag = (char *)"1";
	request.platform = &platform;
	request.update_mask = world_mask("display_name");
	world_ok(operator, METHOD("PlatformService", "UpdatePlatform"), &request.base);
	assert_int_equal(world_count(query), 2);
	assert_string_equal(get_platform(platform.name)->display_name, "Autre");
	world_refused(REASON__REASON_ETAG_MISMATCH, operator,
		      METHOD("PlatformService", "UpdatePlatform"), &request.base);
}

static void switch_on(int reason, Module module)
{
	SwitchModulesRequest request = SWITCH_MODULES_REQUEST__INIT;

	request.name = PARENT;
	request.enable = &module;
	request.n_enable = 1;
	if (reason == 0)
		world_ok(manager, METHOD("PlatformService", "SwitchModules"), &request.base);
	else
		world_refused(reason, manager, METHOD("PlatformService", "SwitchModules"),
			      &request.base);
}

static void test_modules_are_switched_within_what_is_allowed(void **state)
{
	UpdatePlatformRequest request = UPDATE_PLATFORM_REQUEST__INIT;
	Platform platform = PLATFORM__INIT;

	(void)state;
	switch_on(REASON__REASON_MODULE_NOT_ALLOWED, MODULE__MODULE_EMPLOYEES);
	switch_on(REASON__REASON_EDITION_TOO_LOW, MODULE__MODULE_NETWORK);
	switch_on(0, MODULE__MODULE_PROVIDERS);
	switch_on(0, MODULE__MODULE_PROVIDERS);
	assert_string_equal(get_platform(PARENT)->etag, "2");
	assert_int_equal(get_platform(PARENT)->modules[0], MODULE__MODULE_PROVIDERS);
	platform.name = PARENT;
	request.platform = &platform;
	request.update_mask = world_mask("allowed_modules");
	world_ok(operator, METHOD("PlatformService", "UpdatePlatform"), &request.base);
	assert_int_equal(get_platform(PARENT)->n_modules, 0);
}

static void test_the_operator_lists_all_platforms(void **state)
{
	ListPlatformsRequest request = LIST_PLATFORMS_REQUEST__INIT;
	ListPlatformsResponse *page;

	(void)state;
	world_platform("test-y");
	world_platform("test-z");
	request.page_size = 1;
	page = world_ok(operator, METHOD("PlatformService", "ListPlatforms"), &request.base);
	assert_string_equal(page->platforms[0]->name, PARENT);
	request.page_token = page->next_page_token;
	page = world_ok(operator, METHOD("PlatformService", "ListPlatforms"), &request.base);
	assert_int_equal(page->n_platforms, 1);
	assert_string_not_equal(page->platforms[0]->name, PARENT);
	assert_non_null(strstr(page->platforms[0]->first_manager, page->platforms[0]->name));
	request.page_token = (char *)"bm9uc2Vuc2U";
	world_refused(REASON__REASON_PAGE_TOKEN_INVALID, operator,
		      METHOD("PlatformService", "ListPlatforms"), &request.base);
}

static Staff *add_staff(const char *email, Staff__StaffRole role, int reason)
{
	CreateStaffRequest request = CREATE_STAFF_REQUEST__INIT;
	Staff staff = STAFF__INIT;

	staff.display_name = (char *)"Luc";
	staff.email = arena_text(arena, "%s", email);
	staff.role = role;
	request.parent = PARENT;
	request.staff = &staff;
	if (reason == 0)
		return world_ok(manager, METHOD("StaffService", "CreateStaff"), &request.base);
	world_refused(reason, manager, METHOD("StaffService", "CreateStaff"), &request.base);
	return NULL;
}

static void test_one_address_is_one_member_of_staff(void **state)
{
	(void)state;
	add_staff("luc@example.org", STAFF__STAFF_ROLE__STAFF_ROLE_AGENT, 0);
	add_staff("Luc@Example.org", STAFF__STAFF_ROLE__STAFF_ROLE_AGENT,
		  REASON__REASON_ALREADY_EXISTS);
	add_staff("rien@example.org", STAFF__STAFF_ROLE__STAFF_ROLE_UNSPECIFIED,
		  REASON__REASON_INVALID_ARGUMENT);
}

static void test_the_last_manager_stays(void **state)
{
	DeleteStaffRequest request = DELETE_STAFF_REQUEST__INIT;
	ListStaffRequest list = LIST_STAFF_REQUEST__INIT;
	ListStaffResponse *page;

	(void)state;
	request.name = get_platform(PARENT)->first_manager;
	world_refused(REASON__REASON_LAST_MANAGER, manager, METHOD("StaffService", "DeleteStaff"),
		      &request.base);
	add_staff("second@example.org", STAFF__STAFF_ROLE__STAFF_ROLE_MANAGER, 0);
	request.etag = (char *)"7";
	world_refused(REASON__REASON_ETAG_MISMATCH, manager, METHOD("StaffService", "DeleteStaff"),
		      &request.base);
	request.etag = (char *)"1";
	world_ok(manager, METHOD("StaffService", "DeleteStaff"), &request.base);
	world_refused(REASON__REASON_NOT_FOUND, manager, METHOD("StaffService", "DeleteStaff"),
		      &request.base);
	list.parent = PARENT;
	page = world_ok(agent, METHOD("StaffService", "ListStaff"), &list.base);
	for (size_t i = 0; i < page->n_staff; i++)
		assert_string_not_equal(page->staff[i]->name, request.name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_platform_is_created_once_with_its_first_manager),
	    cmocka_unit_test(test_the_settings_are_carried_with_every_version),
	    cmocka_unit_test(test_modules_are_switched_within_what_is_allowed),
	    cmocka_unit_test(test_the_operator_lists_all_platforms),
	    cmocka_unit_test(test_one_address_is_one_member_of_staff),
	    cmocka_unit_test(test_the_last_manager_stays),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
