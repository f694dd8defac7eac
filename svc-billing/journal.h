/* SPDX-License-Identifier: Apache-2.0 */
/* The journal, for whoever moves money: each movement is one entry whose lines sum to zero. */
#pragma once

#include "base/status.h"
#include "entremise/billing/v1/payment.pb-c.h"
#include "entremise/billing/v1/row.pb-c.h"

struct call;

/* A period became due, at the price its payment was ordered for: once per subscription and period.
 */
struct status journal_add_charge(struct call *call, const SubscriptionPeriod *period,
				 const Payment *payment);

/* A payment came in: once per payment. */
struct status journal_add_payment(struct call *call, const Payment *payment);
