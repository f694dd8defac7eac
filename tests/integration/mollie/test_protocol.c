/* SPDX-License-Identifier: Apache-2.0 */
/* The protocol of the simulator: keys, refusals, idempotency, pages, and its switches for faults.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "simulator.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "http/http_client.h"

static void assert_refused(struct simulator_fixture *fixture, const char *method, const char *path,
			   json_t *body, int status, const char *field, const char *detail)
{
	json_t *refusal = simulator_call(fixture, method, path, body, status);

	assert_int_equal(simulator_number(refusal, "status"), status);
	assert_string_equal(simulator_text(refusal, "field"), field);
	assert_string_equal(simulator_text(refusal, "detail"), detail);
	assert_string_not_equal(simulator_text(refusal, "title"), "");
	assert_string_not_equal(simulator_text(refusal, "_links.documentation.href"), "");
	assert_string_equal(fixture->type, "application/hal+json");
	json_decref(refusal);
}

static void test_only_test_keys_are_let_in(void **state)
{
	static const char *const keys[] = {"", "test_short",
					   "live_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
					   "test_aaaaaaaaaaaaaaaaaaaaaaaaaaaaa_a"};
	struct simulator_fixture *fixture = *state;

	for (size_t i = 0; i < 4; i++) {
		snprintf(fixture->key, sizeof(fixture->key), "%s", keys[i]);
		assert_refused(fixture, "GET", "payments", NULL, 401, "",
			       "Missing authentication, or failed to authenticate");
	}
}

static void test_each_key_has_data_of_its_own(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *customer = simulator_customer(fixture);
	const char *path = arena_text(fixture->arena, "customers/%s", customer);
	json_t *customers;

	json_decref(simulator_call(fixture, "GET", path, NULL, 200));
	snprintf(fixture->key, sizeof(fixture->key), "test_%032d", 7);
	json_decref(simulator_call(fixture, "GET", path, NULL, 404));
	customers = simulator_call(fixture, "GET", "customers", NULL, 200);
	assert_int_equal(simulator_number(customers, "count"), 0);
	json_decref(customers);
}

static void test_refusals_are_worded_as_mollies(void **state)
{
	struct simulator_fixture *fixture = *state;
	json_t *input = simulator_payment(fixture, "oneoff", NULL, "29.00");

	assert_refused(fixture, "GET", "payments/tr_I_dont_exist", NULL, 404, "",
		       "No payment exists with token tr_I_dont_exist.");
	assert_refused(fixture, "PUT", "payments", json_object(), 405, "",
		       "The method is not supported for this endpoint");
	json_object_set_new(input, "nextPaymentDate", json_string("2030-01-01"));
	assert_refused(fixture, "POST", "payments", json_deep_copy(input), 422, "nextPaymentDate",
		       "Non-existent body parameter \"nextPaymentDate\" for this API call.");
	json_object_del(input, "nextPaymentDate");
	json_object_del(input, "amount");
	assert_refused(fixture, "POST", "payments", input, 422, "amount",
		       "The amount is required for payments");
}

static const struct {
	const char *member;
	const char *value; /* JSON; NULL removes the member */
	const char *field;
} wrong_inputs[] = {
    {"amount", "{\"currency\":\"EUR\",\"value\":\"10\"}", "amount"},
    {"amount", "{\"currency\":\"EUR\",\"value\":\"10.0\"}", "amount"},
    {"amount", "{\"currency\":\"EUR\",\"value\":\"-1.00\"}", "amount"},
    {"amount", "{\"currency\":\"EUR\",\"value\":10.00}", "amount"},
    {"amount", "{\"currency\":\"EUR\",\"value\":\"0.00\"}", "amount"},
    {"amount", "{\"currency\":\"EUR\",\"value\":\"50000.01\"}", "amount"},
    {"amount", "{\"currency\":\"eur\",\"value\":\"10.00\"}", "amount.currency"},
    {"amount", "\"10.00\"", "amount.currency"},
    {"description", NULL, "description"},
    {"description", "\"\"", "description"},
    {"description", "7", "description"},
    {"redirectUrl", NULL, "redirectUrl"},
    {"redirectUrl", "\"example.org\"", "redirectUrl"},
    {"webhookUrl", "\"ftp://example.org/\"", "webhookUrl"},
    {"sequenceType", "\"sometimes\"", "sequenceType"},
    {"sequenceType", "\"first\"", "customerId"},
    {"sequenceType", "\"recurring\"", "customerId"},
    {"customerId", "\"cst_nobody\"", "customerId"},
    {"method", "\"shells\"", "method"},
    {"method", "[\"ideal\", \"shells\"]", "method"},
    {"testmode", "true", "testmode"},
};

static void test_wrong_payments_are_refused_by_field(void **state)
{
	struct simulator_fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(wrong_inputs) / sizeof(wrong_inputs[0]); i++) {
		json_t *input = simulator_payment(fixture, "oneoff", NULL, "29.00");
		json_t *refusal;

		if (wrong_inputs[i].value)
			json_object_set_new(
			    input, wrong_inputs[i].member,
			    json_loads(wrong_inputs[i].value, JSON_DECODE_ANY, NULL));
		else
			json_object_del(input, wrong_inputs[i].member);
		refusal = simulator_call(fixture, "POST", "payments", input, 422);
		if (strcmp(simulator_text(refusal, "field"), wrong_inputs[i].field) != 0)
			fail_msg("case %zu: field %s", i, simulator_text(refusal, "field"));
		json_decref(refusal);
	}
}

static void test_a_first_payment_of_nothing_verifies_a_card(void **state)
{
	struct simulator_fixture *fixture = *state;
	json_t *input = simulator_payment(fixture, "first", simulator_customer(fixture), "0.00");

	json_object_set_new(input, "method", json_string("ideal"));
	json_decref(simulator_call(fixture, "POST", "payments", json_deep_copy(input), 422));
	json_object_set_new(input, "method", json_string("creditcard"));
	json_decref(simulator_call(fixture, "POST", "payments", input, 201));
}

static void test_a_request_with_a_known_key_is_replayed(void **state)
{
	struct simulator_fixture *fixture = *state;
	json_t *input = simulator_payment(fixture, "oneoff", NULL, "29.00");
	json_t *first;
	json_t *second;
	json_t *all;

	simulator_set_clock(fixture, "2030-01-03T10:00:00+00:00");
	first = simulator_post_once(fixture, "k1", "payments", json_deep_copy(input), 201);
	assert_null(fixture->replayed);
	second = simulator_post_once(fixture, "k1", "payments", json_deep_copy(input), 201);
	assert_string_equal(fixture->replayed, "true");
	assert_true(json_equal(first, second));
	json_decref(second);
	json_object_set_new(input, "description", json_string("Another"));
	json_decref(simulator_post_once(fixture, "k1", "payments", json_deep_copy(input), 400));
	json_decref(simulator_post_once(fixture, "k1", "customers", json_object(), 400));
	all = simulator_call(fixture, "GET", "payments", NULL, 200);
	assert_int_equal(simulator_number(all, "count"), 1);
	json_decref(all);

	simulator_set_clock(fixture, "2030-01-03T11:00:00+00:00"); /* An hour: forgotten. */
	second = simulator_post_once(fixture, "k1", "payments", input, 201);
	assert_null(fixture->replayed);
	assert_string_not_equal(simulator_text(first, "id"), simulator_text(second, "id"));
	json_decref(first);
	json_decref(second);
}

/* Sends one payment with key "k1" and a short deadline; how it ended. */
static enum http_result send_once(struct simulator_fixture *fixture, long timeout_ms, int *status)
{
	struct http_client *client =
	    http_client_create(&(struct http_client_options){.allow_plain = true});
	struct arena *arena = arena_create();
	json_t *input = simulator_payment(fixture, "oneoff", NULL, "29.00");
	char *text = json_dumps(input, JSON_COMPACT);
	char authorization[80];
	struct http_header headers[] = {
	    {"Authorization", authorization},
	    {"Content-Type", "application/json"},
	    {"Idempotency-Key", "k1"},
	};
	struct http_outgoing outgoing = {
	    .method = "POST",
	    .url = arena_text(arena, "%s/v2/payments", fixture->base),
	    .headers = headers,
	    .header_count = 3,
	    .body = text,
	    .body_length = strlen(text),
	    .timeout_ms = timeout_ms,
	};
	struct http_answer answer;
	enum http_result result;

	snprintf(authorization, sizeof(authorization), "Bearer %s", fixture->key);
	result = http_client_send(client, &outgoing, arena, &answer);
	*status = answer.status;
	free(text);
	json_decref(input);
	arena_destroy(arena);
	http_client_destroy(client);
	return result;
}

static void test_an_executed_request_without_answer_is_found_again(void **state)
{
	struct simulator_fixture *fixture = *state;
	json_t *all;
	int status;

	json_decref(simulator_call(fixture, "POST", "/control/faults",
				   json_pack("{s:i, s:i}", "hang", 1, "hangMs", 60000), 200));
	assert_int_equal(send_once(fixture, 200, &status), HTTP_UNKNOWN);
	all = simulator_call(fixture, "GET", "payments", NULL, 200);
	assert_int_equal(simulator_number(all, "count"), 1);
	json_decref(all);
	assert_int_equal(send_once(fixture, 5000, &status), HTTP_ANSWERED);
	assert_int_equal(status, 201);
	all = simulator_call(fixture, "GET", "payments", NULL, 200);
	assert_int_equal(simulator_number(all, "count"), 1);
	json_decref(all);
}

static void *send_slowly(void *data)
{
	intptr_t status;
	int got;

	status = send_once(data, 10000, &got) == HTTP_ANSWERED ? got : 0;
	return (void *)status;
}

static void test_a_key_that_still_runs_is_busy(void **state)
{
	struct simulator_fixture *fixture = *state;
	pthread_t sender;
	void *first = NULL;
	json_t *faults;
	int status = 0;

	json_decref(simulator_call(fixture, "POST", "/control/faults",
				   json_pack("{s:i, s:i}", "slow", 1, "slowMs", 500), 200));
	assert_int_equal(pthread_create(&sender, NULL, send_slowly, fixture), 0);
	do { /* Until the slow one has begun. */
		faults = simulator_call(fixture, "GET", "/control/faults", NULL, 200);
		status = (int)simulator_number(faults, "slow");
		json_decref(faults);
	} while (status > 0);
	assert_int_equal(send_once(fixture, 5000, &status), HTTP_ANSWERED);
	assert_int_equal(status, 409);
	pthread_join(sender, &first);
	assert_int_equal((intptr_t)first, 201);
}

static void test_a_burst_of_429_says_when_to_come_back(void **state)
{
	struct simulator_fixture *fixture = *state;

	json_decref(simulator_call(fixture, "POST", "/control/faults",
				   json_pack("{s:i, s:i}", "tooMany", 2, "retryAfter", 7), 200));
	for (int i = 0; i < 2; i++) {
		json_decref(simulator_call(fixture, "GET", "payments", NULL, 429));
		assert_string_equal(fixture->retry_after, "7");
	}
	json_decref(simulator_call(fixture, "GET", "payments", NULL, 200));
}

static void test_lists_come_in_pages_newest_first(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *ids[5];
	const char *path = "customers?limit=2";
	char link[300];
	size_t seen = 0;
	json_t *page;

	for (size_t i = 0; i < 5; i++)
		ids[i] = simulator_customer(fixture);
	while (path[0] != '\0') {
		page = simulator_call(fixture, "GET", path, NULL, 200);
		for (size_t i = 0; i < (size_t)simulator_number(page, "count"); i++) {
			const char *at =
			    arena_text(fixture->arena, "_embedded.customers.%zu.id", i);

			assert_string_equal(simulator_text(page, at), ids[4 - seen]);
			seen++;
		}
		if (seen == 2)
			assert_true(json_is_null(
			    json_object_get(json_object_get(page, "_links"), "previous")));
		snprintf(link, sizeof(link), "%s", simulator_text(page, "_links.next.href"));
		path = link[0] != '\0' ? link + strlen(fixture->base) : "";
		json_decref(page);
	}
	assert_int_equal(seen, 5);
	json_decref(simulator_call(fixture, "GET", "customers?limit=251", NULL, 400));
	json_decref(simulator_call(fixture, "GET", "customers?limit=0", NULL, 400));
	json_decref(simulator_call(fixture, "GET", "customers?from=cst_none", NULL, 400));
	page = simulator_call(fixture, "GET", "customers?limit=1&sort=asc", NULL, 200);
	assert_string_equal(simulator_text(page, "_embedded.customers.0.id"), ids[0]);
	json_decref(page);
}

static void test_a_customers_payments_are_listed_alone(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *customer = simulator_customer(fixture);
	json_t *list;

	json_decref(simulator_call(fixture, "POST", "payments",
				   simulator_payment(fixture, "oneoff", NULL, "29.00"), 201));
	json_decref(simulator_call(fixture, "POST", "payments",
				   simulator_payment(fixture, "first", customer, "29.00"), 201));
	list = simulator_call(fixture, "GET",
			      arena_text(fixture->arena, "customers/%s/payments", customer), NULL,
			      200);
	assert_int_equal(simulator_number(list, "count"), 1);
	assert_string_equal(simulator_text(list, "_embedded.payments.0.metadata.obligation"),
			    "subscription-1");
	json_decref(list);
}

static void test_a_deleted_customer_is_gone_with_its_mandates(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *customer = simulator_customer(fixture);
	const char *path = arena_text(fixture->arena, "customers/%s", customer);
	const char *mandates = arena_text(fixture->arena, "%s/mandates", path);

	json_decref(
	    simulator_call(fixture, "POST", mandates,
			   json_pack("{s:s, s:s, s:s}", "method", "directdebit", "consumerName",
				     "Camille", "consumerAccount", "NL91ABNA0417164300"),
			   201));
	assert_refused(fixture, "POST", mandates,
		       json_pack("{s:s, s:s, s:s}", "method", "directdebit", "consumerName",
				 "Camille", "consumerAccount", "NL91ABNA0417164301"),
		       422, "consumerAccount", "The bank account is invalid");
	json_decref(simulator_call(fixture, "DELETE", path, NULL, 204));
	json_decref(simulator_call(fixture, "GET", path, NULL, 410));
	json_decref(simulator_call(fixture, "GET", mandates, NULL, 410));
	json_decref(simulator_call(fixture, "POST", "payments",
				   simulator_payment(fixture, "recurring", customer, "1.00"), 422));
}

static void test_methods_fit_the_sequence(void **state)
{
	struct simulator_fixture *fixture = *state;
	json_t *recurring =
	    simulator_call(fixture, "GET", "methods?sequenceType=recurring", NULL, 200);
	json_t *first = simulator_call(fixture, "GET", "methods?sequenceType=first", NULL, 200);

	assert_int_equal(simulator_number(recurring, "count"), 3);
	assert_string_equal(simulator_text(recurring, "_embedded.methods.0.id"), "creditcard");
	assert_string_equal(simulator_text(recurring, "_embedded.methods.2.id"), "directdebit");
	assert_string_equal(simulator_text(first, "_embedded.methods.1.id"), "ideal");
	json_decref(recurring);
	json_decref(first);
}

static void test_a_reset_forgets_everything(void **state)
{
	struct simulator_fixture *fixture = *state;
	json_t *customers;

	simulator_customer(fixture);
	json_decref(simulator_call(fixture, "POST", "/control/reset", NULL, 200));
	customers = simulator_call(fixture, "GET", "customers", NULL, 200);
	assert_int_equal(simulator_number(customers, "count"), 0);
	json_decref(customers);
}

static void test_clocks_only_go_forward(void **state)
{
	struct simulator_fixture *fixture = *state;

	simulator_set_clock(fixture, "2030-01-03T10:00:00+00:00");
	json_decref(simulator_call(
	    fixture, "POST", "/control/clock",
	    json_pack("{s:s, s:s}", "key", fixture->key, "time", "2030-01-03T09:59:59+00:00"),
	    422));
	json_decref(simulator_call(
	    fixture, "POST", "/control/clock",
	    json_pack("{s:s, s:s}", "key", fixture->key, "time", "2030-02-30T00:00:00+00:00"),
	    422));
}

static void test_https_is_served_with_a_certificate_that_can_be_checked(void **state)
{
	char path[] = "/tmp/entremise-certificate-XXXXXX";
	const char *const options[] = {"--https", "--certificate-file", path, NULL};
	int file = mkstemp(path);
	struct simulator_fixture *fixture;
	struct http_outgoing outgoing = {.method = "GET", .timeout_ms = 10000};
	struct http_client *strict = http_client_create(&(struct http_client_options){0});
	struct http_answer answer;
	const char *port;

	(void)state;
	assert_true(file >= 0);
	close(file);
	fixture = simulator_start(options);
	port = strrchr(fixture->base, ':') + 1;
	outgoing.url = arena_text(fixture->arena, "https://localhost:%s/", port);
	assert_int_equal(http_client_send(strict, &outgoing, fixture->arena, &answer),
			 HTTP_NOT_SENT);
	http_client_destroy(strict);
	strict = http_client_create(&(struct http_client_options){.ca_file = path});
	assert_int_equal(http_client_send(strict, &outgoing, fixture->arena, &answer),
			 HTTP_ANSWERED);
	assert_int_equal(answer.status, 200);
	http_client_destroy(strict);
	unlink(path);
	simulator_stop(fixture);
}

#define WITH_SIMULATOR(test)                                                                       \
	cmocka_unit_test_setup_teardown(test, simulator_set_up, simulator_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_SIMULATOR(test_only_test_keys_are_let_in),
	    WITH_SIMULATOR(test_each_key_has_data_of_its_own),
	    WITH_SIMULATOR(test_refusals_are_worded_as_mollies),
	    WITH_SIMULATOR(test_wrong_payments_are_refused_by_field),
	    WITH_SIMULATOR(test_a_first_payment_of_nothing_verifies_a_card),
	    WITH_SIMULATOR(test_a_request_with_a_known_key_is_replayed),
	    WITH_SIMULATOR(test_an_executed_request_without_answer_is_found_again),
	    WITH_SIMULATOR(test_a_key_that_still_runs_is_busy),
	    WITH_SIMULATOR(test_a_burst_of_429_says_when_to_come_back),
	    WITH_SIMULATOR(test_lists_come_in_pages_newest_first),
	    WITH_SIMULATOR(test_a_customers_payments_are_listed_alone),
	    WITH_SIMULATOR(test_a_deleted_customer_is_gone_with_its_mandates),
	    WITH_SIMULATOR(test_methods_fit_the_sequence),
	    WITH_SIMULATOR(test_a_reset_forgets_everything),
	    WITH_SIMULATOR(test_clocks_only_go_forward),
	    cmocka_unit_test(test_https_is_served_with_a_certificate_that_can_be_checked),
	};

	return cmocka_run_group_tests_name("mollie_protocol", tests, NULL, NULL);
}
