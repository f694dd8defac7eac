/* SPDX-License-Identifier: Apache-2.0 */
/* Every state of an offer against every event, by a list written by hand. */
#include "offer_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/status.h"

/* Letters are states: W waiting, A applied, D declined, C chosen, N not chosen, R withdrawn, E
 * closed. */
static const char letters[OFFER_STATE_COUNT] = "-WADCNRE";

/* A row per state, a column per event (apply, withdraw, decline, choose, pass over, end); '.'
 * refused. */
static const char *const expected[OFFER_STATE_COUNT] = {
    "......", /* unspecified */
    "A.DCEE", /* waiting */
    "AR.CNE", /* applied */
    "..DC..", /* declined */
    "...C.E", /* chosen */
    "...C..", /* not chosen */
    "ARDCEE", /* withdrawn */
    "......", /* closed */
};

static void test_the_table_is_as_written_by_hand(void **state)
{
	(void)state;
	for (int from = 0; from < OFFER_STATE_COUNT; from++)
		for (int event = 0; event < OFFER_EVENT_COUNT; event++) {
			OfferState next = OFFER_STATE__OFFER_STATE_UNSPECIFIED;
			bool allowed =
			    offer_state_next((OfferState)from, (enum offer_event)event, &next);
			char got = allowed ? letters[next] : '.';

			if (got != expected[from][event])
				fail_msg("state %c, event %d: %c, not %c", letters[from], event,
					 got, expected[from][event]);
		}
}

static void test_a_state_that_is_none_allows_nothing(void **state)
{
	OfferState next;

	(void)state;
	assert_false(offer_state_next((OfferState)99, OFFER_EVENT_APPLY, &next));
	assert_false(offer_state_next((OfferState)-1, OFFER_EVENT_APPLY, &next));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_table_is_as_written_by_hand),
	    cmocka_unit_test(test_a_state_that_is_none_allows_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
