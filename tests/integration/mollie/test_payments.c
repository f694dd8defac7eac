/* SPDX-License-Identifier: Apache-2.0 */
/* Payments of the simulator: first and recurring ones, SEPA over time, refunds, chargebacks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "simulator.h"

static const char *id_of(struct simulator_fixture *fixture, json_t *object)
{
	const char *id = arena_text(fixture->arena, "%s", simulator_text(object, "id"));

	json_decref(object);
	return id;
}

/* A customer whose first payment by `method` was paid. */
static const char *customer_with_mandate(struct simulator_fixture *fixture, const char *method)
{
	const char *customer = simulator_customer(fixture);
	json_t *input = simulator_payment(fixture, "first", customer, "0.01");
	const char *payment;

	json_object_set_new(input, "method", json_string(method));
	payment = id_of(fixture, simulator_call(fixture, "POST", "payments", input, 201));
	simulator_checkout(fixture, payment, "status=paid", 303);
	return customer;
}

static json_t *get_payment(struct simulator_fixture *fixture, const char *id)
{
	return simulator_call(fixture, "GET", arena_text(fixture->arena, "payments/%s", id), NULL,
			      200);
}

static void assert_payment(struct simulator_fixture *fixture, const char *id, const char *path,
			   const char *value)
{
	json_t *payment = get_payment(fixture, id);

	assert_string_equal(simulator_text(payment, path), value);
	json_decref(payment);
}

static void test_a_first_payment_that_is_paid_gives_a_mandate(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *customer = simulator_customer(fixture);
	json_t *payment =
	    simulator_call(fixture, "POST", "payments",
			   simulator_payment(fixture, "first", customer, "29.00"), 201);
	const char *id = arena_text(fixture->arena, "%s", simulator_text(payment, "id"));
	json_t *mandates;

	assert_string_equal(simulator_text(payment, "status"), "open");
	assert_string_equal(simulator_text(payment, "amount.value"), "29.00");
	assert_true(json_is_null(json_object_get(payment, "method")));
	assert_true(json_is_false(json_object_get(payment, "isCancelable")));
	assert_string_equal(simulator_text(payment, "_links.checkout.href"),
			    arena_text(fixture->arena, "%s/checkout/%s", fixture->base, id));
	json_decref(payment);

	simulator_checkout(fixture, id, "status=paid&method=creditcard", 303);
	payment = get_payment(fixture, id);
	assert_string_equal(simulator_text(payment, "status"), "paid");
	assert_string_equal(simulator_text(payment, "method"), "creditcard");
	assert_string_equal(simulator_text(payment, "amountRemaining.value"), "29.00");
	assert_string_not_equal(simulator_text(payment, "paidAt"), "");
	assert_null(json_object_get(payment, "isCancelable"));
	assert_string_equal(simulator_text(payment, "_links.checkout.href"), "");
	mandates = simulator_call(fixture, "GET",
				  arena_text(fixture->arena, "customers/%s/mandates", customer),
				  NULL, 200);
	assert_int_equal(simulator_number(mandates, "count"), 1);
	assert_string_equal(simulator_text(mandates, "_embedded.mandates.0.status"), "valid");
	assert_string_equal(simulator_text(mandates, "_embedded.mandates.0.id"),
			    simulator_text(payment, "mandateId"));
	json_decref(mandates);
	json_decref(payment);
	simulator_checkout(fixture, id, "status=failed", 422);
}

static void test_a_first_payment_that_fails_leaves_no_usable_mandate(void **state)
{
	static const struct {
		const char *form;
		const char *mandate;
	} ends[] = {{"status=failed", "invalid"},
		    {"status=expired", "invalid"},
		    {"status=canceled", "pending"}};
	struct simulator_fixture *fixture = *state;

	for (size_t i = 0; i < 3; i++) {
		const char *customer = simulator_customer(fixture);
		json_t *input = simulator_payment(fixture, "first", customer, "29.00");
		const char *id;
		json_t *mandates;

		json_object_set_new(input, "method", json_string("ideal"));
		id = id_of(fixture, simulator_call(fixture, "POST", "payments", input, 201));
		simulator_checkout(fixture, id, ends[i].form, 303);
		mandates = simulator_call(
		    fixture, "GET", arena_text(fixture->arena, "customers/%s/mandates", customer),
		    NULL, 200);
		assert_string_equal(simulator_text(mandates, "_embedded.mandates.0.status"),
				    ends[i].mandate);
		assert_string_equal(simulator_text(mandates, "_embedded.mandates.0.method"),
				    "directdebit");
		json_decref(mandates);
	}
}

static void test_a_card_is_charged_at_once(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *customer = customer_with_mandate(fixture, "creditcard");
	json_t *payment =
	    simulator_call(fixture, "POST", "payments",
			   simulator_payment(fixture, "recurring", customer, "29.00"), 201);

	assert_string_equal(simulator_text(payment, "status"), "paid");
	assert_true(json_is_null(json_object_get(payment, "redirectUrl")));
	assert_string_equal(simulator_text(payment, "_links.checkout.href"), "");
	json_decref(payment);

	payment = simulator_call(fixture, "POST", "payments",
				 simulator_payment(fixture, "recurring", customer, "1007.00"), 201);
	assert_string_equal(simulator_text(payment, "status"), "failed");
	assert_string_equal(simulator_text(payment, "details.failureReason"), "insufficient_funds");
	json_decref(payment);
}

static void test_a_debit_is_known_after_its_due_date(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *customer;
	const char *id;
	json_t *payment;

	simulator_set_clock(fixture, "2030-01-03T10:00:00+00:00"); /* A Thursday. */
	customer = customer_with_mandate(fixture, "ideal");
	payment = simulator_call(fixture, "POST", "payments",
				 simulator_payment(fixture, "recurring", customer, "29.00"), 201);
	id = arena_text(fixture->arena, "%s", simulator_text(payment, "id"));
	assert_string_equal(simulator_text(payment, "status"), "pending");
	assert_string_equal(simulator_text(payment, "method"), "directdebit");
	assert_string_equal(simulator_text(payment, "details.dueDate"), "2030-01-07");
	assert_string_not_equal(simulator_text(payment, "_links.changePaymentState.href"), "");
	json_decref(payment);

	simulator_set_clock(fixture, "2030-01-08T09:59:59+00:00");
	assert_payment(fixture, id, "status", "pending");
	simulator_set_clock(fixture, "2030-06-01T00:00:00+00:00");
	assert_payment(fixture, id, "status", "paid");
	assert_payment(fixture, id, "paidAt", "2030-01-08T10:00:00+00:00");
}

static void test_debits_end_as_the_rules_say(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *customer;
	const char *failing;
	const char *returned;
	json_t *chargebacks;

	json_decref(simulator_call(
	    fixture, "POST", "/control/outcomes",
	    json_pack("{s:[{s:s, s:s, s:s, s:s}, {s:s, s:s, s:i, s:s}]}", "rules", "account",
		      "NL55INGB0000000000", "amount", "13.00", "status", "failed", "reason", "AM04",
		      "amount", "14.00", "status", "paid", "chargebackDays", 40, "reason", "MD06"),
	    200));
	simulator_set_clock(fixture, "2030-01-03T10:00:00+00:00");
	customer = customer_with_mandate(fixture, "ideal");
	failing =
	    id_of(fixture,
		  simulator_call(fixture, "POST", "payments",
				 simulator_payment(fixture, "recurring", customer, "13.00"), 201));
	returned =
	    id_of(fixture,
		  simulator_call(fixture, "POST", "payments",
				 simulator_payment(fixture, "recurring", customer, "14.00"), 201));
	simulator_set_clock(fixture, "2030-02-01T00:00:00+00:00");
	assert_payment(fixture, failing, "status", "failed");
	assert_payment(fixture, failing, "details.bankReasonCode", "AM04");
	assert_payment(fixture, failing, "details.bankReason", "Insufficient funds");
	assert_payment(fixture, returned, "status", "paid");
	assert_payment(fixture, returned, "amountChargedBack.value", "");

	simulator_set_clock(fixture, "2030-03-01T00:00:00+00:00");
	assert_payment(fixture, returned, "status", "paid");
	assert_payment(fixture, returned, "amountChargedBack.value", "14.00");
	assert_payment(fixture, returned, "amountRemaining.value", "0.00");
	chargebacks = simulator_call(
	    fixture, "GET", arena_text(fixture->arena, "payments/%s/chargebacks", returned), NULL,
	    200);
	assert_int_equal(simulator_number(chargebacks, "count"), 1);
	assert_string_equal(simulator_text(chargebacks, "_embedded.chargebacks.0.reason.code"),
			    "MD06");
	assert_string_equal(
	    simulator_text(chargebacks, "_embedded.chargebacks.0.settlementAmount.value"),
	    "-14.00");
	json_decref(chargebacks);
}

static void test_an_open_payment_expires_by_itself(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *customer;
	json_t *input;
	const char *id;

	simulator_set_clock(fixture, "2030-01-03T10:00:00+00:00");
	customer = simulator_customer(fixture);
	input = simulator_payment(fixture, "first", customer, "29.00");
	json_object_set_new(input, "method", json_string("creditcard"));
	id = id_of(fixture, simulator_call(fixture, "POST", "payments", input, 201));
	assert_payment(fixture, id, "expiresAt", "2030-01-03T10:30:00+00:00");
	simulator_set_clock(fixture, "2030-01-03T10:29:59+00:00");
	assert_payment(fixture, id, "status", "open");
	simulator_set_clock(fixture, "2030-01-03T10:30:00+00:00");
	assert_payment(fixture, id, "status", "expired");
	simulator_checkout(fixture, id, "status=paid", 422);
}

static void test_a_pending_debit_can_be_cancelled_a_card_cannot(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *debit =
	    id_of(fixture, simulator_call(fixture, "POST", "payments",
					  simulator_payment(fixture, "recurring",
							    customer_with_mandate(fixture, "ideal"),
							    "29.00"),
					  201));
	const char *open = id_of(
	    fixture, simulator_call(fixture, "POST", "payments",
				    simulator_payment(fixture, "oneoff", NULL, "29.00"), 201));

	json_decref(simulator_call(fixture, "DELETE",
				   arena_text(fixture->arena, "payments/%s", debit), NULL, 200));
	assert_payment(fixture, debit, "status", "canceled");
	json_decref(simulator_call(fixture, "DELETE",
				   arena_text(fixture->arena, "payments/%s", debit), NULL, 422));
	json_decref(simulator_call(fixture, "DELETE",
				   arena_text(fixture->arena, "payments/%s", open), NULL, 422));
}

static json_t *amount(const char *value)
{
	return json_pack("{s:{s:s, s:s}}", "amount", "currency", "EUR", "value", value);
}

static void test_refunds_never_exceed_what_was_paid(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *id;
	const char *refunds;
	const char *refund;

	simulator_set_clock(fixture, "2030-01-03T10:00:00+00:00");
	id = id_of(fixture,
		   simulator_call(fixture, "POST", "payments",
				  simulator_payment(fixture, "oneoff", NULL, "29.00"), 201));
	refunds = arena_text(fixture->arena, "payments/%s/refunds", id);
	json_decref(simulator_call(fixture, "POST", refunds, amount("10.00"), 422));
	simulator_checkout(fixture, id, "status=paid", 303);
	json_decref(simulator_call(fixture, "POST", refunds, amount("29.01"), 422));
	refund = id_of(fixture, simulator_call(fixture, "POST", refunds, amount("10.00"), 201));
	assert_payment(fixture, id, "amountRefunded.value", "10.00");
	assert_payment(fixture, id, "amountRemaining.value", "19.00");
	json_decref(simulator_call(fixture, "POST", refunds, amount("10.00"), 409));
	json_decref(simulator_call(fixture, "POST", refunds, amount("19.01"), 422));
	json_decref(simulator_call(
	    fixture, "DELETE", arena_text(fixture->arena, "%s/%s", refunds, refund), NULL, 204));
	assert_payment(fixture, id, "amountRemaining.value", "29.00");

	refund = id_of(fixture, simulator_call(fixture, "POST", refunds, amount("12.00"), 201));
	simulator_set_clock(fixture, "2030-01-04T10:00:00+00:00");
	json_decref(simulator_call(
	    fixture, "DELETE", arena_text(fixture->arena, "%s/%s", refunds, refund), NULL, 422));
	assert_payment(fixture, id, "status", "paid");
	assert_payment(fixture, id, "amountRefunded.value", "12.00");
}

static void test_embedding_shows_refunds_and_chargebacks(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *id = id_of(
	    fixture, simulator_call(fixture, "POST", "payments",
				    simulator_payment(fixture, "oneoff", NULL, "29.00"), 201));
	json_t *payment;

	simulator_checkout(fixture, id, "status=paid", 303);
	json_decref(simulator_call(fixture, "POST",
				   arena_text(fixture->arena, "payments/%s/refunds", id),
				   amount("10.00"), 201));
	simulator_checkout(fixture, id, "status=chargeback", 303);
	payment = simulator_call(
	    fixture, "GET", arena_text(fixture->arena, "payments/%s?embed=refunds,chargebacks", id),
	    NULL, 200);
	assert_string_equal(simulator_text(payment, "_embedded.refunds.0.amount.value"), "10.00");
	assert_string_equal(simulator_text(payment, "_embedded.chargebacks.0.amount.value"),
			    "19.00");
	assert_string_equal(simulator_text(payment, "amountRemaining.value"), "0.00");
	json_decref(payment);
	payment = get_payment(fixture, id);
	assert_null(json_object_get(payment, "_embedded"));
	json_decref(payment);
}

static void test_a_revoked_mandate_is_not_charged(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *customer = customer_with_mandate(fixture, "creditcard");
	json_t *mandates = simulator_call(
	    fixture, "GET", arena_text(fixture->arena, "customers/%s/mandates", customer), NULL,
	    200);
	const char *mandate =
	    arena_text(fixture->arena, "%s", simulator_text(mandates, "_embedded.mandates.0.id"));
	json_t *input = simulator_payment(fixture, "recurring", customer, "29.00");

	json_decref(mandates);
	json_decref(simulator_call(fixture, "POST",
				   arena_text(fixture->arena, "/control/mandates/%s", mandate),
				   NULL, 200));
	json_decref(simulator_call(fixture, "POST", "payments", json_deep_copy(input), 422));
	json_object_set_new(input, "mandateId", json_string(mandate));
	json_decref(simulator_call(fixture, "POST", "payments", input, 422));
}

static void test_obligations_are_counted(void **state)
{
	struct simulator_fixture *fixture = *state;
	const char *customer = customer_with_mandate(fixture, "creditcard");
	json_t *all;

	json_decref(simulator_call(fixture, "POST", "payments",
				   simulator_payment(fixture, "recurring", customer, "29.00"),
				   201));
	json_decref(simulator_call(fixture, "POST", "payments",
				   simulator_payment(fixture, "oneoff", NULL, "29.00"), 201));
	all = simulator_call(fixture, "GET", "/control/payments", NULL, 200);
	assert_int_equal(simulator_number(all, "obligations.subscription-1.total"), 3);
	assert_int_equal(simulator_number(all, "obligations.subscription-1.paid"), 2);
	assert_int_equal(simulator_number(all, "obligations.subscription-1.open"), 1);
	json_decref(all);
}

#define WITH_SIMULATOR(test)                                                                       \
	cmocka_unit_test_setup_teardown(test, simulator_set_up, simulator_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_SIMULATOR(test_a_first_payment_that_is_paid_gives_a_mandate),
	    WITH_SIMULATOR(test_a_first_payment_that_fails_leaves_no_usable_mandate),
	    WITH_SIMULATOR(test_a_card_is_charged_at_once),
	    WITH_SIMULATOR(test_a_debit_is_known_after_its_due_date),
	    WITH_SIMULATOR(test_debits_end_as_the_rules_say),
	    WITH_SIMULATOR(test_an_open_payment_expires_by_itself),
	    WITH_SIMULATOR(test_a_pending_debit_can_be_cancelled_a_card_cannot),
	    WITH_SIMULATOR(test_refunds_never_exceed_what_was_paid),
	    WITH_SIMULATOR(test_embedding_shows_refunds_and_chargebacks),
	    WITH_SIMULATOR(test_a_revoked_mandate_is_not_charged),
	    WITH_SIMULATOR(test_obligations_are_counted),
	};

	return cmocka_run_group_tests_name("mollie_payments", tests, NULL, NULL);
}
