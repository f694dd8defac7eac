/* SPDX-License-Identifier: Apache-2.0 */
/* The states of payments, and what happens by itself when its time has come. */
#include "payment_state.h"

#include <assert.h>
#include <string.h>

#include "clock.h"
#include "handlers.h"
#include "pings.h"
#include "simulator.h"

static bool is_any(const char *text, const char *const *of)
{
	for (; *of; of++)
		if (strcmp(text, *of) == 0)
			return true;
	return false;
}

bool payment_is_final(const struct object *payment)
{
	static const char *const ends[] = {"paid", "failed", "canceled", "expired", NULL};

	return is_any(store_text(payment, "status"), ends);
}

static bool may_go(const char *from, const char *to)
{
	static const char *const from_open[] = {"pending", "paid",	 "failed", "canceled",
						"expired", "authorized", NULL};
	static const char *const from_pending[] = {"paid", "failed", "canceled", "expired", NULL};
	static const char *const from_authorized[] = {"paid", "canceled", "expired", NULL};

	if (strcmp(from, "open") == 0)
		return is_any(to, from_open);
	if (strcmp(from, "pending") == 0)
		return is_any(to, from_pending);
	return strcmp(from, "authorized") == 0 && is_any(to, from_authorized);
}

static void schedule(struct object *object, enum due due, int64_t due_us)
{
	struct account *account = object->account;

	object->due = due;
	object->due_us = due_us;
	if (due != DUE_NOTHING && (account->next_due_us == 0 || due_us < account->next_due_us))
		account->next_due_us = due_us;
}

void payment_expire_at(struct object *payment, int64_t instant_us)
{
	schedule(payment, DUE_EXPIRE, instant_us);
}

void payment_settle_refund_at(struct object *refund, int64_t instant_us)
{
	schedule(refund, instant_us == 0 ? DUE_NOTHING : DUE_SETTLE, instant_us);
}

void payment_tell(struct simulator *simulator, struct object *payment)
{
	const char *url = store_text(payment, "webhookUrl");
	struct faults *faults = &simulator->faults;
	unsigned delay_ms = 0;

	if (url[0] == '\0')
		return;
	if (faults->drop_pings > 0) {
		faults->drop_pings--;
		pings_note_dropped(simulator->pings, payment->id, url);
		return;
	}
	if (faults->delay_pings > 0) {
		faults->delay_pings--;
		delay_ms = faults->delay_ms;
	}
	pings_add(simulator->pings, payment->id, url, delay_ms);
	if (faults->duplicate_pings > 0) {
		faults->duplicate_pings--;
		pings_add(simulator->pings, payment->id, url, delay_ms);
	}
}

/* The method that is chosen on the checkout page, and the mandate it brings. */
static void choose_method(struct object *payment, const char *method)
{
	bool is_first = strcmp(store_text(payment, "sequenceType"), "first") == 0;

	if (store_text(payment, "method")[0] == '\0')
		store_set(payment, "method",
			  json_string(method	 ? method
				      : is_first ? "creditcard"
						 : "ideal"));
	if (!is_first || payment->mandate)
		return;
	payment->mandate = mandates_begin(payment->customer, store_text(payment, "method"));
	if (payment->mandate)
		store_set(payment, "mandateId", json_string(payment->mandate->id));
}

void payment_prepare_mandate(struct object *payment)
{
	if (store_text(payment, "method")[0] != '\0')
		choose_method(payment, NULL);
}

static void settle_mandate(struct object *payment, const char *status)
{
	struct object *mandate = payment->mandate;

	if (!mandate || strcmp(store_text(payment, "sequenceType"), "first") != 0 ||
	    strcmp(store_text(mandate, "status"), "pending") != 0)
		return;
	/* It stays pending after a cancelled first payment (mollie/api-documentation#455). */
	if (strcmp(status, "paid") == 0)
		store_set(mandate, "status", json_string("valid"));
	else if (strcmp(status, "failed") == 0 || strcmp(status, "expired") == 0)
		store_set(mandate, "status", json_string("invalid"));
}

/* The details that Mollie shows for a method, with the reason of a failure. */
static void fill_details(struct object *payment, const char *reason)
{
	const char *method = store_text(payment, "method");
	json_t *details = json_object_get(payment->body, "details");

	if (!json_is_object(details)) {
		details = json_object();
		store_set(payment, "details", details);
	}
	if (strcmp(method, "creditcard") == 0) {
		json_object_set_new(details, "cardHolder", json_string("T. TEST"));
		json_object_set_new(details, "cardNumber", json_string("6787"));
		json_object_set_new(details, "cardLabel", json_string("Mastercard"));
		if (reason)
			json_object_set_new(details, "failureReason", json_string(reason));
	} else if (strcmp(method, "directdebit") == 0) {
		if (!reason)
			return;
		json_object_set_new(details, "bankReasonCode", json_string(reason));
		json_object_set_new(details, "bankReason",
				    json_string(chargebacks_reason_text(reason)));
	} else {
		json_object_set_new(details, "consumerName", json_string("T. TEST"));
		json_object_set_new(details, "consumerAccount", json_string("NL55INGB0000000000"));
		json_object_set_new(details, "consumerBic", json_string("INGBNL2A"));
	}
}

static void mark_paid(struct object *payment)
{
	json_t *amount = json_object_get(payment->body, "amount");
	const char *currency = json_string_value(json_object_get(amount, "currency"));
	int64_t days = json_integer_value(json_object_get(payment->plan, "chargebackDays"));

	store_set(payment, "amountRefunded", api_amount(0, currency));
	store_set(payment, "amountRemaining", json_deep_copy(amount));
	store_set(payment, "settlementAmount", json_deep_copy(amount));
	if (days > 0)
		schedule(payment, DUE_CHARGEBACK,
			 clock_now_us(payment->account) + days * CLOCK_DAY_US);
}

static void set_status(struct object *payment, const char *status)
{
	static const struct {
		const char *status;
		const char *member;
	} instants[] = {
	    {"paid", "paidAt"},	      {"failed", "failedAt"},	      {"canceled", "canceledAt"},
	    {"expired", "expiredAt"}, {"authorized", "authorizedAt"},
	};

	store_set(payment, "status", json_string(status));
	for (size_t i = 0; i < sizeof(instants) / sizeof(instants[0]); i++)
		if (strcmp(instants[i].status, status) == 0)
			store_set(payment, instants[i].member,
				  clock_instant(clock_now_us(payment->account)));
	if (payment_is_final(payment)) {
		json_object_del(payment->body, "isCancelable");
		json_object_del(payment->body, "expiresAt");
	}
}

static bool is_told(const struct simulator *simulator, const struct object *payment,
		    const char *status)
{
	if (strcmp(status, "pending") == 0)
		return simulator->settings.ping_pending;
	/* Leaving the page of a method that the shop forced calls no webhook. */
	return !(strcmp(status, "canceled") == 0 && payment->is_method_forced &&
		 strcmp(store_text(payment, "sequenceType"), "recurring") != 0);
}

bool payment_end(struct simulator *simulator, struct object *payment, const struct ending *ending)
{
	bool is_failed = strcmp(ending->status, "failed") == 0;
	bool is_left =
	    strcmp(ending->status, "canceled") == 0 || strcmp(ending->status, "expired") == 0;

	if (!may_go(store_text(payment, "status"), ending->status))
		return false;
	if (!is_left)
		choose_method(payment, ending->method);
	set_status(payment, ending->status);
	settle_mandate(payment, ending->status);
	if (!is_left)
		fill_details(payment, is_failed ? ending->reason : NULL);
	schedule(payment, DUE_NOTHING, 0);
	if (strcmp(ending->status, "paid") == 0)
		mark_paid(payment);
	if (is_told(simulator, payment, ending->status))
		payment_tell(simulator, payment);
	return true;
}

/* The first rule of the control paths that fits the payment; NULL when none does. */
static json_t *find_outcome(const struct simulator *simulator, const struct object *payment)
{
	const json_t *details = json_object_get(payment->mandate->body, "details");
	const char *account = json_string_value(json_object_get(details, "consumerAccount"));
	const char *value =
	    json_string_value(json_object_get(json_object_get(payment->body, "amount"), "value"));
	size_t i;
	json_t *rule;

	json_array_foreach(simulator->outcomes, i, rule)
	{
		const char *wanted_account = json_string_value(json_object_get(rule, "account"));
		const char *wanted_amount = json_string_value(json_object_get(rule, "amount"));

		if ((!wanted_account || (account && strcmp(account, wanted_account) == 0)) &&
		    (!wanted_amount || (value && strcmp(value, wanted_amount) == 0)))
			return rule;
	}
	return NULL;
}

/* The amounts at which Mollie's test mode lets cards fail. */
static const char *card_failure(const struct object *payment)
{
	static const char *const reasons[] = {
	    "invalid_card_number",   "invalid_cvv",	  "invalid_card_holder_name",
	    "card_expired",	     "invalid_card_type", "refused_by_issuer",
	    "insufficient_funds",    "inactive_card",	  "possible_fraud",
	    "authentication_failed", "card_declined",
	};
	int64_t minor = api_amount_minor(json_object_get(payment->body, "amount"));

	if (minor % 100 != 0 || minor < 100100 || minor > 101100)
		return NULL;
	return reasons[minor / 100 - 1001];
}

static void send_to_bank(struct simulator *simulator, struct object *payment)
{
	int64_t now_us = clock_now_us(payment->account);
	int64_t due_date_us = clock_add_business_days(now_us, simulator->settings.sepa_days);
	int64_t days = json_integer_value(json_object_get(payment->plan, "days"));
	json_t *details = json_deep_copy(json_object_get(payment->mandate->body, "details"));

	json_object_set_new(details, "transferReference", json_sprintf("SD%s", payment->id + 3));
	json_object_set_new(details, "creditorIdentifier", json_string("NL08ZZZ502057730000"));
	json_object_set_new(details, "dueDate", clock_date(due_date_us));
	json_object_set(details, "signatureDate",
			json_object_get(payment->mandate->body, "signatureDate"));
	json_object_set_new(details, "endToEndIdentifier", json_string(payment->id));
	json_object_set(details, "mandateReference",
			json_object_get(payment->mandate->body, "mandateReference"));
	store_set(payment, "details", details);
	store_set(payment, "isCancelable", json_true());
	/* The status is known one business day after the debit. */
	schedule(payment, DUE_SETTLE,
		 clock_add_business_days(due_date_us, 1U + (unsigned)(days > 0 ? days : 0)));
	if (simulator->settings.ping_pending)
		payment_tell(simulator, payment);
}

void payment_charge(struct simulator *simulator, struct object *payment)
{
	json_t *rule = find_outcome(simulator, payment);
	const char *status = json_string_value(json_object_get(rule, "status"));
	struct ending ending = {.status = status ? status : "paid",
				.reason = json_string_value(json_object_get(rule, "reason"))};

	store_set(payment, "status", json_string("pending"));
	payment->plan = rule ? json_deep_copy(rule) : NULL;
	if (strcmp(store_text(payment, "method"), "directdebit") == 0) {
		send_to_bank(simulator, payment);
		return;
	}
	if (!rule && card_failure(payment))
		ending = (struct ending){.status = "failed", .reason = card_failure(payment)};
	payment_end(simulator, payment, &ending);
}

static void do_due(struct simulator *simulator, struct object *object)
{
	enum due due = object->due;
	const char *status = json_string_value(json_object_get(object->plan, "status"));
	const char *reason = json_string_value(json_object_get(object->plan, "reason"));

	schedule(object, DUE_NOTHING, 0);
	if (object->kind == KIND_REFUND) {
		refunds_set_status(simulator, object, "refunded");
		return;
	}
	switch (due) {
	case DUE_NOTHING:
		break;
	case DUE_EXPIRE:
		payment_end(simulator, object, &(struct ending){.status = "expired"});
		break;
	case DUE_SETTLE:
		payment_end(simulator, object,
			    &(struct ending){.status = status ? status : "paid", .reason = reason});
		break;
	case DUE_CHARGEBACK:
		chargebacks_make(simulator, object, 0, reason ? reason : "MD06");
		break;
	}
}

/* The object of the account that is due first; NULL when nothing is. */
static struct object *first_due(const struct account *account)
{
	static const enum kind kinds[] = {KIND_PAYMENT, KIND_REFUND};
	struct object *first = NULL;

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < account->counts[kinds[k]]; i++) {
			struct object *object = account->objects[kinds[k]][i];

			if (object->due != DUE_NOTHING &&
			    (!first || object->due_us < first->due_us))
				first = object;
		}
	return first;
}

unsigned payment_run_due(struct simulator *simulator, struct account *account, int64_t until_us)
{
	struct object *object;
	unsigned done = 0;

	while (account->next_due_us != 0 && account->next_due_us <= until_us) {
		object = first_due(account);
		if (!object || object->due_us > until_us) {
			account->next_due_us = object ? object->due_us : 0;
			break;
		}
		/* A clock that was set stands at the instant of what happens. */
		if (account->has_clock && account->clock_us < object->due_us)
			account->clock_us = object->due_us;
		do_due(simulator, object);
		done++;
	}
	return done;
}

int64_t payment_next_due(const struct account *account)
{
	const struct object *object = first_due(account);

	return object ? object->due_us : 0;
}
