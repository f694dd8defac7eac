/* SPDX-License-Identifier: Apache-2.0 */
/* The service's own threads for work of the LOCAL lane: mail, the payment provider. */
#pragma once

#include <protobuf-c/protobuf-c.h>

#include "base/status.h"
#include "entremise/common/v1/work.pb-c.h"

struct call;
struct call_environment;
struct db_address;
struct db_watchdog;
struct runner;

/*
 * How one kind of work is done. `attempt` runs outside of any transaction (reads are allowed) and
 * speaks with the far side; what it learned goes into *outcome (arena; NULL is allowed). `report`
 * runs as a mutation and stores it; NULL when there is nothing to store. The runtime ends the work
 * in the same transaction. An attempt that fails, or whose report is refused, is made again later,
 * with the same work id; it should end within two thirds of WORK_LEASE_US (call->deadline_us).
 */
struct runner_kind {
	const char *kind;
	const ProtobufCMessageDescriptor *payload;
	struct status (*attempt)(struct call *call, const Work *work,
				 const ProtobufCMessage *payload, void **outcome);
	struct status (*report)(struct call *call, const Work *work,
				const ProtobufCMessage *payload, void *outcome);
};

/* Starts `threads` threads, each with two connections. `kinds` ends with {0}; all are borrowed. */
struct runner *runner_start(const struct call_environment *environment,
			    const struct db_address *database, struct db_watchdog *watchdog,
			    const struct runner_kind *kinds, int threads);

/* Ends the threads after the attempt at hand. NULL is allowed. */
void runner_stop(struct runner *runner);

/* Says that there may be work now; else it is looked for every half second. */
void runner_wake(void);
