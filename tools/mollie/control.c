/* SPDX-License-Identifier: Apache-2.0 */
/* The control paths: what Mollie lacks, for tests and demonstrations. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "clock.h"
#include "handlers.h"
#include "http/http_server.h"
#include "input.h"
#include "payment_state.h"
#include "pings.h"
#include "simulator.h"

#define OUTCOMES_MAX 100

/* A control call; the simulator's lock is held. */
struct control {
	struct simulator *simulator;
	const struct http_request *request;
	const char *id; /* the variable part of the path, or "" */
	json_t *input;
	int status;
	json_t *output;
};

static void answer(struct control *control, int status, json_t *output)
{
	control->status = status;
	control->output = output;
}

static void refuse(struct control *control, int status, const char *text)
{
	answer(control, status, json_pack("{s:s}", "error", text));
}

static const char *text_of(const struct control *control, const char *name)
{
	return json_string_value(json_object_get(control->input, name));
}

/* GET /control/payments[?key=K]: all payments, and how many there are for each obligation. */
static json_t *row_of(const struct simulator *simulator, const struct object *payment)
{
	static const char *const members[] = {
	    "status",	 "amount",	   "sequenceType",     "method",     "customerId",
	    "mandateId", "description",	   "metadata",	       "webhookUrl", "redirectUrl",
	    "createdAt", "amountRefunded", "amountChargedBack"};
	json_t *row = json_pack("{s:s, s:s}", "id", payment->id, "key", payment->account->key);

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		json_t *value = json_object_get(payment->body, members[i]);

		if (value)
			json_object_set_new(row, members[i], json_deep_copy(value));
	}
	json_object_set_new(
	    row, "checkout",
	    json_sprintf("%s/checkout/%s", simulator->settings.base_url, payment->id));
	return row;
}

/* metadata.obligation says for what a payment was made: one obligation, one payment that counts. */
static void count_obligation(json_t *obligations, const struct object *payment)
{
	const json_t *metadata = json_object_get(payment->body, "metadata");
	const char *name = json_string_value(json_object_get(metadata, "obligation"));
	const char *status = store_text(payment, "status");
	json_t *counts;

	if (!name)
		return;
	counts = json_object_get(obligations, name);
	if (!counts) {
		counts = json_pack("{s:i}", "total", 0);
		json_object_set_new(obligations, name, counts);
	}
	json_object_set_new(counts, "total",
			    json_integer(json_integer_value(json_object_get(counts, "total")) + 1));
	json_object_set_new(counts, status,
			    json_integer(json_integer_value(json_object_get(counts, status)) + 1));
}

static void list_payments(struct control *control)
{
	const char *key = http_request_query(control->request, "key");
	json_t *rows = json_array();
	json_t *obligations = json_object();

	for (struct account *account = control->simulator->accounts; account;
	     account = account->next) {
		if (key && strcmp(key, account->key) != 0)
			continue;
		payment_run_due(control->simulator, account, clock_now_us(account));
		for (size_t i = 0; i < account->counts[KIND_PAYMENT]; i++) {
			const struct object *payment = account->objects[KIND_PAYMENT][i];

			json_array_append_new(rows, row_of(control->simulator, payment));
			count_obligation(obligations, payment);
		}
	}
	answer(control, 200,
	       json_pack("{s:I, s:o, s:o}", "count", (json_int_t)json_array_size(rows), "payments",
			 rows, "obligations", obligations));
}

/* POST /control/payments/ID {status, reason, method}: as the bank would. */
static void end_payment(struct control *control)
{
	struct object *payment = store_find_anywhere(control->simulator, KIND_PAYMENT, control->id);
	const char *status = text_of(control, "status");

	if (!payment)
		refuse(control, 404, "there is no such payment");
	else if (!status || !payment_end(control->simulator, payment,
					 &(struct ending){.status = status,
							  .reason = text_of(control, "reason"),
							  .method = text_of(control, "method")}))
		refuse(control, 422, "the payment's state does not allow this");
	else
		answer(control, 200, row_of(control->simulator, payment));
}

/* POST /control/chargebacks/PAYMENT {reason, amount in minor units}. */
static void charge_back(struct control *control)
{
	struct object *payment = store_find_anywhere(control->simulator, KIND_PAYMENT, control->id);
	int64_t minor = json_integer_value(json_object_get(control->input, "amount"));
	const char *reason = text_of(control, "reason");

	if (!payment)
		refuse(control, 404, "there is no such payment");
	else if (!chargebacks_make(control->simulator, payment, minor, reason ? reason : "MD06"))
		refuse(control, 422, "the payment's state or amount does not allow this");
	else
		answer(control, 200, row_of(control->simulator, payment));
}

/* POST /control/refunds/ID {status}. */
static void move_refund(struct control *control)
{
	struct object *refund = store_find_anywhere(control->simulator, KIND_REFUND, control->id);
	const char *status = text_of(control, "status");

	if (!refund)
		refuse(control, 404, "there is no such refund");
	else if (!status || !refunds_set_status(control->simulator, refund, status))
		refuse(control, 422, "the refund's state does not allow this");
	else
		answer(control, 200, api_show(control->simulator, refund));
}

/* POST /control/mandates/ID: revokes it, as the bank or the customer would. */
static void revoke_mandate(struct control *control)
{
	struct object *mandate = store_find_anywhere(control->simulator, KIND_MANDATE, control->id);

	if (!mandate) {
		refuse(control, 404, "there is no such mandate");
		return;
	}
	store_set(mandate, "status", json_string("invalid"));
	answer(control, 200, api_show(control->simulator, mandate));
}

/* GET /control/pings[?payment=ID]: every attempt, and how many pings wait. */
static void list_pings(struct control *control)
{
	const char *payment = http_request_query(control->request, "payment");

	answer(control, 200,
	       json_pack("{s:o, s:I}", "attempts", pings_log(control->simulator->pings, payment),
			 "waiting", (json_int_t)pings_waiting(control->simulator->pings)));
}

static void reset(struct control *control)
{
	pings_reset(control->simulator->pings);
	store_reset(control->simulator);
	answer(control, 200, json_object());
}

static json_t *clock_row(const struct account *account)
{
	int64_t next_us = payment_next_due(account);

	return json_pack("{s:s, s:o, s:b, s:o}", "key", account->key, "now",
			 clock_instant(clock_now_us(account)), "isSet", account->has_clock,
			 "nextDue", next_us ? clock_instant(next_us) : json_null());
}

/* POST /control/clock {key, time}: sets the clock of a key and does what is due until then, in
 * order; time null returns to real time. GET /control/clock?key=K. */
static void set_clock(struct control *control)
{
	const char *key = text_of(control, "key");
	const json_t *time = json_object_get(control->input, "time");
	struct account *account = key ? store_account(control->simulator, key) : NULL;
	int64_t to_us = 0;

	if (!account) {
		refuse(control, 422, "a key is wanted");
		return;
	}
	if (!time || json_is_null(time)) {
		account->has_clock = false;
	} else if (!json_is_string(time) || !clock_read(json_string_value(time), &to_us)) {
		refuse(control, 422, "the time is not like 2026-11-22T18:33:20+00:00");
		return;
	} else if (account->has_clock && to_us < account->clock_us) {
		refuse(control, 422, "the clock only goes forward");
		return;
	} else {
		if (!account->has_clock) {
			account->has_clock = true;
			account->clock_us = clock_real_us() < to_us ? clock_real_us() : to_us;
		}
		payment_run_due(control->simulator, account, to_us);
		account->clock_us = to_us;
	}
	answer(control, 200, clock_row(account));
}

static void get_clock(struct control *control)
{
	const char *key = http_request_query(control->request, "key");
	struct account *account = key ? store_account(control->simulator, key) : NULL;

	if (account)
		answer(control, 200, clock_row(account));
	else
		refuse(control, 422, "a key is wanted");
}

/* POST /control/faults: each member sets one switch; what is not named stays. GET shows them. */
static json_t *switches_of(struct faults *faults, const json_t *input)
{
	struct {
		const char *name;
		unsigned *value;
	} switches[] = {
	    {"dropPings", &faults->drop_pings},
	    {"duplicatePings", &faults->duplicate_pings},
	    {"delayPings", &faults->delay_pings},
	    {"delayMs", &faults->delay_ms},
	    {"tooMany", &faults->too_many},
	    {"retryAfter", &faults->retry_after_s},
	    {"hang", &faults->hang},
	    {"hangMs", &faults->hang_ms},
	    {"slow", &faults->slow},
	    {"slowMs", &faults->slow_ms},
	};
	json_t *shown = json_object();

	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
		const json_t *value = json_object_get(input, switches[i].name);
		json_int_t number = json_integer_value(value);

		if (json_is_integer(value) && number >= 0 && number <= 1000000)
			*switches[i].value = (unsigned)number;
		json_object_set_new(shown, switches[i].name, json_integer(*switches[i].value));
	}
	return shown;
}

static void show_faults(struct control *control)
{
	answer(control, 200, switches_of(&control->simulator->faults, NULL));
}

static void set_faults(struct control *control)
{
	answer(control, 200, switches_of(&control->simulator->faults, control->input));
}

/* POST /control/outcomes {rules: [{account?, amount?, status, reason?, days?, chargebackDays?}]}:
 * how recurring payments end; the first rule that fits counts. Replaces the former rules. */
static void set_outcomes(struct control *control)
{
	json_t *rules = json_object_get(control->input, "rules");
	size_t i;
	json_t *rule;

	if (!json_is_array(rules) || json_array_size(rules) > OUTCOMES_MAX) {
		refuse(control, 422, "at most 100 rules are wanted");
		return;
	}
	json_array_foreach(rules, i, rule)
	{
		const char *status = json_string_value(json_object_get(rule, "status"));

		if (!status || (strcmp(status, "paid") != 0 && strcmp(status, "failed") != 0)) {
			refuse(control, 422, "a rule's status is paid or failed");
			return;
		}
	}
	json_decref(control->simulator->outcomes);
	control->simulator->outcomes = json_deep_copy(rules);
	answer(control, 200, json_object());
}

static const struct {
	const char *method;
	const char *path; /* one that ends in '/' takes an id */
	void (*handle)(struct control *control);
} routes[] = {
    {"GET", "/control/payments", list_payments},
    {"POST", "/control/payments/", end_payment},
    {"POST", "/control/chargebacks/", charge_back},
    {"POST", "/control/refunds/", move_refund},
    {"POST", "/control/mandates/", revoke_mandate},
    {"GET", "/control/pings", list_pings},
    {"POST", "/control/reset", reset},
    {"GET", "/control/clock", get_clock},
    {"POST", "/control/clock", set_clock},
    {"GET", "/control/faults", show_faults},
    {"POST", "/control/faults", set_faults},
    {"POST", "/control/outcomes", set_outcomes},
};

static void dispatch(struct control *control)
{
	const struct http_request *request = control->request;

	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		size_t length = strlen(routes[i].path);
		bool has_id = routes[i].path[length - 1] == '/';

		if (strcmp(routes[i].method, request->method) != 0)
			continue;
		if (has_id ? strncmp(routes[i].path, request->path, length) == 0 &&
				 request->path[length] != '\0'
			   : strcmp(routes[i].path, request->path) == 0) {
			control->id = request->path + length;
			routes[i].handle(control);
			return;
		}
	}
	refuse(control, 404, "there is no such control path");
}

void control_serve(struct simulator *simulator, const struct http_request *request,
		   struct http_response *response)
{
	struct control control = {.simulator = simulator, .request = request, .id = ""};
	int status = 400;
	char *text;

	control.input = input_read(http_request_header(request, "Content-Type"), request->body,
				   request->body_length, request->arena, &status);
	if (control.input) {
		pthread_mutex_lock(&simulator->lock);
		dispatch(&control);
		pthread_mutex_unlock(&simulator->lock);
	} else {
		refuse(&control, status, "the body is no object of JSON");
	}
	text = json_dumps(control.output, JSON_COMPACT);
	http_response_text(response, control.status, "application/json",
			   arena_text(request->arena, "%s\n", text ? text : "{}"));
	free(text);
	json_decref(control.input);
	json_decref(control.output);
}
