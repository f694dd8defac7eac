/* SPDX-License-Identifier: Apache-2.0 */
/* The account of a provider: the row whose lock orders everything that concerns it. */
#include "account.h"

#include <stdint.h>

#include "call/call.h"
#include "db/statement.h"
#include "entremise/billing/v1/row.pb-c.h"

#include "account.sql.h"

static BillingAccount account_of(const char *provider)
{
	BillingAccount account = BILLING_ACCOUNT__INIT;

	account.provider = (char *)(uintptr_t)provider;
	return account;
}

struct status account_lock(struct call *call, const char *provider)
{
	BillingAccount account = account_of(provider);

	return sql_touch_account(call, &account);
}

struct status account_set_customer(struct call *call, const char *provider, const char *customer)
{
	BillingAccount account = account_of(provider);

	account.customer_id = (char *)(uintptr_t)customer;
	return sql_set_customer(call, &account);
}

struct status account_set_mandate(struct call *call, const char *provider, const char *mandate)
{
	BillingAccount account = account_of(provider);

	account.mandate_id = (char *)(uintptr_t)mandate;
	return sql_set_mandate(call, &account);
}
