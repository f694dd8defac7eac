/* SPDX-License-Identifier: Apache-2.0 */
/* Leases local work, does it outside of transactions, reports it under its fence. */
#include "durable/runner.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/failpoint.h"
#include "base/fatal.h"
#include "base/time.h"
#include "call/call.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "db/connection.h"
#include "durable/execute.h"
#include "durable/work.h"
#include "observe/log.h"
#include "observe/metrics.h"

#define POLL_US (TIME_SECOND_US / 2)
#define LEASE_AT_ONCE 1
/* What an attempt may take; what is left of the lease is for its report. */
#define ATTEMPT_US (WORK_LEASE_US * 2 / 3)
#define REPORT_US (WORK_LEASE_US - ATTEMPT_US)

static struct metric attempts =
    METRIC_COUNTER("entremise_work_attempts_total", "Attempts at local work.", "kind", "result");

/* Wakes sleeping runners of this process. */
static pthread_mutex_t wake_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wake_signal = PTHREAD_COND_INITIALIZER;
static unsigned wake_count;

struct runner_thread {
	pthread_t thread;
	struct runner *runner;		      /* borrowed */
	struct arena *arena;		      /* owned */
	struct db_connection *reads, *writes; /* owned */
};

struct runner {
	const struct call_environment *environment; /* borrowed */
	const struct runner_kind *kinds;	    /* borrowed */
	bool stopping;				    /* Under wake_lock. */
	int thread_count;
	struct runner_thread *threads; /* owned */
};

/* One attempt's material, handed through execute(). */
struct attempt {
	const struct runner_kind *kind;
	const Work *work;
	ProtobufCMessage *payload;
	void *outcome;
	const char *error; /* NULL when it succeeded. */
};

void runner_wake(void)
{
	pthread_mutex_lock(&wake_lock);
	wake_count++;
	pthread_cond_broadcast(&wake_signal);
	pthread_mutex_unlock(&wake_lock);
}

static void begin_call(struct runner_thread *thread, struct call *call, const char *platform)
{
	const struct call_environment *environment = thread->runner->environment;

	*call = (struct call){0};
	call->arena = thread->arena;
	call->real_us = time_real_us();
	call->now_us = call->real_us;
	call->platform = platform;
	call->actor = (struct actor){.role = ROLE__ROLE_SERVICE,
				     .subject = environment->service,
				     .platform = platform,
				     .speaker = environment->service};
	call->environment = environment;
	call->trace = trace_new();
	call->deadline_us = time_monotonic_us() + ATTEMPT_US;
	call->reads = thread->reads;
	call->writes = thread->writes;
	call->session = (struct db_session){.arena = thread->arena,
					    .connection = thread->reads,
					    .platform = platform,
					    .caller = environment->service,
					    .now_us = call->now_us,
					    .real_us = call->real_us,
					    .deadline_us = call->deadline_us,
					    .subject_keys = environment->subject_keys,
					    .index_key = environment->index_key,
					    .secret_key = environment->secret_key};
}

static void report(struct call *call, void *data)
{
	struct attempt *attempt = data;
	WorkLease lease = WORK_LEASE__INIT;
	struct status status = STATUS_OK;

	lease.id = attempt->work->id;
	lease.fence = attempt->work->fence;
	if (!attempt->error && attempt->kind->report)
		status =
		    attempt->kind->report(call, attempt->work, attempt->payload, attempt->outcome);
	if (status.reason == 0)
		status = work_report(call, &lease, attempt->error ? attempt->error : "");
	call_finish(call, status);
}

static const struct runner_kind *find_kind(const struct runner *runner, const char *name)
{
	for (const struct runner_kind *kind = runner->kinds; kind->kind; kind++)
		if (strcmp(kind->kind, name) == 0)
			return kind;
	return NULL;
}

static const char *describe(struct call *call, struct status status)
{
	const struct reason_rule *reason = contract_reason(status.reason);

	return arena_text(call->arena, "%s: %s", reason->name,
			  status.message ? status.message : reason->text);
}

static const char *run_attempt(struct call *call, struct attempt *attempt)
{
	struct status status;

	if (!attempt->kind)
		return "nobody does this kind of work";
	attempt->payload = message_unpack(call->arena, attempt->kind->payload,
					  attempt->work->payload.data, attempt->work->payload.len);
	if (!attempt->payload)
		return "the payload does not unpack";
	status = attempt->kind->attempt(call, attempt->work, attempt->payload, &attempt->outcome);
	return status.reason == 0 ? NULL : describe(call, status);
}

/* The report has time of its own: whether it comes too late, its fence says. */
static struct status store(struct call *call, struct attempt *attempt)
{
	call->real_us = time_real_us();
	call->now_us = call->real_us;
	call->deadline_us = time_monotonic_us() + REPORT_US;
	call->session.deadline_us = call->deadline_us;
	return execute(call, report, attempt);
}

/* Reports; a report that is refused makes the attempt a failed one. */
static void conclude(struct call *call, struct attempt *attempt)
{
	struct status status = store(call, attempt);

	if (status.reason != 0 && !attempt->error && call->session.broken == 0) {
		attempt->error = describe(call, status);
		status = store(call, attempt);
	}
	if (status.reason == 0 && !attempt->error) {
		metric_add(METRIC_SERIES(&attempts, attempt->work->kind, "done"), 1);
		return;
	}
	metric_add(METRIC_SERIES(&attempts, attempt->work->kind, "failed"), 1);
	LOG_WARN("work failed", LOG_TEXT("kind", attempt->work->kind),
		 LOG_TEXT("work", attempt->work->id), LOG_INT("attempt", attempt->work->attempts),
		 LOG_TEXT("error", attempt->error ? attempt->error : describe(call, status)));
}

static void do_work(struct runner_thread *thread, const Work *work)
{
	struct call call;
	struct attempt attempt = {.work = work, .kind = find_kind(thread->runner, work->kind)};
	struct log_context context = {.trace = &call.trace, .platform = work->platform};
	const struct log_context *former;

	FAILPOINT("runner: leased");
	begin_call(thread, &call, work->platform);
	former = log_context_set(&context);
	attempt.error = run_attempt(&call, &attempt);
	FAILPOINT("runner: attempted");
	conclude(&call, &attempt);
	log_context_set(former);
}

/* Leases and does one piece of work; false when there was none. */
static bool run_one(struct runner_thread *thread)
{
	LeaseWorkResponse leased = LEASE_WORK_RESPONSE__INIT;
	struct call call;
	bool any;

	arena_reset(thread->arena);
	begin_call(thread, &call, "*");
	if (work_lease(&call, LANE__LANE_LOCAL, LEASE_AT_ONCE, &leased).reason != 0) {
		db_rollback(&call.session);
		return false;
	}
	any = leased.n_work > 0;
	for (size_t i = 0; i < leased.n_work; i++)
		do_work(thread, leased.work[i]);
	return any;
}

/* True when it is time to look again, false when the runner ends. */
static bool wait_for_work(struct runner *runner, unsigned *seen)
{
	struct timespec until;
	bool stopping;
	int64_t wake_us = time_monotonic_us() + POLL_US;

	until.tv_sec = (time_t)(wake_us / TIME_SECOND_US);
	until.tv_nsec = (long)(wake_us % TIME_SECOND_US) * 1000;
	pthread_mutex_lock(&wake_lock);
	while (wake_count == *seen && !runner->stopping &&
	       pthread_cond_clockwait(&wake_signal, &wake_lock, CLOCK_MONOTONIC, &until) !=
		   ETIMEDOUT)
		;
	*seen = wake_count;
	stopping = runner->stopping;
	pthread_mutex_unlock(&wake_lock);
	return !stopping;
}

static bool is_stopping(const struct runner *runner)
{
	bool stopping;

	pthread_mutex_lock(&wake_lock);
	stopping = runner->stopping;
	pthread_mutex_unlock(&wake_lock);
	return stopping;
}

static void *run_thread(void *data)
{
	struct runner_thread *thread = data;
	unsigned seen = 0;

	do {
		while (!is_stopping(thread->runner) && run_one(thread))
			;
	} while (wait_for_work(thread->runner, &seen));
	return NULL;
}

struct runner *runner_start(const struct call_environment *environment,
			    const struct db_address *database, struct db_watchdog *watchdog,
			    const struct runner_kind *kinds, int threads)
{
	struct runner *runner = fatal_calloc(1, sizeof(*runner));

	runner->environment = environment;
	runner->kinds = kinds;
	runner->thread_count = threads;
	runner->threads = fatal_calloc((size_t)threads, sizeof(*runner->threads));
	for (int i = 0; i < threads; i++) {
		struct runner_thread *thread = &runner->threads[i];

		thread->runner = runner;
		thread->arena = arena_create();
		thread->reads = db_connection_create(database, true);
		thread->writes = db_connection_create(database, false);
		db_watchdog_watch(watchdog, thread->reads);
		db_watchdog_watch(watchdog, thread->writes);
		if (pthread_create(&thread->thread, NULL, run_thread, thread) != 0)
			fatal("runner: no thread");
	}
	return runner;
}

void runner_stop(struct runner *runner)
{
	if (!runner)
		return;
	pthread_mutex_lock(&wake_lock);
	runner->stopping = true;
	pthread_cond_broadcast(&wake_signal);
	pthread_mutex_unlock(&wake_lock);
	for (int i = 0; i < runner->thread_count; i++) {
		struct runner_thread *thread = &runner->threads[i];

		pthread_join(thread->thread, NULL);
		db_connection_destroy(thread->reads);
		db_connection_destroy(thread->writes);
		arena_destroy(thread->arena);
	}
	free(runner->threads);
	free(runner);
}
