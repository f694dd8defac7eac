/* SPDX-License-Identifier: Apache-2.0 */
/* Refunds of paid payments. */
#include <string.h>

#include "base/arena.h"
#include "clock.h"
#include "handlers.h"
#include "payment_state.h"

/* An identical refund within this time is taken for a mistake. */
#define DUPLICATE_US (INT64_C(10) * 1000000)

static bool is_status(const struct object *object, const char *status)
{
	return strcmp(store_text(object, "status"), status) == 0;
}

static int64_t amount_of(const struct object *object, const char *member)
{
	return api_amount_minor(json_object_get(object->body, member));
}

static const char *currency_of(const struct object *object)
{
	return json_string_value(
	    json_object_get(json_object_get(object->body, "amount"), "currency"));
}

/* Adds `minor` to what the payment gave back, or takes it off again. */
static void count_refund(struct object *payment, int64_t minor)
{
	const char *currency = currency_of(payment);

	store_set(payment, "amountRefunded",
		  api_amount(amount_of(payment, "amountRefunded") + minor, currency));
	store_set(payment, "amountRemaining",
		  api_amount(amount_of(payment, "amountRemaining") - minor, currency));
}

static struct object *payment_of_call(struct call *call)
{
	struct object *payment = store_find(call->account, KIND_PAYMENT, call->ids[0]);

	if (!payment)
		api_not_found(call, KIND_PAYMENT, call->ids[0]);
	return payment;
}

static bool is_duplicate(const struct object *payment, int64_t minor)
{
	const struct account *account = payment->account;

	for (size_t i = 0; i < account->counts[KIND_REFUND]; i++) {
		const struct object *refund = account->objects[KIND_REFUND][i];
		int64_t created_us = 0;

		if (refund->payment == payment && amount_of(refund, "amount") == minor &&
		    !is_status(refund, "canceled") && !is_status(refund, "failed") &&
		    clock_read(store_text(refund, "createdAt"), &created_us) &&
		    clock_now_us(account) - created_us < DUPLICATE_US)
			return true;
	}
	return false;
}

static bool check(struct call *call, struct object *payment, int64_t minor, const char *currency)
{
	if (!is_status(payment, "paid"))
		api_refuse(call, 422, NULL, "The payment is not paid and cannot be refunded");
	else if (strcmp(currency, currency_of(payment)) != 0)
		api_refuse(call, 422, "amount.currency", "The currency is not the payment's");
	else if (minor == 0)
		api_refuse(call, 422, "amount", "The amount is lower than the minimum");
	else if (minor > amount_of(payment, "amountRemaining"))
		api_refuse(call, 422, "amount", "The amount is higher than the maximum");
	else if (is_duplicate(payment, minor))
		api_refuse(call, 409, NULL, "A duplicate refund has been detected");
	else
		return true;
	return false;
}

struct object *refunds_make(struct object *payment, int64_t minor, const char *description,
			    const json_t *metadata)
{
	struct object *refund = store_create(payment->account, KIND_REFUND);
	int64_t now_us = clock_now_us(payment->account);

	if (!refund)
		return NULL;
	refund->payment = payment;
	store_set(refund, "amount", api_amount(minor, currency_of(payment)));
	store_set(refund, "settlementAmount", api_amount(-minor, currency_of(payment)));
	store_set(refund, "description", json_string(description ? description : ""));
	store_set(refund, "metadata", metadata ? json_deep_copy(metadata) : json_null());
	store_set(refund, "status", json_string("pending"));
	store_set(refund, "createdAt", clock_instant(now_us));
	store_set(refund, "paymentId", json_string(payment->id));
	count_refund(payment, minor);
	payment_settle_refund_at(refund, clock_add_business_days(now_us, 1));
	return refund;
}

void refunds_create(struct call *call)
{
	static const char *const members[] = {"amount", "description", "metadata", NULL};
	struct object *payment = payment_of_call(call);
	const char *description = NULL;
	const char *currency = NULL;
	struct object *refund;
	json_t *metadata = json_object_get(call->input, "metadata");
	int64_t minor = 0;

	if (!payment || !api_knows_members(call, members) ||
	    !api_input_amount(call, "refunds", &minor, &currency) ||
	    !api_input_text(call, "description", &description) ||
	    !check(call, payment, minor, currency))
		return;
	refund = refunds_make(payment, minor, description, metadata);
	if (refund)
		api_answer(call, 201, api_show(call->simulator, refund));
	else
		api_refuse(call, 503, NULL, "The simulator holds too many refunds");
}

static bool is_of_payment(const struct object *refund, const void *payment)
{
	return refund->payment == payment;
}

void refunds_list(struct call *call)
{
	struct object *payment = payment_of_call(call);

	if (payment)
		api_answer_page(call, KIND_REFUND,
				arena_text(call->arena, "payments/%s/refunds", payment->id),
				is_of_payment, payment);
}

void refunds_list_all(struct call *call)
{
	api_answer_page(call, KIND_REFUND, "refunds", NULL, NULL);
}

static struct object *refund_of_call(struct call *call)
{
	struct object *payment = payment_of_call(call);
	struct object *refund;

	if (!payment)
		return NULL;
	refund = store_find(call->account, KIND_REFUND, call->ids[1]);
	if (refund && refund->payment == payment)
		return refund;
	api_not_found(call, KIND_REFUND, call->ids[1]);
	return NULL;
}

void refunds_get(struct call *call)
{
	struct object *refund = refund_of_call(call);

	if (refund)
		api_answer(call, 200, api_show(call->simulator, refund));
}

void refunds_cancel(struct call *call)
{
	struct object *refund = refund_of_call(call);

	if (!refund)
		return;
	if (!is_status(refund, "queued") && !is_status(refund, "pending")) {
		api_refuse(call, 422, NULL, "The refund can no longer be canceled");
		return;
	}
	store_set(refund, "status", json_string("canceled"));
	payment_settle_refund_at(refund, 0);
	count_refund(refund->payment, -amount_of(refund, "amount"));
	api_answer(call, 204, NULL);
}

bool refunds_set_status(struct simulator *simulator, struct object *refund, const char *status)
{
	bool is_final = is_status(refund, "refunded") || is_status(refund, "failed") ||
			is_status(refund, "canceled");

	if (is_final || (strcmp(status, "processing") != 0 && strcmp(status, "refunded") != 0 &&
			 strcmp(status, "failed") != 0))
		return false;
	store_set(refund, "status", json_string(status));
	if (strcmp(status, "processing") != 0)
		payment_settle_refund_at(refund, 0);
	if (strcmp(status, "failed") == 0)
		count_refund(refund->payment, -amount_of(refund, "amount"));
	payment_tell(simulator, refund->payment);
	return true;
}

json_t *refunds_show(const struct simulator *simulator, const struct object *refund)
{
	json_t *shown = json_deep_copy(refund->body);
	json_t *links = json_object();

	api_link(simulator, links, "self", "application/hal+json", "/v2/payments/%s/refunds/%s",
		 refund->payment->id, refund->id);
	api_link(simulator, links, "payment", "application/hal+json", "/v2/payments/%s",
		 refund->payment->id);
	api_link_documentation(links, "reference/get-refund");
	json_object_set_new(shown, "_links", links);
	return shown;
}
