/* SPDX-License-Identifier: Apache-2.0 */
/* What can be wrong with one value, by its field's rule: internal to this folder. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

struct arena;
struct field_rule;

/*
 * Each gives what is wrong ("must be between 1 and 20"), in the arena or static, or NULL.
 * value_problem: a singular value that is set. value_item_problem: an item of a repeated field that
 * has no messages. value_empty_problem: that a singular field is left out.
 */
const char *value_problem(struct arena *arena, const struct field_rule *field,
			  const ProtobufCMessage *message);
const char *value_item_problem(struct arena *arena, const struct field_rule *field,
			       const ProtobufCMessage *message, size_t index);
const char *value_empty_problem(struct arena *arena, const struct field_rule *field);

/* Google's types with a range of their own: Timestamp, Duration, Date. */
bool value_is_known_type(const ProtobufCMessageDescriptor *type);

/* Such a message out of its range; a Date must be a full one. */
const char *value_message_problem(const ProtobufCMessage *message);
