/* SPDX-License-Identifier: Apache-2.0 */
/* The payment provider's objects, as its reference shows them, and as they must not be. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "base/status.h"
#include "mollie.h"
#include "mollie_json.h"

#define STATE(name) PAYMENT_STATE__PAYMENT_STATE_##name
#define AMOUNT "\"amount\":{\"currency\":\"EUR\",\"value\":\"34.80\"}"

static int begin(void **state)
{
	*state = arena_create();
	return 0;
}

static int end(void **state)
{
	arena_destroy(*state);
	return 0;
}

static void release(void *object)
{
	json_decref(object);
}

static json_t *parse(struct arena *arena, const char *text)
{
	json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(object);
	arena_on_reset(arena, release, object);
	return object;
}

static void test_an_open_payment_has_its_page(void **state)
{
	struct mollie_payment payment;

	assert_true(mollie_json_read_payment(
	    parse(*state,
		  "{\"resource\":\"payment\",\"id\":\"tr_7UhSN1zuXS\",\"status\":\"open\"," AMOUNT
		  ",\"metadata\":{\"payment\":\"platforms/a/payments/b\"},\"method\":null,"
		  "\"_links\":{\"checkout\":{\"href\":\"https://www.mollie.com/checkout/x\","
		  "\"type\":\"text/html\"}}}"),
	    &payment));
	assert_string_equal(payment.id, "tr_7UhSN1zuXS");
	assert_int_equal(payment.state, STATE(OPEN));
	assert_int_equal(payment.amount_minor, 3480);
	assert_string_equal(payment.currency, "EUR");
	assert_string_equal(payment.checkout_url, "https://www.mollie.com/checkout/x");
	assert_string_equal(payment.our_name, "platforms/a/payments/b");
	assert_string_equal(payment.failure, "");
	assert_string_equal(payment.mandate_id, "");
}

static void test_every_status_has_its_state(void **state)
{
	static const struct {
		const char *status;
		PaymentState state;
		const char *failure;
	} cases[] = {
	    {"open", STATE(OPEN), ""},
	    {"pending", STATE(PENDING), ""},
	    {"authorized", STATE(PENDING), ""},
	    {"paid", STATE(PAID), ""},
	    {"failed", STATE(FAILED), "failed"},
	    {"canceled", STATE(CANCELED), "canceled"},
	    {"expired", STATE(EXPIRED), "expired"},
	};
	struct mollie_payment payment;

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		assert_true(mollie_json_read_payment(
		    parse(*state,
			  arena_text(*state, "{\"id\":\"tr_1\",\"status\":\"%s\"," AMOUNT "}",
				     cases[i].status)),
		    &payment));
		assert_int_equal(payment.state, cases[i].state);
		assert_string_equal(payment.failure, cases[i].failure);
	}
}

static void test_a_failure_says_why_when_it_is_known(void **state)
{
	static const struct {
		const char *details;
		const char *failure;
	} cases[] = {
	    {"{\"failureReason\":\"insufficient_funds\"}", "insufficient_funds"},
	    {"{\"failureReason\":\"insufficient_funds\",\"failureMessage\":\"Not enough money\"}",
	     "Not enough money"},
	    {"{\"bankReasonCode\":\"AM04\",\"bankReason\":\"Insufficient funds\"}",
	     "Insufficient funds"},
	    {"null", "failed"},
	};
	struct mollie_payment payment;

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		assert_true(mollie_json_read_payment(
		    parse(*state, arena_text(*state,
					     "{\"id\":\"tr_1\",\"status\":\"failed\"," AMOUNT
					     ",\"details\":%s}",
					     cases[i].details)),
		    &payment));
		assert_string_equal(payment.failure, cases[i].failure);
	}
}

static void test_what_is_no_payment_is_refused(void **state)
{
	static const char *const texts[] = {
	    "{}",
	    "[]",
	    "{\"id\":\"tr_1\",\"status\":\"open\"}",
	    "{\"status\":\"open\"," AMOUNT "}",
	    "{\"id\":\"../tr_1\",\"status\":\"open\"," AMOUNT "}",
	    "{\"id\":\"tr_1\",\"status\":\"settled\"," AMOUNT "}",
	    "{\"id\":\"tr_1\",\"status\":\"open\",\"amount\":{\"currency\":\"EUR\",\"value\":34.8}"
	    "}",
	    "{\"id\":\"tr_1\",\"status\":\"open\",\"amount\":{\"currency\":\"EUR\",\"value\":\"34."
	    "8\"}}",
	    "{\"id\":\"tr_1\",\"status\":\"open\",\"amount\":{\"currency\":\"eur\",\"value\":\"34."
	    "80\"}}",
	    "{\"id\":\"tr_1\",\"status\":\"paid\",\"mandateId\":\"mdt 1\"," AMOUNT "}",
	};
	struct mollie_payment payment;

	for (size_t i = 0; i < ARRAY_COUNT(texts); i++)
		if (mollie_json_read_payment(parse(*state, texts[i]), &payment))
			fail_msg("%s was taken", texts[i]);
}

static void test_an_order_is_written_as_the_reference_has_it(void **state)
{
	const struct mollie_order order = {.customer_id = "cst_1",
					   .amount_minor = 3480,
					   .currency = "EUR",
					   .description = "Domicile: abonnement",
					   .redirect_url = "https://domicile.example/",
					   .webhook_url = "https://pay.example/webhooks/a/b/c",
					   .our_name = "platforms/a/payments/b",
					   .obligation = "platforms/a/subscriptions/s"};
	json_t *written = mollie_json_of_order(*state, &order);
	json_t *expected =
	    parse(*state,
		  "{" AMOUNT ",\"description\":\"Domicile: abonnement\",\"redirectUrl\":"
		  "\"https://domicile.example/\",\"webhookUrl\":\"https://pay.example/webhooks/a/b/"
		  "c\",\"sequenceType\":\"first\",\"customerId\":\"cst_1\",\"metadata\":{"
		  "\"payment\":\"platforms/a/payments/b\",\"obligation\":"
		  "\"platforms/a/subscriptions/s\"}}");

	assert_true(json_equal(written, expected));
	assert_true(json_equal(parse(*state, mollie_json_dump(*state, written)), expected));
	json_decref(written);
}

static void test_a_long_description_is_cut_between_characters(void **state)
{
	char *description = arena_alloc(*state, 601);
	struct mollie_order order = {.customer_id = "cst_1",
				     .currency = "EUR",
				     .redirect_url = "",
				     .webhook_url = "",
				     .our_name = "",
				     .obligation = ""};
	json_t *written;

	for (size_t i = 0; i < 600; i += 2)
		memcpy(description + i, "\xc3\xa9", 2);
	description[600] = '\0';
	order.description = description;
	written = mollie_json_of_order(*state, &order);
	assert_non_null(written);
	assert_int_equal(strlen(mollie_json_text(written, "description")), 510);
	json_decref(written);
}

static void test_an_error_is_told_in_one_line(void **state)
{
	assert_string_equal(
	    mollie_json_error(*state, 422,
			      parse(*state, "{\"status\":422,\"title\":\"Unprocessable Entity\","
					    "\"detail\":\"The amount is higher than the maximum\","
					    "\"field\":\"amount\"}")),
	    "422 Unprocessable Entity: The amount is higher than the maximum (amount)");
	/* A page of a proxy instead of a document. */
	assert_string_equal(mollie_json_error(*state, 502, NULL), "502");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_an_open_payment_has_its_page),
	    cmocka_unit_test(test_every_status_has_its_state),
	    cmocka_unit_test(test_a_failure_says_why_when_it_is_known),
	    cmocka_unit_test(test_what_is_no_payment_is_refused),
	    cmocka_unit_test(test_an_order_is_written_as_the_reference_has_it),
	    cmocka_unit_test(test_a_long_description_is_cut_between_characters),
	    cmocka_unit_test(test_an_error_is_told_in_one_line),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
