/* SPDX-License-Identifier: Apache-2.0 */
/* Paths of parameters and columns, resolved once to fields of messages. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

#define PATH_DEPTH_MAX 8

struct arena;
struct field_rule;
struct resource_type;

/* Where a value comes from. */
enum path_source {
	PATH_FIELD, /* A field of a message. */
	PATH_PLATFORM,
	PATH_CALLER,
	PATH_OWNER,
	PATH_NOW,
	PATH_REAL,
	PATH_POSITION,
};

/* What the field at the end of a path holds, and thereby how it is converted. */
enum value_kind {
	VALUE_TEXT,
	VALUE_BYTES,
	VALUE_INTEGER, /* Any integer, bool or enum. */
	VALUE_REAL,
	VALUE_TIMESTAMP, /* google.protobuf.Timestamp <-> BIGINT microseconds */
	VALUE_DATE,	 /* google.type.Date <-> 'YYYY-MM-DD' */
	VALUE_NAME_PART, /* One variable of a resource name. */
	VALUE_ETAG,	 /* The text of an integer version. */
	VALUE_SEALED,	 /* Personal or secret: base64 of the sealed text, bytes or message. */
};

/* One path, resolved; immutable. */
struct path {
	const char *text; /* borrowed; as written */
	enum path_source source;
	int input; /* Index of the message it starts in. */
	const ProtobufCFieldDescriptor *steps[PATH_DEPTH_MAX];
	size_t depth; /* How many steps; the last is the field. */
	const struct field_rule *rule;
	enum value_kind kind;
	const struct resource_type *resource; /* VALUE_NAME_PART */
	int part;			      /* VALUE_NAME_PART: its index in the pattern. */
	bool index;			      /* `::index` */
	bool base64;			      /* `::base64` */
	size_t width;			      /* `...N`; 0: one value. */
	/* VALUE_SEALED: by the service's key, or by that of the person whom `subject` names, a
	 * field beside step `subject_step`. */
	bool secret;
	const ProtobufCFieldDescriptor *subject;
	size_t subject_step;
};

/* What a statement's paths may start in. */
struct path_scope {
	const ProtobufCMessageDescriptor *messages[2]; /* NULL when absent. */
	bool each;				       /* messages[0] is an item: it goes first. */
	const ProtobufCFieldDescriptor *scalar_list;   /* The item is one of this list. */
	bool output;				       /* For a column: no session, no suffix. */
};

/*
 * Resolves `text`, which must live as long as the path. NULL when all is well, otherwise what is
 * wrong.
 */
const char *path_resolve(const struct path_scope *scope, const char *text, struct path *path);

/* A place in a message: the field's value, and the message it stands in. */
struct place {
	ProtobufCMessage *message;
	void *slot;
};

/*
 * Finds where a path leads in `root`; item `index` of the list on its way, if there is one. False
 * when a sub-message is absent, another member of a oneof is set, or the list has no such item.
 */
bool path_find(const struct path *path, const ProtobufCMessage *root, size_t index,
	       struct place *place);

/* The message in which step `step` of the path stands; NULL when absent. */
ProtobufCMessage *path_message(const struct path *path, const ProtobufCMessage *root, size_t index,
			       size_t step);

/* The same, making what is absent in the arena and choosing the members of oneofs. */
struct place path_make(struct arena *arena, const struct path *path, ProtobufCMessage *root);

/* How many items the list on the path's way has; 1 when there is none. */
size_t path_count(const struct path *path, const ProtobufCMessage *root);
