/* SPDX-License-Identifier: Apache-2.0 */
/* The test checkout page: a person, or a script, says how a payment ends. */
#include <string.h>

#include "base/arena.h"
#include "clock.h"
#include "form.h"
#include "handlers.h"
#include "http/http_server.h"
#include "methods.h"
#include "payment_state.h"
#include "simulator.h"

/* What the page offers, by the payment's state. */
static const struct {
	const char *state;
	const char *choices; /* parted by blanks */
} offers[] = {
    {"open", "paid failed canceled expired authorized pending"},
    {"pending", "paid failed"},
    {"authorized", "paid canceled expired"},
    {"paid", "refund chargeback"},
};

static const char *offer_of(const struct object *payment)
{
	for (size_t i = 0; i < sizeof(offers) / sizeof(offers[0]); i++)
		if (strcmp(offers[i].state, store_text(payment, "status")) == 0)
			return offers[i].choices;
	return "";
}

static const char *escape(const char *text, struct arena *arena)
{
	char *escaped = arena_alloc(arena, 6 * strlen(text) + 1);
	char *at = escaped;

	for (; *text; text++) {
		const char *entity = *text == '<'   ? "&lt;"
				     : *text == '>' ? "&gt;"
				     : *text == '&' ? "&amp;"
				     : *text == '"' ? "&quot;"
						    : NULL;

		if (entity)
			at = stpcpy(at, entity);
		else
			*at++ = *text;
	}
	return escaped;
}

static const char *page_of(const struct object *payment, struct arena *arena)
{
	const json_t *amount = json_object_get(payment->body, "amount");
	const char *buttons = "";
	const char *choices = offer_of(payment);

	while (*choices) {
		size_t length = strcspn(choices, " ");

		buttons =
		    arena_text(arena, "%s<p><button name=\"status\" value=\"%.*s\">%.*s</button>\n",
			       buttons, (int)length, choices, (int)length, choices);
		choices += length + (choices[length] == ' ');
	}
	return arena_text(
	    arena,
	    "<!doctype html>\n<meta charset=\"utf-8\">\n<title>Test checkout</title>\n"
	    "<h1>Test checkout</h1>\n<p>%s: %s %s (%s)\n<p>State: %s\n"
	    "<form method=\"post\">\n%s</form>\n",
	    escape(store_text(payment, "description"), arena),
	    json_string_value(json_object_get(amount, "value")),
	    json_string_value(json_object_get(amount, "currency")), payment->id,
	    store_text(payment, "status"), buttons);
}

static void refuse(struct http_response *response, int status, const char *text)
{
	http_response_text(response, status, "text/plain; charset=utf-8", text);
}

/* Refunds all that remains, as the page of a paid payment offers. */
static bool refund(struct object *payment)
{
	int64_t minor = api_amount_minor(json_object_get(payment->body, "amountRemaining"));

	return strcmp(store_text(payment, "status"), "paid") == 0 && minor > 0 &&
	       refunds_make(payment, minor, "Test checkout", NULL) != NULL;
}

/* Does what the form asks for; false when the payment's state doesn't allow it. */
static bool submit(struct simulator *simulator, struct object *payment,
		   const struct form_field *fields, size_t count)
{
	const char *status = form_value(fields, count, "status");
	const char *method = form_value(fields, count, "method");
	const char *reason = form_value(fields, count, "reason");

	if (!status || (method && !methods_knows(method)))
		return false;
	if (strcmp(status, "chargeback") == 0)
		return chargebacks_make(simulator, payment, 0, reason ? reason : "MD06") != NULL;
	if (strcmp(status, "refund") == 0)
		return refund(payment);
	return payment_end(simulator, payment,
			   &(struct ending){.status = status, .method = method, .reason = reason});
}

static void serve_locked(struct simulator *simulator, const struct http_request *request,
			 struct http_response *response)
{
	struct object *payment =
	    store_find_anywhere(simulator, KIND_PAYMENT, request->path + strlen("/checkout/"));
	struct form_field *fields;
	size_t count = 0;
	const char *redirect;

	if (!payment) {
		refuse(response, 404, "there is no such payment\n");
		return;
	}
	payment_run_due(simulator, payment->account, clock_now_us(payment->account));
	if (strcmp(request->method, "GET") == 0) {
		http_response_text(response, 200, "text/html; charset=utf-8",
				   page_of(payment, request->arena));
		return;
	}
	if (strcmp(request->method, "POST") != 0) {
		refuse(response, 405, "use GET or POST\n");
		return;
	}
	if (!form_read(request->body, request->body_length, request->arena, &fields, &count)) {
		refuse(response, 400, "the form is malformed\n");
		return;
	}
	if (!submit(simulator, payment, fields, count)) {
		refuse(response, 422, "the payment's state does not allow this\n");
		return;
	}
	redirect = store_text(payment, "redirectUrl");
	http_response_text(response, redirect[0] != '\0' ? 303 : 200, "text/plain; charset=utf-8",
			   arena_text(request->arena, "%s\n", store_text(payment, "status")));
	if (redirect[0] != '\0')
		http_response_header(response, "Location",
				     arena_copy(request->arena, redirect, strlen(redirect)));
}

void checkout_serve(struct simulator *simulator, const struct http_request *request,
		    struct http_response *response)
{
	pthread_mutex_lock(&simulator->lock);
	serve_locked(simulator, request, response);
	pthread_mutex_unlock(&simulator->lock);
}
