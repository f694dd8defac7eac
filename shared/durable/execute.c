/* SPDX-License-Identifier: Apache-2.0 */
/* One mutation = one transaction that may run more than once; a read runs once. */
#include "durable/execute.h"

#include <assert.h>
#include <time.h>

#include "base/arena.h"
#include "base/failpoint.h"
#include "base/id.h"
#include "base/time.h"
#include "call/call.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "crypto/hash.h"
#include "db/connection.h"
#include "durable/change.h"
#include "durable/work.h"
#include "observe/metrics.h"

#define AGAIN_MAX 3 /* Runs after the first. */

static struct metric retries =
    METRIC_COUNTER("entremise_mutation_retries_total", "Mutations run again after a conflict.");
static struct metric replays =
    METRIC_COUNTER("entremise_mutation_replays_total", "Mutations answered from a stored reply.");

/* Forgets what an earlier run left, so that each run begins alike. */
static void begin_run(struct call *call)
{
	call->status = STATUS_OK;
	call->finished = false;
	call->stored = (struct call_bytes){0};
	call->leased = (struct call_bytes){0};
	call->changes = NULL;
	call->work = NULL;
	call->subjects = NULL;
	call->session.broken = 0;
	call->session.retry = false;
	call->session.unknown = false;
	call->session.platform = call->platform;
	call->session.now_us = call->now_us;
	call->session.real_us = call->real_us;
	if (call->method)
		call->reply = message_new(call->arena, call->method->output->descriptor);
}

static struct status run_read(struct call *call, void (*handler)(struct call *, void *), void *data)
{
	begin_run(call);
	call->session.connection = call->reads;
	handler(call, data);
	assert(call->finished);
	db_rollback(&call->session); /* Of a lease that failed half-way; a read has nothing open. */
	return call->status;
}

/* The handler within its transaction; on success all is written and only COMMIT is missing. */
static struct status run_once(struct call *call, const struct change_key *key,
			      void (*handler)(struct call *, void *), void *data)
{
	begin_run(call);
	call->session.connection = call->writes;
	call->in_transaction = true;
	handler(call, data);
	assert(call->finished);
	TRY(call->status);
	TRY(work_write(call));
	return change_write(call, key);
}

static void end_run(struct call *call)
{
	db_rollback(&call->session);
	call->in_transaction = false;
}

static struct status commit(struct call *call)
{
	struct status status;

	FAILPOINT("execute: before commit");
	status = db_commit(&call->session);
	FAILPOINT("execute: after commit");
	call->in_transaction = false;
	return status;
}

/* Waits 1 to 7 ms, longer each time, so that rivals do not meet again. */
static void back_off(int again)
{
	uint8_t random;
	struct timespec pause = {0};

	id_random(&random, sizeof(random));
	pause.tv_nsec = 1000000L * (1 << again) + random * 10000L;
	nanosleep(&pause, NULL);
}

/* Whether a COMMIT without an answer was done, only a key tells: without one it is not run again.
 */
static bool may_run_again(const struct call *call, const struct change_key *key, int again)
{
	if (!call->session.retry && !(call->session.unknown && key))
		return false;
	return again < AGAIN_MAX &&
	       (call->deadline_us == 0 || time_monotonic_us() < call->deadline_us);
}

/* A refusal may be the echo of an earlier success: then that answer counts. */
static struct status settle(struct call *call, const struct change_key *key, bool uncertain,
			    struct status status)
{
	bool found = false;
	struct status looked;

	if (!key || (!key->given && !uncertain) || call->session.broken != 0)
		return status;
	looked = change_find_reply(call, key, &found);
	db_rollback(&call->session);
	if (looked.reason == REASON__REASON_REQUEST_ID_REUSED ||
	    looked.reason == REASON__REASON_REQUEST_ID_EXPIRED)
		return looked;
	if (looked.reason != 0 || !found)
		return status;
	metric_add(METRIC_SINGLE(&replays), 1);
	call->leased = (struct call_bytes){0};
	return STATUS_OK;
}

static struct status run_mutation(struct call *call, const struct change_key *key,
				  void (*handler)(struct call *, void *), void *data)
{
	struct arena_mark mark = arena_mark(call->arena);
	bool rehearse = call->environment->run_twice;
	bool uncertain = false; /* A COMMIT's answer was lost: it may have been done. */
	int again = 0;

	for (;;) {
		struct status status = run_once(call, key, handler, data);

		if (status.reason == 0 && !rehearse)
			status = commit(call);
		if (status.reason == 0 && !rehearse) {
			work_committed(call);
			return STATUS_OK;
		}
		uncertain |= call->session.unknown;
		end_run(call);
		if (status.reason != 0 && !may_run_again(call, key, again))
			return settle(call, key, uncertain, status);
		if (status.reason != 0) {
			metric_add(METRIC_SINGLE(&retries), 1);
			back_off(again++);
			call->real_us = time_real_us();
			call->now_us = call->real_us;
		}
		rehearse = false;
		arena_rewind(call->arena, mark);
	}
}

struct status execute(struct call *call, void (*handler)(struct call *, void *), void *data)
{
	struct change_key key = {0};
	uint8_t plain[FINGERPRINT_BYTES];
	const ProtobufCFieldDescriptor *field;

	if (call->method && call->method->rule->effect != EFFECT__EFFECT_MUTATION)
		return run_read(call, handler, data);
	if (!call->writes) /* A gateway: its mutations are others'. */
		return run_read(call, handler, data);
	if (!call->method)
		return call->status = run_mutation(call, NULL, handler, data);
	field = call->method->input->request_id;
	call->request_id = field ? field_text(call->request, field) : "";
	key.given = *call->request_id != 0;
	if (!key.given)
		call->request_id = call_new_id(call);
	fingerprint_request(call->arena, call->method, call->request, plain);
	/* Keyed: it outlives an erasure, and must not prove a guess at personal data. */
	crypto_mac(call->environment->index_key, "fingerprint", plain, sizeof(plain),
		   key.fingerprint);
	fingerprint_key(call->platform, call_caller(call), call->method, call->request_id, key.key);
	return call->status = run_mutation(call, &key, handler, data);
}
