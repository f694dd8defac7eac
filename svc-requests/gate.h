/* SPDX-License-Identifier: Apache-2.0 */
/* The gate on applying (S10, X5): signed statements, verified where the application is written. */
#pragma once

#include <stddef.h>

#include "base/status.h"
#include "entremise/requests/v1/row.pb-c.h"

struct call;

/*
 * May this provider apply? In the order of P1: relation, subscription, documents, terms, by the
 * statement of providers (`standing`) and billing's (`entitlement`), whose versions must not be
 * below the gate's. A missing entitlement is SUBSCRIPTION_INACTIVE, a missing standing
 * ENTITLEMENT_STALE, as is one that is bad, expired or revoked.
 */
struct status gate_check(struct call *call, const GateRow *gate, const char *entitlement,
			 const char *standing);

/* Only the relation: for offers and assignments by staff. RELATION_INACTIVE, RELATION_SUSPENDED. */
struct status gate_check_relation(struct call *call, const GateRow *gate, const char *standing);

/* The same for several providers, in the same order as their standings. */
struct status standings_check(struct call *call, char **providers, char **standings, size_t count);
