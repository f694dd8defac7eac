/* SPDX-License-Identifier: Apache-2.0 */
/* One walk over a request along its rules. */
#include "contract/validate.h"

#include <string.h>

#include "base/arena.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "contract/update.h"
#include "contract/value.h"
#include "entremise/common/v1/reason.pb-c.h"

#define ITEMS_DEFAULT 100
#define NO_INDEX SIZE_MAX

/* Where the walk is: the way up to the request, made into a path only when something is wrong. */
struct place {
	const struct place *above; /* NULL in the request itself. */
	const char *field;
	size_t index; /* Of a repeated field's item, else NO_INDEX. */
};

enum scope {
	SCOPE_REQUEST,	/* The request's own fields. */
	SCOPE_EMBEDDED, /* A message in it. */
	SCOPE_UPDATE,	/* An Update's resource: only what the mask names must be there. */
	SCOPE_CONTEXT	/* What a service says; resources in it are whole. */
};

struct walk {
	struct arena *arena;
	const struct field_rule *update;	 /* The resource's field; NULL: no Update. */
	const Google__Protobuf__FieldMask *mask; /* NULL when absent. */
	bool from_service;
	const char *forbidden; /* The first context field that its speaker may not set. */
	struct violations violations;
};

static char *write_path(struct walk *walk, const struct place *place)
{
	const char *dot = place->above ? "." : "";
	const char *above = place->above ? write_path(walk, place->above) : "";

	if (place->index == NO_INDEX)
		return arena_text(walk->arena, "%s%s%s", above, dot, place->field);
	return arena_text(walk->arena, "%s%s%s[%zu]", above, dot, place->field, place->index);
}

static void violate(struct walk *walk, const struct place *place, const char *problem)
{
	/* Beyond the last that is told, thousands of items cost no more memory. */
	if (walk->violations.count < VIOLATIONS_MAX)
		violations_add(&walk->violations, write_path(walk, place), problem);
}

/* Whether an Update's mask names the field at this place, or a message that holds it. */
static bool is_named(struct walk *walk, const struct place *place)
{
	const char *path = write_path(walk, place) + strlen(walk->update->field->name) + 1;

	for (size_t i = 0; walk->mask && i < walk->mask->n_paths; i++) {
		size_t length = strlen(walk->mask->paths[i]);

		if (strncmp(path, walk->mask->paths[i], length) == 0 &&
		    (path[length] == '\0' || path[length] == '.'))
			return true;
	}
	return false;
}

/* True when a field that is left out must be held to its rule all the same. */
static bool is_wanted(struct walk *walk, enum scope scope, const struct place *place)
{
	if (scope != SCOPE_UPDATE)
		return true;
	for (size_t i = 0; walk->mask && i < walk->mask->n_paths; i++)
		if (strcmp(walk->mask->paths[i], "*") == 0)
			return true;
	return is_named(walk, place);
}

static void check_message(struct walk *walk, ProtobufCMessage *message,
			  const struct message_rule *rule, const struct place *above,
			  enum scope scope);

static enum scope scope_below(const struct walk *walk, const struct field_rule *field,
			      enum scope scope)
{
	if (field->rule->context || scope == SCOPE_CONTEXT)
		return SCOPE_CONTEXT;
	if (scope == SCOPE_UPDATE || field == walk->update)
		return SCOPE_UPDATE;
	return SCOPE_EMBEDDED;
}

static void check_repeated(struct walk *walk, ProtobufCMessage *message,
			   const struct field_rule *field, struct place *place, enum scope scope)
{
	size_t count = field_count(message, field->field);
	size_t most = field->rule->max_items > 0 ? (size_t)field->rule->max_items : ITEMS_DEFAULT;

	if (count == 0 && field->required && is_wanted(walk, scope, place))
		violate(walk, place, "is required");
	if (count > most) {
		violate(walk, place, arena_text(walk->arena, "must have at most %zu items", most));
		return;
	}
	for (size_t i = 0; i < count; i++) {
		place->index = i;
		if (field->message) {
			check_message(walk, field_item(message, field->field, i), field->message,
				      place, scope_below(walk, field, scope));
		} else {
			const char *problem = value_item_problem(walk->arena, field, message, i);

			if (problem)
				violate(walk, place, problem);
		}
	}
	place->index = NO_INDEX;
}

static void check_single(struct walk *walk, ProtobufCMessage *message,
			 const struct field_rule *field, const struct place *place,
			 enum scope scope)
{
	const char *problem;

	if (field_is_empty(message, field->field)) {
		problem = value_empty_problem(walk->arena, field);
		if (problem && is_wanted(walk, scope, place))
			violate(walk, place, problem);
		return;
	}
	if (field->message) {
		check_message(walk, field_message(message, field->field), field->message, place,
			      scope_below(walk, field, scope));
		return;
	}
	problem = value_problem(walk->arena, field, message);
	if (problem)
		violate(walk, place, problem);
}

/*
 * The name of a resource within a request: an Update must say it, anywhere else it is the server's
 * to make and what the caller says is dropped (AIP-133), but for what a service tells.
 */
static void check_name(struct walk *walk, ProtobufCMessage *message, const struct field_rule *field,
		       const struct place *place, enum scope scope)
{
	const char *problem = NULL;
	bool is_target = scope == SCOPE_UPDATE && !place->above->above;

	if (!is_target && scope != SCOPE_CONTEXT)
		field_clear(message, field->field);
	else if (!field_is_empty(message, field->field))
		problem = value_problem(walk->arena, field, message);
	else if (is_target)
		problem = "is required";
	if (problem)
		violate(walk, place, problem);
}

/* Context that a caller sends back as it was read (an Update) is dropped; any other is refused. */
static void check_foreign_context(struct walk *walk, ProtobufCMessage *message,
				  const struct field_rule *field, const struct place *place,
				  enum scope scope)
{
	if (field_is_empty(message, field->field))
		return;
	if (scope == SCOPE_UPDATE && !is_named(walk, place))
		field_clear(message, field->field);
	else if (!walk->forbidden)
		walk->forbidden = write_path(walk, place);
}

static void check_field(struct walk *walk, ProtobufCMessage *message,
			const struct message_rule *rule, const struct field_rule *field,
			struct place *place, enum scope scope)
{
	/* The etag that an Update was read with is compared, even if it is marked OUTPUT_ONLY. */
	bool is_etag = scope == SCOPE_UPDATE && field->field == rule->etag && !place->above->above;

	if (field->output_only && !is_etag && !field->is_name && scope != SCOPE_CONTEXT) {
		field_clear(message, field->field);
		return;
	}
	if (field->rule->context && !walk->from_service) {
		check_foreign_context(walk, message, field, place, scope);
		return;
	}
	if (field->is_name && scope != SCOPE_REQUEST)
		check_name(walk, message, field, place, scope);
	else if (field->repeated)
		check_repeated(walk, message, field, place, scope);
	else
		check_single(walk, message, field, place, scope);
}

static void check_message(struct walk *walk, ProtobufCMessage *message,
			  const struct message_rule *rule, const struct place *above,
			  enum scope scope)
{
	const char *problem;

	if (value_is_known_type(rule->descriptor)) {
		problem = value_message_problem(message);
		if (problem)
			violate(walk, above, problem);
		return;
	}
	for (unsigned i = 0; i < rule->descriptor->n_fields; i++) {
		const struct field_rule *field = &rule->fields[i];
		struct place place = {above, field->field->name, NO_INDEX};

		if (!field->demanded && field_is_empty(message, field->field))
			continue;
		check_field(walk, message, rule, field, &place, scope);
	}
}

static struct status forbid(struct arena *arena, const char *path)
{
	struct status_detail *detail = arena_new(arena, struct status_detail, 1);

	*detail = (struct status_detail){.key = "field", .value = path};
	return (struct status){
	    .reason = REASON__REASON_PERMISSION_DENIED,
	    .message = arena_text(arena, "%s may be set by a service only", path),
	    .details = detail,
	};
}

struct status validate_request(struct arena *arena, const struct method_rule *method,
			       ProtobufCMessage *request, bool from_service)
{
	struct walk walk = {
	    .arena = arena,
	    .update = update_resource(method->input),
	    .mask = update_mask(method->input, request),
	    .from_service = from_service,
	    .violations = {.arena = arena},
	};

	check_message(&walk, request, method->input, NULL, SCOPE_REQUEST);
	if (walk.forbidden)
		return forbid(arena, walk.forbidden);
	return violations_status(&walk.violations);
}
