/* SPDX-License-Identifier: Apache-2.0 */
/* The key with which billing speaks to the platform's payment provider; sealed, never shown. */
#include "payment_key.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "call/call.h"
#include "contract/field.h"
#include "entremise/billing/v1/payment_key.pb-c.h"
#include "entremise/billing/v1/row.pb-c.h"
#include "rpc/method.h"
#include "services.h"

#include "payment_key.sql.h"

#define LAST_CHARACTERS 4

struct status payment_key_read(struct call *call, const char **key)
{
	PaymentKeyRow *row =
	    (PaymentKeyRow *)(void *)message_new(call->arena, &payment_key_row__descriptor);
	bool found;

	TRY(sql_find_payment_key(call, row, &found));
	*key = row->key;
	return status_of(found ? 0 : REASON__REASON_PAYMENT_KEY_MISSING);
}

static bool is_well_formed(struct text key)
{
	const char *letters = memchr(key.start, '_', key.length);

	for (letters++; letters < key.start + key.length; letters++)
		if ((*letters < '0' || *letters > '9') && (*letters < 'A' || *letters > 'Z') &&
		    (*letters < 'a' || *letters > 'z'))
			return false;
	return true;
}

/* A test platform never moves real money, and no other plays (X1). */
static struct status check_key(struct call *call, const char *key, PaymentKey__Mode *mode)
{
	bool plays = strncmp(call->platform, "test-", 5) == 0;

	if (text_starts_with(text_of(key), "test_"))
		*mode = PAYMENT_KEY__MODE__MODE_TEST;
	else if (text_starts_with(text_of(key), "live_"))
		*mode = PAYMENT_KEY__MODE__MODE_LIVE;
	else
		return call_invalid(call, "key", "must begin with test_ or live_");
	if (!is_well_formed(text_of(key)))
		return call_invalid(call, "key", "must have letters and digits only");
	if (plays != (*mode == PAYMENT_KEY__MODE__MODE_TEST))
		return call_refuse(call, REASON__REASON_PAYMENT_KEY_MODE, "needed",
				   plays ? "test" : "live");
	return STATUS_OK;
}

static void fill_name(struct call *call, PaymentKey *key)
{
	key->name = arena_text(call->arena, "platforms/%s/paymentKey", call->platform);
}

static struct status set_payment_key(struct call *call, const SetPaymentKeyRequest *request,
				     PaymentKey *key)
{
	PaymentKeyRow row = PAYMENT_KEY_ROW__INIT;
	PaymentKey__Mode mode = PAYMENT_KEY__MODE__MODE_UNSPECIFIED;
	bool found;

	TRY(check_key(call, request->key, &mode)); /* INVALID_ARGUMENT, PAYMENT_KEY_MODE. */
	TRY(sql_lock_payment_key(call, key, &found));

	fill_name(call, key);
	key->mode = mode;
	key->last_characters = request->key + strlen(request->key) - LAST_CHARACTERS;
	key->update_time = call_timestamp(call, call->now_us);
	row.key = request->key;
	TRY(sql_put_payment_key(call, key, &row));
	return publish(call, &key->base);
}
RPC_METHOD(PaymentKeyService, set_payment_key, SetPaymentKeyRequest, PaymentKey);

static struct status get_payment_key(struct call *call, const GetPaymentKeyRequest *request,
				     PaymentKey *key)
{
	(void)request;
	fill_name(call, key);
	return sql_get_payment_key(call, key);
}
RPC_METHOD(PaymentKeyService, get_payment_key, GetPaymentKeyRequest, PaymentKey);

PaymentKeyService_Service payment_key_service = PAYMENT_KEY_SERVICE__INIT(serve_);
