/* SPDX-License-Identifier: Apache-2.0 */
/* Adds, leases and ends work; a lease is a due instant moved ahead under a raised fence. */
#include "durable/work.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/time.h"
#include "call/call.h"
#include "contract/field.h"
#include "db/connection.h"
#include "db/statement.h"
#include "durable/runner.h"

#include "work.sql.h"

/* Others may take all that was seen, while there is more: then it looks again, so often in all. */
#define LOOKS_MAX 3

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
		struct status status = sql_add_work(call, &entry->work);

		if (status.reason == REASON__REASON_ALREADY_EXISTS)
			continue; /* Its cause has been seen to before. */
		TRY(status);
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

/* No row under this fence: another has it, or it is over. */
static struct status as_lease_lost(const struct call *call, struct status status)
{
	if (call->session.broken == 0 &&
	    (status.reason == REASON__REASON_CONFLICT || status.reason == REASON__REASON_NOT_FOUND))
		return status_of(REASON__REASON_LEASE_LOST);
	return status;
}

struct status work_finish(struct call *call, const WorkLease *lease)
{
	return as_lease_lost(call, sql_finish_work(call, lease));
}

static struct status hold(struct call *call, const WorkLease *lease, Work *work)
{
	TRY(as_lease_lost(call, sql_lock_work(call, lease, work)));
	return status_of(work->state == WORK_STATE__WORK_STATE_OPEN ? 0
								    : REASON__REASON_LEASE_LOST);
}

struct status work_hold(struct call *call, const WorkLease *lease)
{
	Work work = WORK__INIT;

	return hold(call, lease, &work);
}

/* 1 s, 2 s, 4 s ... at most 10 minutes. */
static int64_t pause_us(int32_t attempts)
{
	int64_t pause = TIME_SECOND_US << (attempts > 10 ? 10 : attempts > 0 ? attempts - 1 : 0);

	return pause < 10 * TIME_MINUTE_US ? pause : 10 * TIME_MINUTE_US;
}

/* As much of an error's text as the column takes: far sides say what they like. */
static char *fit_error(struct call *call, const char *error)
{
	char *text = arena_text(call->arena, "%.*s", WORK_ERROR_MAX, error);
	size_t length = strlen(text);

	while (!text_is_utf8(text, length))
		text[--length] = 0;
	return text;
}

struct status work_report(struct call *call, const WorkLease *lease, const char *error)
{
	Work work = WORK__INIT;

	if (*error == 0)
		return work_finish(call, lease);
	TRY(hold(call, lease, &work));
	if (work.attempts >= WORK_ATTEMPTS_MAX)
		work.state = WORK_STATE__WORK_STATE_DEAD;
	work.last_error = fit_error(call, error);
	work.due_time = call_timestamp(call, call->real_us + pause_us(work.attempts));
	return sql_postpone_work(call, &work);
}

/* The row itself: leased, or given up when it was begun too often and nobody ever reported. */
static struct status take_row(struct call *call, Work *work)
{
	work->due_time = call_timestamp(call, call->real_us + WORK_LEASE_US);
	if (work->attempts < WORK_ATTEMPTS_MAX)
		return sql_take_work(call, work);
	work->state = WORK_STATE__WORK_STATE_DEAD;
	work->last_error = (char *)(uintptr_t) "begun too often without a report";
	return sql_postpone_work(call, work);
}

/*
 * Takes one candidate; not when another worker was faster, or it is given up. One whose payload
 * can't be read is leased and kept back, so that it does not stand in the way of the others.
 */
static struct status take(struct call *call, Work *work, bool *taken)
{
	bool good = false;
	struct status status;

	*taken = false;
	call->session.platform = work->platform; /* Its payload is sealed for it. */
	status = take_row(call, work);
	if (status.reason == 0 && work->state == WORK_STATE__WORK_STATE_OPEN)
		good = sql_read_payload(call, work, work).reason == 0;
	if (status.reason == 0)
		status = db_commit(&call->session);
	if (status.reason == 0) {
		work->fence++;
		work->attempts++;
		*taken = good;
		return STATUS_OK;
	}
	db_rollback(&call->session);
	call->session.broken = 0;
	call->session.retry = false;
	return status.reason == REASON__REASON_CONFLICT ? STATUS_OK : status;
}

static struct status take_all(struct call *call, const LeaseWorkResponse *found,
			      LeaseWorkResponse *leased)
{
	const ProtobufCFieldDescriptor *list = &lease_work_response__descriptor.fields[0];

	for (size_t i = 0; i < found->n_work; i++) {
		bool taken;
		struct status status = take(call, found->work[i], &taken);

		if (status.reason != 0) /* What is leased already must not be lost. */
			return leased->n_work > 0 ? STATUS_OK : status;
		if (taken)
			field_append(call->arena, &leased->base, list, &found->work[i]->base);
	}
	return STATUS_OK;
}

struct status work_lease(struct call *call, Lane lane, int32_t limit, LeaseWorkResponse *leased)
{
	Work asked = WORK__INIT;
	LeaseWorkRequest bounds = LEASE_WORK_REQUEST__INIT;

	asked.lane = lane;
	bounds.limit = limit;
	for (int look = 0; look < LOOKS_MAX && leased->n_work == 0; look++) {
		LeaseWorkResponse found = LEASE_WORK_RESPONSE__INIT;

		call->session.connection = call->reads;
		TRY(sql_find_due_work(call, &asked, &bounds, &found));
		if (found.n_work == 0)
			return STATUS_OK;
		call->session.connection = call->writes;
		TRY(take_all(call, &found, leased));
	}
	return STATUS_OK;
}
