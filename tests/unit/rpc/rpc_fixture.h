/* SPDX-License-Identifier: Apache-2.0 */
/* A server on a unix socket and a bare client of the core, in one process, for the tests of rpc/.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <grpc/byte_buffer_reader.h>
#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#include <grpc/support/alloc.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/time.h"
#include "call/call.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "crypto/token.h"
#include "crypto/token_key.h"
#include "google/rpc/error_details.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "rpc/coverage.h"
#include "rpc/rpc_call.h"
#include "rpc/server.h"
#include "rpc/tag.h"
#include "rpc/wire_status.h"

#define FIXTURE_UNUSED __attribute__((unused))
#define FIXTURE_AUDIENCE "entremise"

/*
 * Handlers write what they saw below this lock. The test passes through it before it sends and
 * after it has received: a socket in between orders nothing in ThreadSanitizer's eyes.
 */
static pthread_mutex_t fixture_lock = PTHREAD_MUTEX_INITIALIZER;

FIXTURE_UNUSED static void fixture_meet(void)
{
	pthread_mutex_lock(&fixture_lock);
	pthread_mutex_unlock(&fixture_lock);
}

struct fixture {
	struct arena *arena;
	struct token_key *callers;
	struct token_key *gateway;
	struct token_keyset *keys;
	struct call_environment environment;
	struct rpc_settings settings;
	char listen[100];
	struct rpc_server *server;
	grpc_channel *channel;
	grpc_completion_queue *queue;
	int64_t expires_us; /* of all tokens, so that one caller's are the same */
};

/* What came back of one call; texts and reply live in the fixture's arena. */
struct answer {
	grpc_status_code code;
	const char *message;
	const char *reason; /* "" without an ErrorInfo */
	const Google__Rpc__Status *status;
	size_t details_length;
	const ProtobufCMessage *reply;
	const char *work; /* the trailer of leased work */
};

/* A call under way. */
struct flight {
	grpc_call *call;
	grpc_metadata_array initial;
	grpc_metadata_array trailing;
	grpc_byte_buffer *sent;
	grpc_byte_buffer *received;
	grpc_status_code code;
	grpc_slice message;
	grpc_metadata metadata[4];
	const ProtobufCMessageDescriptor *type;
};

FIXTURE_UNUSED static void fixture_begin(struct fixture *fixture)
{
	static unsigned number;

	memset(fixture, 0, sizeof(*fixture));
	contract_load();
	coverage_begin("test");
	grpc_init();
	fixture->arena = arena_create();
	fixture->expires_us = time_real_us() + TIME_HOUR_US;
	fixture->callers = token_key_generate("dev-callers", "callers");
	fixture->gateway = token_key_generate("dev-gateway", "gateway");
	fixture->keys =
	    token_keyset_of((struct token_key *[]){fixture->callers, fixture->gateway}, 2);
	fixture->environment.service = "test";
	fixture->environment.keys = fixture->keys;
	fixture->environment.signing = fixture->gateway;
	snprintf(fixture->listen, sizeof(fixture->listen), "unix:/tmp/entremise-rpc-%ld-%u.sock",
		 (long)getpid(), number++);
	fixture->settings = (struct rpc_settings){.listen = fixture->listen,
						  .workers = 4,
						  .reactors = 2,
						  .queue_entries = 64,
						  .message_bytes = 256 * 1024,
						  .deadline_ms = 10000,
						  .audience = FIXTURE_AUDIENCE};
	fixture->server = rpc_server_create(&fixture->settings, &fixture->environment, NULL, NULL);
}

FIXTURE_UNUSED static void fixture_connect(struct fixture *fixture)
{
	grpc_channel_credentials *credentials = grpc_insecure_credentials_create();

	fixture->queue = grpc_completion_queue_create_for_next(NULL);
	fixture->channel = grpc_channel_create(fixture->listen, credentials, NULL);
	grpc_channel_credentials_release(credentials);
}

FIXTURE_UNUSED static void fixture_start(struct fixture *fixture)
{
	assert_true(rpc_server_start(fixture->server));
	fixture_connect(fixture);
}

FIXTURE_UNUSED static void fixture_disconnect(struct fixture *fixture)
{
	if (!fixture->channel)
		return;
	grpc_channel_destroy(fixture->channel);
	grpc_completion_queue_shutdown(fixture->queue);
	while (grpc_completion_queue_next(fixture->queue, gpr_inf_future(GPR_CLOCK_REALTIME), NULL)
		   .type != GRPC_QUEUE_SHUTDOWN)
		;
	grpc_completion_queue_destroy(fixture->queue);
	fixture->channel = NULL;
}

FIXTURE_UNUSED static void fixture_end(struct fixture *fixture)
{
	fixture_disconnect(fixture);
	rpc_server_destroy(fixture->server);
	token_keyset_destroy(fixture->keys);
	token_key_destroy(fixture->callers);
	token_key_destroy(fixture->gateway);
	arena_destroy(fixture->arena);
	grpc_shutdown();
}

/* A person's token, good for an hour. */
FIXTURE_UNUSED static const char *fixture_token(struct fixture *fixture, const char *role,
						const char *subject, const char *platform)
{
	const struct token_claims claims = {.subject = subject,
					    .audience = FIXTURE_AUDIENCE,
					    .role = role,
					    .platform = platform,
					    .expires_us = fixture->expires_us};

	return token_sign(fixture->callers, &claims, fixture->arena);
}

FIXTURE_UNUSED static void fixture_add_header(struct flight *flight, size_t index, const char *key,
					      const char *value)
{
	flight->metadata[index].key = grpc_slice_from_static_string(key);
	flight->metadata[index].value = grpc_slice_from_copied_string(value);
}

/* Sends the call; `token` NULL: none. `bytes` NULL: a call without a message. */
FIXTURE_UNUSED static struct flight *fixture_send_bytes(struct fixture *fixture, const char *path,
							const char *token, const void *bytes,
							size_t length, int64_t deadline_ms)
{
	struct flight *flight = calloc(1, sizeof(*flight));
	grpc_slice slice = grpc_slice_from_copied_buffer(bytes ? bytes : "", length);
	grpc_op ops[6] = {
	    {.op = GRPC_OP_SEND_INITIAL_METADATA}, {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT},
	    {.op = GRPC_OP_RECV_INITIAL_METADATA}, {.op = GRPC_OP_RECV_MESSAGE},
	    {.op = GRPC_OP_RECV_STATUS_ON_CLIENT}, {.op = GRPC_OP_SEND_MESSAGE}};
	size_t headers = 0;
	char header[TOKEN_MAX_LENGTH + 16];

	fixture_meet();
	grpc_metadata_array_init(&flight->initial);
	grpc_metadata_array_init(&flight->trailing);
	if (token) {
		snprintf(header, sizeof(header), "Bearer %s", token);
		fixture_add_header(flight, headers++, "authorization", header);
	}
	flight->sent = grpc_raw_byte_buffer_create(&slice, 1);
	grpc_slice_unref(slice);
	flight->call = grpc_channel_create_call(
	    fixture->channel, NULL, GRPC_PROPAGATE_DEFAULTS, fixture->queue,
	    grpc_slice_from_static_string(path), NULL,
	    deadline_ms > 0 ? gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
					   gpr_time_from_millis(deadline_ms, GPR_TIMESPAN))
			    : gpr_inf_future(GPR_CLOCK_MONOTONIC),
	    NULL);
	ops[0].data.send_initial_metadata.count = headers;
	ops[0].data.send_initial_metadata.metadata = flight->metadata;
	ops[2].data.recv_initial_metadata.recv_initial_metadata = &flight->initial;
	ops[3].data.recv_message.recv_message = &flight->received;
	ops[4].data.recv_status_on_client.trailing_metadata = &flight->trailing;
	ops[4].data.recv_status_on_client.status = &flight->code;
	ops[4].data.recv_status_on_client.status_details = &flight->message;
	ops[5].data.send_message.send_message = flight->sent;
	RPC_TAG_GIVEN(flight);
	assert_int_equal(grpc_call_start_batch(flight->call, ops, bytes ? 6 : 5, flight, NULL),
			 GRPC_CALL_OK);
	return flight;
}

FIXTURE_UNUSED static struct flight *fixture_send(struct fixture *fixture, const char *path,
						  const char *token,
						  const ProtobufCMessage *request,
						  const ProtobufCMessageDescriptor *reply_type)
{
	size_t length;
	const uint8_t *bytes = message_pack(fixture->arena, request, &length);
	struct flight *flight = fixture_send_bytes(
	    fixture, path, token, length ? bytes : (const uint8_t *)"", length, 8000);

	flight->type = reply_type;
	return flight;
}

FIXTURE_UNUSED static const Google__Rpc__ErrorInfo *
fixture_error_info(struct fixture *fixture, const Google__Rpc__Status *status)
{
	const Google__Rpc__ErrorInfo *found = NULL;

	for (size_t i = 0; status && i < status->n_details; i++) {
		const Google__Protobuf__Any *any = status->details[i];

		if (strcmp(any->type_url, "type.googleapis.com/google.rpc.ErrorInfo") != 0)
			continue;
		assert_null(found); /* Exactly one. */
		found = (const void *)message_unpack(fixture->arena,
						     &google__rpc__error_info__descriptor,
						     any->value.data, any->value.len);
	}
	return found;
}

FIXTURE_UNUSED static const ProtobufCMessage *fixture_detail(struct fixture *fixture,
							     const struct answer *answer,
							     const ProtobufCMessageDescriptor *type)
{
	char url[200];

	snprintf(url, sizeof(url), "type.googleapis.com/%s", type->name);
	for (size_t i = 0; answer->status && i < answer->status->n_details; i++) {
		const Google__Protobuf__Any *any = answer->status->details[i];

		if (strcmp(any->type_url, url) == 0)
			return message_unpack(fixture->arena, type, any->value.data,
					      any->value.len);
	}
	return NULL;
}

FIXTURE_UNUSED static void fixture_read_trailers(struct fixture *fixture, struct flight *flight,
						 struct answer *answer)
{
	for (size_t i = 0; i < flight->trailing.count; i++) {
		const grpc_metadata *item = &flight->trailing.metadata[i];
		const char *bytes = (const char *)GRPC_SLICE_START_PTR(item->value);
		size_t length = GRPC_SLICE_LENGTH(item->value);

		if (grpc_slice_str_cmp(item->key, RPC_WORK_TRAILER) == 0)
			answer->work = arena_copy(fixture->arena, bytes, length);
		if (grpc_slice_str_cmp(item->key, WIRE_STATUS_TRAILER) != 0)
			continue;
		answer->details_length = length;
		answer->status = (const void *)message_unpack(
		    fixture->arena, &google__rpc__status__descriptor, bytes, length);
		assert_non_null(answer->status);
	}
}

FIXTURE_UNUSED static struct answer fixture_answer(struct fixture *fixture, struct flight *flight)
{
	struct answer answer = {.code = flight->code, .reason = ""};
	const Google__Rpc__ErrorInfo *info;
	grpc_byte_buffer_reader reader;

	answer.message = arena_copy(fixture->arena, GRPC_SLICE_START_PTR(flight->message),
				    GRPC_SLICE_LENGTH(flight->message));
	fixture_read_trailers(fixture, flight, &answer);
	info = fixture_error_info(fixture, answer.status);
	if (info) {
		assert_string_equal(info->domain, "entremise");
		answer.reason = info->reason;
	}
	if (flight->received && flight->type) {
		grpc_slice all;

		assert_true(grpc_byte_buffer_reader_init(&reader, flight->received));
		all = grpc_byte_buffer_reader_readall(&reader);
		answer.reply = message_unpack(fixture->arena, flight->type,
					      GRPC_SLICE_START_PTR(all), GRPC_SLICE_LENGTH(all));
		grpc_slice_unref(all);
		grpc_byte_buffer_reader_destroy(&reader);
	}
	grpc_call_unref(flight->call);
	grpc_byte_buffer_destroy(flight->sent);
	grpc_byte_buffer_destroy(flight->received);
	grpc_slice_unref(flight->message);
	for (size_t i = 0; i < 4; i++)
		grpc_slice_unref(flight->metadata[i].value);
	grpc_metadata_array_destroy(&flight->initial);
	grpc_metadata_array_destroy(&flight->trailing);
	free(flight);
	return answer;
}

/* Whichever call ends next, within 10 seconds. */
FIXTURE_UNUSED static struct flight *fixture_next(struct fixture *fixture)
{
	grpc_event event = grpc_completion_queue_next(
	    fixture->queue,
	    gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_seconds(10, GPR_TIMESPAN)),
	    NULL);

	assert_int_equal(event.type, GRPC_OP_COMPLETE);
	RPC_TAG_TAKEN(event.tag);
	fixture_meet();
	return event.tag;
}

/* The answer of this call, the only one under way. */
FIXTURE_UNUSED static struct answer fixture_wait(struct fixture *fixture, struct flight *flight)
{
	assert_ptr_equal(fixture_next(fixture), flight);
	return fixture_answer(fixture, flight);
}

FIXTURE_UNUSED static struct answer fixture_call(struct fixture *fixture, const char *path,
						 const char *token, const ProtobufCMessage *request,
						 const ProtobufCMessageDescriptor *reply_type)
{
	return fixture_wait(fixture, fixture_send(fixture, path, token, request, reply_type));
}
