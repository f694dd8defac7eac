/* SPDX-License-Identifier: Apache-2.0 */
/* The walk: one frame per open message, field by field, without recursion. */
#include "contract/wire.h"

#include "base/text.h"
#include "contract/varint.h"

#define FIELD_NUMBER_MAX ((UINT64_C(1) << 29) - 1)

/* A message that is being walked. */
struct frame {
	const ProtobufCMessageDescriptor *descriptor;
	const uint8_t *end;
	unsigned next; /* The field that is likely to come: encoders write them in order. */
};

struct walk {
	struct frame frames[WIRE_DEPTH_MAX];
	struct frame *top;
	const uint8_t *at;
	size_t items;
};

/* NULL for an unknown field, which is opaque. */
static const ProtobufCFieldDescriptor *find_field(struct frame *frame, uint32_t number)
{
	const ProtobufCMessageDescriptor *descriptor = frame->descriptor;
	const ProtobufCFieldDescriptor *field;

	/* The same again (a repeated field), or the one behind it. */
	for (unsigned i = frame->next; i < descriptor->n_fields && i < frame->next + 2; i++) {
		if (descriptor->fields[i].id == number) {
			frame->next = i;
			return &descriptor->fields[i];
		}
	}
	field = protobuf_c_message_descriptor_get_field(descriptor, number);
	if (field)
		frame->next = (unsigned)(field - descriptor->fields);
	return field;
}

/* How a single value of the type is written. */
static ProtobufCWireType wire_type_of(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_BYTES:
	case PROTOBUF_C_TYPE_MESSAGE:
		return PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_FLOAT:
		return PROTOBUF_C_WIRE_TYPE_32BIT;
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_DOUBLE:
		return PROTOBUF_C_WIRE_TYPE_64BIT;
	default:
		return PROTOBUF_C_WIRE_TYPE_VARINT;
	}
}

static enum wire_result check_packed(struct walk *walk, ProtobufCWireType type, size_t length)
{
	const uint8_t *end = walk->at + length;
	size_t width = type == PROTOBUF_C_WIRE_TYPE_32BIT ? 4 : 8;
	uint64_t value;

	if (type != PROTOBUF_C_WIRE_TYPE_VARINT) {
		if (length % width != 0)
			return WIRE_MALFORMED;
		walk->items += length / width;
		walk->at = end;
		return walk->items > WIRE_ITEMS_MAX ? WIRE_TOO_MANY : WIRE_OK;
	}
	while (walk->at < end) {
		if (!varint_read(&walk->at, end, &value))
			return WIRE_MALFORMED;
		if (++walk->items > WIRE_ITEMS_MAX)
			return WIRE_TOO_MANY;
	}
	return WIRE_OK;
}

static enum wire_result open_message(struct walk *walk, const ProtobufCMessageDescriptor *type,
				     size_t length)
{
	if (walk->top == &walk->frames[WIRE_DEPTH_MAX - 1])
		return WIRE_TOO_DEEP;
	walk->top++;
	*walk->top = (struct frame){.descriptor = type, .end = walk->at + length};
	return WIRE_OK;
}

/* A value with a length; `field` is NULL when it is unknown. */
static enum wire_result check_prefixed(struct walk *walk, const ProtobufCFieldDescriptor *field)
{
	uint64_t length;
	const uint8_t *value;

	if (!varint_read(&walk->at, walk->top->end, &length) ||
	    length > (uint64_t)(walk->top->end - walk->at))
		return WIRE_MALFORMED;
	value = walk->at;
	if (field && field->type == PROTOBUF_C_TYPE_MESSAGE)
		return open_message(walk, field->descriptor, (size_t)length);
	if (field && wire_type_of(field->type) != PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED)
		return field->label == PROTOBUF_C_LABEL_REPEATED
			   ? check_packed(walk, wire_type_of(field->type), (size_t)length)
			   : WIRE_MALFORMED;
	walk->at += length;
	if (field && field->type == PROTOBUF_C_TYPE_STRING && !text_is_utf8(value, (size_t)length))
		return WIRE_NOT_UTF8;
	return WIRE_OK;
}

static enum wire_result skip(struct walk *walk, size_t length)
{
	if (length > (size_t)(walk->top->end - walk->at))
		return WIRE_MALFORMED;
	walk->at += length;
	return WIRE_OK;
}

static enum wire_result check_field(struct walk *walk)
{
	const ProtobufCFieldDescriptor *field;
	ProtobufCWireType type;
	uint64_t tag;
	uint64_t value;

	if (++walk->items > WIRE_ITEMS_MAX)
		return WIRE_TOO_MANY;
	if (!varint_read(&walk->at, walk->top->end, &tag) || tag >> 3 == 0 ||
	    tag >> 3 > FIELD_NUMBER_MAX)
		return WIRE_MALFORMED;
	type = (ProtobufCWireType)(tag & 7);
	field = find_field(walk->top, (uint32_t)(tag >> 3));
	if (type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED)
		return check_prefixed(walk, field);
	if (field && wire_type_of(field->type) != type)
		return WIRE_MALFORMED;
	switch (type) {
	case PROTOBUF_C_WIRE_TYPE_VARINT:
		return varint_read(&walk->at, walk->top->end, &value) ? WIRE_OK : WIRE_MALFORMED;
	case PROTOBUF_C_WIRE_TYPE_32BIT:
		return skip(walk, 4);
	case PROTOBUF_C_WIRE_TYPE_64BIT:
		return skip(walk, 8);
	default: /* Groups are of proto2; 6 and 7 mean nothing. */
		return WIRE_MALFORMED;
	}
}

enum wire_result wire_check(const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes,
			    size_t length)
{
	struct walk walk;

	walk.at = bytes;
	walk.items = 0;
	walk.top = walk.frames;
	*walk.top = (struct frame){.descriptor = descriptor, .end = bytes + length};
	for (;;) {
		enum wire_result result;

		while (walk.at == walk.top->end) {
			if (walk.top == walk.frames)
				return WIRE_OK;
			walk.top--;
		}
		result = check_field(&walk);
		if (result != WIRE_OK)
			return result;
	}
}
