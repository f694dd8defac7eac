/* SPDX-License-Identifier: Apache-2.0 */
/* Mandates: given by a first payment, or entered for SEPA direct debit. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "clock.h"
#include "handlers.h"

/* Which mandate a first payment by a method gives. */
static const struct {
	const char *method;
	const char *mandate;
} given[] = {
    {"creditcard", "creditcard"}, {"applepay", "creditcard"},	{"googlepay", "creditcard"},
    {"paypal", "paypal"},	  {"ideal", "directdebit"},	{"bancontact", "directdebit"},
    {"belfius", "directdebit"},	  {"eps", "directdebit"},	{"kbc", "directdebit"},
    {"trustly", "directdebit"},	  {"paybybank", "directdebit"},
};

static json_t *details_of(const char *method, const char *name, const char *account,
			  const char *bic)
{
	if (strcmp(method, "creditcard") == 0)
		return json_pack("{s:s, s:s, s:s, s:n, s:s}", "cardHolder", name, "cardNumber",
				 "6787", "cardLabel", "Mastercard", "cardFingerprint",
				 "cardExpiryDate", "2030-12-31");
	return json_pack("{s:s, s:s, s:s?}", "consumerName", name, "consumerAccount", account,
			 "consumerBic", bic);
}

static struct object *create(struct object *customer, const char *method, const char *status,
			     json_t *details)
{
	struct object *mandate = store_create(customer->account, KIND_MANDATE);

	if (!mandate) {
		json_decref(details);
		return NULL;
	}
	mandate->customer = customer;
	store_set(mandate, "status", json_string(status));
	store_set(mandate, "method", json_string(method));
	store_set(mandate, "details", details);
	store_set(mandate, "customerId", json_string(customer->id));
	store_set(mandate, "mandateReference", json_sprintf("MD-%s", mandate->id + 4));
	store_set(mandate, "signatureDate", clock_date(clock_now_us(customer->account)));
	store_set(mandate, "createdAt", clock_instant(clock_now_us(customer->account)));
	return mandate;
}

struct object *mandates_begin(struct object *customer, const char *method)
{
	const char *name = store_text(customer, "name");

	if (name[0] == '\0')
		name = "T. TEST";
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		if (strcmp(given[i].method, method) == 0)
			return create(
			    customer, given[i].mandate, "pending",
			    details_of(given[i].mandate, name, "NL55INGB0000000000", "INGBNL2A"));
	return NULL;
}

struct object *mandates_usable(const struct object *customer, const char *method)
{
	const struct account *account = customer->account;
	struct object *pending = NULL;

	for (size_t i = account->counts[KIND_MANDATE]; i > 0; i--) {
		struct object *mandate = account->objects[KIND_MANDATE][i - 1];
		const char *status = store_text(mandate, "status");

		if (mandate->customer != customer || mandate->is_deleted ||
		    (method && strcmp(store_text(mandate, "method"), method) != 0))
			continue;
		if (strcmp(status, "valid") == 0)
			return mandate;
		if (!pending && strcmp(status, "pending") == 0)
			pending = mandate;
	}
	return pending;
}

/* Two letters, two digits, 11 to 30 more, and the sum of ISO 13616 right. */
static bool is_iban(const char *text)
{
	static const char characters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t length = strlen(text);
	unsigned remainder = 0;

	if (length < 15 || length > 34 || strspn(text, characters) != length)
		return false;
	for (size_t i = 0; i < length; i++) {
		char c = text[(i + 4) % length];
		unsigned digit = (unsigned)(strchr(characters, c) - characters);

		remainder = (remainder * (digit > 9 ? 100 : 10) + digit) % 97;
	}
	return remainder == 1;
}

struct input {
	const char *method;
	const char *name;
	const char *account;
	const char *bic;
	const char *date;
	const char *reference;
};

static bool read_input(struct call *call, struct input *input)
{
	static const char *const members[] = {
	    "method",	     "consumerName",  "consumerAccount",  "consumerBic",
	    "consumerEmail", "signatureDate", "mandateReference", NULL};

	if (!api_knows_members(call, members) || !api_input_text(call, "method", &input->method) ||
	    !api_input_text(call, "consumerName", &input->name) ||
	    !api_input_text(call, "consumerAccount", &input->account) ||
	    !api_input_text(call, "consumerBic", &input->bic) ||
	    !api_input_text(call, "signatureDate", &input->date) ||
	    !api_input_text(call, "mandateReference", &input->reference))
		return false;
	if (!input->method || strcmp(input->method, "directdebit") != 0)
		api_refuse(call, 422, "method", "The method is invalid");
	else if (!input->name || input->name[0] == '\0')
		api_refuse(call, 422, "consumerName", "The consumerName is required");
	else if (!input->account || !is_iban(input->account))
		api_refuse(call, 422, "consumerAccount", "The bank account is invalid");
	else if (input->date && !clock_is_date(input->date))
		api_refuse(call, 422, "signatureDate", "The signature date is invalid");
	else
		return true;
	return false;
}

void mandates_create(struct call *call)
{
	struct object *customer = customers_of_call(call);
	struct object *mandate;
	struct input input;

	if (!customer || !read_input(call, &input))
		return;
	mandate = create(customer, input.method, "valid",
			 details_of(input.method, input.name, input.account, input.bic));
	if (!mandate) {
		api_refuse(call, 503, NULL, "The simulator holds too many mandates");
		return;
	}
	if (input.date)
		store_set(mandate, "signatureDate", json_string(input.date));
	if (input.reference)
		store_set(mandate, "mandateReference", json_string(input.reference));
	api_answer(call, 201, api_show(call->simulator, mandate));
}

static bool is_of_customer(const struct object *mandate, const void *customer)
{
	return mandate->customer == customer;
}

void mandates_list(struct call *call)
{
	struct object *customer = customers_of_call(call);

	if (customer)
		api_answer_page(call, KIND_MANDATE,
				arena_text(call->arena, "customers/%s/mandates", customer->id),
				is_of_customer, customer);
}

static struct object *mandate_of_call(struct call *call)
{
	struct object *customer = customers_of_call(call);
	struct object *mandate;

	if (!customer)
		return NULL;
	mandate = store_find(call->account, KIND_MANDATE, call->ids[1]);
	if (mandate && mandate->customer == customer && !mandate->is_deleted)
		return mandate;
	api_not_found(call, KIND_MANDATE, call->ids[1]);
	return NULL;
}

void mandates_get(struct call *call)
{
	struct object *mandate = mandate_of_call(call);

	if (mandate)
		api_answer(call, 200, api_show(call->simulator, mandate));
}

void mandates_delete(struct call *call)
{
	struct object *mandate = mandate_of_call(call);

	if (!mandate)
		return;
	mandate->is_deleted = true;
	store_set(mandate, "status", json_string("invalid"));
	api_answer(call, 204, NULL);
}

json_t *mandates_show(const struct simulator *simulator, const struct object *mandate)
{
	json_t *shown = json_deep_copy(mandate->body);
	json_t *links = json_object();

	api_link(simulator, links, "self", "application/hal+json", "/v2/customers/%s/mandates/%s",
		 mandate->customer->id, mandate->id);
	api_link(simulator, links, "customer", "application/hal+json", "/v2/customers/%s",
		 mandate->customer->id);
	api_link_documentation(links, "reference/get-mandate");
	json_object_set_new(shown, "_links", links);
	return shown;
}
