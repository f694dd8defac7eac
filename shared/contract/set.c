/* SPDX-License-Identifier: Apache-2.0 */
/* The descriptor set unpacked once, without its comments, and sorted for look-up. */
#include "contract/set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "contract/varint.h"

#define SOURCE_CODE_INFO 9 /* FileDescriptorProto.source_code_info */

_Noreturn void set_refuse(const char *place, const char *problem)
{
	char line[512];

	snprintf(line, sizeof(line), "contract: %s: %s", place, problem);
	fatal(line);
}

/* One field on the wire: all its bytes, and those of its value. */
struct wire_field {
	uint64_t number;
	struct text whole;
	struct text value;
};

/* Takes the next field off; only what a descriptor set has: varints and lengths. */
static struct wire_field take_field(struct text *rest)
{
	const uint8_t *at = (const uint8_t *)rest->start;
	const uint8_t *end = at + rest->length;
	struct wire_field field = {0};
	uint64_t tag = 0;
	uint64_t length = 0;

	if (!varint_read(&at, end, &tag) || !varint_read(&at, end, &length))
		set_refuse("descriptor set", "cut short");
	field.number = tag >> 3;
	if ((tag & 7) == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED) {
		if (length > (uint64_t)(end - at))
			set_refuse("descriptor set", "cut short");
		field.value = (struct text){(const char *)at, (size_t)length};
		at += length;
	} else if ((tag & 7) != PROTOBUF_C_WIRE_TYPE_VARINT) {
		set_refuse("descriptor set", "a field of an unknown form");
	}
	field.whole = (struct text){rest->start, (size_t)((const char *)at - rest->start)};
	rest->start += field.whole.length;
	rest->length -= field.whole.length;
	return field;
}

/* Comments are most of the set, and are for reflection only: one file without them. */
static Google__Protobuf__FileDescriptorProto *unpack_file(struct arena *arena, struct text file)
{
	char *bytes = fatal_calloc(file.length, 1);
	size_t length = 0;
	ProtobufCMessage *unpacked;

	while (file.length > 0) {
		struct wire_field field = take_field(&file);

		if (field.number == SOURCE_CODE_INFO)
			continue;
		memcpy(bytes + length, field.whole.start, field.whole.length);
		length += field.whole.length;
	}
	unpacked = message_unpack(arena, &google__protobuf__file_descriptor_proto__descriptor,
				  bytes, length);
	free(bytes);
	if (!unpacked)
		set_refuse("descriptor set", "a file that does not unpack");
	return (Google__Protobuf__FileDescriptorProto *)unpacked;
}

/* Appends to an array that grows by doubling; the older ones stay in the arena, little as they are.
 */
static void *grow(struct arena *arena, void *items, size_t count, size_t size)
{
	uint8_t *grown;

	if (count != 0 && (count < 64 || (count & (count - 1)) != 0))
		return items;
	grown = arena_new_items(arena, size, count == 0 ? 64 : 2 * count);
	if (count > 0)
		memcpy(grown, items, count * size);
	return grown;
}

static void add_message(struct set *set, const char *scope,
			const Google__Protobuf__DescriptorProto *proto)
{
	const char *name = arena_text(set->arena, "%s.%s", scope, proto->name);

	set->messages = grow(set->arena, set->messages, set->message_count, sizeof(*set->messages));
	set->messages[set->message_count++] = (struct set_message){name, proto};
	for (size_t i = 0; i < proto->n_nested_type; i++)
		add_message(set, name, proto->nested_type[i]);
}

static const MethodRule *rule_of(const struct set *set,
				 const Google__Protobuf__MethodDescriptorProto *method)
{
	return set_option(set->arena, (const ProtobufCMessage *)method->options, SET_METHOD,
			  &method_rule__descriptor);
}

/* All but what only generated code can tell. */
static void add_method(struct set *set, const char *service,
		       const Google__Protobuf__MethodDescriptorProto *proto, size_t index)
{
	static const MethodRule nothing = METHOD_RULE__INIT;
	const MethodRule *rule = rule_of(set, proto);
	struct method_rule method = {
	    .path = arena_text(set->arena, "/%s/%s", service, proto->name),
	    .service_name = service,
	    .name = proto->name,
	    .index = (unsigned)index,
	    .rule = rule ? rule : &nothing,
	    .server_streaming = proto->server_streaming,
	    .client_streaming = proto->client_streaming,
	};

	for (size_t i = 0; i < method.rule->n_allow; i++)
		method.allow |= 1U << (method.rule->allow[i] & 31);
	set->methods = grow(set->arena, set->methods, set->method_count, sizeof(*set->methods));
	set->methods[set->method_count++] = method;
}

/* Services that are not ours (health, reflection) have no rules, and are left out. */
static void add_service(struct set *set, const char *package,
			const Google__Protobuf__ServiceDescriptorProto *service)
{
	const char *name = arena_text(set->arena, "%s.%s", package, service->name);
	bool ours = strncmp(name, "entremise.", strlen("entremise.")) == 0;

	for (size_t i = 0; i < service->n_method && !ours; i++)
		ours = rule_of(set, service->method[i]) != NULL;
	for (size_t i = 0; i < service->n_method && ours; i++)
		add_method(set, name, service->method[i], i);
}

static void add_file(struct set *set, const Google__Protobuf__FileDescriptorProto *file)
{
	for (size_t i = 0; i < file->n_message_type; i++)
		add_message(set, file->package, file->message_type[i]);
	for (size_t i = 0; i < file->n_service; i++)
		add_service(set, file->package, file->service[i]);
	for (size_t i = 0; i < file->n_enum_type; i++) {
		if (strcmp(file->package, "entremise.common.v1") == 0 &&
		    strcmp(file->enum_type[i]->name, "Reason") == 0)
			set->reasons = file->enum_type[i];
	}
}

static int compare_messages(const void *a, const void *b)
{
	return strcmp(((const struct set_message *)a)->name, ((const struct set_message *)b)->name);
}

static int compare_methods(const void *a, const void *b)
{
	return strcmp(((const struct method_rule *)a)->path, ((const struct method_rule *)b)->path);
}

void set_load(struct set *set, struct arena *arena, struct text bytes)
{
	*set = (struct set){.arena = arena};
	while (bytes.length > 0)
		add_file(set, unpack_file(arena, take_field(&bytes).value));
	if (!set->reasons)
		set_refuse("descriptor set", "no enum entremise.common.v1.Reason");
	qsort(set->messages, set->message_count, sizeof(*set->messages), compare_messages);
	if (set->method_count > 0)
		qsort(set->methods, set->method_count, sizeof(*set->methods), compare_methods);
}

const struct set_message *set_find_message(const struct set *set, const char *name)
{
	struct set_message key = {.name = name};

	return bsearch(&key, set->messages, set->message_count, sizeof(key), compare_messages);
}

struct method_rule *set_find_method(const struct set *set, const char *path)
{
	struct method_rule key = {.path = path};

	return bsearch(&key, set->methods, set->method_count, sizeof(key), compare_methods);
}

/* The bytes of an unknown field of wire type 2, behind their length. */
static struct text payload(const ProtobufCMessageUnknownField *unknown)
{
	const uint8_t *at = unknown->data;
	const uint8_t *end = unknown->data + unknown->len;
	uint64_t length = 0;

	if (!varint_read(&at, end, &length) || length != (uint64_t)(end - at))
		set_refuse("descriptor set", "an option of an unknown form");
	return (struct text){(const char *)at, (size_t)length};
}

void *set_option(struct arena *arena, const ProtobufCMessage *options, enum set_option option,
		 const ProtobufCMessageDescriptor *descriptor)
{
	char *bytes = NULL;
	size_t length = 0;
	void *value;

	for (unsigned i = 0; options && i < options->n_unknown_fields; i++) {
		const ProtobufCMessageUnknownField *unknown = &options->unknown_fields[i];
		struct text piece;
		char *longer;

		if (unknown->tag != option)
			continue;
		piece = payload(unknown);
		longer = arena_alloc(arena, length + piece.length);
		if (length > 0)
			memcpy(longer, bytes, length);
		if (piece.length > 0)
			memcpy(longer + length, piece.start, piece.length);
		bytes = longer;
		length += piece.length;
	}
	if (!bytes)
		return NULL;
	value = message_unpack(arena, descriptor, bytes, length);
	if (!value)
		set_refuse(descriptor->name, "an option that does not unpack");
	return value;
}

bool set_option_has(const ProtobufCMessage *options, enum set_option option, uint64_t value)
{
	for (unsigned i = 0; options && i < options->n_unknown_fields; i++) {
		const ProtobufCMessageUnknownField *unknown = &options->unknown_fields[i];
		const uint8_t *at = unknown->data;
		const uint8_t *end = unknown->data + unknown->len;
		uint64_t found = 0;

		if (unknown->tag != option)
			continue;
		if (unknown->wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED)
			at = (const uint8_t *)payload(unknown).start;
		while (at < end && varint_read(&at, end, &found)) {
			if (found == value)
				return true;
		}
	}
	return false;
}
