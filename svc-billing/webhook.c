/* SPDX-License-Identifier: Apache-2.0 */
/* Takes pings over HTTP and passes them on as calls of this server's own contract. */
#include "webhook.h"

#include <pthread.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/time.h"
#include "call/call.h"
#include "contract/contract.h"
#include "crypto/key.h"
#include "crypto/keyring.h"
#include "entremise/billing/v1/payment.pb-c.h"
#include "google/protobuf/empty.pb-c.h"
#include "http/http_server.h"
#include "observe/log.h"
#include "observe/metrics.h"
#include "rpc/client.h"
#include "rpc/server.h"
#include "settings.h"
#include "webhook_path.h"

#define THREADS 2
#define DEADLINE_US (10 * TIME_SECOND_US) /* The payment provider waits for 15 seconds. */
#define DRAIN_MS 2000

static struct metric pings =
    METRIC_COUNTER("entremise_webhook_pings_total", "Pings of the payment provider.", "result");

/* The process's one port. */
static struct {
	const struct call_environment *environment; /* borrowed */
	const struct rpc_server *server;	    /* borrowed */
	struct http_server *http;		    /* owned */
	struct crypto_key key;
	pthread_mutex_t lock;
	struct rpc_upstream *self; /* owned; made by the first ping, below the lock */
} port = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* This server as its own caller would reach it; NULL while it does not serve yet. */
static struct rpc_upstream *find_self(struct arena *arena)
{
	const struct billing_settings *settings = port.environment->settings;
	const char *target = settings->webhook_target;
	int served = rpc_server_port(port.server);

	if (!target && served == 0)
		return NULL;
	if (!target)
		target = arena_text(arena, "127.0.0.1:%d", served);
	pthread_mutex_lock(&port.lock);
	if (!port.self)
		port.self = rpc_upstream_create(port.environment->service, target);
	pthread_mutex_unlock(&port.lock);
	return port.self;
}

/* In the arena: what a call has sent ends with its memory, and before the call itself. */
static struct call *call_of(const struct http_request *request, const char *platform)
{
	const struct call_environment *environment = port.environment;
	struct call *call = arena_new(request->arena, struct call, 1);

	call->arena = request->arena;
	call->real_us = time_real_us();
	call->now_us = call->real_us;
	call->platform = platform;
	call->environment = environment;
	call->trace = trace_new();
	call->deadline_us = time_monotonic_us() + DEADLINE_US;
	call->actor = (struct actor){.role = ROLE__ROLE_SERVICE,
				     .subject = environment->service,
				     .platform = platform,
				     .by_service = true,
				     .speaker = environment->service};
	return call;
}

static struct status pass_on(const struct http_request *request, struct text platform,
			     const char *payment)
{
	struct call *call =
	    call_of(request, arena_copy(request->arena, platform.start, platform.length));
	NotePaymentPingRequest ping = NOTE_PAYMENT_PING_REQUEST__INIT;
	struct rpc_upstream *self = find_self(request->arena);
	ProtobufCService *service;
	Google__Protobuf__Empty *reply;

	if (!self)
		return status_of(REASON__REASON_UNAVAILABLE);
	service = call_remote(call, self, &payment_service__descriptor);
	ping.name = (char *)(uintptr_t)payment;
	RPC_SEND(service, payment_service__note_payment_ping, &ping, &reply);
	return call_await(call);
}

/*
 * 200 once the ping is stored, and also for addresses that we never made, without effect: they
 * learn nothing. Anything else makes the payment provider call again.
 */
static void take_ping(void *context, const struct http_request *request,
		      struct http_response *response)
{
	struct text platform;
	const char *payment =
	    webhook_path_read(request->arena, &port.key, request->path, &platform);
	struct status status = STATUS_OK;

	(void)context;
	if (strcmp(request->method, "POST") != 0) {
		http_response_text(response, 405, "text/plain", "POST only\n");
		return;
	}
	if (payment)
		status = pass_on(request, platform, payment);
	metric_add(METRIC_SERIES(&pings, !payment	      ? "foreign"
					 : status.reason == 0 ? "stored"
							      : "failed"),
		   1);
	if (status.reason != 0)
		LOG_WARN("a ping could not be stored",
			 LOG_TEXT("reason", contract_reason(status.reason)->name));
	http_response_text(response, status.reason == 0 ? 200 : 503, "text/plain", "");
}

/* "0.0.0.0:8081" */
static bool read_address(const char *listen, char host[64], uint16_t *number)
{
	const char *colon = strrchr(listen, ':');
	int64_t value;

	if (!colon || colon == listen || colon - listen >= 64 ||
	    !text_to_int64(text_of(colon + 1), &value) || value < 0 || value > UINT16_MAX)
		return false;
	memcpy(host, listen, (size_t)(colon - listen));
	host[colon - listen] = '\0';
	*number = (uint16_t)value;
	return true;
}

bool webhook_begin(const struct call_environment *environment, struct rpc_server *server)
{
	const struct billing_settings *settings = environment->settings;
	struct http_server_options options = {.threads = THREADS, .handler = take_ping};
	char host[64];

	port.environment = environment;
	port.server = server;
	crypto_keyring_derive(environment->ring, "webhook", &port.key);
	contract_add_service(&payment_service__descriptor);
	if (read_address(settings->webhook_listen, host, &options.port)) {
		options.address = host;
		port.http = http_server_start(&options);
	}
	if (!port.http) {
		LOG_ERROR("can not start", LOG_TEXT("what", "ENTREMISE_WEBHOOK_LISTEN"),
			  LOG_TEXT("why", settings->webhook_listen));
		return false;
	}
	LOG_INFO("taking pings", LOG_TEXT("listen", settings->webhook_listen),
		 LOG_INT("port", http_server_port(port.http)));
	return true;
}

void webhook_end(void)
{
	http_server_stop(port.http, DRAIN_MS);
	port.http = NULL;
	if (port.self)
		rpc_upstream_destroy(port.self);
	port.self = NULL;
	crypto_key_wipe(&port.key);
}

const char *webhook_url_of(struct call *call, const char *payment)
{
	const struct billing_settings *settings = call->environment->settings;

	return arena_text(
	    call->arena, "%s%s", settings->webhook_url,
	    webhook_path_make(call->arena, &port.key, call->platform, call_id_of(call, payment)));
}
