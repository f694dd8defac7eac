/* SPDX-License-Identifier: Apache-2.0 */
/* The payment methods, and for which kind of payment each can be used. */
#include "methods.h"

#include <string.h>

#include "handlers.h"
#include "http/http_server.h"

static const struct method {
	const char *id;
	const char *description;
	const char *minimum;
	const char *maximum;
	bool is_first;	   /* can be a first payment */
	bool is_recurring; /* can be charged on a mandate */
	bool is_oneoff;
} methods[] = {
    {"creditcard", "Card", "0.01", "10000.00", true, true, true},
    {"ideal", "iDEAL", "0.01", "50000.00", true, false, true},
    {"bancontact", "Bancontact", "0.02", "50000.00", true, false, true},
    {"belfius", "Belfius Pay Button", "0.01", "50000.00", true, false, true},
    {"kbc", "KBC/CBC Payment Button", "0.01", "50000.00", true, false, true},
    {"eps", "eps", "1.00", "50000.00", true, false, true},
    {"paypal", "PayPal", "0.01", "8000.00", true, true, true},
    {"applepay", "Apple Pay", "0.01", "10000.00", true, false, true},
    {"directdebit", "SEPA Direct Debit", "0.01", "1000.00", false, true, false},
    {"banktransfer", "Bank transfer", "0.01", "1000000.00", false, false, true},
};

#define METHODS (sizeof(methods) / sizeof(methods[0]))

static const struct method *find_method(const char *id)
{
	for (size_t i = 0; i < METHODS; i++)
		if (strcmp(methods[i].id, id) == 0)
			return &methods[i];
	return NULL;
}

bool methods_knows(const char *id)
{
	return find_method(id) != NULL;
}

static json_t *show(const struct call *call, const struct method *method)
{
	json_t *links = json_object();

	api_link(call->simulator, links, "self", "application/hal+json", "/v2/methods/%s",
		 method->id);
	api_link_documentation(links, "reference/get-method");
	return json_pack("{s:s, s:s, s:s, s:{s:s, s:s}, s:{s:s, s:s}, s:s, s:o}", "resource",
			 "method", "id", method->id, "description", method->description,
			 "minimumAmount", "value", method->minimum, "currency", "EUR",
			 "maximumAmount", "value", method->maximum, "currency", "EUR", "status",
			 "activated", "_links", links);
}

static bool fits(const struct method *method, const char *sequence)
{
	if (strcmp(sequence, "first") == 0)
		return method->is_first;
	if (strcmp(sequence, "recurring") == 0)
		return method->is_recurring;
	return method->is_oneoff;
}

void methods_list(struct call *call)
{
	const char *sequence = http_request_query(call->request, "sequenceType");
	json_t *items = json_array();
	json_t *links = json_object();

	for (size_t i = 0; i < METHODS; i++)
		if (fits(&methods[i], sequence ? sequence : "oneoff"))
			json_array_append_new(items, show(call, &methods[i]));
	api_link(call->simulator, links, "self", "application/hal+json", "/v2/methods");
	api_link_documentation(links, "reference/list-methods");
	api_answer(call, 200,
		   json_pack("{s:I, s:{s:o}, s:o}", "count", (json_int_t)json_array_size(items),
			     "_embedded", "methods", items, "_links", links));
}

void methods_get(struct call *call)
{
	const struct method *method = find_method(call->ids[0]);

	if (method)
		api_answer(call, 200, show(call, method));
	else
		api_refuse(call, 404, NULL, "No method exists with token %.40s.", call->ids[0]);
}
