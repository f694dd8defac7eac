/* SPDX-License-Identifier: Apache-2.0 */
/* Who may apply, as far as subscriptions go (S1, S6, S10). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "entremise/billing/v1/subscription.pb-c.h"

/* Why the gate is open. */
enum entitlement_basis {
	ENTITLEMENT_CLOSED = 0,	  /* It is not. */
	ENTITLEMENT_OFF,	  /* Subscriptions are off, or not enforced yet. */
	ENTITLEMENT_EXEMPT,	  /* The provider needs none. */
	ENTITLEMENT_SUBSCRIPTION, /* A paid period runs. */
};

/* What is known; instants are platform time. */
struct entitlement_known {
	bool enabled;
	int64_t enforced_from_us; /* 0 = at once */
	bool exempt;
	SubscriptionState state; /* Of the live subscription; UNSPECIFIED without one. */
	int64_t period_end_us;	 /* End of what is paid; 0 = nothing is. */
};

struct entitlement {
	enum entitlement_basis basis;
	int64_t until_us; /* When the gate would close on what is known; 0 = no end is known. */
};

/*
 * The rule. Of several reasons for an open gate the one that lasts longest counts: an exemption
 * beats every other state, and whoever has paid stays entitled when enforcement begins.
 */
struct entitlement entitlement_decide(const struct entitlement_known *known, int64_t now_us);

/* "SUBSCRIPTION", as the signed statement names it. */
const char *entitlement_basis_name(enum entitlement_basis basis);
