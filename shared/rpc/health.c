/* SPDX-License-Identifier: Apache-2.0 */
/* grpc.health.v1: whether the server takes calls; answered on the reactor, so also under load. */
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "contract/field.h"
#include "contract/wire.h"
#include "entremise/common/v1/reason.pb-c.h"
#include "grpc/health/v1/health.pb-c.h"
#include "rpc/bytes.h"
#include "rpc/rpc_call.h"
#include "rpc/server_state.h"
#include "rpc/stream.h"

#define SERVICE "grpc.health.v1.Health"

/* What a Watch asks for, and what it was told last. */
struct watch {
	bool is_known;
	bool is_told;
	Grpc__Health__V1__HealthCheckResponse__ServingStatus told;
};

static bool is_known(const struct rpc_server *server, const char *service)
{
	if (service[0] == '\0')
		return true;
	for (size_t i = 0; i < server->service_count; i++)
		if (strcmp(server->services[i], service) == 0)
			return true;
	return false;
}

static Grpc__Health__V1__HealthCheckResponse__ServingStatus
status_now(const struct rpc_server *server, bool known)
{
	if (!known)
		return GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVICE_UNKNOWN;
	if (atomic_load(&server->serving))
		return GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__SERVING;
	return GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__NOT_SERVING;
}

/* NULL when the bytes are no request. */
static const Grpc__Health__V1__HealthCheckRequest *read_request(struct arena *arena,
								struct text bytes)
{
	const ProtobufCMessageDescriptor *type =
	    &grpc__health__v1__health_check_request__descriptor;

	if (wire_check(type, (const uint8_t *)bytes.start, bytes.length) != WIRE_OK)
		return NULL;
	return (const void *)message_unpack(arena, type, bytes.start, bytes.length);
}

static void check(struct rpc_call *call)
{
	struct arena *arena = call->reactor->arena;
	struct rpc_server *server = call->reactor->server;
	Grpc__Health__V1__HealthCheckResponse reply = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;
	const Grpc__Health__V1__HealthCheckRequest *request;
	grpc_slice hold;

	request = read_request(arena, rpc_buffer_text(call->payload, &hold));
	grpc_slice_unref(hold);
	if (!request) {
		rpc_call_refuse(call, arena, status_of(REASON__REASON_INVALID_ARGUMENT));
	} else if (!is_known(server, request->service)) {
		rpc_call_refuse(call, arena, status_of(REASON__REASON_NOT_FOUND));
	} else {
		reply.status = status_now(server, true);
		rpc_call_answer(call,
				&(struct rpc_answer){.reply = rpc_buffer_of_message(&reply.base)});
	}
}

/* Says how it stands, unless that was said; a message under way is followed up when it is out. */
static void tell(struct rpc_stream *stream)
{
	struct watch *watch = rpc_stream_data(stream);
	Grpc__Health__V1__HealthCheckResponse reply = GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__INIT;

	if (!watch)
		return;
	reply.status = status_now(rpc_stream_server(stream), watch->is_known);
	if (watch->is_told && watch->told == reply.status)
		return;
	if (!rpc_stream_write(stream, &reply.base))
		return;
	watch->is_told = true;
	watch->told = reply.status;
}

static void watch_message(struct rpc_stream *stream, struct text bytes)
{
	const Grpc__Health__V1__HealthCheckRequest *request =
	    read_request(rpc_stream_arena(stream), bytes);
	struct watch *watch;

	if (!request || rpc_stream_data(stream)) {
		rpc_stream_end(stream, status_of(REASON__REASON_INVALID_ARGUMENT));
		return;
	}
	watch = fatal_calloc(1, sizeof(*watch));
	watch->is_known = is_known(rpc_stream_server(stream), request->service);
	rpc_stream_set_data(stream, watch);
	tell(stream);
}

static void watch_half_closed(struct rpc_stream *stream)
{
	rpc_stream_end(stream, status_of(REASON__REASON_INVALID_ARGUMENT)); /* Without a message. */
}

static void watch_closed(struct rpc_stream *stream)
{
	free(rpc_stream_data(stream));
}

static const struct rpc_stream_kind watch_kind = {.message = watch_message,
						  .half_closed = watch_half_closed,
						  .written = tell,
						  .closed = watch_closed};

void rpc_health_tell(struct rpc_reactor *reactor)
{
	reactor->told_serving = atomic_load(&reactor->server->serving);
	rpc_streams_each(reactor, &watch_kind, tell);
}

void rpc_health_add(struct rpc_server *server)
{
	rpc_service_add(server, SERVICE);
	rpc_method_add(server, "/" SERVICE "/Check")->serve_inline = check;
	rpc_method_add(server, "/" SERVICE "/Watch")->stream = &watch_kind;
}
