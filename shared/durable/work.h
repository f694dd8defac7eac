/* SPDX-License-Identifier: Apache-2.0 */
/* Work that leaves the process: added in a mutation, leased with a fence, reported in another. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "base/status.h"
#include "entremise/common/v1/work.pb-c.h"

struct call;

#define WORK_LEASE_US (30 * INT64_C(1000000))
#define WORK_ATTEMPTS_MAX 20
#define WORK_ERROR_MAX 500 /* bytes of an error that are kept */

/*
 * Adds work to the mutation at hand. `cause` (may be NULL): a second piece of work of this kind for
 * the same cause is not made. Work of the GATEWAY lane that a service's call creates is leased to
 * it: the runtime sends it along with the reply.
 */
struct status work_add(struct call *call, Lane lane, const char *kind, const char *resource,
		       const char *cause, const ProtobufCMessage *payload);

/* Ends leased work within the mutation that has its effect; LEASE_LOST when another has it now. */
struct status work_finish(struct call *call, const WorkLease *lease);

/* Locks leased work within a mutation that has a part of its effect; LEASE_LOST as above. */
struct status work_hold(struct call *call, const WorkLease *lease);

/*
 * Ends work, or with a non-empty `error` makes it due later: after 1 s, 2 s, 4 s ... 10 minutes,
 * DEAD after WORK_ATTEMPTS_MAX. LEASE_LOST as above.
 */
struct status work_report(struct call *call, const WorkLease *lease, const char *error);

/*
 * Leases at most `limit` due pieces of a lane, of any platform, oldest first, for WORK_LEASE_US,
 * each in a transaction of its own. One that was begun WORK_ATTEMPTS_MAX times and never reported
 * becomes DEAD instead.
 */
struct status work_lease(struct call *call, Lane lane, int32_t limit, LeaseWorkResponse *leased);

/* The runtime's: writes what the mutation added / tells the workers after its COMMIT. */
struct status work_write(struct call *call);
void work_committed(struct call *call);
