/* SPDX-License-Identifier: Apache-2.0 */
/* Fields by offset, type and quantifier, as protobuf-c's descriptors tell them. */
#include "contract/field.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"

static bool is_oneof(const ProtobufCFieldDescriptor *field)
{
	return (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
}

/* proto2's optional numbers and bytes, as in google/protobuf/descriptor.proto, have has_ flags. */
static bool has_flag(const ProtobufCFieldDescriptor *field)
{
	return field->label == PROTOBUF_C_LABEL_OPTIONAL && field->quantifier_offset != 0 &&
	       !is_oneof(field);
}

void *field_slot(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	return (uint8_t *)(uintptr_t)message + field->offset;
}

void *field_quantifier(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	return (uint8_t *)(uintptr_t)message + field->quantifier_offset;
}

/* The number of the field that a oneof holds; 0 = none. */
static uint32_t *oneof_case(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	return field_quantifier(message, field);
}

static size_t *item_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	return field_quantifier(message, field);
}

size_t field_item_size(const ProtobufCFieldDescriptor *field)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_ENUM:
		return 4;
	case PROTOBUF_C_TYPE_BOOL:
		return sizeof(protobuf_c_boolean);
	case PROTOBUF_C_TYPE_STRING:
		return sizeof(char *);
	case PROTOBUF_C_TYPE_BYTES:
		return sizeof(ProtobufCBinaryData);
	case PROTOBUF_C_TYPE_MESSAGE:
		return sizeof(ProtobufCMessage *);
	default:
		return 8;
	}
}

static bool is_default(const void *slot, const ProtobufCFieldDescriptor *field)
{
	static const uint8_t zeros[8];

	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING: {
		const char *text = *(char *const *)slot;

		return !text || !*text;
	}
	case PROTOBUF_C_TYPE_BYTES:
		return ((const ProtobufCBinaryData *)slot)->len == 0;
	case PROTOBUF_C_TYPE_MESSAGE:
		return !*(ProtobufCMessage *const *)slot;
	default: /* Numbers: all bits zero, so that -0.0 is not left out. */
		return memcmp(slot, zeros, field_item_size(field)) == 0;
	}
}

bool field_is_empty(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	if (field->label == PROTOBUF_C_LABEL_REPEATED)
		return *item_count(message, field) == 0;
	if (is_oneof(field))
		return *oneof_case(message, field) != field->id;
	if (has_flag(field))
		return !*(const protobuf_c_boolean *)field_quantifier(message, field);
	return is_default(field_slot(message, field), field);
}

const char *field_text(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	const char *text;

	assert(field->type == PROTOBUF_C_TYPE_STRING && field->label != PROTOBUF_C_LABEL_REPEATED);
	if (is_oneof(field) && *oneof_case(message, field) != field->id)
		return "";
	text = *(char *const *)field_slot(message, field);
	return text ? text : "";
}

/* Says that the field is present, where a message keeps that apart from the value. */
static void mark_present(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	if (is_oneof(field))
		*oneof_case(message, field) = field->id;
	else if (has_flag(field))
		*(protobuf_c_boolean *)field_quantifier(message, field) = 1;
}

void field_set_text(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
		    const char *text)
{
	assert(field->type == PROTOBUF_C_TYPE_STRING && field->label != PROTOBUF_C_LABEL_REPEATED);
	*(const char **)field_slot(message, field) = text ? text : protobuf_c_empty_string;
	mark_present(message, field);
}

ProtobufCMessage *field_message(const ProtobufCMessage *message,
				const ProtobufCFieldDescriptor *field)
{
	assert(field->type == PROTOBUF_C_TYPE_MESSAGE && field->label != PROTOBUF_C_LABEL_REPEATED);
	if (is_oneof(field) && *oneof_case(message, field) != field->id)
		return NULL;
	return *(ProtobufCMessage **)field_slot(message, field);
}

ProtobufCMessage *message_new(struct arena *arena, const ProtobufCMessageDescriptor *descriptor)
{
	ProtobufCMessage *message = arena_alloc(arena, descriptor->sizeof_message);

	protobuf_c_message_init(descriptor, message);
	return message;
}

ProtobufCMessage *field_make_message(struct arena *arena, ProtobufCMessage *message,
				     const ProtobufCFieldDescriptor *field)
{
	ProtobufCMessage *made = field_message(message, field);

	if (!made) {
		made = message_new(arena, field->descriptor);
		*(ProtobufCMessage **)field_slot(message, field) = made;
		mark_present(message, field);
	}
	return made;
}

void field_copy(ProtobufCMessage *to, const ProtobufCMessage *from,
		const ProtobufCFieldDescriptor *field)
{
	assert(to->descriptor == from->descriptor);
	if (field_is_empty(from, field)) {
		field_clear(to, field);
		return;
	}
	if (field->label == PROTOBUF_C_LABEL_REPEATED) {
		*item_count(to, field) = *item_count(from, field);
		*(void **)field_slot(to, field) = *(void *const *)field_slot(from, field);
		return;
	}
	memmove(field_slot(to, field), field_slot(from, field), field_item_size(field));
	mark_present(to, field);
}

void field_clear(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	void *slot = field_slot(message, field);

	if (field->label == PROTOBUF_C_LABEL_REPEATED) {
		*item_count(message, field) = 0;
		*(void **)slot = NULL;
		return;
	}
	/* Another member of the same oneof shares the slot. */
	if (is_oneof(field) && *oneof_case(message, field) != field->id)
		return;
	memset(slot, 0, field_item_size(field));
	if (is_oneof(field))
		*oneof_case(message, field) = 0;
	else if (has_flag(field))
		*(protobuf_c_boolean *)field_quantifier(message, field) = 0;
	if (field->type == PROTOBUF_C_TYPE_STRING && !is_oneof(field))
		*(const char **)slot = field->default_value;
}

size_t field_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	assert(field->label == PROTOBUF_C_LABEL_REPEATED);
	return *item_count(message, field);
}

ProtobufCMessage *field_item(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
			     size_t index)
{
	assert(field->type == PROTOBUF_C_TYPE_MESSAGE && index < field_count(message, field));
	return (*(ProtobufCMessage ***)field_slot(message, field))[index];
}

/* Arrays of messages have room for a power of two, at least 8, which the count tells. */
static size_t room_for(size_t count)
{
	size_t room = 8;

	while (room < count)
		room *= 2;
	return room;
}

void field_append(struct arena *arena, ProtobufCMessage *message,
		  const ProtobufCFieldDescriptor *field, ProtobufCMessage *item)
{
	ProtobufCMessage ***items = field_slot(message, field);
	size_t *count = item_count(message, field);

	assert(field->type == PROTOBUF_C_TYPE_MESSAGE && field->label == PROTOBUF_C_LABEL_REPEATED);
	if (*count == 0 || room_for(*count) == *count) {
		ProtobufCMessage **grown =
		    arena_new(arena, ProtobufCMessage *, room_for(*count + 1));

		if (*count > 0)
			memcpy(grown, *items, *count * sizeof(*grown));
		*items = grown;
	}
	(*items)[(*count)++] = item;
}

static void copy_items(struct arena *arena, ProtobufCMessage *message,
		       const ProtobufCFieldDescriptor *field)
{
	size_t count = *item_count(message, field);
	void **slot = field_slot(message, field);
	void *copy = arena_new_items(arena, field_item_size(field), room_for(count));

	memcpy(copy, *slot, count * field_item_size(field));
	*slot = copy;
	if (field->type != PROTOBUF_C_TYPE_MESSAGE)
		return;
	for (size_t i = 0; i < count; i++) {
		ProtobufCMessage **item = (ProtobufCMessage **)copy + i;

		*item = message_copy(arena, *item);
	}
}

ProtobufCMessage *message_copy(struct arena *arena, const ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *descriptor = message->descriptor;
	ProtobufCMessage *copy = arena_alloc(arena, descriptor->sizeof_message);

	memcpy(copy, message, descriptor->sizeof_message);
	copy->n_unknown_fields = 0;
	copy->unknown_fields = NULL;
	for (unsigned i = 0; i < descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &descriptor->fields[i];

		if (field->label == PROTOBUF_C_LABEL_REPEATED) {
			if (*item_count(copy, field) > 0)
				copy_items(arena, copy, field);
		} else if (field->type == PROTOBUF_C_TYPE_MESSAGE && field_message(copy, field)) {
			ProtobufCMessage **slot = field_slot(copy, field);

			*slot = message_copy(arena, *slot);
		}
	}
	return copy;
}

uint8_t *message_pack(struct arena *arena, const ProtobufCMessage *message, size_t *length)
{
	size_t size = protobuf_c_message_get_packed_size(message);
	uint8_t *bytes = arena_alloc(arena, size);

	*length = protobuf_c_message_pack(message, bytes);
	assert(*length == size);
	return bytes;
}

ProtobufCMessage *message_unpack(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
				 const void *bytes, size_t length)
{
	ProtobufCAllocator allocator = arena_allocator(arena);

	return protobuf_c_message_unpack(descriptor, &allocator, length, bytes);
}
