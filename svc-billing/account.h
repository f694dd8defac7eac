/* SPDX-License-Identifier: Apache-2.0 */
/* The account of a provider: the row whose lock orders everything that concerns it. */
#pragma once

#include "base/status.h"

struct call;

/*
 * Locks the account, made when there is none, until the transaction ends, and raises its version:
 * the first statement of every mutation that may open or close the provider's gate. `provider` is
 * its resource name.
 */
struct status account_lock(struct call *call, const char *provider);

/* Store what the payment provider knows the provider by; the account must be locked. */
struct status account_set_customer(struct call *call, const char *provider, const char *customer);
struct status account_set_mandate(struct call *call, const char *provider, const char *mandate);
