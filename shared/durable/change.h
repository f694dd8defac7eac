/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of a transaction: buffered by publish(), written with the request's key and answer. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "contract/fingerprint.h"

struct call;

/* What makes a mutation repeatable (X4). */
struct change_key {
	uint8_t key[FINGERPRINT_BYTES];		/* platform, caller, method, request_id */
	uint8_t fingerprint[FINGERPRINT_BYTES]; /* what the request says */
	bool given; /* The caller chose the request_id, so an answer may be stored under it. */
};

/*
 * Writes the buffered changes in one INSERT, the first with the key and the sealed reply; a
 * transaction that changed nothing writes one row with these alone. REQUEST_ID_REUSED when the key
 * was used before (see change_find_reply). `key` NULL: background work, which nobody repeats.
 */
struct status change_write(struct call *call, const struct change_key *key);

/*
 * Looks the key up in a transaction of its own: *found with call->stored set, or REQUEST_ID_REUSED
 * (other fingerprint), or REQUEST_ID_EXPIRED (its answer was dropped).
 */
struct status change_find_reply(struct call *call, const struct change_key *key, bool *found);
