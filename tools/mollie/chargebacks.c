/* SPDX-License-Identifier: Apache-2.0 */
/* Chargebacks: paid money that a bank takes back, with the reason codes of SEPA. */
#include <string.h>

#include "base/arena.h"
#include "clock.h"
#include "handlers.h"
#include "payment_state.h"

static const struct {
	const char *code;
	const char *text;
} reasons[] = {
    {"AC01", "Account identifier incorrect (i.e. invalid IBAN)"},
    {"AC04", "Account closed"},
    {"AC06", "Account blocked"},
    {"AG02", "Bank operation code incorrect"},
    {"AM04", "Insufficient funds"},
    {"MD01", "No valid mandate"},
    {"MD06", "Return of funds requested by end customer"},
    {"MD07", "End customer deceased"},
    {"MS02", "Refused by the end customer"},
    {"MS03", "Reason not specified"},
    {"SL01", "Specific service offered by the end customer's bank"},
};

const char *chargebacks_reason_text(const char *code)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcmp(reasons[i].code, code) == 0)
			return reasons[i].text;
	return "Reason not specified";
}

struct object *chargebacks_make(struct simulator *simulator, struct object *payment, int64_t minor,
				const char *code)
{
	json_t *amount = json_object_get(payment->body, "amount");
	const char *currency = json_string_value(json_object_get(amount, "currency"));
	int64_t remaining = api_amount_minor(json_object_get(payment->body, "amountRemaining"));
	int64_t before = api_amount_minor(json_object_get(payment->body, "amountChargedBack"));
	struct object *chargeback;

	if (minor == 0)
		minor = remaining;
	if (strcmp(store_text(payment, "status"), "paid") != 0 || minor <= 0 || minor > remaining)
		return NULL;
	chargeback = store_create(payment->account, KIND_CHARGEBACK);
	if (!chargeback)
		return NULL;
	chargeback->payment = payment;
	store_set(chargeback, "amount", api_amount(minor, currency));
	store_set(chargeback, "settlementAmount", api_amount(-minor, currency));
	/* Only direct debits come with a reason. */
	if (code && strcmp(store_text(payment, "method"), "directdebit") == 0)
		store_set(chargeback, "reason",
			  json_pack("{s:s, s:s}", "code", code, "description",
				    chargebacks_reason_text(code)));
	store_set(chargeback, "paymentId", json_string(payment->id));
	store_set(chargeback, "createdAt", clock_instant(clock_now_us(payment->account)));
	store_set(chargeback, "reversedAt", json_null());
	store_set(payment, "amountChargedBack", api_amount(before + minor, currency));
	store_set(payment, "amountRemaining", api_amount(remaining - minor, currency));
	payment_tell(simulator, payment);
	return chargeback;
}

static struct object *payment_of_call(struct call *call)
{
	struct object *payment = store_find(call->account, KIND_PAYMENT, call->ids[0]);

	if (!payment)
		api_not_found(call, KIND_PAYMENT, call->ids[0]);
	return payment;
}

static bool is_of_payment(const struct object *chargeback, const void *payment)
{
	return chargeback->payment == payment;
}

void chargebacks_list(struct call *call)
{
	struct object *payment = payment_of_call(call);

	if (payment)
		api_answer_page(call, KIND_CHARGEBACK,
				arena_text(call->arena, "payments/%s/chargebacks", payment->id),
				is_of_payment, payment);
}

void chargebacks_list_all(struct call *call)
{
	api_answer_page(call, KIND_CHARGEBACK, "chargebacks", NULL, NULL);
}

void chargebacks_get(struct call *call)
{
	struct object *payment = payment_of_call(call);
	struct object *chargeback;

	if (!payment)
		return;
	chargeback = store_find(call->account, KIND_CHARGEBACK, call->ids[1]);
	if (chargeback && chargeback->payment == payment)
		api_answer(call, 200, api_show(call->simulator, chargeback));
	else
		api_not_found(call, KIND_CHARGEBACK, call->ids[1]);
}

json_t *chargebacks_show(const struct simulator *simulator, const struct object *chargeback)
{
	json_t *shown = json_deep_copy(chargeback->body);
	json_t *links = json_object();

	api_link(simulator, links, "self", "application/hal+json", "/v2/payments/%s/chargebacks/%s",
		 chargeback->payment->id, chargeback->id);
	api_link(simulator, links, "payment", "application/hal+json", "/v2/payments/%s",
		 chargeback->payment->id);
	api_link_documentation(links, "reference/get-chargeback");
	json_object_set_new(shown, "_links", links);
	return shown;
}
