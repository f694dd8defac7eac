/* SPDX-License-Identifier: Apache-2.0 */
/* Pings of the simulator: their form, their repetition, and what can go wrong with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "simulator.h"

static const char *open_payment(struct simulator_fixture *fixture, const char *method)
{
	json_t *input = simulator_payment(fixture, "oneoff", NULL, "29.00");
	json_t *payment;
	const char *id;

	if (method)
		json_object_set_new(input, "method", json_string(method));
	payment = simulator_call(fixture, "POST", "payments", input, 201);
	id = arena_text(fixture->arena, "%s", simulator_text(payment, "id"));
	json_decref(payment);
	return id;
}

static void set_fault(struct simulator_fixture *fixture, const char *name, int count)
{
	json_decref(simulator_call(fixture, "POST", "/control/faults",
				   json_pack("{s:i}", name, count), 200));
}

static void test_a_ping_is_a_form_with_the_payments_id_and_nothing_else(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *id = open_payment(fixture, NULL);

	simulator_checkout(fixture, id, "status=paid", 303);
	simulator_await_pings(fixture, 1);
	assert_string_equal(fixture->pings[0].method, "POST");
	assert_string_equal(fixture->pings[0].path, "/hook");
	assert_string_equal(fixture->pings[0].content_type, "application/x-www-form-urlencoded");
	assert_string_equal(fixture->pings[0].agent, "Mollie HTTP client/1.0");
	assert_string_equal(fixture->pings[0].body, arena_text(fixture->arena, "id=%s", id));
	simulator_await_silence(fixture);
	assert_int_equal(fixture->ping_count, 1);
}

static void test_a_ping_is_repeated_until_it_is_taken(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *id = open_payment(fixture, NULL);
	json_t *log;

	fixture->failing = 3;
	simulator_checkout(fixture, id, "status=paid", 303);
	simulator_await_pings(fixture, 4);
	simulator_await_silence(fixture);
	assert_int_equal(simulator_pings_of(fixture, id), 4);
	log = simulator_call(
	    fixture, "GET", arena_text(fixture->arena, "/control/pings?payment=%s", id), NULL, 200);
	assert_int_equal(json_array_size(json_object_get(log, "attempts")), 4);
	assert_int_equal(simulator_number(log, "attempts.2.status"), 500);
	assert_int_equal(simulator_number(log, "attempts.3.status"), 200);
	assert_int_equal(simulator_number(log, "attempts.3.attempt"), 4);
	json_decref(log);
}

static void test_a_ping_is_given_up_after_ten_attempts(void **state)
{
	static const char *const options[] = {"--allow-loopback-webhooks", "--retry-scale",
					      "0.00001", NULL};
	struct simulator_fixture *fixture = simulator_start(options);
	const char *id = open_payment(fixture, NULL);

	(void)state;
	fixture->failing = 1000;
	simulator_checkout(fixture, id, "status=paid", 303);
	simulator_await_pings(fixture, 10);
	simulator_await_silence(fixture);
	assert_int_equal(simulator_pings_of(fixture, id), 10);
	simulator_stop(fixture);
}

static void test_open_and_pending_are_not_told(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *id = open_payment(fixture, NULL);

	simulator_checkout(fixture, id, "status=pending", 303);
	simulator_await_silence(fixture);
	assert_int_equal(fixture->ping_count, 0);
	simulator_checkout(fixture, id, "status=failed", 303);
	simulator_await_pings(fixture, 1);
}

static void test_pending_is_told_when_switched_on(void **state)
{
	static const char *const options[] = {"--allow-loopback-webhooks", "--ping-pending", NULL};
	struct simulator_fixture *fixture = simulator_start(options);
	const char *id = open_payment(fixture, NULL);

	(void)state;
	simulator_checkout(fixture, id, "status=pending", 303);
	simulator_await_pings(fixture, 1);
	simulator_stop(fixture);
}

static void test_leaving_the_page_of_a_forced_method_is_not_told(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *forced = open_payment(fixture, "ideal");
	const char *chosen = open_payment(fixture, NULL);

	simulator_checkout(fixture, forced, "status=canceled", 303);
	simulator_checkout(fixture, chosen, "status=canceled", 303);
	simulator_await_pings(fixture, 1);
	simulator_await_silence(fixture);
	assert_int_equal(simulator_pings_of(fixture, forced), 0);
	assert_int_equal(simulator_pings_of(fixture, chosen), 1);
}

static void test_refunds_and_chargebacks_are_told_by_the_payments_id(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *id = open_payment(fixture, NULL);
	json_t *refund;

	simulator_checkout(fixture, id, "status=paid", 303);
	refund = simulator_call(
	    fixture, "POST", arena_text(fixture->arena, "payments/%s/refunds", id),
	    json_pack("{s:{s:s, s:s}}", "amount", "currency", "EUR", "value", "10.00"), 201);
	json_decref(simulator_call(
	    fixture, "POST",
	    arena_text(fixture->arena, "/control/refunds/%s", simulator_text(refund, "id")),
	    json_pack("{s:s}", "status", "processing"), 200));
	json_decref(simulator_call(
	    fixture, "POST",
	    arena_text(fixture->arena, "/control/refunds/%s", simulator_text(refund, "id")),
	    json_pack("{s:s}", "status", "refunded"), 200));
	json_decref(refund);
	json_decref(simulator_call(fixture, "POST",
				   arena_text(fixture->arena, "/control/chargebacks/%s", id),
				   json_pack("{s:i}", "amount", 1900), 200));
	simulator_await_pings(fixture, 4);
	simulator_await_silence(fixture);
	assert_int_equal(simulator_pings_of(fixture, id), 4);
}

static void test_pings_are_dropped_doubled_and_delayed(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *dropped = open_payment(fixture, NULL);
	const char *doubled = open_payment(fixture, NULL);
	const char *delayed = open_payment(fixture, NULL);
	const char *prompt = open_payment(fixture, NULL);
	json_t *log;

	set_fault(fixture, "dropPings", 1);
	simulator_checkout(fixture, dropped, "status=paid", 303);
	set_fault(fixture, "duplicatePings", 1);
	simulator_checkout(fixture, doubled, "status=paid", 303);
	simulator_await_pings(fixture, 2);
	assert_int_equal(simulator_pings_of(fixture, doubled), 2);

	set_fault(fixture, "delayMs", 300);
	set_fault(fixture, "delayPings", 1);
	simulator_checkout(fixture, delayed, "status=paid", 303);
	simulator_checkout(fixture, prompt, "status=paid", 303);
	simulator_await_pings(fixture, 4);
	assert_string_equal(fixture->pings[2].body + 3, prompt);
	assert_string_equal(fixture->pings[3].body + 3, delayed);
	simulator_await_silence(fixture);
	assert_int_equal(simulator_pings_of(fixture, dropped), 0);
	log = simulator_call(fixture, "GET",
			     arena_text(fixture->arena, "/control/pings?payment=%s", dropped), NULL,
			     200);
	assert_string_equal(simulator_text(log, "attempts.0.error"), "dropped");
	json_decref(log);
}

static void test_a_webhook_on_this_machine_is_refused_as_mollie_does(void **state)
{
	static const char *const options[] = {NULL};
	static const char *const urls[] = {"http://localhost:8080/x", "https://127.0.0.1/x",
					   "http://[::1]/x", "https://user@localhost/x"};
	struct simulator_fixture *fixture = simulator_start(options);

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		json_t *input = simulator_payment(fixture, "oneoff", NULL, "29.00");
		json_t *refusal;

		json_object_set_new(input, "webhookUrl", json_string(urls[i]));
		refusal = simulator_call(fixture, "POST", "payments", input, 422);
		assert_string_equal(simulator_text(refusal, "field"), "webhookUrl");
		json_decref(refusal);
	}
	simulator_stop(fixture);
}

#define WITH_SIMULATOR(test)                                                                       \
	cmocka_unit_test_setup_teardown(test, simulator_set_up, simulator_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_SIMULATOR(test_a_ping_is_a_form_with_the_payments_id_and_nothing_else),
	    WITH_SIMULATOR(test_a_ping_is_repeated_until_it_is_taken),
	    cmocka_unit_test(test_a_ping_is_given_up_after_ten_attempts),
	    WITH_SIMULATOR(test_open_and_pending_are_not_told),
	    cmocka_unit_test(test_pending_is_told_when_switched_on),
	    WITH_SIMULATOR(test_leaving_the_page_of_a_forced_method_is_not_told),
	    WITH_SIMULATOR(test_refunds_and_chargebacks_are_told_by_the_payments_id),
	    WITH_SIMULATOR(test_pings_are_dropped_doubled_and_delayed),
	    cmocka_unit_test(test_a_webhook_on_this_machine_is_refused_as_mollie_does),
	};

	return cmocka_run_group_tests_name("mollie_pings", tests, NULL, NULL);
}
