/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a handler as its method's effect asks: a read once, a mutation as one repeatable
 * transaction. */
#pragma once

#include <stdbool.h>

#include "base/status.h"

struct call;

/*
 * Runs `handler(call, data)`, which leaves its result in call->status and call->reply
 * (call_finish).
 *
 * A read runs once on the read connection. A mutation runs in a transaction of the write
 * connection, and again, at most 3 times, when others got in its way (1213, 1205, 1020): with
 * jitter, at a new time, never past the deadline, the arena rewound; then CONFLICT. Its changes,
 * request key, fingerprint and sealed reply are its last statement. A request_id that was used
 * before gives the stored answer (call->stored), REQUEST_ID_REUSED or REQUEST_ID_EXPIRED. A lost
 * answer to COMMIT is settled by running again under the same key; background work (no
 * call->method) has none and is told UNAVAILABLE. With environment->run_twice every mutation is
 * first rehearsed: run and rolled back.
 *
 * Returns call->status. Before it returns call->session holds no transaction.
 */
struct status execute(struct call *call, void (*handler)(struct call *call, void *data),
		      void *data);
