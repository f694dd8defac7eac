/* SPDX-License-Identifier: Apache-2.0 */
/* Payments: created open for a shop's customer, or charged at once on a mandate. */
#include <string.h>

#include "base/arena.h"
#include "clock.h"
#include "handlers.h"
#include "http/http_server.h"
#include "payment_input.h"
#include "payment_state.h"

/* How long an open payment waits for its customer; Mollie's own times, by method. */
static int64_t life_us(const char *method)
{
	static const struct {
		const char *method;
		int64_t minutes;
	} lives[] = {
	    {"ideal", 15}, {"creditcard", 30}, {"bancontact", 60},
	    {"kbc", 60},   {"belfius", 60},    {"banktransfer", 14 * 24 * 60},
	};

	for (size_t i = 0; i < sizeof(lives) / sizeof(lives[0]); i++)
		if (strcmp(lives[i].method, method) == 0)
			return lives[i].minutes * CLOCK_MINUTE_US;
	return 15 * CLOCK_MINUTE_US;
}

static void set_text_or_null(struct object *payment, const char *name, const char *text)
{
	store_set(payment, name, text ? json_string(text) : json_null());
}

static void fill(struct call *call, struct object *payment, const struct payment_input *input)
{
	json_t *metadata = json_object_get(call->input, "metadata");

	store_set(payment, "createdAt", clock_instant(clock_now_us(call->account)));
	store_set(payment, "status", json_string("open"));
	store_set(payment, "isCancelable", json_false());
	store_set(payment, "amount", api_amount(input->minor, input->currency));
	store_set(payment, "description", json_string(input->description));
	set_text_or_null(payment, "method", input->method);
	store_set(payment, "metadata", metadata ? json_deep_copy(metadata) : json_null());
	set_text_or_null(payment, "locale", input->locale);
	store_set(payment, "profileId", json_string(call->account->profile));
	if (input->customer)
		store_set(payment, "customerId", json_string(input->customer->id));
	store_set(payment, "sequenceType", json_string(input->sequence));
	set_text_or_null(payment, "redirectUrl", input->redirect_url);
	if (input->cancel_url)
		store_set(payment, "cancelUrl", json_string(input->cancel_url));
	set_text_or_null(payment, "webhookUrl", input->webhook_url);
	payment->customer = input->customer;
	payment->mandate = input->mandate;
	payment->is_method_forced = input->method != NULL;
	if (input->mandate)
		store_set(payment, "mandateId", json_string(input->mandate->id));
}

static void create(struct call *call, const char *customer_id)
{
	struct payment_input input = {0};
	struct object *payment;

	if (!payment_input_read(call, customer_id, &input))
		return;
	payment = store_create(call->account, KIND_PAYMENT);
	if (!payment) {
		api_refuse(call, 503, NULL, "The simulator holds too many payments");
		return;
	}
	fill(call, payment, &input);
	if (strcmp(input.sequence, "recurring") == 0) {
		payment_charge(call->simulator, payment);
	} else {
		int64_t expires_us =
		    clock_now_us(call->account) + life_us(input.method ? input.method : "ideal");

		store_set(payment, "expiresAt", clock_instant(expires_us));
		payment_expire_at(payment, expires_us);
		payment_prepare_mandate(payment);
	}
	api_answer(call, 201, api_show(call->simulator, payment));
}

void payments_create(struct call *call)
{
	create(call, NULL);
}

void payments_create_for_customer(struct call *call)
{
	create(call, call->ids[0]);
}

void payments_list(struct call *call)
{
	api_answer_page(call, KIND_PAYMENT, "payments", NULL, NULL);
}

static bool is_of_customer(const struct object *payment, const void *customer)
{
	return payment->customer == customer;
}

void payments_list_for_customer(struct call *call)
{
	struct object *customer = customers_of_call(call);

	if (customer)
		api_answer_page(call, KIND_PAYMENT,
				arena_text(call->arena, "customers/%s/payments", customer->id),
				is_of_customer, customer);
}

static struct object *payment_of_call(struct call *call)
{
	struct object *payment = store_find(call->account, KIND_PAYMENT, call->ids[0]);

	if (!payment)
		api_not_found(call, KIND_PAYMENT, call->ids[0]);
	return payment;
}

static bool is_asked_for(const char *list, const char *name)
{
	size_t length = strlen(name);

	while (list && *list) {
		if (strncmp(list, name, length) == 0 &&
		    (list[length] == '\0' || list[length] == ','))
			return true;
		list = strchr(list, ',');
		list = list ? list + 1 : NULL;
	}
	return false;
}

static void embed(struct call *call, const struct object *payment, enum kind kind, const char *name,
		  json_t *shown)
{
	json_t *items = json_array();
	json_t *embedded = json_object_get(shown, "_embedded");

	for (size_t i = 0; i < call->account->counts[kind]; i++)
		if (call->account->objects[kind][i]->payment == payment)
			json_array_append_new(
			    items, api_show(call->simulator, call->account->objects[kind][i]));
	if (!embedded) {
		embedded = json_object();
		json_object_set_new(shown, "_embedded", embedded);
	}
	json_object_set_new(embedded, name, items);
}

void payments_get(struct call *call)
{
	struct object *payment = payment_of_call(call);
	const char *wanted = http_request_query(call->request, "embed");
	json_t *shown;

	if (!payment)
		return;
	shown = api_show(call->simulator, payment);
	if (is_asked_for(wanted, "refunds"))
		embed(call, payment, KIND_REFUND, "refunds", shown);
	if (is_asked_for(wanted, "chargebacks"))
		embed(call, payment, KIND_CHARGEBACK, "chargebacks", shown);
	api_answer(call, 200, shown);
}

void payments_update(struct call *call)
{
	static const char *const members[] = {
	    "description", "redirectUrl", "cancelUrl", "webhookUrl", "metadata", "locale", NULL};
	struct object *payment = payment_of_call(call);
	const char *texts[4] = {NULL};

	if (!payment || !api_knows_members(call, members))
		return;
	for (size_t i = 0; i < 4; i++)
		if (!api_input_text(call, members[i], &texts[i]))
			return;
	if (!payment_input_check_webhook(call, texts[3]) || !payment_input_check_metadata(call))
		return;
	for (size_t i = 0; members[i]; i++) {
		json_t *value = json_object_get(call->input, members[i]);

		if (value)
			json_object_set(payment->body, members[i], value);
	}
	api_answer(call, 200, api_show(call->simulator, payment));
}

void payments_cancel(struct call *call)
{
	struct object *payment = payment_of_call(call);

	if (!payment)
		return;
	if (!json_is_true(json_object_get(payment->body, "isCancelable"))) {
		api_refuse(call, 422, NULL, "The payment cannot be canceled");
		return;
	}
	payment_end(call->simulator, payment, &(struct ending){.status = "canceled"});
	api_answer(call, 200, api_show(call->simulator, payment));
}

static bool has_any(const struct object *payment, enum kind kind)
{
	const struct account *account = payment->account;

	for (size_t i = 0; i < account->counts[kind]; i++)
		if (account->objects[kind][i]->payment == payment)
			return true;
	return false;
}

json_t *payments_show(const struct simulator *simulator, const struct object *payment)
{
	static const char hal[] = "application/hal+json";
	json_t *shown = json_deep_copy(payment->body);
	json_t *links = json_object();
	const char *status = store_text(payment, "status");
	bool is_recurring = strcmp(store_text(payment, "sequenceType"), "recurring") == 0;

	api_link(simulator, links, "self", hal, "/v2/payments/%s", payment->id);
	if (strcmp(status, "open") == 0 && !is_recurring)
		api_link(simulator, links, "checkout", "text/html", "/checkout/%s", payment->id);
	if ((strcmp(status, "pending") == 0 && is_recurring) || strcmp(status, "paid") == 0)
		api_link(simulator, links, "changePaymentState", "text/html", "/checkout/%s",
			 payment->id);
	api_link(simulator, links, "dashboard", "text/html", "/dashboard/payments/%s", payment->id);
	if (payment->customer)
		api_link(simulator, links, "customer", hal, "/v2/customers/%s",
			 payment->customer->id);
	if (payment->mandate)
		api_link(simulator, links, "mandate", hal, "/v2/customers/%s/mandates/%s",
			 payment->mandate->customer->id, payment->mandate->id);
	if (has_any(payment, KIND_REFUND))
		api_link(simulator, links, "refunds", hal, "/v2/payments/%s/refunds", payment->id);
	if (has_any(payment, KIND_CHARGEBACK))
		api_link(simulator, links, "chargebacks", hal, "/v2/payments/%s/chargebacks",
			 payment->id);
	api_link_documentation(links, "reference/get-payment");
	json_object_set_new(shown, "_links", links);
	return shown;
}
