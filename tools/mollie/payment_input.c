/* SPDX-License-Identifier: Apache-2.0 */
/* Checks what a payment is to be created with. */
#include "payment_input.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "handlers.h"
#include "methods.h"
#include "simulator.h"

#define DESCRIPTION_MAX 255
#define METADATA_MAX 1024
#define URL_MAX 1024
#define AMOUNT_MAX 5000000 /* 50,000.00 */

static const char *const members[] = {
    "amount",		"description",	   "redirectUrl",    "cancelUrl",
    "webhookUrl",	"lines",	   "billingAddress", "shippingAddress",
    "locale",		"method",	   "issuer",	     "restrictPaymentMethodsToCountry",
    "metadata",		"captureMode",	   "captureDelay",   "sequenceType",
    "mandateId",	"customerId",	   "profileId",	     "dueDate",
    "consumerName",	"consumerAccount", "cardToken",	     "billingEmail",
    "storeCredentials", "applicationFee",  "include",	     NULL,
};

static bool is_url(const char *url)
{
	return (strncasecmp(url, "https://", 8) == 0 || strncasecmp(url, "http://", 7) == 0) &&
	       strlen(url) <= URL_MAX && strpbrk(url, " \t\r\n") == NULL;
}

/* The host of a URL is this machine, as far as its text tells. */
static bool is_loopback(const char *url)
{
	static const char *const hosts[] = {"localhost", "127.", "[::1]", "0.0.0.0", NULL};
	const char *host = strstr(url, "://") + 3;
	const char *at = strchr(host, '@');

	if (at && at < host + strcspn(host, "/?#"))
		host = at + 1;
	for (size_t i = 0; hosts[i]; i++)
		if (strncasecmp(host, hosts[i], strlen(hosts[i])) == 0)
			return true;
	return false;
}

bool payment_input_check_webhook(struct call *call, const char *url)
{
	if (!url)
		return true;
	if (!is_url(url)) {
		api_refuse(call, 422, "webhookUrl", "The webhook URL is invalid");
		return false;
	}
	if (!call->simulator->settings.allow_loopback_webhooks && is_loopback(url)) {
		api_refuse(call, 422, "webhookUrl",
			   "The webhook URL is invalid because it is unreachable from Mollie's "
			   "point of view");
		return false;
	}
	return true;
}

bool payment_input_check_metadata(struct call *call)
{
	const json_t *metadata = json_object_get(call->input, "metadata");
	char *text = metadata ? json_dumps(metadata, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
	bool is_short = !text || strlen(text) <= METADATA_MAX;

	free(text);
	if (!is_short)
		api_refuse(call, 422, "metadata", "The metadata is too large, at most 1 kB");
	return is_short;
}

/* One method, or a list of which only a single one forces the choice. */
static bool read_method(struct call *call, struct payment_input *input)
{
	const json_t *value = json_object_get(call->input, "method");

	if (json_is_array(value)) {
		for (size_t i = 0; i < json_array_size(value); i++) {
			const char *name = json_string_value(json_array_get(value, i));

			if (!name || !methods_knows(name)) {
				api_refuse(call, 422, "method", "The payment method is invalid");
				return false;
			}
			input->method = json_array_size(value) == 1 ? name : NULL;
		}
		return true;
	}
	if (!api_input_text(call, "method", &input->method))
		return false;
	if (input->method && !methods_knows(input->method)) {
		api_refuse(call, 422, "method", "The payment method is invalid");
		return false;
	}
	return true;
}

static bool read_texts(struct call *call, struct payment_input *input)
{
	return api_input_text(call, "description", &input->description) &&
	       api_input_text(call, "redirectUrl", &input->redirect_url) &&
	       api_input_text(call, "cancelUrl", &input->cancel_url) &&
	       api_input_text(call, "webhookUrl", &input->webhook_url) &&
	       api_input_text(call, "locale", &input->locale) &&
	       api_input_text(call, "sequenceType", &input->sequence) && read_method(call, input);
}

static bool check_amount(struct call *call, struct payment_input *input)
{
	/* Cards and PayPal may be verified without moving money. */
	bool may_be_nothing = strcmp(input->sequence, "first") == 0 &&
			      (!input->method || strcmp(input->method, "creditcard") == 0 ||
			       strcmp(input->method, "paypal") == 0);

	if (input->minor > AMOUNT_MAX)
		api_refuse(call, 422, "amount", "The amount is higher than the maximum");
	else if (input->minor == 0 && !may_be_nothing)
		api_refuse(call, 422, "amount", "The amount is lower than the minimum");
	else
		return true;
	return false;
}

static bool check_texts(struct call *call, struct payment_input *input)
{
	static const char *const sequences[] = {"oneoff", "first", "recurring", NULL};
	size_t i = 0;
	bool is_recurring;

	if (!input->sequence)
		input->sequence = "oneoff";
	while (sequences[i] && strcmp(sequences[i], input->sequence) != 0)
		i++;
	is_recurring = strcmp(input->sequence, "recurring") == 0;
	if (!sequences[i])
		api_refuse(call, 422, "sequenceType", "The sequenceType is invalid");
	else if (!input->description || input->description[0] == '\0')
		api_refuse(call, 422, "description", "The description is required for payments");
	else if (strlen(input->description) > DESCRIPTION_MAX)
		api_refuse(call, 422, "description",
			   "The description is too long, at most 255 characters");
	else if (!input->redirect_url && !is_recurring)
		api_refuse(call, 422, "redirectUrl", "The redirectUrl is required for payments");
	else if (input->redirect_url && !is_url(input->redirect_url))
		api_refuse(call, 422, "redirectUrl", "The redirect URL is invalid");
	else if (input->cancel_url && !is_url(input->cancel_url))
		api_refuse(call, 422, "cancelUrl", "The cancel URL is invalid");
	else
		return true;
	return false;
}

static bool find_customer(struct call *call, const char *id, struct payment_input *input)
{
	if (!id && !api_input_text(call, "customerId", &id))
		return false;
	if (!id && strcmp(input->sequence, "oneoff") != 0) {
		api_refuse(call, 422, "customerId",
			   "The customerId is required when the sequenceType is %s",
			   input->sequence);
		return false;
	}
	if (!id)
		return true;
	input->customer = store_find(call->account, KIND_CUSTOMER, id);
	if (input->customer && !input->customer->is_deleted)
		return true;
	api_refuse(call, 422, "customerId", "The customer %.40s does not exist", id);
	return false;
}

/* The mandate to charge: the one named, else one of the customer's that may be charged. */
static bool find_mandate(struct call *call, struct payment_input *input)
{
	const char *id = NULL;

	if (!api_input_text(call, "mandateId", &id))
		return false;
	if (strcmp(input->sequence, "recurring") != 0)
		return true;
	if (!id) {
		input->mandate = mandates_usable(input->customer, input->method);
		if (!input->mandate)
			api_refuse(call, 422, NULL, "No suitable mandates found for customer");
	} else {
		input->mandate = store_find(call->account, KIND_MANDATE, id);
		if (!input->mandate || input->mandate->customer != input->customer ||
		    strcmp(store_text(input->mandate, "status"), "invalid") == 0) {
			input->mandate = NULL;
			api_refuse(call, 422, "mandateId", "The mandate %.40s is invalid", id);
		}
	}
	if (!input->mandate)
		return false;
	if (input->method && strcmp(input->method, store_text(input->mandate, "method")) != 0) {
		api_refuse(call, 422, "method", "The mandate is for another payment method");
		return false;
	}
	input->method = store_text(input->mandate, "method");
	return true;
}

bool payment_input_read(struct call *call, const char *customer_id, struct payment_input *input)
{
	return api_knows_members(call, members) &&
	       api_input_amount(call, "payments", &input->minor, &input->currency) &&
	       read_texts(call, input) && check_texts(call, input) && check_amount(call, input) &&
	       payment_input_check_webhook(call, input->webhook_url) &&
	       payment_input_check_metadata(call) && find_customer(call, customer_id, input) &&
	       find_mandate(call, input);
}
