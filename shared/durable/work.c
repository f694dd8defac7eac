/* SPDX-License-Identifier: Apache-2.0 */
/* Adds, leases and ends work; a lease is a due instant moved ahead under a raised fence. */
#include "durable/work.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "call/call.h"
#include "contract/field.h"
#include "db/connection.h"
#include "db/statement.h"
#include "durable/runner.h"

#include "work.sql.h"

struct call_work {
	Work work;
	struct call_work *next;
};

struct status work_add(struct call *call, Lane lane, const char *kind, const char *resource,
		       const char *cause, const ProtobufCMessage *payload)
{
	struct call_work *entry = arena_new(call->arena, struct call_work, 1);
	Work *work = &entry->work;
	bool leased = lane == LANE__LANE_GATEWAY && call->actor.by_service;

	assert(call->in_transaction);
	work__init(work);
	work->id = (char *)(uintptr_t)call_new_id(call);
	work->platform = (char *)(uintptr_t)call->platform;
	work->lane = lane;
	work->kind = (char *)(uintptr_t)kind;
	work->resource = arena_text(call->arena, "%s", resource);
	work->cause = cause ? arena_text(call->arena, "%s", cause) : work->cause;
	work->state = WORK_STATE__WORK_STATE_OPEN;
	work->payload.data = message_pack(call->arena, payload, &work->payload.len);
	work->fence = leased;
	work->attempts = leased;
	work->due_time = call_timestamp(call, call->real_us + (leased ? WORK_LEASE_US : 0));
	entry->next = call->work;
	call->work = entry;
	return STATUS_OK;
}

struct status work_write(struct call *call)
{
	LeaseWorkResponse leased = LEASE_WORK_RESPONSE__INIT;
	const ProtobufCFieldDescriptor *list = &lease_work_response__descriptor.fields[0];

	for (struct call_work *entry = call->work; entry; entry = entry->next) {
		TRY(sql_add_work(call, &entry->work));
		if (entry->work.fence > 0)
			field_append(call->arena, &leased.base, list, &entry->work.base);
	}
	if (leased.n_work > 0)
		call->leased.bytes = message_pack(call->arena, &leased.base, &call->leased.length);
	return STATUS_OK;
}

void work_committed(struct call *call)
{
	for (struct call_work *entry = call->work; entry; entry = entry->next)
		if (entry->work.lane == LANE__LANE_LOCAL) {
			runner_wake();
			return;
		}
}

static struct status as_lease_lost(struct status status)
{
	if (status.reason == REASON__REASON_CONFLICT || status.reason == REASON__REASON_NOT_FOUND)
		return status_of(REASON__REASON_LEASE_LOST);
	return status;
}

struct status work_finish(struct call *call, const WorkLease *lease)
{
	struct status status = sql_finish_work(call, lease);

	return call->session.broken ? status : as_lease_lost(status);
}

struct status work_hold(struct call *call, const WorkLease *lease)
{
	Work *work = (Work *)(void *)message_new(call->arena, &work__descriptor);
	struct status status = sql_lock_work(call, lease, work);

	if (status.reason == 0 && work->state != WORK_STATE__WORK_STATE_OPEN)
		return status_of(REASON__REASON_LEASE_LOST);
	return call->session.broken ? status : as_lease_lost(status);
}

/* 1 s, 2 s, 4 s ... at most 10 minutes. */
static int64_t pause_us(int32_t attempts)
{
	int64_t pause = TIME_SECOND_US << (attempts < 10 ? attempts : 10);

	return pause < 10 * TIME_MINUTE_US ? pause : 10 * TIME_MINUTE_US;
}

struct status work_report(struct call *call, const WorkLease *lease, const char *error)
{
	Work *work = (Work *)(void *)message_new(call->arena, &work__descriptor);
	struct status status;

	if (*error == 0)
		return work_finish(call, lease);
	status = sql_lock_work(call, lease, work);
	if (status.reason != 0)
		return call->session.broken ? status : as_lease_lost(status);
	if (work->state == WORK_STATE__WORK_STATE_OPEN && work->attempts >= WORK_ATTEMPTS_MAX)
		work->state = WORK_STATE__WORK_STATE_DEAD;
	work->last_error = (char *)(uintptr_t)error;
	work->due_time = call_timestamp(call, call->real_us + pause_us(work->attempts));
	status = sql_postpone_work(call, work);
	return call->session.broken ? status : as_lease_lost(status);
}

/* Takes one candidate; false when another worker was faster. */
static struct status take(struct call *call, Work *work, bool *taken)
{
	struct status status;

	*taken = false;
	call->session.platform = work->platform;
	work->due_time = call_timestamp(call, call->real_us + WORK_LEASE_US);
	status = sql_take_work(call, work);
	if (status.reason == 0) /* Sealed for its platform, so it is read as that platform. */
		status = sql_read_payload(call, work, work);
	if (status.reason != 0) {
		db_rollback(&call->session);
		call->session.broken = 0;
		call->session.retry = false;
		return status.reason == REASON__REASON_CONFLICT ? STATUS_OK : status;
	}
	TRY(db_commit(&call->session));
	work->fence++;
	work->attempts++;
	*taken = true;
	return STATUS_OK;
}

struct status work_lease(struct call *call, Lane lane, int32_t limit, LeaseWorkResponse *leased)
{
	Work asked = WORK__INIT;
	LeaseWorkRequest bounds = LEASE_WORK_REQUEST__INIT;
	const char *platform = call->session.platform;
	size_t kept = 0;

	asked.lane = lane;
	bounds.limit = limit;
	call->session.connection = call->reads;
	TRY(db_connection_ready(call->reads));
	TRY(sql_find_due_work(call, &asked, &bounds, leased));
	if (leased->n_work == 0)
		return STATUS_OK;
	call->session.connection = call->writes;
	TRY(db_connection_ready(call->writes));
	for (size_t i = 0; i < leased->n_work; i++) {
		bool taken;

		TRY(take(call, leased->work[i], &taken));
		if (taken)
			leased->work[kept++] = leased->work[i];
	}
	leased->n_work = kept;
	call->session.platform = platform;
	return STATUS_OK;
}
