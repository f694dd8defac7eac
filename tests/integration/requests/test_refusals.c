/* SPDX-License-Identifier: Apache-2.0 */
/* What svc-requests refuses for reasons of its own, each provoked once. */
#include "world.h"

#include <string.h>

#include "base/time.h"

static Google__Protobuf__Timestamp *at(int64_t hours)
{
	Google__Protobuf__Timestamp *time = arena_new(arena, Google__Protobuf__Timestamp, 1);

	google__protobuf__timestamp__init(time);
	time->seconds = time_real_us() / TIME_SECOND_US + hours * 3600;
	return time;
}

/* A request like one that is there, at another time. */
static void refuse_times(int reason, const ServiceRequest *like, int64_t start, int64_t end)
{
	CreateServiceRequestRequest request = CREATE_SERVICE_REQUEST_REQUEST__INIT;
	ServiceRequest asked = SERVICE_REQUEST__INIT;

	asked.item = like->item;
	asked.terms = like->terms;
	asked.postcode = like->postcode;
	asked.start_time = at(start);
	asked.end_time = at(end);
	request.parent = (char *)"platforms/" PLATFORM;
	request.service_request = &asked;
	world_refused(reason, world_as_client(like->client),
		      METHOD("ServiceRequestService", "CreateServiceRequest"), &request.base);
}

static void test_a_request_lies_in_the_future_and_within_a_day(void **state)
{
	ServiceRequest *like = world_request(world_client(), 24);

	(void)state;
	refuse_times(REASON__REASON_TIME_IN_PAST, like, -1, 2);
	refuse_times(REASON__REASON_INVALID_ARGUMENT, like, 2, 1);
	refuse_times(REASON__REASON_INVALID_ARGUMENT, like, 2, 27);
}

static void test_x5_an_application_is_refused_for_the_documents(void **state)
{
	ServiceRequest *request = world_request(world_client(), 48);
	SubmitApplicationRequest application = SUBMIT_APPLICATION_REQUEST__INIT;

	(void)state;
	world_distribute(request->name, 1);
	application.name = (char *)(uintptr_t)world_offer(arena, request->name, 1);
	application.entitlement = world_entitlement(arena, 1);
	application.standing = world_standing(arena, 1, "DOCUMENTS_INVALID");
	world_refused(REASON__REASON_DOCUMENTS_INVALID, world_as_provider(arena, 1),
		      METHOD("OfferService", "SubmitApplication"), &application.base);
}

static void test_b6_a_card_that_nobody_has_saved_pays_for_nothing(void **state)
{
	ServiceRequest *request = world_request(world_client(), 72);
	UpdateServiceRequestRequest update = UPDATE_SERVICE_REQUEST_REQUEST__INIT;
	Google__Protobuf__FieldMask mask = GOOGLE__PROTOBUF__FIELD_MASK__INIT;
	char *paths[] = {(char *)"billing_method"};
	Offer *offer;

	(void)state;
	world_distribute(request->name, 1);
	request->etag = (char *)"";
	request->billing_method = BILLING_METHOD__BILLING_METHOD_CHARGE_CARD;
	mask.paths = paths;
	mask.n_paths = 1;
	update.service_request = request;
	update.update_mask = &mask;
	world_ok(manager, METHOD("ServiceRequestService", "UpdateServiceRequest"), &update.base);
	assert_int_equal(world_apply(arena, request->name, 1, &offer).reason, 0);
	assert_int_equal(world_choose(arena, request->name, 1, manager, &offer).reason,
			 REASON__REASON_PAYMENT_METHOD_REQUIRED);
}

static int begin(void **state)
{
	world_begin(state);
	world_settings(true, 2);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_request_lies_in_the_future_and_within_a_day),
	    cmocka_unit_test(test_x5_an_application_is_refused_for_the_documents),
	    cmocka_unit_test(test_b6_a_card_that_nobody_has_saved_pays_for_nothing),
	};

	return cmocka_run_group_tests(tests, begin, world_end);
}
