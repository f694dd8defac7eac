/* SPDX-License-Identifier: Apache-2.0 */
/* Paths of parameters and columns, resolved once to fields of messages. */
#include "db/path.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/text.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "contract/name.h"

static const struct {
	const char *name;
	enum path_source source;
} session_values[] = {
    {"platform", PATH_PLATFORM}, {"caller", PATH_CALLER}, {"owner", PATH_OWNER},
    {"now", PATH_NOW},		 {"real", PATH_REAL},
};

static const ProtobufCFieldDescriptor *find_field(const ProtobufCMessageDescriptor *message,
						  struct text name)
{
	for (unsigned i = 0; message != NULL && i < message->n_fields; i++)
		if (text_equal_string(name, message->fields[i].name))
			return &message->fields[i];
	return NULL;
}

static const struct field_rule *rule_of(const ProtobufCMessageDescriptor *message,
					const ProtobufCFieldDescriptor *field)
{
	return &contract_message(message)->fields[field - message->fields];
}

/* Takes the suffixes off `text`: what is left is the dotted path. */
static const char *read_suffix(struct path *path, struct text *text)
{
	const char *dots = memmem(text->start, text->length, "...", 3);
	const char *colons = memmem(text->start, text->length, "::", 2);

	if (dots != NULL) {
		path->width = (size_t)strtoul(dots + 3, NULL, 10);
		text->length = (size_t)(dots - text->start);
	} else if (colons != NULL) {
		path->index = strncmp(colons, "::index", 7) == 0;
		path->base64 = strstr(colons, "::base64") != NULL;
		if (!path->index && !path->base64)
			return "the suffix is ::index, or none";
		text->length = (size_t)(colons - text->start);
	}
	return NULL;
}

/* Which input the path's first name belongs to. */
static const char *choose_input(const struct path_scope *scope, struct text *text,
				struct path *path)
{
	struct text rest = *text;
	struct text first;
	bool found[2];

	text_next(&rest, '.', &first);
	for (int i = 0; first.length > 0 && isupper((unsigned char)first.start[0]) && i < 2; i++)
		if (scope->messages[i] != NULL &&
		    text_equal_string(first, scope->messages[i]->short_name)) {
			path->input = i;
			*text = rest;
			return NULL;
		}
	if (scope->scalar_list != NULL && text_equal_string(first, scope->scalar_list->name))
		return NULL;
	for (int i = 0; i < 2; i++)
		found[i] = !(i == 0 && scope->scalar_list != NULL) &&
			   find_field(scope->messages[i], first) != NULL;
	if (found[0] && found[1] && !scope->each)
		return "both inputs have such a field: write Type.field";
	if (!found[0] && !found[1])
		return "no such field";
	path->input = found[0] ? 0 : 1;
	return NULL;
}

static enum value_kind kind_of(const ProtobufCFieldDescriptor *field)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		return strcmp(field->name, "etag") == 0 ? VALUE_ETAG : VALUE_TEXT;
	case PROTOBUF_C_TYPE_BYTES:
		return VALUE_BYTES;
	case PROTOBUF_C_TYPE_FLOAT:
	case PROTOBUF_C_TYPE_DOUBLE:
		return VALUE_REAL;
	case PROTOBUF_C_TYPE_MESSAGE: {
		const ProtobufCMessageDescriptor *type = field->descriptor;

		if (strcmp(type->name, "google.protobuf.Timestamp") == 0)
			return VALUE_TIMESTAMP;
		if (strcmp(type->name, "google.type.Date") == 0)
			return VALUE_DATE;
		return VALUE_SEALED; /* Only if it is marked so: see finish_kind. */
	}
	default:
		return VALUE_INTEGER;
	}
}

/* Settles what the last step is, once the whole way is known. */
static const char *finish_kind(const struct path_scope *scope,
			       const ProtobufCMessageDescriptor *owner, struct path *path)
{
	const ProtobufCFieldDescriptor *field = path->steps[path->depth - 1];
	bool sealed = path->secret || path->subject != NULL;

	path->rule = rule_of(owner, field);
	if (path->kind != VALUE_NAME_PART)
		path->kind = kind_of(field);
	if (path->index)
		return path->kind == VALUE_TEXT ? NULL : "::index is for text";
	if (path->rule->personal && path->rule->personal_of == NULL && !sealed)
		return "a request's personal field is not stored: put it into the resource";
	if (sealed &&
	    (path->kind == VALUE_TEXT || path->kind == VALUE_BYTES || path->kind == VALUE_SEALED)) {
		if (field->label == PROTOBUF_C_LABEL_REPEATED || path->width > 0)
			return "a list can't be sealed";
		path->kind = VALUE_SEALED;
	} else if (sealed) {
		return "only text, bytes and messages can be sealed";
	} else if (path->kind == VALUE_SEALED) {
		return "it is a message: name one of its fields";
	}
	if (!scope->output && !path->base64 &&
	    (path->kind == VALUE_SEALED || path->kind == VALUE_BYTES))
		return "bytes and sealed values are bound as FROM_BASE64(:...)";
	if (path->base64 && path->kind != VALUE_SEALED && path->kind != VALUE_BYTES &&
	    path->kind != VALUE_TEXT)
		return "FROM_BASE64 is for bytes and sealed values";
	return NULL;
}

/* A personal or secret field on the way seals what is below it. */
static void note_seal(struct path *path, const struct field_rule *rule)
{
	if (path->secret || path->subject != NULL)
		return;
	path->secret = rule->rule->secret;
	path->subject = rule->personal_of;
	path->subject_step = path->depth - 1;
}

/* Follows one name of the path; `message` is the type it is looked up in. */
static const char *follow(const struct path_scope *scope, struct text name,
			  const ProtobufCMessageDescriptor **message, struct path *path,
			  bool *listed)
{
	const ProtobufCFieldDescriptor *field =
	    path->depth == 0 && path->input == 0 && scope->scalar_list != NULL
		? scope->scalar_list
		: find_field(*message, name);

	if (path->depth == PATH_DEPTH_MAX)
		return "too deep";
	if (field == NULL)
		return "no such field";
	path->steps[path->depth++] = field;
	note_seal(path, rule_of(*message, field));
	if (field->label == PROTOBUF_C_LABEL_REPEATED) {
		if (field != scope->scalar_list && path->width == 0)
			return "it is a list: IN (:path...)";
		if (*listed)
			return "a list within a list";
		*listed = true;
	}
	return NULL;
}

/* A variable of a name's pattern behind a name or reference. */
static const char *follow_part(const ProtobufCMessageDescriptor *message, struct text name,
			       struct path *path)
{
	const struct field_rule *rule = rule_of(message, path->steps[path->depth - 1]);

	if (rule->resource == NULL)
		return "what stands before the dot is neither a message nor a resource's name";
	path->resource = rule->resource;
	path->part = name_part_index(rule->resource, name);
	path->kind = VALUE_NAME_PART;
	return path->part < 0 ? "the resource's pattern has no such variable" : NULL;
}

const char *path_resolve(const struct path_scope *scope, const char *text, struct path *path)
{
	struct text rest = text_of(text);
	struct text name;
	const ProtobufCMessageDescriptor *message = NULL;
	const ProtobufCMessageDescriptor *next;
	const char *problem;
	bool listed = false;

	*path = (struct path){.text = text};
	if (!scope->output) {
		for (size_t i = 0; i < ARRAY_COUNT(session_values); i++)
			if (strcmp(text, session_values[i].name) == 0) {
				path->source = session_values[i].source;
				return NULL;
			}
		if ((problem = read_suffix(path, &rest)) != NULL)
			return problem;
	}
	problem = choose_input(scope, &rest, path);
	if (problem != NULL && scope->each && strcmp(text, "position") == 0) {
		path->source = PATH_POSITION;
		return NULL;
	}
	if (problem != NULL)
		return problem;
	next = scope->messages[path->input];
	while (text_next(&rest, '.', &name)) {
		if (path->kind == VALUE_NAME_PART)
			return "nothing follows a variable of a name";
		if (next == NULL) {
			problem = follow_part(message, name, path);
		} else {
			message = next;
			problem = follow(scope, name, &message, path, &listed);
			next = problem == NULL &&
				       path->steps[path->depth - 1]->type == PROTOBUF_C_TYPE_MESSAGE
				   ? path->steps[path->depth - 1]->descriptor
				   : NULL;
		}
		if (problem != NULL)
			return problem;
	}
	if (path->width > 0 && !listed)
		return "it is no list";
	return finish_kind(scope, message, path);
}

static bool other_member(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	return (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0 &&
	       *(const uint32_t *)field_quantifier(message, field) != field->id;
}

/* One step: the slot of the field, or of an item of it; NULL when there is none. */
static void *step_slot(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
		       size_t index)
{
	if (other_member(message, field))
		return NULL;
	if (field->label != PROTOBUF_C_LABEL_REPEATED)
		return field_slot(message, field);
	if (index >= field_count(message, field))
		return NULL;
	return *(char **)field_slot(message, field) + index * field_item_size(field);
}

ProtobufCMessage *path_message(const struct path *path, const ProtobufCMessage *root, size_t index,
			       size_t step)
{
	const ProtobufCMessage *message = root;

	for (size_t i = 0; i < step && message != NULL; i++) {
		ProtobufCMessage **slot = step_slot(message, path->steps[i], index);

		message = slot != NULL ? *slot : NULL;
	}
	return (ProtobufCMessage *)(uintptr_t)message;
}

bool path_find(const struct path *path, const ProtobufCMessage *root, size_t index,
	       struct place *place)
{
	place->message = path_message(path, root, index, path->depth - 1);
	if (place->message == NULL)
		return false;
	place->slot = step_slot(place->message, path->steps[path->depth - 1], index);
	return place->slot != NULL;
}

static void choose_member(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	if (!other_member(message, field) || (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) == 0)
		return;
	*(uint32_t *)field_quantifier(message, field) = field->id;
	memset(field_slot(message, field), 0, field_item_size(field));
}

struct place path_make(struct arena *arena, const struct path *path, ProtobufCMessage *root)
{
	ProtobufCMessage *message = root;
	const ProtobufCFieldDescriptor *field;

	for (size_t i = 0; i + 1 < path->depth; i++) {
		choose_member(message, path->steps[i]);
		message = field_make_message(arena, message, path->steps[i]);
	}
	field = path->steps[path->depth - 1];
	choose_member(message, field);
	return (struct place){.message = message, .slot = field_slot(message, field)};
}

size_t path_count(const struct path *path, const ProtobufCMessage *root)
{
	const ProtobufCMessage *message = root;

	for (size_t i = 0; i < path->depth; i++) {
		const ProtobufCFieldDescriptor *field = path->steps[i];

		if (field->label == PROTOBUF_C_LABEL_REPEATED)
			return field_count(message, field);
		message = i + 1 < path->depth ? field_message(message, field) : message;
		if (message == NULL)
			return 0;
	}
	return 1;
}
