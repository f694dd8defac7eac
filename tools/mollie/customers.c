/* SPDX-License-Identifier: Apache-2.0 */
/* Customers: created, changed, deleted with all their mandates. */
#include <string.h>

#include "clock.h"
#include "handlers.h"

static const char *const members[] = {"name", "email", "locale", "metadata", NULL};

/* Copies the input's members to the customer; refuses what has no right form. */
static bool take_members(struct call *call, struct object *customer)
{
	const char *texts[3];

	for (size_t i = 0; i < 3; i++)
		if (!api_input_text(call, members[i], &texts[i]))
			return false;
	if (texts[1] && !strchr(texts[1], '@')) {
		api_refuse(call, 422, "email", "The email address '%.100s' is invalid", texts[1]);
		return false;
	}
	for (size_t i = 0; members[i]; i++) {
		json_t *value = json_object_get(call->input, members[i]);

		if (value)
			json_object_set(customer->body, members[i], value);
	}
	return true;
}

void customers_create(struct call *call)
{
	struct object scratch = {.body = json_object()};
	struct object *customer = NULL;

	/* Nothing is made before the input is known to be right. */
	if (api_knows_members(call, members) && take_members(call, &scratch)) {
		customer = store_create(call->account, KIND_CUSTOMER);
		if (!customer)
			api_refuse(call, 503, NULL, "The simulator holds too many customers");
	}
	json_decref(scratch.body);
	if (!customer)
		return;
	for (size_t i = 0; members[i]; i++)
		store_set(customer, members[i], json_null());
	take_members(call, customer);
	store_set(customer, "createdAt", clock_instant(clock_now_us(call->account)));
	api_answer(call, 201, api_show(call->simulator, customer));
}

struct object *customers_of_call(struct call *call)
{
	struct object *customer = store_find(call->account, KIND_CUSTOMER, call->ids[0]);

	if (!customer) {
		api_not_found(call, KIND_CUSTOMER, call->ids[0]);
		return NULL;
	}
	if (customer->is_deleted) {
		api_refuse(call, 410, NULL, "The customer is no longer available.");
		return NULL;
	}
	return customer;
}

void customers_list(struct call *call)
{
	api_answer_page(call, KIND_CUSTOMER, "customers", NULL, NULL);
}

void customers_get(struct call *call)
{
	struct object *customer = customers_of_call(call);

	if (customer)
		api_answer(call, 200, api_show(call->simulator, customer));
}

void customers_update(struct call *call)
{
	struct object *customer = customers_of_call(call);

	if (!customer || !api_knows_members(call, members) || !take_members(call, customer))
		return;
	api_answer(call, 200, api_show(call->simulator, customer));
}

void customers_delete(struct call *call)
{
	struct object *customer = customers_of_call(call);
	struct account *account = call->account;

	if (!customer)
		return;
	for (size_t i = 0; i < account->counts[KIND_MANDATE]; i++)
		if (account->objects[KIND_MANDATE][i]->customer == customer)
			account->objects[KIND_MANDATE][i]->is_deleted = true;
	customer->is_deleted = true;
	api_answer(call, 204, NULL);
}

json_t *customers_show(const struct simulator *simulator, const struct object *customer)
{
	json_t *shown = json_deep_copy(customer->body);
	json_t *links = json_object();

	api_link(simulator, links, "self", "application/hal+json", "/v2/customers/%s",
		 customer->id);
	api_link(simulator, links, "mandates", "application/hal+json", "/v2/customers/%s/mandates",
		 customer->id);
	api_link(simulator, links, "payments", "application/hal+json", "/v2/customers/%s/payments",
		 customer->id);
	api_link_documentation(links, "reference/get-customer");
	json_object_set_new(shown, "_links", links);
	return shown;
}
