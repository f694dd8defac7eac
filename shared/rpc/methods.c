/* SPDX-License-Identifier: Apache-2.0 */
/* The table of what a server serves. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "contract/contract.h"
#include "observe/log.h"
#include "observe/metrics.h"
#include "rpc/server_state.h"

static struct metric calls_metric =
    METRIC_COUNTER("entremise_calls_total", "Calls answered.", "method", "code");
static struct metric seconds_metric =
    METRIC_HISTOGRAM("entremise_call_seconds", "From a call's arrival to its answer.", "method");

static const char *const code_names[RPC_CODES] = {
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
};

static _Noreturn void refuse_to_start(const char *problem, const char *path)
{
	char line[256];

	snprintf(line, sizeof(line), "%s: %s", path, problem);
	fatal(line);
}

static bool is_served(const struct rpc_server *server, const char *path)
{
	for (size_t i = 0; i < server->method_count; i++)
		if (strcmp(server->methods[i]->path, path) == 0)
			return true;
	return false;
}

struct rpc_method *rpc_method_add(struct rpc_server *server, const char *path)
{
	struct rpc_method *method = fatal_calloc(1, sizeof(*method));

	assert(!server->started);
	if (is_served(server, path))
		refuse_to_start("the path is served twice", path);
	method->path = fatal_copy(path, strlen(path));
	method->seconds = METRIC_SERIES(&seconds_metric, path + 1);
	server->methods =
	    realloc(server->methods, (server->method_count + 1) * sizeof(struct rpc_method *));
	if (!server->methods)
		fatal("out of memory");
	server->methods[server->method_count++] = method;
	return method;
}

void rpc_method_destroy(struct rpc_method *method)
{
	if (!method)
		return;
	free(method->path);
	free(method);
}

void rpc_method_count(struct rpc_method *method, int code, int64_t duration_us)
{
	int index = code >= 0 && code < RPC_CODES ? code : 2;
	struct metric_series *series = atomic_load(&method->codes[index]);

	if (!series) {
		const char *path = method->path ? method->path + 1 : "unknown";

		series = METRIC_SERIES(&calls_metric, path, code_names[index]);
		atomic_store(&method->codes[index], series);
	}
	metric_add(series, 1);
	if (method->seconds)
		metric_observe_us(method->seconds, duration_us);
}

void rpc_service_add(struct rpc_server *server, const char *name)
{
	for (size_t i = 0; i < server->service_count; i++)
		if (strcmp(server->services[i], name) == 0)
			return;
	server->services =
	    realloc(server->services, (server->service_count + 1) * sizeof(const char *));
	if (!server->services)
		fatal("out of memory");
	server->services[server->service_count++] = name;
}

static const struct method_rule *rule_of(const ProtobufCServiceDescriptor *service, unsigned index)
{
	const struct method_rule *rule = contract_method(service, index);

	if (!rule || rule->allow == 0)
		refuse_to_start("no rule says who may call it", service->methods[index].name);
	return rule;
}

static struct rpc_method *add(struct rpc_server *server, const struct method_rule *rule)
{
	struct rpc_method *method = rpc_method_add(server, rule->path);

	method->rule = rule;
	method->index = rule->index;
	method->input = rule->service->methods[rule->index].input;
	method->output = rule->service->methods[rule->index].output;
	return method;
}

/* The handler of the vtable: protobuf-c keeps them in a row behind the base. */
static bool has_handler(const ProtobufCService *service, unsigned index)
{
	void (*const *handlers)(void) = (void (*const *)(void))(const void *)(service + 1);

	return handlers[index] != NULL;
}

void rpc_server_add(struct rpc_server *server, ProtobufCService *service)
{
	const ProtobufCServiceDescriptor *descriptor = service->descriptor;

	contract_add_service(descriptor);
	rpc_service_add(server, descriptor->name);
	for (unsigned i = 0; i < descriptor->n_methods; i++) {
		const struct method_rule *rule = rule_of(descriptor, i);

		if (rule->server_streaming || rule->client_streaming) {
			LOG_WARN("streaming method is not served", LOG_TEXT("path", rule->path));
			continue;
		}
		if (has_handler(service, i))
			add(server, rule)->service = service;
	}
}

void rpc_server_add_forward(struct rpc_server *server, const ProtobufCServiceDescriptor *service,
			    rpc_forward forward)
{
	contract_add_service(service);
	rpc_service_add(server, service->name);
	for (unsigned i = 0; i < service->n_methods; i++) {
		const struct method_rule *rule = rule_of(service, i);

		if (rule->rule->route == ROUTE__ROUTE_FORWARD && !rule->server_streaming &&
		    !rule->client_streaming && !is_served(server, rule->path))
			add(server, rule)->forward = forward;
	}
}
