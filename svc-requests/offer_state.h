/* SPDX-License-Identifier: Apache-2.0 */
/* The states of an offer and what leads from one to the next: pure. */
#pragma once

#include <stdbool.h>

#include "entremise/requests/v1/offer.pb-c.h"

#define OFFER_STATE_COUNT 8

enum offer_event {
	OFFER_EVENT_APPLY,     /* the provider applies */
	OFFER_EVENT_WITHDRAW,  /* the provider takes its application back (P4b), or a clash does */
	OFFER_EVENT_DECLINE,   /* the provider does not want it (P4b) */
	OFFER_EVENT_CHOOSE,    /* the client chooses it, or staff assign it */
	OFFER_EVENT_PASS_OVER, /* another was chosen, or all were rejected */
	OFFER_EVENT_END,       /* the request ended */
	OFFER_EVENT_COUNT
};

/* True with *next when the event is allowed; staying in a state is an edge like any other. */
bool offer_state_next(OfferState state, enum offer_event event, OfferState *next);
