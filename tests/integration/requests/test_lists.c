/* SPDX-License-Identifier: Apache-2.0 */
/* Lists: pages without gaps or doubles while rows come in, orders, filters, and who sees what. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "bulk.h"

/* Of bulk_requests, number 1 to ROWS. */
#define ROWS 1000U
#define CLIENTS 10U

#define LIST_REQUESTS METHOD("ServiceRequestService", "ListServiceRequests")
#define LIST_VISITS METHOD("InterventionService", "ListInterventions")
#define LIST_OFFERS METHOD("OfferService", "ListOffers")

/* How often a row was seen, by its number. */
static unsigned seen[4 * ROWS];

static int begin(void **state)
{
	world_begin(state);
	bulk_requests(1, ROWS, CLIENTS, 1);
	return 0;
}

/* The number in ".../01jr0000000000000000000123" or ".../01jr.../offers/...". */
static unsigned number_of(const char *name, const char *prefix)
{
	const char *id = strstr(name, prefix);

	assert_non_null(id);
	return (unsigned)strtoul(id + strlen(prefix), NULL, 10);
}

static void note(unsigned number)
{
	assert_in_range(number, 1, 4 * ROWS - 1);
	seen[number]++;
}

/* Each of first..last whose number leaves `rest` (of `by`) came once, and nothing else of 1..ROWS.
 */
static void assert_seen(unsigned by, unsigned rest)
{
	for (unsigned i = 1; i <= ROWS; i++)
		if (seen[i] != (i % by == rest ? 1U : 0U))
			fail_msg("number %u came %u times", i, seen[i]);
	memset(seen, 0, sizeof(seen));
}

static struct suite_caller as(Role role, char kind, unsigned number)
{
	return (struct suite_caller){role, bulk_id(kind, number), PLATFORM};
}

static ListServiceRequestsRequest requests(const char *order)
{
	ListServiceRequestsRequest request = LIST_SERVICE_REQUESTS_REQUEST__INIT;

	request.parent = (char *)"platforms/" PLATFORM;
	request.order_by = arena_text(arena, "%s", order);
	return request;
}

/* Reads all pages, noting every row; `between` is called behind each page. Returns the pages. */
static unsigned read_requests(struct suite_caller caller, ListServiceRequestsRequest request,
			      void (*between)(unsigned page))
{
	bool by_start = strcmp(request.order_by, "start_time") == 0;
	int64_t before_s = 0;
	const char *before = "~";
	unsigned pages = 0;
	ListServiceRequestsResponse *page;

	do {
		page = (ListServiceRequestsResponse *)(void *)world_ok(caller, LIST_REQUESTS,
								       &request.base);
		for (size_t i = 0; i < page->n_service_requests; i++) {
			const ServiceRequest *row = page->service_requests[i];

			if (by_start)
				assert_true(row->start_time->seconds >= before_s);
			else
				assert_true(strcmp(row->name, before) < 0);
			before_s = row->start_time->seconds;
			before = row->name;
			note(number_of(row->name, "/01jr"));
		}
		request.page_token = page->next_page_token;
		if (between)
			between(pages);
		pages++;
	} while (*request.page_token);
	return pages;
}

/* New requests, behind and before the place that a reader by creation has reached. */
static void add_newer(unsigned page)
{
	bulk_requests(2 * ROWS + page, 2 * ROWS + page, CLIENTS, 1);
}

static void test_pages_have_no_gaps_or_doubles_while_rows_come_in(void **state)
{
	ListServiceRequestsRequest request = requests("");

	(void)state;
	request.page_size = 37;
	assert_int_equal(read_requests(manager, request, add_newer), 28);
	assert_seen(1, 0);
}

/* With a later start, so behind; and in the past, so before the place. */
static void add_around(unsigned page)
{
	bulk_requests(3 * ROWS + page, 3 * ROWS + page, CLIENTS, page % 2 ? 1 : -1);
}

static void test_pages_by_start_have_no_gaps_or_doubles_while_rows_come_in(void **state)
{
	ListServiceRequestsRequest request = requests("start_time");

	(void)state;
	request.page_size = 37;
	read_requests(agent, request, add_around);
	assert_seen(1, 0);
}

static void test_rows_of_one_instant_are_parted_by_their_ids(void **state)
{
	ListServiceRequestsRequest request = requests("start_time");

	(void)state;
	test_database_execute("requests",
			      "UPDATE service_request SET start_us = start_us - start_us % "
			      "36000000000 WHERE platform = '" PLATFORM "'");
	request.page_size = 7;
	read_requests(manager, request, NULL);
	assert_seen(1, 0);
}

static void test_filters_hold_on_every_page(void **state)
{
	static const char *const orders[] = {"create_time desc", "start_time"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		ListServiceRequestsRequest request = requests(orders[i]);

		request.page_size = 30;
		request.status = REQUEST_STATUS__REQUEST_STATUS_DONE;
		read_requests(manager, request, NULL);
		assert_seen(2, 1);
		request.status = 0;
		request.fulfilment = FULFILMENT__FULFILMENT_OPEN;
		read_requests(manager, request, NULL);
		assert_seen(2, 0);
		request.client =
		    arena_text(arena, "platforms/" PLATFORM "/clients/%s", bulk_id('c', 1));
		read_requests(manager, request, NULL);
		assert_seen(CLIENTS, 0);
		request.fulfilment = FULFILMENT__FULFILMENT_ASSIGNED;
		read_requests(manager, request, NULL);
		assert_seen(ROWS + 1, ROWS + 1);
	}
}

static void test_a_client_sees_its_own_requests_only(void **state)
{
	static const char *const orders[] = {"", "start_time"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		ListServiceRequestsRequest request = requests(orders[i]);

		request.page_size = 30;
		read_requests(as(ROLE__ROLE_CLIENT, 'c', 4), request, NULL);
		assert_seen(CLIENTS, 3);
		request.client =
		    arena_text(arena, "platforms/" PLATFORM "/clients/%s", bulk_id('c', 5));
		read_requests(as(ROLE__ROLE_CLIENT, 'c', 4), request, NULL);
		assert_seen(ROWS + 1, ROWS + 1);
	}
}

static ListInterventionsRequest visits(void)
{
	ListInterventionsRequest request = LIST_INTERVENTIONS_REQUEST__INIT;

	request.parent = (char *)"platforms/" PLATFORM;
	request.page_size = 33;
	return request;
}

static void read_visits(struct suite_caller caller, ListInterventionsRequest request)
{
	ListInterventionsResponse *page;
	int64_t before_s = 0;

	do {
		page = (ListInterventionsResponse *)(void *)world_ok(caller, LIST_VISITS,
								     &request.base);
		for (size_t i = 0; i < page->n_interventions; i++) {
			assert_true(page->interventions[i]->start_time->seconds >= before_s);
			before_s = page->interventions[i]->start_time->seconds;
			note(number_of(page->interventions[i]->name, "/01jv"));
		}
		request.page_token = page->next_page_token;
	} while (*request.page_token);
}

static void test_p14_the_agenda_of_staff_providers_and_clients(void **state)
{
	ListInterventionsRequest request = visits();

	(void)state;
	read_visits(manager, request);
	assert_seen(1, 0);
	read_visits(as(ROLE__ROLE_PROVIDER, 'p', 3), request);
	assert_seen(CLIENTS, 2);
	read_visits(as(ROLE__ROLE_CLIENT, 'c', 3), request);
	assert_seen(CLIENTS, 2);
	request.provider =
	    arena_text(arena, "platforms/" PLATFORM "/providers/%s", bulk_id('p', 6));
	read_visits(agent, request);
	assert_seen(CLIENTS, 5);
	read_visits(as(ROLE__ROLE_PROVIDER, 'p', 3), request);
	assert_seen(ROWS + 1, ROWS + 1);
	read_visits(as(ROLE__ROLE_CLIENT, 'c', 6), request);
	assert_seen(CLIENTS, 5);
}

static void test_p14_the_agenda_of_a_period(void **state)
{
	ListInterventionsRequest request = visits();
	Google__Protobuf__Timestamp after = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	Google__Protobuf__Timestamp before = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	ListInterventionsResponse *page;
	unsigned count = 0;

	(void)state;
	page = (ListInterventionsResponse *)(void *)world_ok(manager, LIST_VISITS, &request.base);
	after.seconds = page->interventions[5]->start_time->seconds + 1;
	before.seconds = page->interventions[25]->start_time->seconds + 1;
	request.after_time = &after;
	request.before_time = &before;
	request.page_size = 3;
	read_visits(manager, request);
	for (unsigned i = 1; i <= ROWS; i++)
		count += seen[i];
	memset(seen, 0, sizeof(seen));
	assert_int_equal(count, 20);
}

static void read_offers(struct suite_caller caller, ListOffersRequest request)
{
	ListOffersResponse *page;
	const char *before = "~";

	do {
		page = (ListOffersResponse *)(void *)world_ok(caller, LIST_OFFERS, &request.base);
		for (size_t i = 0; i < page->n_offers; i++) {
			assert_true(strcmp(page->offers[i]->name, before) < 0);
			before = page->offers[i]->name;
			note(number_of(before, "/01jr"));
		}
		request.page_token = page->next_page_token;
	} while (*request.page_token);
}

static void test_p13_offers_of_all_requests_page_by_page(void **state)
{
	ListOffersRequest request = LIST_OFFERS_REQUEST__INIT;

	(void)state;
	request.parent = (char *)"platforms/" PLATFORM "/serviceRequests/-";
	request.page_size = 13;
	read_offers(as(ROLE__ROLE_PROVIDER, 'p', 8), request);
	assert_seen(CLIENTS, 7);
	world_refused(REASON__REASON_INVALID_ARGUMENT, manager, LIST_OFFERS, &request.base);
	request.provider =
	    arena_text(arena, "platforms/" PLATFORM "/providers/%s", bulk_id('p', 9));
	read_offers(manager, request);
	assert_seen(CLIENTS, 8);
	request.state = OFFER_STATE__OFFER_STATE_WAITING;
	read_offers(manager, request);
	assert_seen(CLIENTS, 8);
	request.state = OFFER_STATE__OFFER_STATE_CHOSEN;
	read_offers(manager, request);
	assert_seen(ROWS + 1, ROWS + 1);
}

/* A second provider's offer to a request: seen by staff and by itself. */
static void test_p13_a_provider_sees_its_own_offer_of_a_request_only(void **state)
{
	ListOffersRequest request = LIST_OFFERS_REQUEST__INIT;
	ListOffersResponse *page;

	(void)state;
	test_database_execute(
	    "requests",
	    arena_text(arena,
		       "INSERT INTO offer SELECT platform, request, '%s', 1, 1, start_us, "
		       "end_us, NULL, create_us FROM offer WHERE request = '%s'",
		       bulk_id('p', 77), bulk_id('r', 500)));
	request.parent =
	    arena_text(arena, "platforms/" PLATFORM "/serviceRequests/%s", bulk_id('r', 500));
	request.page_size = 1;
	page = (ListOffersResponse *)(void *)world_ok(manager, LIST_OFFERS, &request.base);
	assert_int_equal(page->n_offers, 1);
	assert_non_null(strstr(page->offers[0]->name, bulk_id('p', 77)));
	request.page_token = page->next_page_token;
	page = (ListOffersResponse *)(void *)world_ok(manager, LIST_OFFERS, &request.base);
	assert_non_null(strstr(page->offers[0]->name, bulk_id('p', 1)));
	assert_string_equal(page->next_page_token, "");
	request.page_token = (char *)"";
	page = (ListOffersResponse *)(void *)world_ok(as(ROLE__ROLE_PROVIDER, 'p', 1), LIST_OFFERS,
						      &request.base);
	assert_int_equal(page->n_offers, 1);
	assert_string_equal(page->next_page_token, "");
	page = (ListOffersResponse *)(void *)world_ok(as(ROLE__ROLE_PROVIDER, 'p', 2), LIST_OFFERS,
						      &request.base);
	assert_int_equal(page->n_offers, 0);
	/* The client is told of those who applied, once it is answered. */
	page = (ListOffersResponse *)(void *)world_ok(as(ROLE__ROLE_CLIENT, 'c', 1), LIST_OFFERS,
						      &request.base);
	assert_int_equal(page->n_offers, 0);
}

static void test_a_page_token_belongs_to_its_list_and_caller(void **state)
{
	ListServiceRequestsRequest request = requests("");
	ListServiceRequestsResponse *page;
	char *token;

	(void)state;
	request.page_size = 10;
	page =
	    (ListServiceRequestsResponse *)(void *)world_ok(manager, LIST_REQUESTS, &request.base);
	token = request.page_token = page->next_page_token;
	world_refused(REASON__REASON_PAGE_TOKEN_INVALID, agent, LIST_REQUESTS, &request.base);
	request.order_by = (char *)"start_time";
	world_refused(REASON__REASON_PAGE_TOKEN_INVALID, manager, LIST_REQUESTS, &request.base);
	request.order_by = (char *)"";
	request.page_token = arena_text(arena, "%sA", token);
	world_refused(REASON__REASON_PAGE_TOKEN_INVALID, manager, LIST_REQUESTS, &request.base);
	request.page_token = token;
	request.page_size = 1000;
	page =
	    (ListServiceRequestsResponse *)(void *)world_ok(manager, LIST_REQUESTS, &request.base);
	assert_int_equal(page->n_service_requests, 200);
	request.page_size = -1;
	world_refused(REASON__REASON_INVALID_ARGUMENT, manager, LIST_REQUESTS, &request.base);
	request.page_size = 0;
	request.page_token = (char *)"";
	page =
	    (ListServiceRequestsResponse *)(void *)world_ok(manager, LIST_REQUESTS, &request.base);
	assert_int_equal(page->n_service_requests, 50);
	request.order_by = (char *)"end_time";
	world_refused(REASON__REASON_INVALID_ARGUMENT, manager, LIST_REQUESTS, &request.base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pages_have_no_gaps_or_doubles_while_rows_come_in),
	    cmocka_unit_test(test_pages_by_start_have_no_gaps_or_doubles_while_rows_come_in),
	    cmocka_unit_test(test_filters_hold_on_every_page),
	    cmocka_unit_test(test_a_client_sees_its_own_requests_only),
	    cmocka_unit_test(test_p14_the_agenda_of_staff_providers_and_clients),
	    cmocka_unit_test(test_p14_the_agenda_of_a_period),
	    cmocka_unit_test(test_p13_offers_of_all_requests_page_by_page),
	    cmocka_unit_test(test_p13_a_provider_sees_its_own_offer_of_a_request_only),
	    cmocka_unit_test(test_a_page_token_belongs_to_its_list_and_caller),
	    cmocka_unit_test(test_rows_of_one_instant_are_parted_by_their_ids),
	};

	return cmocka_run_group_tests(tests, begin, world_end);
}
