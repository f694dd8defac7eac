/* SPDX-License-Identifier: Apache-2.0 */
/* P1, P2, P2b, P4b, X5: asked, applied behind the gate, answered, chosen. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "crypto/token.h"

static ServiceRequest *asked_of(unsigned providers, int required)
{
	ServiceRequest *request;

	world_settings(true, required);
	request = world_request(world_client(), 24);
	return world_distribute(request->name, providers);
}

static long count(const char *query)
{
	char *value = test_database_value("requests", query);
	long number = strtol(value ? value : "-1", NULL, 10);

	free(value);
	return number;
}

static void test_p1_distribution_off_waits_in_the_inbox(void **state)
{
	ServiceRequest *request;

	(void)state;
	world_settings(false, 2);
	request = world_request(world_client(), 24);
	assert_int_equal(request->fulfilment, FULFILMENT__FULFILMENT_NOT_OFFERED);
	assert_false(request->distributing);
}

static void test_p1_nobody_matches_is_stuck_at_once(void **state)
{
	(void)state;
	assert_int_equal(asked_of(0, 2)->fulfilment, FULFILMENT__FULFILMENT_STUCK);
}

static void test_p1_all_who_match_are_asked_once(void **state)
{
	ServiceRequest *request = asked_of(3, 2);

	(void)state;
	assert_int_equal(request->fulfilment, FULFILMENT__FULFILMENT_OPEN);
	assert_int_equal(request->offer_count, 3);
}

static void test_x5_without_statements_applying_is_refused(void **state)
{
	ServiceRequest *request = asked_of(3, 2);
	SubmitApplicationRequest application = SUBMIT_APPLICATION_REQUEST__INIT;
	struct suite_caller provider = world_as_provider(arena, 1);
	const char *method = METHOD("OfferService", "SubmitApplication");

	(void)state;
	application.name = (char *)(uintptr_t)world_offer(arena, request->name, 1);
	world_refused(REASON__REASON_SUBSCRIPTION_INACTIVE, provider, method, &application.base);
	application.standing = world_standing(arena, 1, "");
	world_refused(REASON__REASON_SUBSCRIPTION_INACTIVE, provider, method, &application.base);
	application.entitlement = world_entitlement(arena, 2);
	world_refused(REASON__REASON_ENTITLEMENT_STALE, provider, method, &application.base);
	application.entitlement = world_standing(arena, 1, "");
	world_refused(REASON__REASON_ENTITLEMENT_STALE, provider, method, &application.base);
	application.entitlement = world_entitlement(arena, 1);
	application.standing = world_standing(arena, 1, "RELATION_SUSPENDED");
	world_refused(REASON__REASON_RELATION_SUSPENDED, provider, method, &application.base);
	application.standing = world_standing(arena, 1, "TERMS_NOT_ACCEPTED");
	world_refused(REASON__REASON_TERMS_NOT_ACCEPTED, provider, method, &application.base);
	application.entitlement = (char *)"";
	world_refused(REASON__REASON_SUBSCRIPTION_INACTIVE, provider, method, &application.base);
}

static void test_x5_an_expired_or_revoked_statement_is_stale(void **state)
{
	ServiceRequest *request = asked_of(1, 2);
	Offer *offer;

	(void)state;
	test_database_execute("requests",
			      arena_text(arena,
					 "UPDATE provider_gate SET entitlement_version = 2 "
					 "WHERE provider = '%s'",
					 world_provider_id(arena, 1)));
	assert_int_equal(world_apply(arena, request->name, 1, &offer).reason,
			 REASON__REASON_ENTITLEMENT_STALE);
	test_database_execute("requests", "UPDATE provider_gate SET entitlement_version = 0");
	assert_int_equal(world_apply(arena, request->name, 1, &offer).reason, 0);
}

static void test_p2_enough_applications_answer_the_client(void **state)
{
	ServiceRequest *request = asked_of(3, 2);
	Offer *offer;

	(void)state;
	assert_int_equal(world_apply(arena, request->name, 1, &offer).reason, 0);
	assert_int_equal(offer->state, OFFER_STATE__OFFER_STATE_APPLIED);
	assert_int_equal(world_get(request->name)->fulfilment, FULFILMENT__FULFILMENT_OPEN);
	assert_int_equal(world_apply(arena, request->name, 1, &offer).reason, 0);
	assert_int_equal(world_get(request->name)->application_count, 1);
	assert_int_equal(world_apply(arena, request->name, 2, &offer).reason, 0);
	assert_int_equal(world_get(request->name)->fulfilment, FULFILMENT__FULFILMENT_ANSWERED);
	assert_int_equal(world_apply(arena, request->name, 3, &offer).reason, 0);
	assert_int_equal(count(arena_text(arena,
					  "SELECT COUNT(*) FROM work WHERE kind = 'answer' AND "
					  "resource = '%s'",
					  request->name)),
			 1);
}

static struct status decline(const char *request, unsigned provider)
{
	DeclineOfferRequest refusal = DECLINE_OFFER_REQUEST__INIT;
	ProtobufCMessage *reply;

	refusal.name = (char *)(uintptr_t)world_offer(arena, request, provider);
	return suite_call(suite, world_as_provider(arena, provider), arena,
			  METHOD("OfferService", "DeclineOffer"), &refusal.base, &reply);
}

static void test_p2_everybody_has_answered_or_declined(void **state)
{
	ServiceRequest *request = asked_of(2, 2);
	ServiceRequest *other = asked_of(2, 2);
	Offer *offer;

	(void)state;
	assert_int_equal(world_apply(arena, request->name, 1, &offer).reason, 0);
	assert_int_equal(decline(request->name, 1).reason, REASON__REASON_STATE_CONFLICT);
	assert_int_equal(decline(request->name, 2).reason, 0);
	assert_int_equal(decline(request->name, 2).reason, 0);
	assert_int_equal(world_get(request->name)->fulfilment, FULFILMENT__FULFILMENT_ANSWERED);
	assert_int_equal(world_apply(arena, request->name, 2, &offer).reason,
			 REASON__REASON_STATE_CONFLICT);

	assert_int_equal(decline(other->name, 1).reason, 0);
	assert_int_equal(decline(other->name, 2).reason, 0);
	assert_int_equal(world_get(other->name)->fulfilment, FULFILMENT__FULFILMENT_STUCK);
}

static void test_p2b_the_choice_assigns_plans_and_closes(void **state)
{
	ServiceRequest *request = asked_of(3, 2);
	struct suite_caller client = world_as_client(request->client);
	struct suite_caller stranger = world_as_client(world_client());
	ServiceRequest *after;
	Offer *offer;

	(void)state;
	assert_int_equal(world_apply(arena, request->name, 1, &offer).reason, 0);
	assert_int_equal(world_apply(arena, request->name, 2, &offer).reason, 0);
	assert_int_equal(world_choose(arena, request->name, 1, stranger, &offer).reason,
			 REASON__REASON_NOT_FOUND);
	assert_int_equal(world_choose(arena, request->name, 3, client, &offer).reason,
			 REASON__REASON_STATE_CONFLICT);
	assert_int_equal(world_choose(arena, request->name, 1, client, &offer).reason, 0);
	assert_int_equal(offer->state, OFFER_STATE__OFFER_STATE_CHOSEN);
	assert_int_equal(world_choose(arena, request->name, 1, client, &offer).reason, 0);
	assert_int_equal(world_choose(arena, request->name, 2, client, &offer).reason,
			 REASON__REASON_REQUEST_CLOSED);
	after = world_get(request->name);
	assert_int_equal(after->fulfilment, FULFILMENT__FULFILMENT_ASSIGNED);
	assert_int_equal(after->status, REQUEST_STATUS__REQUEST_STATUS_CONFIRMED);
	assert_string_equal(after->provider, world_provider(arena, 1));
	assert_int_equal(
	    count(arena_text(arena,
			     "SELECT COUNT(*) FROM intervention WHERE request = '%s' AND "
			     "state = 1",
			     strrchr(request->name, '/') + 1)),
	    1);
	assert_int_equal(
	    count(arena_text(arena,
			     "SELECT COUNT(*) FROM offer WHERE request = '%s' AND state "
			     "IN (5, 7)",
			     strrchr(request->name, '/') + 1)),
	    2);
	test_database_execute("requests", "UPDATE intervention SET state = 4");
}

static void test_x7_a_taken_slot_is_refused_and_leaves_the_answer(void **state)
{
	ServiceRequest *first = asked_of(2, 1);
	ServiceRequest *second = asked_of(2, 1);
	Offer *offer;

	(void)state;
	assert_int_equal(world_apply(arena, first->name, 1, &offer).reason, 0);
	assert_int_equal(world_apply(arena, second->name, 1, &offer).reason, 0);
	assert_int_equal(
	    world_choose(arena, first->name, 1, world_as_client(first->client), &offer).reason, 0);
	assert_int_not_equal(
	    world_choose(arena, second->name, 1, world_as_client(second->client), &offer).reason,
	    0);
	for (int i = 0; i < 2000 && world_get(second->name)->application_count > 0; i++)
		;
	assert_int_equal(world_get(second->name)->application_count, 0);
	assert_int_equal(world_get(second->name)->fulfilment, FULFILMENT__FULFILMENT_OPEN);
	assert_int_equal(world_apply(arena, second->name, 1, &offer).reason,
			 REASON__REASON_SLOT_TAKEN);
	test_database_execute("requests", "UPDATE intervention SET state = 4");
}

static void test_p2b_rejecting_all_asks_those_not_yet_asked(void **state)
{
	ServiceRequest *request = asked_of(1, 1);
	RejectApplicationsRequest reject = REJECT_APPLICATIONS_REQUEST__INIT;
	const char *method = METHOD("ServiceRequestService", "RejectApplications");
	ServiceRequest *after;
	Offer *offer;

	(void)state;
	reject.name = request->name;
	world_refused(REASON__REASON_STATE_CONFLICT, world_as_client(request->client), method,
		      &reject.base);
	assert_int_equal(world_apply(arena, request->name, 1, &offer).reason, 0);
	after = (ServiceRequest *)(void *)world_ok(world_as_client(request->client), method,
						   &reject.base);
	assert_true(after->distributing);
	assert_int_equal(world_distribute(request->name, 1)->fulfilment,
			 FULFILMENT__FULFILMENT_STUCK);
	assert_int_equal(world_apply(arena, request->name, 1, &offer).reason,
			 REASON__REASON_STATE_CONFLICT);
}

static void test_q3_cancelling_closes_offers_and_planned_work(void **state)
{
	ServiceRequest *request = asked_of(2, 1);
	CancelServiceRequestRequest cancel = CANCEL_SERVICE_REQUEST_REQUEST__INIT;
	ServiceRequest *after;
	Offer *offer;

	(void)state;
	assert_int_equal(world_apply(arena, request->name, 1, &offer).reason, 0);
	assert_int_equal(
	    world_choose(arena, request->name, 1, world_as_client(request->client), &offer).reason,
	    0);
	cancel.name = request->name;
	after = (ServiceRequest *)(void *)world_ok(
	    world_as_client(request->client),
	    METHOD("ServiceRequestService", "CancelServiceRequest"), &cancel.base);
	assert_int_equal(after->status, REQUEST_STATUS__REQUEST_STATUS_CANCELLED);
	assert_int_equal(count("SELECT COUNT(*) FROM intervention WHERE state = 1"), 0);
	assert_int_equal(world_apply(arena, request->name, 2, &offer).reason,
			 REASON__REASON_REQUEST_CLOSED);
}

static void test_another_platform_or_provider_finds_nothing(void **state)
{
	ServiceRequest *request = asked_of(1, 1);
	GetOfferRequest get = GET_OFFER_REQUEST__INIT;
	struct suite_caller elsewhere = world_as_provider(arena, 1);

	(void)state;
	get.name = (char *)(uintptr_t)world_offer(arena, request->name, 1);
	world_ok(world_as_provider(arena, 1), METHOD("OfferService", "GetOffer"), &get.base);
	world_refused(REASON__REASON_NOT_FOUND, world_as_provider(arena, 2),
		      METHOD("OfferService", "GetOffer"), &get.base);
	elsewhere.platform = "test-b";
	world_refused(REASON__REASON_NOT_FOUND, elsewhere, METHOD("OfferService", "GetOffer"),
		      &get.base);
	world_refused(REASON__REASON_PERMISSION_DENIED, world_as_client(request->client),
		      METHOD("OfferService", "GetOffer"), &get.base);
}

/* Withdraws and asserts the reason; returns the offer, NULL when refused. */
static Offer *withdraw(const char *request, unsigned provider, int reason)
{
	WithdrawApplicationRequest withdrawal = WITHDRAW_APPLICATION_REQUEST__INIT;
	struct suite_caller caller = world_as_provider(arena, provider);
	const char *method = METHOD("OfferService", "WithdrawApplication");

	withdrawal.name = (char *)(uintptr_t)world_offer(arena, request, provider);
	if (reason == 0)
		return (Offer *)(void *)world_ok(caller, method, &withdrawal.base);
	world_refused(reason, caller, method, &withdrawal.base);
	return NULL;
}

/* How many offers the client's answer shows. */
static size_t answer_length(const ServiceRequest *request)
{
	ListOffersRequest list = LIST_OFFERS_REQUEST__INIT;

	list.parent = request->name;
	return ((ListOffersResponse *)(void *)world_ok(world_as_client(request->client),
						       METHOD("OfferService", "ListOffers"),
						       &list.base))
	    ->n_offers;
}

static long answers_sent(const ServiceRequest *request)
{
	return count(arena_text(arena,
				"SELECT COUNT(*) FROM work WHERE kind = 'answer' AND "
				"resource = '%s'",
				request->name));
}

static void test_p4b_a_withdrawn_application_leaves_the_answer(void **state)
{
	ServiceRequest *request = asked_of(4, 2);
	Offer *offer, *again;

	(void)state;
	assert_int_equal(world_apply(arena, request->name, 1, &offer).reason, 0);
	assert_int_equal(world_apply(arena, request->name, 2, &offer).reason, 0);
	assert_int_equal(answer_length(request), 2);

	offer = withdraw(request->name, 1, 0);
	assert_int_equal(offer->state, OFFER_STATE__OFFER_STATE_WITHDRAWN);
	again = withdraw(request->name, 1, 0);
	assert_int_equal(again->state, OFFER_STATE__OFFER_STATE_WITHDRAWN);
	assert_string_equal(again->etag, offer->etag);
	assert_int_equal(world_get(request->name)->application_count, 1);
	assert_int_equal(world_get(request->name)->refusal_count, 0);
	assert_int_equal(world_get(request->name)->fulfilment, FULFILMENT__FULFILMENT_ANSWERED);
	assert_int_equal(answer_length(request), 1);
}

static void test_p4b_the_only_one_asked_who_withdraws_leaves_it_open(void **state)
{
	ServiceRequest *request = asked_of(1, 1);
	Offer *offer;

	(void)state;
	assert_int_equal(world_apply(arena, request->name, 1, &offer).reason, 0);
	withdraw(request->name, 1, 0);
	assert_int_equal(world_get(request->name)->fulfilment, FULFILMENT__FULFILMENT_OPEN);
}

static void test_p4b_with_none_left_n_counts_anew(void **state)
{
	ServiceRequest *request = asked_of(4, 2);
	Offer *offer;

	(void)state;
	for (unsigned provider = 1; provider <= 2; provider++)
		assert_int_equal(world_apply(arena, request->name, provider, &offer).reason, 0);
	for (unsigned provider = 1; provider <= 2; provider++)
		withdraw(request->name, provider, 0);
	assert_int_equal(world_get(request->name)->application_count, 0);
	assert_int_equal(world_get(request->name)->fulfilment, FULFILMENT__FULFILMENT_OPEN);
	assert_int_equal(answer_length(request), 0);

	assert_int_equal(world_apply(arena, request->name, 3, &offer).reason, 0);
	assert_int_equal(world_get(request->name)->fulfilment, FULFILMENT__FULFILMENT_OPEN);
	assert_int_equal(answers_sent(request), 1);
	assert_int_equal(world_apply(arena, request->name, 1, &offer).reason, 0);
	assert_int_equal(offer->state, OFFER_STATE__OFFER_STATE_APPLIED);
	assert_int_equal(world_get(request->name)->fulfilment, FULFILMENT__FULFILMENT_ANSWERED);
	assert_int_equal(world_get(request->name)->refusal_count, 0);
	assert_int_equal(answer_length(request), 2);
	assert_int_equal(answers_sent(request), 2);
}

static void test_p4b_what_does_not_stand_is_not_withdrawn(void **state)
{
	ServiceRequest *request = asked_of(3, 2);
	WithdrawApplicationRequest of_another = WITHDRAW_APPLICATION_REQUEST__INIT;
	RejectApplicationsRequest reject = REJECT_APPLICATIONS_REQUEST__INIT;
	Offer *offer;

	(void)state;
	withdraw(request->name, 1, REASON__REASON_STATE_CONFLICT);
	assert_int_equal(decline(request->name, 2).reason, 0);
	withdraw(request->name, 2, REASON__REASON_STATE_CONFLICT);
	assert_int_equal(world_apply(arena, request->name, 1, &offer).reason, 0);
	of_another.name = offer->name;
	world_refused(REASON__REASON_NOT_FOUND, world_as_provider(arena, 3),
		      METHOD("OfferService", "WithdrawApplication"), &of_another.base);
	assert_int_equal(world_apply(arena, request->name, 3, &offer).reason, 0);
	reject.name = request->name;
	world_ok(world_as_client(request->client),
		 METHOD("ServiceRequestService", "RejectApplications"), &reject.base);
	withdraw(request->name, 1, REASON__REASON_STATE_CONFLICT);
}

static void test_p4b_after_the_choice_nothing_is_withdrawn(void **state)
{
	ServiceRequest *request = asked_of(3, 1);
	Offer *offer;

	(void)state;
	for (unsigned provider = 1; provider <= 3; provider++)
		assert_int_equal(world_apply(arena, request->name, provider, &offer).reason, 0);
	withdraw(request->name, 3, 0);
	assert_int_equal(
	    world_choose(arena, request->name, 1, world_as_client(request->client), &offer).reason,
	    0);
	for (unsigned provider = 1; provider <= 3; provider++)
		withdraw(request->name, provider, REASON__REASON_REQUEST_CLOSED);
	assert_int_equal(world_apply(arena, request->name, 3, &offer).reason,
			 REASON__REASON_REQUEST_CLOSED);
	test_database_execute("requests", "UPDATE intervention SET state = 4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_p1_distribution_off_waits_in_the_inbox),
	    cmocka_unit_test(test_p1_nobody_matches_is_stuck_at_once),
	    cmocka_unit_test(test_p1_all_who_match_are_asked_once),
	    cmocka_unit_test(test_x5_without_statements_applying_is_refused),
	    cmocka_unit_test(test_x5_an_expired_or_revoked_statement_is_stale),
	    cmocka_unit_test(test_p2_enough_applications_answer_the_client),
	    cmocka_unit_test(test_p2_everybody_has_answered_or_declined),
	    cmocka_unit_test(test_p2b_the_choice_assigns_plans_and_closes),
	    cmocka_unit_test(test_x7_a_taken_slot_is_refused_and_leaves_the_answer),
	    cmocka_unit_test(test_p2b_rejecting_all_asks_those_not_yet_asked),
	    cmocka_unit_test(test_q3_cancelling_closes_offers_and_planned_work),
	    cmocka_unit_test(test_another_platform_or_provider_finds_nothing),
	    cmocka_unit_test(test_p4b_a_withdrawn_application_leaves_the_answer),
	    cmocka_unit_test(test_p4b_the_only_one_asked_who_withdraws_leaves_it_open),
	    cmocka_unit_test(test_p4b_with_none_left_n_counts_anew),
	    cmocka_unit_test(test_p4b_what_does_not_stand_is_not_withdrawn),
	    cmocka_unit_test(test_p4b_after_the_choice_nothing_is_withdrawn),
	};

	return cmocka_run_group_tests_name("applying", tests, world_begin, world_end);
}
