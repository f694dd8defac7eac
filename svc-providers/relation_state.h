/* SPDX-License-Identifier: Apache-2.0 */
/* How a provider's relation with its platform moves (P9). Pure. */
#pragma once

#include <stdbool.h>

#include "entremise/providers/v1/provider.pb-c.h"

#define RELATION_COUNT (RELATION__RELATION_DELETED + 1)

/* What happens to a relation. */
enum relation_event {
	RELATION_SUBMIT,	 /* The provider asks to join. */
	RELATION_ACCEPT,	 /* Staff accept. */
	RELATION_REFUSE,	 /* Staff refuse. */
	RELATION_DEACTIVATE,	 /* Staff close it to new work, if none is open. */
	RELATION_CLOSE,		 /* No work was open. */
	RELATION_KEEP_ACTIVE,	 /* Work was open; it was ACTIVE before. */
	RELATION_KEEP_SUSPENDED, /* Work was open; it was SUSPENDED before. */
	RELATION_REACTIVATE,	 /* Staff open it to new work again. */
	RELATION_EVENT_COUNT,
};

/* The relation after the event, in *next; false, and *next untouched, when it is not allowed. */
bool relation_state_next(Relation relation, enum relation_event event, Relation *next);

/* The name without prefix, "ACTIVE"; "" for an unknown number. */
const char *relation_state_name(Relation relation);
