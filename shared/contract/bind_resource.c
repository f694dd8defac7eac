/* SPDX-License-Identifier: Apache-2.0 */
/* Resource types from google.api.resource and references to them. */
#include <string.h>

#include "base/arena.h"
#include "base/status.h"
#include "contract/bind.h"
#include "contract/contract.h"
#include "contract/set.h"
#include "google/api/resource.pb-c.h"

/* The name within "{name}"; NULL when the segment is a literal, the empty text when it is wrong. */
static const char *variable_of(struct arena *arena, struct text segment)
{
	if (memchr(segment.start, '{', segment.length) == NULL &&
	    memchr(segment.start, '}', segment.length) == NULL)
		return NULL;
	if (segment.length < 3 || segment.start[0] != '{' ||
	    segment.start[segment.length - 1] != '}')
		return "";
	return arena_copy(arena, segment.start + 1, segment.length - 2);
}

/* Literals and variables in turn, beginning with a literal; the last may be a literal (AIP-156). */
static void parse_pattern(struct arena *arena, struct resource_type *type)
{
	struct text rest = text_of(type->pattern);
	struct text segment;

	while (text_next(&rest, '/', &segment)) {
		const char *variable = variable_of(arena, segment);

		if (segment.length == 0 || type->part_count == ARRAY_COUNT(type->parts))
			set_refuse(type->type, "a pattern that is empty, or too long");
		if (!variable && type->singleton)
			set_refuse(type->type, "a pattern with two literals in a row");
		if (!variable) {
			type->singleton = arena_copy(arena, segment.start, segment.length);
			continue;
		}
		if (!type->singleton || !*variable)
			set_refuse(type->type, "a pattern that does not parse");
		type->collections[type->part_count] = type->singleton;
		type->parts[type->part_count++] = variable;
		type->singleton = NULL;
	}
}

static const struct resource_type *make_type(struct arena *arena, const char *name,
					     const char *pattern)
{
	struct resource_type *type = arena_new(arena, struct resource_type, 1);

	type->type = name;
	type->pattern = pattern;
	parse_pattern(arena, type);
	return type;
}

static const Google__Api__ResourceDescriptor *
read_resource(const struct set *set, const Google__Protobuf__DescriptorProto *proto)
{
	return set_option(set->arena, (const ProtobufCMessage *)proto->options, SET_RESOURCE,
			  &google__api__resource_descriptor__descriptor);
}

const struct resource_type *bind_resource_of_message(const struct set *set,
						     const char *message_name)
{
	const struct set_message *message = set_find_message(set, message_name);
	const Google__Api__ResourceDescriptor *resource =
	    message ? read_resource(set, message->proto) : NULL;

	if (!resource)
		return NULL;
	if (resource->n_pattern != 1)
		set_refuse(message_name, "a resource must have one pattern");
	return make_type(set->arena, resource->type, resource->pattern[0]);
}

static const struct resource_type *find_type(const struct set *set, const char *place,
					     const char *type)
{
	for (size_t i = 0; i < set->message_count; i++) {
		const Google__Api__ResourceDescriptor *resource =
		    read_resource(set, set->messages[i].proto);

		if (resource && strcmp(resource->type, type) == 0)
			return bind_resource_of_message(set, set->messages[i].name);
	}
	set_refuse(place, "a reference to a resource type that no message has");
}

/* What a child's pattern says of its parent: all but the last collection. */
static const struct resource_type *parent_of(const struct set *set, const char *place,
					     const struct resource_type *child)
{
	const char *end = child->pattern + strlen(child->pattern);

	for (int segments = child->singleton ? 1 : 2; segments > 0 && end; segments--)
		end = memrchr(child->pattern, '/', (size_t)(end - child->pattern));
	if (!end)
		set_refuse(place, "a parent of a resource that has none");
	return make_type(set->arena, arena_text(set->arena, "parent of %s", child->type),
			 arena_copy(set->arena, child->pattern, (size_t)(end - child->pattern)));
}

const struct resource_type *bind_resource_of_field(const struct set *set, const char *place,
						   const ProtobufCMessage *options)
{
	const Google__Api__ResourceReference *reference =
	    set_option(set->arena, options, SET_RESOURCE_REFERENCE,
		       &google__api__resource_reference__descriptor);

	if (!reference || strcmp(reference->type, "*") == 0 ||
	    strcmp(reference->child_type, "*") == 0)
		return NULL;
	if (*reference->child_type)
		return parent_of(set, place, find_type(set, place, reference->child_type));
	return find_type(set, place, reference->type);
}
