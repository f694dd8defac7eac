/* SPDX-License-Identifier: Apache-2.0 */
/* How a provider's acceptance for one service moves (P10). Pure. */
#pragma once

#include <stdbool.h>

#include "entremise/providers/v1/qualification.pb-c.h"

#define QUALIFICATION_STATE_COUNT (QUALIFICATION_STATE__QUALIFICATION_STATE_DEACTIVATED + 1)

/* What happens to a qualification. */
enum qualification_event {
	QUALIFICATION_PROPOSE,
	QUALIFICATION_ACCEPT,
	QUALIFICATION_REJECT,
	QUALIFICATION_DEACTIVATE,
	QUALIFICATION_EVENT_COUNT,
};

/* The state after the event, in *next; false, and *next untouched, when it is not allowed. */
bool qualification_state_next(QualificationState state, enum qualification_event event,
			      QualificationState *next);

/* The name without prefix, "PROPOSED"; "" for an unknown number. */
const char *qualification_state_name(QualificationState state);
