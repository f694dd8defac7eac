/* SPDX-License-Identifier: Apache-2.0 */
/* Who may apply, as far as subscriptions go (S1, S6, S10). */
#include "entitlement_rule.h"

/* A first payment opens the gate only when it is paid: before that there is no paid period. */
static int64_t paid_until(const struct entitlement_known *known)
{
	bool pays = known->state == SUBSCRIPTION_STATE__SUBSCRIPTION_STATE_ACTIVE ||
		    known->state == SUBSCRIPTION_STATE__SUBSCRIPTION_STATE_UNPAID;

	return pays ? known->period_end_us : 0;
}

struct entitlement entitlement_decide(const struct entitlement_known *known, int64_t now_us)
{
	int64_t paid_us = paid_until(known);

	if (!known->enabled)
		return (struct entitlement){.basis = ENTITLEMENT_OFF};
	if (known->exempt)
		return (struct entitlement){.basis = ENTITLEMENT_EXEMPT};
	if (known->enforced_from_us > now_us && known->enforced_from_us >= paid_us)
		return (struct entitlement){ENTITLEMENT_OFF, known->enforced_from_us};
	if (paid_us > now_us)
		return (struct entitlement){ENTITLEMENT_SUBSCRIPTION, paid_us};
	return (struct entitlement){.basis = ENTITLEMENT_CLOSED};
}

const char *entitlement_basis_name(enum entitlement_basis basis)
{
	static const char *const names[] = {[ENTITLEMENT_CLOSED] = "CLOSED",
					    [ENTITLEMENT_OFF] = "OFF",
					    [ENTITLEMENT_EXEMPT] = "EXEMPT",
					    [ENTITLEMENT_SUBSCRIPTION] = "SUBSCRIPTION"};

	return names[basis];
}
