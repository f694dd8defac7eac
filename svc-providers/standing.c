/* SPDX-License-Identifier: Apache-2.0 */
/* Why a provider may not apply, as far as providers knows (P1, X5). Pure. */
#include "standing.h"

size_t standing_reasons(const StandingRow *row, Reason reasons[STANDING_REASONS_MAX])
{
	size_t count = 0;

	if (row->relation == RELATION__RELATION_SUSPENDED)
		reasons[count++] = REASON__REASON_RELATION_SUSPENDED;
	else if (row->relation != RELATION__RELATION_ACTIVE)
		reasons[count++] = REASON__REASON_RELATION_INACTIVE;
	/* Older terms than those in force are no terms. */
	if (row->accepted_terms < row->current_terms)
		reasons[count++] = REASON__REASON_TERMS_NOT_ACCEPTED;
	return count;
}
