/* SPDX-License-Identifier: Apache-2.0 */
/* Mollie's objects: read strictly, written as its reference has them. */
#include "mollie_json.h"

#include <string.h>

#include "base/arena.h"
#include "base/money.h"
#include "base/status.h"
#include "base/text.h"
#include "mollie.h"

#define STATE(name) PAYMENT_STATE__PAYMENT_STATE_##name
#define ID_MAX 50
#define URL_MAX 2000
#define FAILURE_MAX 500
#define DESCRIPTION_MAX 255

/* An authorized payment is not paid yet: to us it is one under way. */
static const struct {
	const char *name;
	PaymentState state;
} statuses[] = {
    {"open", STATE(OPEN)},	 {"pending", STATE(PENDING)}, {"authorized", STATE(PENDING)},
    {"paid", STATE(PAID)},	 {"failed", STATE(FAILED)},   {"canceled", STATE(CANCELED)},
    {"expired", STATE(EXPIRED)},
};

const char *mollie_json_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

bool mollie_json_is_id(const char *id)
{
	size_t length =
	    strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return length > 0 && length <= ID_MAX && id[length] == '\0';
}

static bool is_optional_id(const char *id)
{
	return *id == '\0' || mollie_json_is_id(id);
}

static PaymentState state_of(const char *status)
{
	for (size_t i = 0; i < ARRAY_COUNT(statuses); i++)
		if (strcmp(statuses[i].name, status) == 0)
			return statuses[i].state;
	return STATE(UNSPECIFIED);
}

/* Cards and debits say it in different places; the status says at least that it was not paid. */
static const char *failure_of(const json_t *object, PaymentState state)
{
	static const char *const members[] = {"failureMessage", "failureReason", "bankReason"};
	const json_t *details = json_object_get(object, "details");

	if (state != STATE(FAILED) && state != STATE(CANCELED) && state != STATE(EXPIRED))
		return "";
	for (size_t i = 0; i < ARRAY_COUNT(members); i++) {
		const char *text = mollie_json_text(details, members[i]);

		if (*text && strlen(text) <= FAILURE_MAX)
			return text;
	}
	return mollie_json_text(object, "status");
}

static const char *checkout_of(const json_t *object, PaymentState state)
{
	const json_t *links = json_object_get(object, "_links");

	if (state != STATE(OPEN))
		return "";
	return mollie_json_text(json_object_get(links, "checkout"), "href");
}

bool mollie_json_read_payment(const json_t *object, struct mollie_payment *payment)
{
	const json_t *amount = json_object_get(object, "amount");
	const char *currency = mollie_json_text(amount, "currency");
	struct mollie_payment read = {
	    .id = mollie_json_text(object, "id"),
	    .state = state_of(mollie_json_text(object, "status")),
	    .currency = currency,
	    .mandate_id = mollie_json_text(object, "mandateId"),
	    .our_name = mollie_json_text(json_object_get(object, "metadata"), "payment")};

	if (!mollie_json_is_id(read.id) || read.state == STATE(UNSPECIFIED) ||
	    !is_optional_id(read.mandate_id) || !money_is_currency(text_of(currency)) ||
	    !money_parse(text_of(mollie_json_text(amount, "value")), currency, &read.amount_minor))
		return false;
	read.checkout_url = checkout_of(object, read.state);
	read.failure = failure_of(object, read.state);
	if (strlen(read.checkout_url) > URL_MAX)
		return false;
	*payment = read;
	return true;
}

const char *mollie_json_error(struct arena *arena, int status, const json_t *object)
{
	const char *title = mollie_json_text(object, "title");
	const char *detail = mollie_json_text(object, "detail");
	const char *field = mollie_json_text(object, "field");
	const char *text =
	    arena_text(arena, "%d%s%s%s%s%s%s%s", status, *title ? " " : "", title,
		       *detail ? ": " : "", detail, *field ? " (" : "", field, *field ? ")" : "");

	return strlen(text) <= FAILURE_MAX ? text : arena_text(arena, "%d", status);
}

/* The first characters of a text, at most so many. */
static const char *cut(struct arena *arena, const char *text, size_t most)
{
	struct text rest = text_of(text);

	while (most > 0 && rest.length > 0) {
		uint32_t ignored;
		size_t bytes = text_decode(rest, &ignored);

		if (bytes == 0)
			break;
		rest.start += bytes;
		rest.length -= bytes;
		most--;
	}
	return arena_copy(arena, text, (size_t)(rest.start - text));
}

json_t *mollie_json_of_order(struct arena *arena, const struct mollie_order *order)
{
	char value[MONEY_TEXT_SIZE];

	money_format(value, order->amount_minor, order->currency);
	return json_pack("{s:{s:s, s:s}, s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s}}", "amount",
			 "currency", order->currency, "value", value, "description",
			 cut(arena, order->description, DESCRIPTION_MAX), "redirectUrl",
			 order->redirect_url, "webhookUrl", order->webhook_url, "sequenceType",
			 "first", "customerId", order->customer_id, "metadata", "payment",
			 order->our_name, "obligation", order->obligation);
}

json_t *mollie_json_of_customer(const char *our_name)
{
	return json_pack("{s:{s:s}}", "metadata", "provider", our_name);
}

const char *mollie_json_dump(struct arena *arena, const json_t *object)
{
	size_t length = json_dumpb(object, NULL, 0, JSON_COMPACT);
	char *text = arena_alloc(arena, length + 1);

	json_dumpb(object, text, length, JSON_COMPACT);
	text[length] = '\0';
	return text;
}
