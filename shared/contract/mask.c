/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of the request's resource, one by one, into the stored one. */
#include "contract/mask.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "contract/update.h"
#include "entremise/common/v1/reason.pb-c.h"

/* One side by side: the same message in the request, in the store, and its rule. */
struct pair {
	ProtobufCMessage *to;
	ProtobufCMessage *from;
	const struct message_rule *rule;
};

struct applying {
	struct arena *arena;
	struct violations violations;
};

static void refuse(struct applying *applying, const char *path, const char *problem)
{
	violations_add(&applying->violations, "update_mask",
		       arena_text(applying->arena, "%s %s", path, problem));
}

/* Compared as they are packed, in messages that have nothing but this field. */
static bool is_equal(struct arena *arena, const struct pair *pair,
		     const ProtobufCFieldDescriptor *field)
{
	struct arena_mark mark = arena_mark(arena);
	ProtobufCMessage *to = message_new(arena, pair->to->descriptor);
	ProtobufCMessage *from = message_new(arena, pair->to->descriptor);
	size_t to_length;
	size_t from_length;
	const uint8_t *to_bytes;
	const uint8_t *from_bytes;
	bool equal;

	field_copy(to, pair->to, field);
	field_copy(from, pair->from, field);
	to_bytes = message_pack(arena, to, &to_length);
	from_bytes = message_pack(arena, from, &from_length);
	equal = to_length == from_length && memcmp(to_bytes, from_bytes, to_length) == 0;
	arena_rewind(arena, mark);
	return equal;
}

static void replace(struct applying *applying, const struct pair *pair, const char *path);

/* Writes one field that may be written; an empty one clears. */
static void apply(struct applying *applying, const struct pair *pair,
		  const struct field_rule *field, bool immutable, const char *path)
{
	struct pair inner = {.rule = field->message};

	if (immutable) {
		if (!is_equal(applying->arena, pair, field->field))
			refuse(applying, path, "is immutable");
		return;
	}
	if (field->message && !field->repeated) {
		inner.to = field_message(pair->to, field->field);
		inner.from = field_message(pair->from, field->field);
	}
	if (inner.to && inner.from)
		replace(applying, &inner, path);
	else
		field_copy(pair->to, pair->from, field->field);
}

/* Names and etags are not the caller's to write, OUTPUT_ONLY and what a service says neither. */
static bool is_kept(const struct pair *pair, const struct field_rule *field)
{
	bool empty = field_is_empty(pair->from, field->field);

	return field->output_only || field->is_name || field->field == pair->rule->etag ||
	       ((field->immutable || field->rule->context) && empty);
}

/* All of a message, but what the caller may not write. */
static void replace(struct applying *applying, const struct pair *pair, const char *path)
{
	for (unsigned i = 0; i < pair->rule->descriptor->n_fields; i++) {
		const struct field_rule *field = &pair->rule->fields[i];
		const char *name = field->field->name;

		if (is_kept(pair, field))
			continue;
		apply(applying, pair, field, field->immutable,
		      *path ? arena_text(applying->arena, "%s.%s", path, name) : name);
	}
}

/* An absent mask means all fields that are set. */
static void apply_set_fields(struct applying *applying, const struct pair *pair)
{
	for (unsigned i = 0; i < pair->rule->descriptor->n_fields; i++) {
		const struct field_rule *field = &pair->rule->fields[i];

		if (!is_kept(pair, field) && !field_is_empty(pair->from, field->field))
			apply(applying, pair, field, field->immutable, field->field->name);
	}
}

/* Steps into a sub-message; false when there is nothing on either side. */
static bool enter(struct applying *applying, struct pair *pair, const struct field_rule *field)
{
	ProtobufCMessage *from = field_message(pair->from, field->field);

	if (!from && !field_message(pair->to, field->field))
		return false;
	pair->to = field_make_message(applying->arena, pair->to, field->field);
	pair->from = from ? from : message_new(applying->arena, field->field->descriptor);
	pair->rule = field->message;
	return true;
}

static void apply_path(struct applying *applying, struct pair pair, const char *path)
{
	struct text rest = text_of(path);
	struct text segment;
	bool immutable = false;

	while (text_next(&rest, '.', &segment)) {
		const struct field_rule *field = contract_field(
		    pair.rule, arena_copy(applying->arena, segment.start, segment.length));

		if (!field) {
			refuse(applying, path, "names no field");
			return;
		}
		if (field->field == pair.rule->etag)
			return; /* It was compared, which is all that it is for. */
		if (field->is_name) {
			if (!is_equal(applying->arena, &pair, field->field))
				refuse(applying, path, "can not be changed");
			return;
		}
		if (field->output_only) {
			refuse(applying, path, "can not be written");
			return;
		}
		immutable |= field->immutable;
		if (!rest.start) {
			apply(applying, &pair, field, immutable, path);
			return;
		}
		if (!field->message || field->repeated) {
			refuse(applying, path, "goes into a field that is no single message");
			return;
		}
		if (!enter(applying, &pair, field))
			return;
	}
}

/* A set etag of the request must be the stored one. */
static bool etag_fits(const struct pair *pair)
{
	const ProtobufCFieldDescriptor *etag = pair->rule->etag;

	return !etag || field_is_empty(pair->from, etag) ||
	       strcmp(field_text(pair->from, etag), field_text(pair->to, etag)) == 0;
}

struct status mask_apply(struct arena *arena, const ProtobufCMessage *request,
			 ProtobufCMessage *stored)
{
	const struct message_rule *rule = contract_message(request->descriptor);
	const struct field_rule *resource = update_resource(rule);
	const Google__Protobuf__FieldMask *mask = update_mask(rule, request);
	struct applying applying = {.arena = arena, .violations = {.arena = arena}};
	struct pair pair = {.to = stored};
	const ProtobufCMessage *given;

	assert(resource && resource->message->descriptor == stored->descriptor);
	given = field_message(request, resource->field);
	if (!given) {
		violations_add(&applying.violations, resource->field->name, "is required");
		return violations_status(&applying.violations);
	}
	/* A copy: the handler may write into what is stored, and run again on the same request. */
	pair.from = message_copy(arena, given);
	pair.rule = resource->message;
	if (!etag_fits(&pair))
		return status_of(REASON__REASON_ETAG_MISMATCH);
	if (!mask)
		apply_set_fields(&applying, &pair);
	for (size_t i = 0; mask && i < mask->n_paths; i++) {
		if (strcmp(mask->paths[i], "*") == 0)
			replace(&applying, &pair, "");
		else
			apply_path(&applying, pair, mask->paths[i]);
	}
	return violations_status(&applying.violations);
}
