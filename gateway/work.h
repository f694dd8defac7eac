/* SPDX-License-Identifier: Apache-2.0 */
/* Work that needs several servers: carried out at once for whoever left it, or when it is found. */
#pragma once

#include <protobuf-c/protobuf-c.h>

#include "base/status.h"
#include "entremise/common/v1/work.pb-c.h"

#include "upstream.h"

struct call;
struct call_environment;

/* How long one piece of work may take; the lease is longer. */
#define WORK_BUDGET_US INT64_C(20000000)

/*
 * One kind of work. `run` does it and ends it, by a call that carries the lease or by work_done;
 * when it fails, the work is reported as failed and is due again later. It may be run again after
 * it had an effect, so every call carries a request_id made by work_request_id.
 */
struct work_kind {
	enum upstream owner;
	const char *kind;
	const ProtobufCMessageDescriptor *payload;
	struct status (*run)(struct call *call, const Work *work, const ProtobufCMessage *payload);
};

extern const struct work_kind work_apply_platform;
extern const struct work_kind work_distribute;
extern const struct work_kind work_answer;
extern const struct work_kind work_tell;
extern const struct work_kind work_close_provider;
extern const struct work_kind work_reopen_provider;

/*
 * Does what the last awaited call of a server left to be done, within the call's deadline. Failures
 * are not the caller's: what is not done now is found later.
 */
void work_run_leased(struct call *call, enum upstream owner);

/* Starts / ends the threads that look for work, one for each server. */
void work_start(const struct call_environment *environment);
void work_stop(void);

/* Ends work that has no effect of its own to report. */
struct status work_done(struct call *call, enum upstream owner, const Work *work);

/* The lease, for the call that has the effect. */
WorkLease work_lease_of(const Work *work);

/* The request_id of a call that has the same payload at every attempt: "ID-PART". */
char *work_request_id(struct call *call, const Work *work, const char *part);

/* Of a call that carries the lease, or whose payload may differ at each attempt: "ID-FENCE-N". */
char *work_attempt_id(struct call *call, const Work *work, size_t number);
