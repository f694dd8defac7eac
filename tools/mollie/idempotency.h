/* SPDX-License-Identifier: Apache-2.0 */
/* Idempotency-Key: the answer to a POST is kept, and given again to the same request. */
#pragma once

struct call;

enum idempotency {
	IDEMPOTENCY_NEW,      /* to be executed; the key is busy until idempotency_end */
	IDEMPOTENCY_REPLAYED, /* the call has the stored answer */
	IDEMPOTENCY_REFUSED,  /* another request used the key (400), or it still runs (409) */
};

enum idempotency idempotency_begin(struct call *call, const char *key);

/* Keeps the call's answer for as long as the settings say, in the account's time. */
void idempotency_end(struct call *call, const char *key);
