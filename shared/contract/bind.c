/* SPDX-License-Identifier: Apache-2.0 */
/* Rules for generated types, made from their options and held to what the contract promises. */
#include "contract/bind.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/status.h"
#include "contract/contract.h"
#include "contract/format.h"
#include "contract/set.h"
#include "contract/wire.h"
#include "google/api/field_behavior.pb-c.h"
#include "google/api/resource.pb-c.h"

/* Of our own making: as long as a PageCursor with a text of 200 characters can be. */
#define PAGE_TOKEN_LENGTH 4096

static const FieldRule no_rule = FIELD_RULE__INIT;

static const Google__Protobuf__FieldDescriptorProto *
find_proto(const Google__Protobuf__DescriptorProto *message, const char *name)
{
	for (size_t i = 0; message && i < message->n_field; i++) {
		if (strcmp(message->field[i]->name, name) == 0)
			return message->field[i];
	}
	return NULL;
}

static bool is_text(const ProtobufCFieldDescriptor *field)
{
	return field->type == PROTOBUF_C_TYPE_STRING;
}

/* The field that names the person; NULL when it is the caller. */
static const ProtobufCFieldDescriptor *
person_of(const char *place, const ProtobufCMessageDescriptor *descriptor, const char *name)
{
	const ProtobufCFieldDescriptor *person;

	if (strcmp(name, ".") == 0)
		return NULL;
	person = protobuf_c_message_descriptor_get_field_by_name(descriptor, name);
	if (!person || !is_text(person) || person->label == PROTOBUF_C_LABEL_REPEATED)
		set_refuse(place, "personal_of names no text field of the message");
	return person;
}

/* What holds where the rule says nothing. */
static void set_defaults(struct field_rule *rule)
{
	rule->format = rule->rule->format;
	if (rule->format == FORMAT__FORMAT_UNSPECIFIED && is_text(rule->field) &&
	    strcmp(rule->field->name, "request_id") == 0)
		rule->format = FORMAT__FORMAT_REQUEST_ID;
	if (rule->rule->max_length > 0)
		rule->longest = (uint32_t)rule->rule->max_length;
	else if (strcmp(rule->field->name, "page_token") == 0)
		rule->longest = PAGE_TOKEN_LENGTH;
	else
		rule->longest = (uint32_t)format_length(rule->format);
	rule->demanded =
	    rule->required || rule->is_name || rule->rule->min > 0 || rule->rule->max < 0;
}

static void check_field(const char *place, const struct field_rule *rule)
{
	const FieldRule *said = rule->rule;

	if (said->max < said->min)
		set_refuse(place, "max is below min");
	if (said->max_length < 0 || said->min_length < 0 || said->max_items < 0 ||
	    (said->max_length > 0 && said->max_length < said->min_length))
		set_refuse(place, "lengths that no value can have");
	if ((said->format != FORMAT__FORMAT_UNSPECIFIED || said->n_one_of > 0 || rule->resource) &&
	    !is_text(rule->field))
		set_refuse(place, "a rule for text on a field that is none");
}

static void bind_field(struct binding *binding, const struct set_message *message,
		       struct message_rule *owner, struct field_rule *rule)
{
	const struct set *set = binding->set;
	const ProtobufCFieldDescriptor *field = rule->field;
	const Google__Protobuf__FieldDescriptorProto *proto =
	    message ? find_proto(message->proto, field->name) : NULL;
	const ProtobufCMessage *options = proto ? (const ProtobufCMessage *)proto->options : NULL;
	char place[256];

	snprintf(place, sizeof(place), "%s.%s", owner->descriptor->name, field->name);
	rule->rule = set_option(set->arena, options, SET_FIELD, &field_rule__descriptor);
	if (!rule->rule)
		rule->rule = &no_rule;
	rule->repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
	rule->required =
	    set_option_has(options, SET_FIELD_BEHAVIOR, GOOGLE__API__FIELD_BEHAVIOR__REQUIRED);
	rule->immutable =
	    set_option_has(options, SET_FIELD_BEHAVIOR, GOOGLE__API__FIELD_BEHAVIOR__IMMUTABLE);
	rule->output_only =
	    set_option_has(options, SET_FIELD_BEHAVIOR, GOOGLE__API__FIELD_BEHAVIOR__OUTPUT_ONLY);
	rule->is_name = owner->resource && strcmp(field->name, "name") == 0;
	rule->resource =
	    rule->is_name ? owner->resource : bind_resource_of_field(set, place, options);
	rule->personal = *rule->rule->personal_of != '\0';
	if (rule->personal)
		rule->personal_of = person_of(place, owner->descriptor, rule->rule->personal_of);
	set_defaults(rule);
	check_field(place, rule);
	if (field->type == PROTOBUF_C_TYPE_MESSAGE)
		rule->message = bind_message(binding, field->descriptor);
}

/* A field of the given type that goes by its name alone; NULL when there is none. */
static const ProtobufCFieldDescriptor *known_field(const ProtobufCMessageDescriptor *descriptor,
						   const char *name, ProtobufCType type)
{
	const ProtobufCFieldDescriptor *field =
	    protobuf_c_message_descriptor_get_field_by_name(descriptor, name);

	return field && field->type == type && field->label != PROTOBUF_C_LABEL_REPEATED ? field
											 : NULL;
}

/* The field that is marked as the key of repetition, else the one called request_id. */
static const ProtobufCFieldDescriptor *request_key(const struct message_rule *rule)
{
	for (unsigned i = 0; i < rule->descriptor->n_fields; i++)
		if (rule->fields[i].rule->request_key)
			return rule->fields[i].field;
	return known_field(rule->descriptor, "request_id", PROTOBUF_C_TYPE_STRING);
}

static void bind_known_fields(struct message_rule *rule)
{
	const ProtobufCMessageDescriptor *descriptor = rule->descriptor;
	const struct field_rule *name = contract_field(rule, "name");

	rule->name = name && name->resource && !name->repeated ? name->field : NULL;
	rule->etag = known_field(descriptor, "etag", PROTOBUF_C_TYPE_STRING);
	rule->request_id = request_key(rule);
	rule->update_mask = known_field(descriptor, "update_mask", PROTOBUF_C_TYPE_MESSAGE);
	rule->page_size = known_field(descriptor, "page_size", PROTOBUF_C_TYPE_INT32);
	rule->page_token = known_field(descriptor, "page_token", PROTOBUF_C_TYPE_STRING);
}

static const struct message_rule *find_bound(const struct binding *binding,
					     const ProtobufCMessageDescriptor *descriptor)
{
	for (const struct bind_pending *at = binding->pending; at; at = at->next) {
		if (at->rule->descriptor == descriptor)
			return at->rule;
	}
	return binding->find(descriptor);
}

const struct message_rule *bind_message(struct binding *binding,
					const ProtobufCMessageDescriptor *descriptor)
{
	struct arena *arena = binding->set->arena;
	const struct message_rule *bound = find_bound(binding, descriptor);
	const struct set_message *message;
	struct bind_pending *pending;

	if (bound)
		return bound;
	message = set_find_message(binding->set, descriptor->name);
	pending = arena_new(arena, struct bind_pending, 1);
	pending->rule = arena_new(arena, struct message_rule, 1);
	pending->fields = arena_new(arena, struct field_rule, descriptor->n_fields);
	pending->next = binding->pending;
	binding->pending = pending;

	pending->rule->descriptor = descriptor;
	pending->rule->fields = pending->fields;
	pending->rule->resource = bind_resource_of_message(binding->set, descriptor->name);
	for (unsigned i = 0; i < descriptor->n_fields; i++) {
		pending->fields[i].field = &descriptor->fields[i];
		bind_field(binding, message, pending->rule, &pending->fields[i]);
	}
	bind_known_fields(pending->rule);
	return pending->rule;
}

/* True when something was learnt. */
static bool look_deeper(struct message_rule *rule)
{
	bool had_context = rule->has_context;
	bool had_names = rule->has_names;

	for (unsigned i = 0; i < rule->descriptor->n_fields; i++) {
		const struct field_rule *field = &rule->fields[i];

		rule->has_context |=
		    field->rule->context || (field->message && field->message->has_context);
		rule->has_names |=
		    field->resource != NULL || (field->message && field->message->has_names);
	}
	return rule->has_context != had_context || rule->has_names != had_names;
}

void bind_finish(struct binding *binding)
{
	bool again = true;

	while (again) {
		again = false;
		for (struct bind_pending *at = binding->pending; at; at = at->next)
			again |= look_deeper(at->rule);
	}
}

static bool reason_exists(const char *name)
{
	char full[128];

	snprintf(full, sizeof(full), "REASON_%s", name);
	return protobuf_c_enum_descriptor_get_value_by_name(&reason__descriptor, full) != NULL;
}

/* Types that reach themselves can be nested without end, which the decoder does not bound. */
static void check_depth(const struct method_rule *method, const struct message_rule *message,
			unsigned depth)
{
	if (depth > WIRE_DEPTH_MAX)
		set_refuse(method->path, "the request type can reach itself, or nests too deep");
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		if (message->fields[i].message)
			check_depth(method, message->fields[i].message, depth + 1);
	}
}

void bind_check_method(const struct method_rule *method)
{
	const char *platform = method->rule->platform_field;

	if (method->allow == 0 || (method->allow & 1U << ROLE__ROLE_UNSPECIFIED) != 0)
		set_refuse(method->path, "the method allows no role");
	if (method->rule->effect == EFFECT__EFFECT_UNSPECIFIED)
		set_refuse(method->path, "the method has no effect");
	for (size_t i = 0; i < method->rule->n_reasons; i++) {
		if (!reason_exists(method->rule->reasons[i]))
			set_refuse(method->path, "a reason that enum Reason lacks");
	}
	if (*platform && !known_field(method->input->descriptor, platform, PROTOBUF_C_TYPE_STRING))
		set_refuse(method->path, "platform_field names no text field of the request");
	check_depth(method, method->input, 1);
}
