/* SPDX-License-Identifier: Apache-2.0 */
/* What one period of a subscription costs (S2). */
#include "subscription_price.h"

#include "base/money.h"
#include "entremise/common/v1/money.pb-c.h"

bool subscription_price_of(const PlanPrice *version, Interval interval, int32_t vat_basis_points,
			   struct subscription_price *price)
{
	const Money *net =
	    interval == INTERVAL__INTERVAL_YEARLY ? version->yearly : version->monthly;
	int64_t vat_minor;
	int64_t gross_minor;

	if (!net || net->minor <= 0 || interval == INTERVAL__INTERVAL_UNSPECIFIED ||
	    !money_vat_of_net(net->minor, vat_basis_points, &vat_minor) ||
	    !money_add(net->minor, vat_minor, &gross_minor))
		return false;
	*price = (struct subscription_price){.net_minor = net->minor,
					     .vat_minor = vat_minor,
					     .gross_minor = gross_minor,
					     .currency = net->currency};
	return true;
}
