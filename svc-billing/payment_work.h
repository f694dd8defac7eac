/* SPDX-License-Identifier: Apache-2.0 */
/* The work at the payment provider: one thing asked of it per piece, outside of transactions. */
#pragma once

#include "durable/runner.h"

/* The kinds; each piece of work asks one thing, and the key of that derives from the work's id. */
#define PAYMENT_WORK_CUSTOMER "create_customer"
#define PAYMENT_WORK_CREATE "create_payment"
#define PAYMENT_WORK_FETCH "fetch_payment"

/* For service_main, ended by {0}. */
extern const struct runner_kind payment_work_kinds[];
