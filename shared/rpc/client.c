/* SPDX-License-Identifier: Apache-2.0 */
/* protobuf-c's client stubs over an exchange, and bytes passed on as they are. */
#include "rpc/client.h"

#include <string.h>

#include "base/arena.h"
#include "call/call.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "rpc/exchange.h"
#include "rpc/upstream.h"

/* A service of another server, bound to a call; the stubs see its base. */
struct remote {
	ProtobufCService base;
	struct call *call;
	struct rpc_upstream *upstream;
};

/* Reads a varint; false at the end of the bytes. */
static bool read_varint(struct text bytes, size_t *at, uint64_t *value)
{
	*value = 0;
	for (unsigned shift = 0; *at < bytes.length && shift < 64; shift += 7) {
		unsigned char byte = (unsigned char)bytes.start[(*at)++];

		*value |= (uint64_t)(byte & 0x7F) << shift;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

/* Whether a top-level field stands in the packed message with any content. */
static bool has_text(struct text bytes, uint32_t number)
{
	uint64_t key;
	uint64_t length;

	for (size_t at = 0; read_varint(bytes, &at, &key);) {
		switch (key & 7) {
		case 0:
			if (!read_varint(bytes, &at, &length))
				return false;
			break;
		case 1:
			at += 8;
			break;
		case 2:
			if (!read_varint(bytes, &at, &length) || length > bytes.length - at)
				return false;
			if (key >> 3 == number && length > 0)
				return true;
			at += (size_t)length;
			break;
		case 5:
			at += 4;
			break;
		default:
			return false;
		}
		if (at > bytes.length)
			return false;
	}
	return false;
}

/*
 * A mutation that names no request_id gets one: the channel may send it twice, and must not have
 * it done twice.
 */
static struct text with_request_id(struct call *call, const struct method_rule *rule,
				   struct text bytes)
{
	const ProtobufCFieldDescriptor *field;
	const char *id;
	size_t length;
	uint8_t *longer;
	uint32_t key;
	size_t at;

	if (!rule || !rule->input || rule->rule->effect != EFFECT__EFFECT_MUTATION)
		return bytes;
	field = rule->input->request_id;
	if (!field || has_text(bytes, field->id))
		return bytes;
	id = call_new_id(call);
	length = strlen(id);
	longer = arena_alloc(call->arena, bytes.length + 6 + length);
	memcpy(longer, bytes.start, bytes.length);
	at = bytes.length;
	for (key = (field->id << 3) | 2; key >= 0x80; key >>= 7)
		longer[at++] = (uint8_t)(key | 0x80);
	longer[at++] = (uint8_t)key;
	longer[at++] = (uint8_t)length;
	memcpy(longer + at, id, length);
	return (struct text){(const char *)longer, at + length};
}

static void invoke(ProtobufCService *service, unsigned index, const ProtobufCMessage *request,
		   ProtobufCClosure closure, void *reply)
{
	const struct remote *remote = (const void *)service;
	const ProtobufCMethodDescriptor *method = &service->descriptor->methods[index];
	const struct method_rule *rule = contract_method(service->descriptor, index);
	struct exchange_request wanted = {
	    .upstream = remote->upstream, .output = method->output, .reply = reply};

	(void)closure; /* Only its type says something: that of the reply. */
	wanted.path = rule ? rule->path
			   : arena_text(remote->call->arena, "/%s/%s", service->descriptor->name,
					method->name);
	wanted.bytes.start =
	    (const char *)message_pack(remote->call->arena, request, &wanted.bytes.length);
	wanted.bytes = with_request_id(remote->call, rule, wanted.bytes);
	exchange_send(remote->call, &wanted);
}

ProtobufCService *call_remote(struct call *call, struct rpc_upstream *upstream,
			      const ProtobufCServiceDescriptor *service)
{
	struct remote *remote = arena_new(call->arena, struct remote, 1);

	remote->base.descriptor = service;
	remote->base.invoke = invoke;
	remote->call = call;
	remote->upstream = upstream;
	return &remote->base;
}

struct status call_forward(struct call *call, struct rpc_upstream *upstream, const char *path,
			   const uint8_t *request, size_t length, const uint8_t **reply,
			   size_t *reply_length)
{
	const struct method_rule *rule = contract_method_by_path(text_of(path));
	struct text bytes = {(const char *)request, length};
	struct exchange_request wanted = {.upstream = upstream, .path = path};
	const struct sent *sent;
	struct text answer;

	wanted.bytes = with_request_id(call, rule, bytes);
	sent = exchange_send(call, &wanted);
	TRY(call_await(call));
	answer = exchange_answer(sent);
	*reply = (const uint8_t *)answer.start;
	*reply_length = answer.length;
	return STATUS_OK;
}
