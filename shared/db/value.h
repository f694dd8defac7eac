/* SPDX-License-Identifier: Apache-2.0 */
/* Values on their way between messages and rows: the converters. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "base/status.h"
#include "base/text.h"

struct arena;
struct db_session;
struct path;
struct place;

/* One bound parameter, or one column of a row. */
enum value_type { VALUE_TYPE_NULL, VALUE_TYPE_INTEGER, VALUE_TYPE_REAL, VALUE_TYPE_TEXT };

struct value {
	enum value_type type;
	bool is_unsigned; /* The integer is a uint64_t. */
	int64_t integer;
	double real;
	struct text text; /* borrowed; text or bytes */
};

/*
 * The value of a parameter, for the server: of item `index` if its path has a list. Text is shared
 * with the message or made in the session's arena. Fails only where keys are needed.
 */
struct status value_take(struct db_session *session, const struct path *path,
			 const ProtobufCMessage *root, size_t index, struct value *value);

/*
 * Puts a column's value, not NULL, into its place. Text is in the arena already. False when it does
 * not fit the field (a number out of range, a date that is none).
 */
bool value_put(struct arena *arena, const struct path *path, const struct value *value,
	       struct place place);

/* value_sealed.c: personal and secret fields. */

/*
 * Seals the field's text, bytes or packed message, as base64; under the key of the person that
 * the path's `subject` names (made when missing), or the service's. Empty stays empty.
 */
struct status value_seal(struct db_session *session, const struct path *path,
			 const ProtobufCMessage *root, const struct place *place,
			 struct value *value);

/*
 * Opens a sealed column into its place in `root`, whose subject must be set. A person whose key was
 * destroyed leaves the field empty.
 */
struct status value_open(struct db_session *session, const struct path *path,
			 ProtobufCMessage *root, const struct value *value);
