/* SPDX-License-Identifier: Apache-2.0 */
/* A worker takes calls from the queue and answers them; the order of refusals is that below. */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "call/call.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "contract/validate.h"
#include "contract/wire.h"
#include "db/connection.h"
#include "durable/execute.h"
#include "observe/log.h"
#include "rpc/authenticate.h"
#include "rpc/bytes.h"
#include "rpc/queue.h"
#include "rpc/rpc_call.h"
#include "rpc/server_state.h"
#include "rpc/token_cache.h"

/* What a request may take of the arena when unpacked: wire bytes can grow ninetyfold. */
#define UNPACKED_MOST ((size_t)4 * 1024 * 1024)
#define SLOW_US TIME_SECOND_US
#define KEYS_LOOK_US TIME_SECOND_US
#define SAMPLE 1000

/* Gives the key file a look, once a second at most, when a token is signed with a new key. */
static bool keys_may_be_new(struct rpc_worker *worker)
{
	int64_t now_us = time_monotonic_us();
	int64_t looked_us = atomic_load(&worker->server->keys_looked_us);

	if (now_us - looked_us < KEYS_LOOK_US ||
	    !atomic_compare_exchange_strong(&worker->server->keys_looked_us, &looked_us, now_us))
		return false;
	rpc_keys_refresh(worker->server, worker->arena);
	return true;
}

static struct status verify(struct rpc_worker *worker, struct rpc_call *call)
{
	const struct call_environment *environment = worker->server->environment;
	const char *audience = worker->server->settings->audience;
	struct rpc_identity *identity = &call->identity;
	struct text token = {0};
	bool unknown_key;
	unsigned generation = token_cache_generation(call->reactor->tokens);
	struct status status;

	if (call->authorized_twice || !authenticate_bearer(call->authorization, &token))
		return status_of(REASON__REASON_UNAUTHENTICATED);
	status = authenticate(worker->arena, environment->keys, audience, token, time_real_us(),
			      identity, &unknown_key);
	if (unknown_key && keys_may_be_new(worker)) {
		generation = token_cache_generation(call->reactor->tokens);
		status = authenticate(worker->arena, environment->keys, audience, token,
				      time_real_us(), identity, &unknown_key);
	}
	if (status.reason == 0)
		token_cache_add(call->reactor->tokens, token, identity, generation);
	return status;
}

/*
 * Learns who calls. False in *stays: the call now waits for its platform's turn and belongs to
 * another worker.
 */
static struct status identify(struct rpc_worker *worker, struct rpc_call *call, bool *stays)
{
	struct rpc_queue_entry *evicted = NULL;
	enum rpc_queue_result result;
	char key[RPC_QUEUE_KEY_MAX + 1];

	*stays = true;
	if (call->identified)
		return STATUS_OK;
	if (!call->authorization.start) {
		call->identity = identity_anonymous();
		return STATUS_OK;
	}
	TRY(verify(worker, call));
	call->identified = true;
	rpc_call_platform_key(call, key);
	result = rpc_queue_move(worker->server->queue, &call->entry, key, &worker->lane, &evicted);
	*stays = result != RPC_QUEUE_WAITS;
	if (evicted)
		rpc_call_refuse(RPC_OWNER(evicted, struct rpc_call, entry), worker->arena,
				status_of(REASON__REASON_OVERLOADED));
	return status_of(result == RPC_QUEUE_FULL ? REASON__REASON_OVERLOADED : 0);
}

static struct status check_role(const struct method_rule *rule, Role role)
{
	if (role == ROLE__ROLE_ANONYMOUS && rule->rule->open)
		return STATUS_OK;
	if (rule->allow & (UINT32_C(1) << role))
		return STATUS_OK;
	return status_of(role == ROLE__ROLE_ANONYMOUS ? REASON__REASON_UNAUTHENTICATED
						      : REASON__REASON_PERMISSION_DENIED);
}

static void fill_session(struct call *call, struct rpc_worker *worker)
{
	const struct call_environment *environment = call->environment;
	bool is_owner =
	    call->actor.role == ROLE__ROLE_PROVIDER || call->actor.role == ROLE__ROLE_CLIENT;

	call->reads = worker->reads;
	call->writes = worker->writes;
	call->session = (struct db_session){
	    .arena = call->arena,
	    .platform = call->platform,
	    .caller = call_caller(call),
	    .owner = is_owner ? call->actor.subject : NULL,
	    .now_us = call->now_us,
	    .real_us = call->real_us,
	    .deadline_us = call->deadline_us,
	    .subject_keys = environment->subject_keys,
	    .index_key = environment->index_key,
	    .secret_key = environment->secret_key,
	};
}

static const char *copy(struct arena *arena, const char *text)
{
	return arena_copy(arena, text, strlen(text));
}

static void fill_call(struct call *call, struct rpc_worker *worker, struct rpc_call *transport)
{
	const struct rpc_identity *identity = &transport->identity;

	call->arena = worker->arena;
	call->real_us = time_real_us();
	call->now_us = call->real_us;
	call->actor = (struct actor){.role = identity->role,
				     .subject = copy(worker->arena, identity->subject),
				     .platform = copy(worker->arena, identity->platform),
				     .by_service = identity->by_service,
				     .speaker = copy(worker->arena, identity->speaker)};
	call->platform = call->actor.platform;
	call->environment = worker->server->environment;
	call->method = transport->method->rule;
	call->trace = transport->trace;
	call->deadline_us = transport->deadline_us;
	call->changes_tail = &call->changes;
	call->transport = transport;
}

static struct status unpack(struct call *call, const struct rpc_method *method, struct text bytes,
			    ProtobufCMessage **request)
{
	static const char *const texts[] = {
	    [WIRE_MALFORMED] = "the message is malformed",
	    [WIRE_TOO_DEEP] = "the message is nested too deep",
	    [WIRE_TOO_MANY] = "the message has too many fields and items",
	    [WIRE_NOT_UTF8] = "a text is not valid UTF-8, or has a NUL",
	};
	enum wire_result result =
	    wire_check(method->input, (const uint8_t *)bytes.start, bytes.length);

	if (result != WIRE_OK)
		return status_with(REASON__REASON_INVALID_ARGUMENT, texts[result]);
	arena_limit(call->arena, UNPACKED_MOST);
	*request = message_unpack(call->arena, method->input, bytes.start, bytes.length);
	arena_limit(call->arena, 0);
	if (!*request)
		return status_with(REASON__REASON_INVALID_ARGUMENT,
				   "the message is malformed or too large");
	return STATUS_OK;
}

/* The platform that the call acts on: the one of its names, else of its token. */
static struct status find_platform(struct call *call, const ProtobufCMessage *request)
{
	const char *named = "";

	TRY(validate_platform(call->arena, call->method, request, call->actor.platform, &named));
	if (named[0] != '\0')
		call->platform = named;
	return STATUS_OK;
}

/* What no name said and no token settles, a statement can't be bound to. */
static struct status check_platform(const struct call *call)
{
	if (strcmp(call->platform, "*") == 0 && !call->method->rule->all_platforms)
		return status_with(REASON__REASON_INVALID_ARGUMENT,
				   "the request names no platform");
	return STATUS_OK;
}

static void read_request_id(struct call *call)
{
	const ProtobufCFieldDescriptor *field = call->method->input->request_id;
	const char *given = field ? field_text(call->request, field) : "";

	call->request_id = given[0] != '\0' ? given : NULL;
}

/* One run of the handler, through protobuf-c's vtable. */
static void run_handler(struct call *call, void *data)
{
	const struct rpc_method *method = data;

	method->service->invoke(method->service, method->index, call->request, NULL, call);
}

static struct status run(struct call *call, struct rpc_method *method, struct text bytes)
{
	ProtobufCMessage *request = NULL;

	TRY(unpack(call, method, bytes, &request));
	TRY(find_platform(call, request));
	TRY(validate_request(call->arena, call->method, request, call->actor.by_service));
	TRY(check_platform(call));
	call->request = request;
	read_request_id(call);
	return execute(call, run_handler, method);
}

static struct status serve(struct rpc_worker *worker, struct call *call, struct rpc_call *transport)
{
	struct rpc_method *method = transport->method;
	grpc_slice hold;
	struct text bytes;
	struct status status;

	TRY(check_role(method->rule, transport->identity.role));
	if (!transport->payload)
		return status_with(REASON__REASON_INVALID_ARGUMENT, "the call has no message");
	fill_call(call, worker, transport);
	fill_session(call, worker);
	bytes = rpc_buffer_text(transport->payload, &hold);
	if (method->forward)
		status = method->forward(call, (const uint8_t *)bytes.start, bytes.length);
	else
		status = run(call, method, bytes);
	grpc_slice_unref(hold);
	return status;
}

/* The one place where a call is logged. */
static void report(const struct rpc_call *transport, const struct call *call, struct status status)
{
	int64_t taken_us = time_monotonic_us() - transport->arrived_us;
	const struct log_context context = {.trace = &transport->trace,
					    .platform = transport->identity.platform,
					    .method = transport->method->path,
					    .request_id = call->request_id};
	const struct log_context *former = log_context_set(&context);
	const char *reason = status.reason ? contract_reason(status.reason)->name : "OK";
	unsigned number = atomic_fetch_add(&transport->reactor->server->sampled, 1);

	if (strcmp(reason, "INTERNAL") == 0)
		LOG_ERROR("call failed", LOG_TEXT("cause", status.message),
			  LOG_TEXT("caller", transport->identity.subject));
	else if (taken_us >= SLOW_US)
		LOG_WARN("slow call", LOG_TEXT("reason", reason), LOG_INT("taken_us", taken_us));
	else if (number % SAMPLE == 0)
		LOG_DEBUG("call", LOG_TEXT("reason", reason), LOG_INT("taken_us", taken_us));
	log_context_set(former);
}

static void answer(struct rpc_call *transport, struct call *call, struct status status)
{
	struct rpc_answer ok = {0};

	report(transport, call, status);
	if (status.reason != 0) {
		rpc_call_refuse(transport, call->arena, status);
		return;
	}
	assert(call->stored.bytes || call->reply); /* A forward answers with bytes. */
	ok.reply = call->stored.bytes ? rpc_buffer_of(call->stored.bytes, call->stored.length)
				      : rpc_buffer_of_message(call->reply);
	if (call->actor.by_service && call->leased.bytes) {
		ok.work = call->leased.bytes;
		ok.work_length = call->leased.length;
	}
	rpc_call_answer(transport, &ok);
}

/* A call that nobody waits for any more is not run. */
static struct status check_alive(const struct rpc_call *transport)
{
	if (atomic_load(&transport->cancelled))
		return status_of(REASON__REASON_CANCELLED);
	if (time_monotonic_us() >= transport->deadline_us)
		return status_of(REASON__REASON_DEADLINE_EXCEEDED);
	return STATUS_OK;
}

/* Runs one call and answers it, or puts it back into the queue under its platform. */
static void dispatch(struct rpc_worker *worker, struct rpc_call *transport)
{
	struct call call = {.arena = worker->arena};
	const struct log_context context = {.trace = &transport->trace,
					    .platform = transport->identity.platform,
					    .method = transport->method->path};
	const struct log_context *former = log_context_set(&context);
	bool stays = true;
	struct status status = check_alive(transport);

	if (status.reason == 0)
		status = identify(worker, transport, &stays);
	if (stays) {
		if (status.reason == 0)
			status = serve(worker, &call, transport);
		answer(transport, &call, status);
	}
	log_context_set(former);
	arena_reset(worker->arena);
	arena_limit(worker->arena, 0);
}

static void open_connections(struct rpc_worker *worker)
{
	const struct rpc_server *server = worker->server;

	if (!server->database)
		return;
	worker->reads = db_connection_create(server->database, true);
	worker->writes = db_connection_create(server->database, false);
	if (!server->watchdog)
		return;
	db_watchdog_watch(server->watchdog, worker->reads);
	db_watchdog_watch(server->watchdog, worker->writes);
}

void *rpc_worker_run(void *argument)
{
	struct rpc_worker *worker = argument;
	struct rpc_queue_entry *entry;

	worker->arena = arena_create();
	open_connections(worker);
	while ((entry = rpc_queue_take(worker->server->queue, &worker->lane)))
		dispatch(worker, RPC_OWNER(entry, struct rpc_call, entry));
	db_connection_destroy(worker->reads);
	db_connection_destroy(worker->writes);
	arena_destroy(worker->arena);
	return NULL;
}
