/* SPDX-License-Identifier: Apache-2.0 */
/* Dispatch of the API: limits, keys, routes, Idempotency-Key, and the switches for faults. */
#include "api.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "clock.h"
#include "handlers.h"
#include "http/http_server.h"
#include "idempotency.h"
#include "input.h"
#include "payment_state.h"
#include "simulator.h"

/* '*' stands for one part of the path, which becomes an id. */
static const struct route {
	const char *method;
	const char *path;
	void (*handle)(struct call *call);
} routes[] = {
    {"POST", "customers", customers_create},
    {"GET", "customers", customers_list},
    {"GET", "customers/*", customers_get},
    {"PATCH", "customers/*", customers_update},
    {"DELETE", "customers/*", customers_delete},
    {"POST", "customers/*/mandates", mandates_create},
    {"GET", "customers/*/mandates", mandates_list},
    {"GET", "customers/*/mandates/*", mandates_get},
    {"DELETE", "customers/*/mandates/*", mandates_delete},
    {"POST", "customers/*/payments", payments_create_for_customer},
    {"GET", "customers/*/payments", payments_list_for_customer},
    {"POST", "payments", payments_create},
    {"GET", "payments", payments_list},
    {"GET", "payments/*", payments_get},
    {"PATCH", "payments/*", payments_update},
    {"DELETE", "payments/*", payments_cancel},
    {"POST", "payments/*/refunds", refunds_create},
    {"GET", "payments/*/refunds", refunds_list},
    {"GET", "payments/*/refunds/*", refunds_get},
    {"DELETE", "payments/*/refunds/*", refunds_cancel},
    {"GET", "refunds", refunds_list_all},
    {"GET", "payments/*/chargebacks", chargebacks_list},
    {"GET", "payments/*/chargebacks/*", chargebacks_get},
    {"GET", "chargebacks", chargebacks_list_all},
    {"GET", "methods", methods_list},
    {"GET", "methods/*", methods_get},
};

/* Whether `path` is the route's, with what stands at its '*' copied to `ids`. */
static bool matches(const char *pattern, const char *path, struct arena *arena, const char **ids)
{
	size_t id = 0;

	while (*pattern) {
		if (*pattern == '*') {
			size_t length = strcspn(path, "/");

			if (length == 0)
				return false;
			ids[id++] = arena_copy(arena, path, length);
			path += length;
			pattern++;
		} else if (*pattern++ != *path++) {
			return false;
		}
	}
	return *path == '\0';
}

static const struct route *find_route(struct call *call, const char *path)
{
	bool is_path_known = false;

	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		if (!matches(routes[i].path, path, call->arena, call->ids))
			continue;
		if (strcmp(routes[i].method, call->request->method) == 0)
			return &routes[i];
		is_path_known = true;
	}
	if (is_path_known)
		api_refuse(call, 405, NULL, "The method is not supported for this endpoint");
	else
		api_refuse(call, 404, NULL, "The requested page does not exist");
	return NULL;
}

/* "test_" and at least 30 letters and digits, as Mollie's are; keys for live money are refused. */
static bool is_test_key(const char *key)
{
	static const char characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					 "0123456789";
	size_t length;

	if (strncmp(key, "test_", 5) != 0)
		return false;
	length = strlen(key + 5);
	return length >= 30 && length <= 64 && strspn(key + 5, characters) == length;
}

static bool authenticate(struct call *call)
{
	const char *header = http_request_header(call->request, "Authorization");
	const char *key = header && strncmp(header, "Bearer ", 7) == 0 ? header + 7 : "";

	if (!is_test_key(key)) {
		api_refuse(call, 401, NULL, "Missing authentication, or failed to authenticate");
		return false;
	}
	call->account = store_account(call->simulator, key);
	if (!call->account)
		api_refuse(call, 503, NULL, "The simulator holds too many accounts");
	return call->account != NULL;
}

static bool read_input(struct call *call)
{
	int status = 400;

	call->input =
	    input_read(http_request_header(call->request, "Content-Type"), call->request->body,
		       call->request->body_length, call->arena, &status);
	if (call->input)
		return true;
	api_refuse(call, status, NULL,
		   status == 415 ? "The content type is neither JSON nor a form"
				 : "The request body contains invalid data");
	return false;
}

/* Waits with the lock released; ends early when the simulator stops. */
static void wait_ms(struct simulator *simulator, unsigned ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	while (!simulator->is_stopping)
		if (pthread_cond_timedwait(&simulator->changed, &simulator->lock, &until) ==
		    ETIMEDOUT)
			break;
}

static bool take(unsigned *counter)
{
	if (*counter == 0)
		return false;
	(*counter)--;
	return true;
}

/* Waits if it is switched on. The store may be reset meanwhile: the account is looked up anew. */
static bool be_slow(struct call *call)
{
	struct simulator *simulator = call->simulator;

	if (!take(&simulator->faults.slow))
		return true;
	wait_ms(simulator, simulator->faults.slow_ms);
	return authenticate(call);
}

/* Runs the handler, once per Idempotency-Key; true when the answer is a replayed one. */
static bool run(struct call *call, const struct route *route)
{
	bool is_post = strcmp(call->request->method, "POST") == 0;
	const char *key = is_post ? http_request_header(call->request, "Idempotency-Key") : NULL;

	if (!key) {
		if (be_slow(call))
			route->handle(call);
		return false;
	}
	switch (idempotency_begin(call, key)) {
	case IDEMPOTENCY_REPLAYED:
		return true;
	case IDEMPOTENCY_REFUSED:
		return false;
	case IDEMPOTENCY_NEW:
		break;
	}
	if (be_slow(call)) {
		route->handle(call);
		idempotency_end(call, key);
	}
	return false;
}

static void write_response(struct call *call, bool is_replayed, struct http_response *response)
{
	char *text = call->output ? json_dumps(call->output, JSON_COMPACT) : NULL;

	response->status = call->status;
	if (text) {
		response->content_type = "application/hal+json";
		response->body = arena_copy(call->arena, text, strlen(text));
		response->body_length = strlen(text);
		free(text);
	} else {
		response->body = "";
	}
	if (is_replayed)
		http_response_header(response, "Idempotent-Replayed", "true");
}

static bool refuse_too_many(struct call *call, struct http_response *response)
{
	struct faults *faults = &call->simulator->faults;

	if (!take(&faults->too_many))
		return false;
	api_refuse(call, 429, NULL, "Too many requests, please try again later");
	http_response_header(response, "Retry-After",
			     arena_text(call->arena, "%u", faults->retry_after_s));
	http_response_header(response, "RateLimit-Policy", "\"default\";q=300;w=60");
	http_response_header(
	    response, "RateLimit",
	    arena_text(call->arena, "\"default\";r=0;t=%u", faults->retry_after_s));
	return true;
}

void api_serve(struct simulator *simulator, const struct http_request *request,
	       struct http_response *response)
{
	struct call call = {.simulator = simulator, .request = request, .arena = request->arena};
	const struct route *route = NULL;
	bool is_replayed = false;
	bool hangs = false;

	pthread_mutex_lock(&simulator->lock);
	if (!refuse_too_many(&call, response) && authenticate(&call) && read_input(&call)) {
		payment_run_due(simulator, call.account, clock_now_us(call.account));
		route = find_route(&call, request->path + strlen("/v2/"));
	}
	if (route) {
		hangs = take(&simulator->faults.hang);
		is_replayed = run(&call, route);
	}
	if (hangs)
		wait_ms(simulator, simulator->faults.hang_ms);
	pthread_mutex_unlock(&simulator->lock);
	if (!hangs) /* Without a status the connection is closed. */
		write_response(&call, is_replayed, response);
	json_decref(call.input);
	json_decref(call.output);
}
