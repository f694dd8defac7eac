/* SPDX-License-Identifier: Apache-2.0 */
/* P1, P2, P2b, S10, Q2: what distribution, answer, choice and assignment promise beyond the plain
 * way. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"

static ServiceRequest *asked_of(unsigned providers, int required)
{
	ServiceRequest *request;

	world_settings(true, required);
	request = world_request(world_client(), 24);
	return world_distribute(request->name, providers);
}

static void must_apply(const char *request, unsigned provider)
{
	Offer *offer;

	assert_int_equal(world_apply(arena, request, provider, &offer).reason, 0);
}

static void must_choose(const ServiceRequest *request, unsigned provider)
{
	Offer *offer;

	assert_int_equal(
	    world_choose(arena, request->name, provider, world_as_client(request->client), &offer)
		.reason,
	    0);
}

static long count(const char *query)
{
	char *value = test_database_value("requests", query);
	long number = strtol(value ? value : "-1", NULL, 10);

	free(value);
	return number;
}

/* Staff ask these providers themselves. */
static ServiceRequest *send_offers(const char *request, const unsigned *providers, size_t number)
{
	SendOffersRequest send = SEND_OFFERS_REQUEST__INIT;

	send.name = (char *)(uintptr_t)request;
	send.providers = arena_new(arena, char *, number);
	send.standings = arena_new(arena, char *, number);
	for (size_t i = 0; i < number; i++) {
		send.providers[i] = (char *)(uintptr_t)world_provider(arena, providers[i]);
		send.standings[i] = world_standing(arena, providers[i], "");
	}
	send.n_providers = send.n_standings = number;
	return (ServiceRequest *)(void *)world_ok(
	    agent, METHOD("ServiceRequestService", "SendOffers"), &send.base);
}

static ServiceRequest *reject(const ServiceRequest *request)
{
	RejectApplicationsRequest all = REJECT_APPLICATIONS_REQUEST__INIT;

	all.name = request->name;
	return (ServiceRequest *)(void *)world_ok(
	    world_as_client(request->client), METHOD("ServiceRequestService", "RejectApplications"),
	    &all.base);
}

static ServiceRequest *assign_staff(const char *request, unsigned provider, const char *reason)
{
	AssignProviderRequest assignment = ASSIGN_PROVIDER_REQUEST__INIT;

	assignment.name = (char *)(uintptr_t)request;
	assignment.provider = (char *)(uintptr_t)world_provider(arena, provider);
	assignment.standing = world_standing(arena, provider, "");
	assignment.reason = (char *)(uintptr_t)reason;
	return (ServiceRequest *)(void *)world_ok(
	    agent, METHOD("ServiceRequestService", "AssignProvider"), &assignment.base);
}

/* What was planned of a provider, as it sees it. */
static Intervention *planned(unsigned provider)
{
	ListInterventionsRequest list = LIST_INTERVENTIONS_REQUEST__INIT;
	ListInterventionsResponse *found;

	list.parent = (char *)"platforms/" PLATFORM;
	found = (ListInterventionsResponse *)(void *)world_ok(
	    world_as_provider(arena, provider), METHOD("InterventionService", "ListInterventions"),
	    &list.base);
	assert_int_equal(found->n_interventions, 1);
	return found->interventions[0];
}

static int free_all_slots(void **state)
{
	(void)state;
	test_database_execute("requests", "DELETE FROM intervention");
	return 0;
}

static void test_p1_contact_and_note_come_with_the_assignment(void **state)
{
	ServiceRequest wish = world_wish(24);
	ServiceRequest *request;

	(void)state;
	world_settings(true, 1);
	wish.note = (char *)"3e étage";
	request = world_ask(world_client(), &wish);
	world_distribute(request->name, 1);
	must_apply(request->name, 1);
	must_choose(request, 1);
	assert_string_equal(planned(1)->note, "3e étage");
	assert_string_equal(planned(1)->street, "2 rue Oberkampf");
	assert_memory_equal(planned(1)->client_email, "client", 6);
	assert_string_equal(planned(1)->client_phone, "+33612345678");
}

static void test_p1_a_street_elsewhere_is_not_where_the_work_is(void **state)
{
	ServiceRequest wish = world_wish(24);
	ServiceRequest *request;

	(void)state;
	wish.street = (char *)"";
	request = world_ask(world_client(), &wish);
	assign_staff(request->name, 1, "seule disponible");
	assert_string_equal(planned(1)->street, "1 rue Oberkampf"); /* The client's own. */
	free_all_slots(NULL);
	wish.postcode = (char *)"69001";
	request = world_ask(world_client(), &wish);
	assign_staff(request->name, 1, "seule disponible");
	assert_string_equal(planned(1)->street, "");
}

static void test_p1_a_distribution_keeps_the_settings_it_began_with(void **state)
{
	const unsigned first[] = {1}, second[] = {2};
	ServiceRequest *request;

	(void)state;
	world_settings(false, 1);
	request = world_request(world_client(), 24);
	world_settings(false, 3);
	assert_int_equal(send_offers(request->name, first, 1)->required_applications, 3);
	world_settings(false, 2);
	assert_int_equal(send_offers(request->name, second, 1)->required_applications, 3);
}

static void test_p1_the_same_provider_twice_is_asked_once(void **state)
{
	const unsigned twice[] = {1, 2, 1};
	ServiceRequest *request;

	(void)state;
	world_settings(false, 1);
	request = world_request(world_client(), 24);
	assert_int_equal(send_offers(request->name, twice, 3)->offer_count, 2);
}

static void test_p2b_without_distribution_rejecting_all_asks_nobody(void **state)
{
	const unsigned one[] = {1};
	ServiceRequest *request;

	(void)state;
	world_settings(false, 1);
	request = world_request(world_client(), 24);
	send_offers(request->name, one, 1);
	must_apply(request->name, 1);
	world_settings(true, 1); /* The request keeps what was when it was made. */
	request = reject(request);
	assert_false(request->distributing);
	assert_int_equal(request->fulfilment, FULFILMENT__FULFILMENT_STUCK);
}

static void test_p2_redistributing_leads_out_of_stuck(void **state)
{
	ServiceRequest *request = asked_of(0, 1);
	RedistributeServiceRequestRequest again = REDISTRIBUTE_SERVICE_REQUEST_REQUEST__INIT;
	const char *method = METHOD("ServiceRequestService", "RedistributeServiceRequest");

	(void)state;
	assert_int_equal(request->fulfilment, FULFILMENT__FULFILMENT_STUCK);
	again.name = request->name;
	world_refused(REASON__REASON_PERMISSION_DENIED, world_as_client(request->client), method,
		      &again.base);
	request = (ServiceRequest *)(void *)world_ok(agent, method, &again.base);
	assert_true(request->distributing);
	assert_int_equal(request->fulfilment, FULFILMENT__FULFILMENT_OPEN);
	again.request_id = (char *)"once-more";
	world_ok(agent, method, &again.base); /* It is being distributed. */
	assert_int_equal(world_distribute(request->name, 2)->offer_count, 2);
}

static void test_p2b_only_an_answer_can_be_rejected(void **state)
{
	ServiceRequest *request = asked_of(2, 2);
	RejectApplicationsRequest all = REJECT_APPLICATIONS_REQUEST__INIT;

	(void)state;
	must_apply(request->name, 1);
	all.name = request->name;
	world_refused(REASON__REASON_STATE_CONFLICT, world_as_client(request->client),
		      METHOD("ServiceRequestService", "RejectApplications"), &all.base);
}

static void test_p2b_after_the_choice_no_application_stands(void **state)
{
	ServiceRequest *request = asked_of(3, 2);

	(void)state;
	must_apply(request->name, 1);
	must_apply(request->name, 2);
	must_choose(request, 1);
	assert_int_equal(world_get(request->name)->application_count, 0);
	assert_int_equal(world_get(request->name)->refusal_count, 1);
}

static void test_p2b_what_should_have_begun_takes_no_answer(void **state)
{
	ServiceRequest *request = asked_of(2, 1);
	Offer *offer;

	(void)state;
	must_apply(request->name, 1);
	test_database_execute(
	    "requests", arena_text(arena, "UPDATE service_request SET start_us = 1 WHERE id = '%s'",
				   strrchr(request->name, '/') + 1));
	assert_int_equal(world_apply(arena, request->name, 2, &offer).reason,
			 REASON__REASON_REQUEST_CLOSED);
	assert_int_equal(
	    world_choose(arena, request->name, 1, world_as_client(request->client), &offer).reason,
	    REASON__REASON_REQUEST_CLOSED);
}

static void test_b5_without_a_billing_method_it_is_paid_on_site(void **state)
{
	UpdateServiceRequestRequest update = UPDATE_SERVICE_REQUEST_REQUEST__INIT;
	Google__Protobuf__FieldMask mask = GOOGLE__PROTOBUF__FIELD_MASK__INIT;
	char *paths[] = {(char *)"billing_method"};
	ServiceRequest unsaid = SERVICE_REQUEST__INIT;

	(void)state;
	unsaid.name = asked_of(1, 1)->name;
	mask.paths = paths;
	mask.n_paths = 1;
	update.service_request = &unsaid;
	update.update_mask = &mask;
	world_ok(agent, METHOD("ServiceRequestService", "UpdateServiceRequest"), &update.base);
	assert_int_equal(world_get(unsaid.name)->billing_method,
			 BILLING_METHOD__BILLING_METHOD_ON_SITE);
}

static void test_q2_an_assignment_confirms_nothing_on_quote(void **state)
{
	ServiceRequest wish = world_wish(24);
	ItemTerms on_quote = *wish.terms;
	ServiceRequest *request;

	(void)state;
	on_quote.price_policy = PRICE_POLICY__PRICE_POLICY_ON_QUOTE;
	on_quote.price = NULL;
	wish.terms = &on_quote;
	request = world_ask(world_client(), &wish);
	assert_false(request->distributing);
	request = assign_staff(request->name, 1, "seule disponible");
	assert_int_equal(request->fulfilment, FULFILMENT__FULFILMENT_ASSIGNED);
	assert_int_equal(request->status, REQUEST_STATUS__REQUEST_STATUS_PENDING);
}

static void test_s10_the_reason_of_an_assignment_is_kept(void **state)
{
	ServiceRequest *request = asked_of(1, 1);

	(void)state;
	assign_staff(request->name, 1, "abonnement en cours de paiement");
	assert_int_equal(
	    count(arena_text(arena,
			     "SELECT COUNT(*) FROM change_log WHERE resource = '%s' AND "
			     "INSTR(data, 'abonnement en cours de paiement')",
			     world_offer(arena, request->name, 1))),
	    1);
}

static ListOffersResponse *list_answer(const ServiceRequest *request, OfferState only)
{
	ListOffersRequest list = LIST_OFFERS_REQUEST__INIT;

	list.parent = request->name;
	list.state = only;
	return (ListOffersResponse *)(void *)world_ok(
	    world_as_client(request->client), METHOD("OfferService", "ListOffers"), &list.base);
}

static void test_p2_the_client_lists_those_in_the_state_asked_for(void **state)
{
	ServiceRequest *request = asked_of(2, 1);

	(void)state;
	must_apply(request->name, 1);
	assert_int_equal(list_answer(request, OFFER_STATE__OFFER_STATE_UNSPECIFIED)->n_offers, 1);
	assert_int_equal(list_answer(request, OFFER_STATE__OFFER_STATE_APPLIED)->n_offers, 1);
	assert_int_equal(list_answer(request, OFFER_STATE__OFFER_STATE_CHOSEN)->n_offers, 0);
}

static Message *answer(const char *request)
{
	AnswerClientRequest given = ANSWER_CLIENT_REQUEST__INIT;
	ProviderIdentity identity = PROVIDER_IDENTITY__INIT;
	ProviderIdentity *all[] = {&identity};

	identity.provider = (char *)(uintptr_t)world_provider(arena, 1);
	identity.title = (char *)"Nettoyage Durand";
	given.service_request = (char *)(uintptr_t)request;
	given.providers = all;
	given.n_providers = 1;
	given.lease = world_lease("answer", request);
	return (Message *)(void *)world_ok(gateway, METHOD("MessageService", "AnswerClient"),
					   &given.base);
}

static void test_p2_the_answer_tells_the_price(void **state)
{
	ServiceRequest *request = asked_of(1, 1);

	(void)state;
	must_apply(request->name, 1);
	assert_string_equal(answer(request->name)->text,
			    "Ménage: 28.00 EUR/h\n- Nettoyage Durand\n");
}

static void test_p2_an_answer_that_no_longer_stands_is_not_given(void **state)
{
	ServiceRequest *request = asked_of(1, 1);
	long mails = count("SELECT COUNT(*) FROM work WHERE kind = 'mail'");

	(void)state;
	must_apply(request->name, 1);
	assign_staff(request->name, 1, "convenu par téléphone");
	assert_string_equal(answer(request->name)->text, "");
	assert_int_equal(count("SELECT COUNT(*) FROM work WHERE kind = 'mail'"), mails);
	assert_int_equal(
	    count(arena_text(arena, "SELECT COUNT(*) FROM message WHERE request = '%s'",
			     strrchr(request->name, '/') + 1)),
	    0);
}

#define TEST(test) cmocka_unit_test_setup(test, free_all_slots)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_p1_contact_and_note_come_with_the_assignment),
	    TEST(test_p1_a_street_elsewhere_is_not_where_the_work_is),
	    TEST(test_p1_a_distribution_keeps_the_settings_it_began_with),
	    TEST(test_p1_the_same_provider_twice_is_asked_once),
	    TEST(test_p2b_without_distribution_rejecting_all_asks_nobody),
	    TEST(test_p2_redistributing_leads_out_of_stuck),
	    TEST(test_p2b_only_an_answer_can_be_rejected),
	    TEST(test_p2b_after_the_choice_no_application_stands),
	    TEST(test_p2b_what_should_have_begun_takes_no_answer),
	    TEST(test_b5_without_a_billing_method_it_is_paid_on_site),
	    TEST(test_q2_an_assignment_confirms_nothing_on_quote),
	    TEST(test_s10_the_reason_of_an_assignment_is_kept),
	    TEST(test_p2_the_client_lists_those_in_the_state_asked_for),
	    TEST(test_p2_the_answer_tells_the_price),
	    TEST(test_p2_an_answer_that_no_longer_stands_is_not_given),
	};

	return cmocka_run_group_tests_name("choosing", tests, world_begin, world_end);
}
