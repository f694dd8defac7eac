/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing fields of generated messages through their descriptors. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

struct arena;

/* Where a field's value stands in its message, and its presence or count. */
void *field_slot(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);
void *field_quantifier(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

/* True when a singular field has its default (0, "", no bytes, NULL) or a repeated one is empty. */
bool field_is_empty(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

/* The text of a singular string field; "" when it is empty. */
const char *field_text(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

/* Sets a singular string field; the text is borrowed for the life of the message. */
void field_set_text(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
		    const char *text);

/* The sub-message of a singular message field; NULL when absent. */
ProtobufCMessage *field_message(const ProtobufCMessage *message,
				const ProtobufCFieldDescriptor *field);

/* The sub-message, made in the arena when absent. */
ProtobufCMessage *field_make_message(struct arena *arena, ProtobufCMessage *message,
				     const ProtobufCFieldDescriptor *field);

/* A new message of the type, initialised, in the arena. */
ProtobufCMessage *message_new(struct arena *arena, const ProtobufCMessageDescriptor *descriptor);

/* A deep copy: sub-messages and arrays are new, text and bytes are shared, unknown fields dropped.
 */
ProtobufCMessage *message_copy(struct arena *arena, const ProtobufCMessage *message);

/* Copies a field's value from one message to another of the same type; what it points to is shared.
 */
void field_copy(ProtobufCMessage *to, const ProtobufCMessage *from,
		const ProtobufCFieldDescriptor *field);

/* Sets a field to its default. */
void field_clear(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);

/* Bytes of one value in its struct, or of one item in its array. */
size_t field_item_size(const ProtobufCFieldDescriptor *field);

/* How many items a repeated field has, and item `index` of a repeated message field. */
size_t field_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);
ProtobufCMessage *field_item(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
			     size_t index);

/*
 * Appends an item to a repeated message field; the array grows in the arena by doubling. The field
 * must be empty, or filled by this function or message_copy: an unpacked array has no room.
 */
void field_append(struct arena *arena, ProtobufCMessage *message,
		  const ProtobufCFieldDescriptor *field, ProtobufCMessage *item);

/* Packs into the arena; *length tells the size. */
uint8_t *message_pack(struct arena *arena, const ProtobufCMessage *message, size_t *length);

/* Unpacks within the arena's limit; NULL when malformed or too large. */
ProtobufCMessage *message_unpack(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
				 const void *bytes, size_t length);
