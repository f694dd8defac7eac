/* SPDX-License-Identifier: Apache-2.0 */
/* Merges two owners' reasons into the one order that the domain has. */
#include "refusals.h"

#include <stdbool.h>

static bool is_relation(Reason reason)
{
	return reason == REASON__REASON_RELATION_INACTIVE ||
	       reason == REASON__REASON_RELATION_SUSPENDED;
}

static bool needs_subscription(const Standing *standing, const Entitlement *entitlement)
{
	if (standing->kind == PROVIDER_KIND__PROVIDER_KIND_EMPLOYEE)
		return false;
	return !entitlement || entitlement->statement[0] == '\0';
}

/* Adds the standing's reasons of one sort. */
static size_t add(const Standing *standing, bool relation, Reason *reasons, size_t count)
{
	for (size_t i = 0; i < standing->n_reasons && count < REFUSALS_MAX; i++)
		if (is_relation(standing->reasons[i]) == relation)
			reasons[count++] = standing->reasons[i];
	return count;
}

size_t refusals_of(const Standing *standing, const Entitlement *entitlement,
		   Reason reasons[REFUSALS_MAX])
{
	size_t count;

	if (!standing) {
		reasons[0] = REASON__REASON_RELATION_INACTIVE;
		return 1;
	}
	count = add(standing, true, reasons, 0);
	if (count < REFUSALS_MAX && needs_subscription(standing, entitlement))
		reasons[count++] = REASON__REASON_SUBSCRIPTION_INACTIVE;
	return add(standing, false, reasons, count);
}
