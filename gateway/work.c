/* SPDX-License-Identifier: Apache-2.0 */
/* Leases work of the GATEWAY lane, carries it out, reports it under its fence. */
#include "work.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/id.h"
#include "base/time.h"
#include "call/call.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "observe/log.h"
#include "observe/metrics.h"
#include "rpc/client.h"

#define LEASE_AT_ONCE 1
#define LEASE_BUDGET_US (5 * TIME_SECOND_US)
#define POLL_LEAST_US (TIME_SECOND_US / 2)

static const struct work_kind *const kinds[] = {
    &work_apply_platform, &work_distribute,	&work_answer,
    &work_tell,		  &work_close_provider, &work_reopen_provider,
};

static struct metric attempts_metric = METRIC_COUNTER(
    "entremise_gateway_work_total", "Attempts at work of other servers.", "kind", "result");

/* A thread that looks for the work of one server. */
struct poller {
	const struct call_environment *environment; /* borrowed */
	enum upstream owner;
	pthread_t thread;
};

static struct poller pollers[UPSTREAM_COUNT];
static pthread_mutex_t stop_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t stop_signal = PTHREAD_COND_INITIALIZER;
static bool stopping; /* under stop_lock */

/*
 * A call of the gateway on its own account: no transport, no database. `parent` NULL: a trace of
 * its own.
 */
static void begin_call(struct call *call, const struct call_environment *environment,
		       struct arena *arena, const char *platform, int64_t deadline_us,
		       const struct trace *parent)
{
	*call = (struct call){0};
	call->arena = arena;
	call->real_us = time_real_us();
	call->now_us = call->real_us;
	call->platform = platform;
	call->actor = (struct actor){.role = ROLE__ROLE_SERVICE,
				     .subject = environment->service,
				     .platform = platform,
				     .by_service = true,
				     .speaker = environment->service};
	call->environment = environment;
	call->trace = parent ? trace_child(parent) : trace_new();
	call->deadline_us = deadline_us;
	call->changes_tail = &call->changes;
}

WorkLease work_lease_of(const Work *work)
{
	WorkLease lease = WORK_LEASE__INIT;

	lease.id = work->id;
	lease.fence = work->fence;
	return lease;
}

char *work_request_id(struct call *call, const Work *work, const char *part)
{
	return arena_text(call->arena, "%s-%s", work->id, part);
}

char *work_attempt_id(struct call *call, const Work *work, size_t number)
{
	return arena_text(call->arena, "%s-%" PRId64 "-%zu", work->id, work->fence, number);
}

static struct status report(struct call *call, enum upstream owner, const Work *work, char *error)
{
	ProtobufCService *service =
	    call_remote(call, upstream_of(owner), &work_service__descriptor);
	ReportWorkRequest request = REPORT_WORK_REQUEST__INIT;
	WorkLease lease = work_lease_of(work);
	ReportWorkResponse *reply;

	request.platform = work->platform;
	request.lease = &lease;
	request.error = error;
	RPC_SEND(service, work_service__report_work, &request, &reply);
	return call_await(call);
}

struct status work_done(struct call *call, enum upstream owner, const Work *work)
{
	return report(call, owner, work, arena_text(call->arena, "%s", ""));
}

static const struct work_kind *find_kind(enum upstream owner, const char *name)
{
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
		if (kinds[i]->owner == owner && strcmp(kinds[i]->kind, name) == 0)
			return kinds[i];
	return NULL;
}

static struct status attempt(struct call *call, enum upstream owner, const Work *work)
{
	const struct work_kind *kind = find_kind(owner, work->kind);
	ProtobufCMessage *payload;

	if (!kind)
		return status_with(REASON__REASON_UNIMPLEMENTED, "nobody does this kind of work");
	payload = message_unpack(call->arena, kind->payload, work->payload.data, work->payload.len);
	if (!payload)
		return status_with(REASON__REASON_INTERNAL, "the payload does not unpack");
	return kind->run(call, work, payload);
}

/* Says that the attempt failed, unless the lease went to somebody who now has it in hand. */
static void report_failure(struct call *call, enum upstream owner, const Work *work,
			   struct status status)
{
	const struct reason_rule *rule = contract_reason(status.reason);
	char *error = arena_text(call->arena, "%s: %.300s", rule->name,
				 status.message ? status.message : rule->text);
	struct status reported = STATUS_OK;

	LOG_WARN("work failed", LOG_TEXT("kind", work->kind), LOG_TEXT("work", work->id),
		 LOG_INT("attempt", work->attempts), LOG_TEXT("error", error));
	call->deadline_us = time_monotonic_us() + LEASE_BUDGET_US;
	if (status.reason != REASON__REASON_LEASE_LOST)
		reported = report(call, owner, work, error);
	if (reported.reason != 0)
		LOG_DEBUG("work not reported", LOG_TEXT("work", work->id));
}

static void run(const struct call_environment *environment, enum upstream owner, const Work *work,
		int64_t deadline_us, const struct trace *parent)
{
	struct arena *arena = arena_create();
	struct call call;
	const struct log_context *former;
	struct log_context context = {.platform = work->platform, .method = work->kind};
	struct status status;

	begin_call(&call, environment, arena, work->platform, deadline_us, parent);
	context.trace = &call.trace;
	former = log_context_set(&context);
	status = attempt(&call, owner, work);
	metric_add(METRIC_SERIES(&attempts_metric,
				 find_kind(owner, work->kind) ? work->kind : "other",
				 status.reason == 0 ? "done" : "failed"),
		   1);
	if (status.reason != 0)
		report_failure(&call, owner, work, status);
	log_context_set(former);
	arena_destroy(arena);
}

void work_run_leased(struct call *call, enum upstream owner)
{
	struct text packed = call_leased_work(call);
	int64_t until_us = time_monotonic_us() + WORK_BUDGET_US;
	const LeaseWorkResponse *leased;

	if (!packed.start)
		return;
	leased = (const LeaseWorkResponse *)(const void *)message_unpack(
	    call->arena, &lease_work_response__descriptor, packed.start, packed.length);
	if (call->deadline_us != 0 && call->deadline_us < until_us)
		until_us = call->deadline_us;
	for (size_t i = 0; leased && i < leased->n_work; i++)
		run(call->environment, owner, leased->work[i], until_us, &call->trace);
}

/* Leases one piece of work and does it; false when there is none, or nobody answers. */
static bool lease_and_run(const struct poller *poller, struct call *call)
{
	ProtobufCService *service =
	    call_remote(call, upstream_of(poller->owner), &work_service__descriptor);
	LeaseWorkRequest request = LEASE_WORK_REQUEST__INIT;
	LeaseWorkResponse *leased;

	request.limit = LEASE_AT_ONCE;
	RPC_SEND(service, work_service__lease_work, &request, &leased);
	if (call_await(call).reason != 0) {
		LOG_DEBUG("no work to be had", LOG_TEXT("from", upstream_name(poller->owner)));
		return false;
	}
	for (size_t i = 0; i < leased->n_work; i++)
		run(poller->environment, poller->owner, leased->work[i],
		    time_monotonic_us() + WORK_BUDGET_US, NULL);
	return leased->n_work > 0;
}

/* What the call has sent ends with its arena, and before the call itself. */
static bool poll_once(const struct poller *poller, struct arena *arena)
{
	struct call call;
	bool found;

	begin_call(&call, poller->environment, arena, "*", time_monotonic_us() + LEASE_BUDGET_US,
		   NULL);
	found = lease_and_run(poller, &call);
	arena_reset(arena);
	return found;
}

/* Half a second to a second, so that several gateways do not ask at the same moments. */
static struct timespec next_look(void)
{
	uint16_t random;
	int64_t due_us;

	id_random(&random, sizeof(random));
	due_us = time_real_us() + POLL_LEAST_US + random * POLL_LEAST_US / UINT16_MAX;
	return (struct timespec){.tv_sec = (time_t)(due_us / TIME_SECOND_US),
				 .tv_nsec = (long)(due_us % TIME_SECOND_US) * 1000};
}

/* True when it is time to look again, false when the threads are to end. */
static bool wait_for_next(bool at_once)
{
	struct timespec due = next_look();
	bool goes_on;

	pthread_mutex_lock(&stop_lock);
	while (!at_once && !stopping &&
	       pthread_cond_timedwait(&stop_signal, &stop_lock, &due) != ETIMEDOUT)
		;
	goes_on = !stopping;
	pthread_mutex_unlock(&stop_lock);
	return goes_on;
}

static void *poll_thread(void *data)
{
	const struct poller *poller = data;
	struct arena *arena = arena_create();
	bool found = false;

	while (wait_for_next(found))
		found = poll_once(poller, arena);
	arena_destroy(arena);
	return NULL;
}

void work_start(const struct call_environment *environment)
{
	stopping = false;
	for (int i = 0; i < UPSTREAM_COUNT; i++) {
		pollers[i].environment = environment;
		pollers[i].owner = (enum upstream)i;
		if (pthread_create(&pollers[i].thread, NULL, poll_thread, &pollers[i]) != 0)
			fatal("can't start a thread");
	}
}

void work_stop(void)
{
	pthread_mutex_lock(&stop_lock);
	stopping = true;
	pthread_cond_broadcast(&stop_signal);
	pthread_mutex_unlock(&stop_lock);
	for (int i = 0; i < UPSTREAM_COUNT; i++)
		pthread_join(pollers[i].thread, NULL);
}
