/* SPDX-License-Identifier: Apache-2.0 */
/* How a provider's acceptance for one service moves (P10). Pure. */
#include "qualification_state.h"

#include <stdint.h>
#include <string.h>

#define NONE QUALIFICATION_STATE__QUALIFICATION_STATE_NONE
#define PROPOSED QUALIFICATION_STATE__QUALIFICATION_STATE_PROPOSED
#define ACCEPTED QUALIFICATION_STATE__QUALIFICATION_STATE_ACCEPTED
#define REJECTED QUALIFICATION_STATE__QUALIFICATION_STATE_REJECTED
#define DEACTIVATED QUALIFICATION_STATE__QUALIFICATION_STATE_DEACTIVATED

/* Row: the state it is in. Column: what happened. Absent (0) means not allowed. */
static const uint8_t transitions[QUALIFICATION_STATE_COUNT][QUALIFICATION_EVENT_COUNT] = {
    [NONE] = {[QUALIFICATION_PROPOSE] = PROPOSED},
    [PROPOSED] = {[QUALIFICATION_PROPOSE] = PROPOSED,
		  [QUALIFICATION_ACCEPT] = ACCEPTED,
		  [QUALIFICATION_REJECT] = REJECTED},
    [ACCEPTED] = {[QUALIFICATION_ACCEPT] = ACCEPTED, [QUALIFICATION_DEACTIVATE] = DEACTIVATED},
    [REJECTED] = {[QUALIFICATION_PROPOSE] = PROPOSED, [QUALIFICATION_REJECT] = REJECTED},
    [DEACTIVATED] = {[QUALIFICATION_ACCEPT] = ACCEPTED, [QUALIFICATION_DEACTIVATE] = DEACTIVATED},
};

#undef NONE
#undef PROPOSED
#undef ACCEPTED
#undef REJECTED
#undef DEACTIVATED

bool qualification_state_next(QualificationState state, enum qualification_event event,
			      QualificationState *next)
{
	unsigned row = (unsigned)state;

	if (row >= QUALIFICATION_STATE_COUNT || transitions[row][event] == 0)
		return false;
	*next = (QualificationState)transitions[row][event];
	return true;
}

const char *qualification_state_name(QualificationState state)
{
	const ProtobufCEnumValue *value =
	    protobuf_c_enum_descriptor_get_value(&qualification_state__descriptor, (int)state);

	return value ? value->name + strlen("QUALIFICATION_STATE_") : "";
}
