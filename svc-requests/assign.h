/* SPDX-License-Identifier: Apache-2.0 */
/* A provider is given a request: by the client's choice (P2b) or by staff; planned or cancelled. */
#pragma once

#include "base/status.h"
#include "entremise/requests/v1/row.pb-c.h"

struct call;

/*
 * Under the locks of application_lock: the offer becomes CHOSEN, all others are closed and told,
 * the request is ASSIGNED and, unless it is on quote, CONFIRMED (Q2), the intervention planned -
 * one transaction (P2b).
 * SLOT_TAKEN when the provider has other work then, PAYMENT_METHOD_REQUIRED when the billing method
 * lacks its means, RELATION_INACTIVE when the provider is closed to new work (P9).
 */
struct status assign(struct call *call, ApplicationRow *row);

/*
 * May staff assign this provider? A closed gate needs a stated reason (S10), which the offer then
 * carries into its change; a relation that does not let it work is refused whatever the reason.
 */
struct status assign_check(struct call *call, const ApplicationRow *row,
			   const AssignProviderRequest *request);

/* Cancels the planned work of a request; STATE_CONFLICT when it has begun. */
struct status assign_cancel(struct call *call, const ServiceRequest *request);

/* SLOT_TAKEN, with the conflict, when the provider has other work within the request's time. */
struct status assign_check_slot(struct call *call, const ApplicationRow *row);
