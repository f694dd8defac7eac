/* SPDX-License-Identifier: Apache-2.0 */
/* The table of an offer's transitions. */
#include "offer_state.h"

#include <stdint.h>

#define WAITING OFFER_STATE__OFFER_STATE_WAITING
#define APPLIED OFFER_STATE__OFFER_STATE_APPLIED
#define DECLINED OFFER_STATE__OFFER_STATE_DECLINED
#define CHOSEN OFFER_STATE__OFFER_STATE_CHOSEN
#define NOT_CHOSEN OFFER_STATE__OFFER_STATE_NOT_CHOSEN
#define WITHDRAWN OFFER_STATE__OFFER_STATE_WITHDRAWN
#define CLOSED OFFER_STATE__OFFER_STATE_CLOSED

/* Row: the state it is in. Column: what happened. Absent (0) means not allowed. */
static const uint8_t transitions[OFFER_STATE_COUNT][OFFER_EVENT_COUNT] = {
    [WAITING] = {[OFFER_EVENT_APPLY] = APPLIED,
		 [OFFER_EVENT_DECLINE] = DECLINED,
		 [OFFER_EVENT_CHOOSE] = CHOSEN,
		 [OFFER_EVENT_PASS_OVER] = CLOSED,
		 [OFFER_EVENT_END] = CLOSED},
    [APPLIED] = {[OFFER_EVENT_APPLY] = APPLIED,
		 [OFFER_EVENT_WITHDRAW] = WITHDRAWN,
		 [OFFER_EVENT_CHOOSE] = CHOSEN,
		 [OFFER_EVENT_PASS_OVER] = NOT_CHOSEN,
		 [OFFER_EVENT_END] = CLOSED},
    [DECLINED] = {[OFFER_EVENT_DECLINE] = DECLINED, [OFFER_EVENT_CHOOSE] = CHOSEN},
    [CHOSEN] = {[OFFER_EVENT_CHOOSE] = CHOSEN, [OFFER_EVENT_END] = CLOSED},
    [NOT_CHOSEN] = {[OFFER_EVENT_CHOOSE] = CHOSEN},
    [WITHDRAWN] = {[OFFER_EVENT_APPLY] = APPLIED,
		   [OFFER_EVENT_WITHDRAW] = WITHDRAWN,
		   [OFFER_EVENT_DECLINE] = DECLINED,
		   [OFFER_EVENT_CHOOSE] = CHOSEN,
		   [OFFER_EVENT_PASS_OVER] = CLOSED,
		   [OFFER_EVENT_END] = CLOSED},
};

bool offer_state_next(OfferState state, enum offer_event event, OfferState *next)
{
	if ((unsigned)state >= OFFER_STATE_COUNT || transitions[state][event] == 0)
		return false;
	*next = (OfferState)transitions[state][event];
	return true;
}
