/* SPDX-License-Identifier: Apache-2.0 */
/* Q7: mails to providers and staff, once per person and cause. */
#include "world.h"

#define MAILS "SELECT COUNT(*) FROM work WHERE kind = 'mail' AND lane = 1"

static char *keys[] = {(char *)"item", (char *)"start"};

static SendNoticeRequest notice(const char *key, size_t parameters)
{
	SendNoticeRequest request = SEND_NOTICE_REQUEST__INIT;

	request.parent = PARENT;
	request.template_ = (char *)"offer";
	request.key = arena_text(arena, "%s", key);
	request.parameters = arena_new(arena, NoticeParameter *, 2);
	for (size_t i = 0; i < parameters; i++) {
		request.parameters[i] = arena_new(arena, NoticeParameter, 1);
		notice_parameter__init(request.parameters[i]);
		request.parameters[i]->key = keys[i];
		request.parameters[i]->value = (char *)"Ménage";
	}
	request.n_parameters = parameters;
	return request;
}

static int32_t send_it(const SendNoticeRequest *request)
{
	SendNoticeResponse *reply =
	    world_ok(gateway, METHOD("NoticeService", "SendNotice"), &request->base);

	return reply->mails;
}

static void refuse_it(int reason, const SendNoticeRequest *request)
{
	world_refused(reason, gateway, METHOD("NoticeService", "SendNotice"), &request->base);
}

static void test_q7_a_cause_mails_a_provider_once(void **state)
{
	SendNoticeRequest request = notice("request-1", 2);
	long before = world_count(MAILS);

	(void)state;
	request.provider = world_provider(NULL, 0)->name;
	assert_int_equal(send_it(&request), 1);
	assert_int_equal(send_it(&request), 0);
	assert_int_equal(world_count(MAILS), before + 1);
	request.key = (char *)"request-2";
	assert_int_equal(send_it(&request), 1);
	request.provider = world_provider(NULL, 0)->name;
	assert_int_equal(send_it(&request), 1);
	request.template_ = (char *)"chosen";
	assert_int_equal(send_it(&request), 1);
}

static void test_q7_a_group_is_mailed_member_by_member(void **state)
{
	SendNoticeRequest request = notice("request-3", 2);
	CreateStaffRequest create = CREATE_STAFF_REQUEST__INIT;
	Staff staff = STAFF__INIT;

	(void)state;
	staff.display_name = (char *)"Luc";
	staff.email = (char *)"luc@example.org";
	staff.role = STAFF__STAFF_ROLE__STAFF_ROLE_AGENT;
	create.parent = PARENT;
	create.staff = &staff;
	request.group = STAFF_GROUP__STAFF_GROUP_MANAGERS;
	assert_int_equal(send_it(&request), 1);
	world_ok(manager, METHOD("StaffService", "CreateStaff"), &create.base);
	request.group = STAFF_GROUP__STAFF_GROUP_ALL;
	assert_int_equal(send_it(&request), 1); /* Whom this cause has not mailed yet. */
}

static void test_a_notice_says_to_whom_and_all_that_its_text_names(void **state)
{
	SendNoticeRequest request = notice("request-4", 2);
	SendNoticeRequest incomplete = notice("request-4", 1);

	(void)state;
	refuse_it(REASON__REASON_INVALID_ARGUMENT, &request);
	request.provider = (char *)"platforms/" PLATFORM "/providers/01jnobody0000000000000000a";
	refuse_it(REASON__REASON_NOT_FOUND, &request);
	request.group = STAFF_GROUP__STAFF_GROUP_ALL;
	refuse_it(REASON__REASON_INVALID_ARGUMENT, &request);
	request.provider = (char *)"";
	request.template_ = (char *)"rien";
	refuse_it(REASON__REASON_INVALID_ARGUMENT, &request);
	incomplete.group = STAFF_GROUP__STAFF_GROUP_ALL;
	refuse_it(REASON__REASON_INVALID_ARGUMENT, &incomplete);
}

static void test_a_decision_on_a_candidature_is_mailed(void **state)
{
	long before = world_count(MAILS);

	(void)state;
	world_join(world_provider(NULL, 0));
	assert_int_equal(world_count(MAILS), before + 1);
	assert_int_equal(world_count("SELECT COUNT(*) FROM work WHERE kind = 'mail' AND "
				     "INSTR(payload, '@example.org') > 0"),
			 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_q7_a_cause_mails_a_provider_once),
	    cmocka_unit_test(test_q7_a_group_is_mailed_member_by_member),
	    cmocka_unit_test(test_a_notice_says_to_whom_and_all_that_its_text_names),
	    cmocka_unit_test(test_a_decision_on_a_candidature_is_mailed),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
