/* SPDX-License-Identifier: Apache-2.0 */
/* How a provider's relation with its platform moves (P9). Pure. */
#include "relation_state.h"

#include <stdint.h>
#include <string.h>

/* Row: the relation it is in. Column: what happened. Absent (0) means not allowed. */
static const uint8_t transitions[RELATION_COUNT][RELATION_EVENT_COUNT] = {
    [RELATION__RELATION_INVITED] = {[RELATION_SUBMIT] = RELATION__RELATION_CANDIDATE},
    [RELATION__RELATION_CANDIDATE] = {[RELATION_SUBMIT] = RELATION__RELATION_CANDIDATE,
				      [RELATION_ACCEPT] = RELATION__RELATION_ACTIVE,
				      [RELATION_REFUSE] = RELATION__RELATION_REFUSED},
    [RELATION__RELATION_ACTIVE] = {[RELATION_ACCEPT] = RELATION__RELATION_ACTIVE,
				   [RELATION_DEACTIVATE] = RELATION__RELATION_DEACTIVATING,
				   [RELATION_REACTIVATE] = RELATION__RELATION_ACTIVE},
    [RELATION__RELATION_REFUSED] = {[RELATION_SUBMIT] = RELATION__RELATION_CANDIDATE,
				    [RELATION_REFUSE] = RELATION__RELATION_REFUSED},
    [RELATION__RELATION_EXPIRED] = {[RELATION_SUBMIT] = RELATION__RELATION_CANDIDATE},
    [RELATION__RELATION_REVOKED] = {[RELATION_SUBMIT] = RELATION__RELATION_CANDIDATE},
    [RELATION__RELATION_SUSPENDED] = {[RELATION_DEACTIVATE] = RELATION__RELATION_DEACTIVATING},
    [RELATION__RELATION_DEACTIVATING] = {[RELATION_DEACTIVATE] = RELATION__RELATION_DEACTIVATING,
					 [RELATION_CLOSE] = RELATION__RELATION_DEACTIVATED,
					 [RELATION_KEEP_ACTIVE] = RELATION__RELATION_ACTIVE,
					 [RELATION_KEEP_SUSPENDED] = RELATION__RELATION_SUSPENDED},
    [RELATION__RELATION_DEACTIVATED] = {[RELATION_DEACTIVATE] = RELATION__RELATION_DEACTIVATED,
					[RELATION_REACTIVATE] = RELATION__RELATION_ACTIVE},
};

bool relation_state_next(Relation relation, enum relation_event event, Relation *next)
{
	unsigned row = (unsigned)relation;

	if (row >= RELATION_COUNT || transitions[row][event] == 0)
		return false;
	*next = (Relation)transitions[row][event];
	return true;
}

const char *relation_state_name(Relation relation)
{
	const ProtobufCEnumValue *value =
	    protobuf_c_enum_descriptor_get_value(&relation__descriptor, (int)relation);

	return value ? value->name + strlen("RELATION_") : "";
}
