/* SPDX-License-Identifier: Apache-2.0 */
/* One walk over a request's type along its rules, filling what it meets. */
#include "fill.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/time.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "contract/name.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/protobuf/field_mask.pb-c.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "google/type/date.pb-c.h"

/* Where the walk is, as the validation sees it. */
enum scope { SCOPE_REQUEST, SCOPE_EMBEDDED, SCOPE_UPDATE, SCOPE_CONTEXT };

struct walk {
	const struct fill *fill;
	const struct method_rule *method;
	const struct field_rule *update; /* The resource of an Update; NULL: no Update. */
	int hours;			 /* Each instant is one hour after the one before. */
};

static const struct field_rule *find_update(const struct message_rule *input)
{
	for (unsigned i = 0; input->update_mask && i < input->descriptor->n_fields; i++) {
		const struct field_rule *field = &input->fields[i];

		if (field->message && !field->repeated && field->message->resource)
			return field;
	}
	return NULL;
}

static bool holds(const struct message_rule *message, const struct field_rule *wanted)
{
	for (unsigned i = 0; wanted && i < message->descriptor->n_fields; i++) {
		const struct field_rule *field = &message->fields[i];

		if (field == wanted || (field->message && holds(field->message, wanted)))
			return true;
	}
	return false;
}

/* The ids of the first known name that has this pattern; else made up. */
static void find_parts(const struct fill *fill, const struct resource_type *type,
		       struct name_parts *parts)
{
	for (const char *const *name = fill->names; name && *name; name++)
		if (name_parse(type, text_of(*name), parts))
			return;
	parts->count = type->part_count;
	for (size_t i = 0; i < type->part_count; i++)
		parts->parts[i] = text_of(arena_text(fill->arena, "01jd8w3v5k%02zu%014u",
						     strlen(type->parts[i]), fill->seed + 1));
}

static const char *make_name(const struct fill *fill, const struct field_rule *field)
{
	const struct resource_type *type = field->resource;
	bool is_foreign = field == fill->forced && fill->forced_platform;
	struct name_parts parts;

	find_parts(fill, type, &parts);
	for (size_t i = 0; i < type->part_count; i++)
		if (strcmp(type->parts[i], "platform") == 0)
			parts.parts[i] =
			    text_of(is_foreign ? fill->forced_platform : fill->platform);
	return name_make(fill->arena, type, parts.parts, parts.count);
}

static const char *text_of_format(const struct walk *walk, const struct field_rule *field)
{
	struct arena *arena = walk->fill->arena;

	switch (field->format) {
	case FORMAT__FORMAT_EMAIL:
		return arena_text(arena, "m%u@example.org", walk->fill->seed);
	case FORMAT__FORMAT_PHONE:
		return arena_text(arena, "+336123%05u", walk->fill->seed);
	case FORMAT__FORMAT_POSTCODE:
		return arena_text(arena, "75%03u", 1 + walk->fill->seed % 20);
	case FORMAT__FORMAT_ID:
		return arena_text(arena, "matrix-%u", walk->fill->seed);
	case FORMAT__FORMAT_TIME_ZONE:
		return "Europe/Paris";
	case FORMAT__FORMAT_CURRENCY:
		return "EUR";
	case FORMAT__FORMAT_LANGUAGE:
		return "fr";
	case FORMAT__FORMAT_URL:
		return arena_text(arena, "https://example.org/%u", walk->fill->seed);
	case FORMAT__FORMAT_REQUEST_ID:
		return walk->fill->request_id ? walk->fill->request_id : "";
	default:
		return NULL;
	}
}

static const char *make_text(const struct walk *walk, const struct field_rule *field)
{
	struct arena *arena = walk->fill->arena;
	const char *text;
	size_t length;

	if (strcmp(walk->method->rule->platform_field, field->field->name) == 0)
		return walk->fill->platform;
	if (field->resource)
		return make_name(walk->fill, field);
	if (field->rule->n_one_of > 0)
		return field->rule->one_of[0];
	text = text_of_format(walk, field);
	if (text)
		return text;
	text = arena_text(arena, "m%u", walk->fill->seed);
	length = strlen(text);
	while (length < (size_t)field->rule->min_length) {
		text = arena_text(arena, "%sx", text);
		length++;
	}
	return length <= field->longest ? text : arena_copy(arena, text, field->longest);
}

static int64_t make_number(const struct walk *walk, const FieldRule *rule)
{
	int64_t number = 1 + walk->fill->seed;

	if (rule->min == 0 && rule->max == 0)
		return number;
	if (number > rule->max)
		number = rule->max;
	return number < rule->min ? rule->min : number;
}

/* The first value that says something. */
static int make_enum(const ProtobufCFieldDescriptor *field)
{
	const ProtobufCEnumDescriptor *type = field->descriptor;

	for (unsigned i = 0; i < type->n_values; i++)
		if (type->values[i].value != 0)
			return type->values[i].value;
	return 0;
}

static ProtobufCMessage *make_message(struct walk *walk, const struct field_rule *field,
				      enum scope scope);

/* Writes one value to its place in the struct or in the array. */
static void write_value(struct walk *walk, const struct field_rule *field, enum scope scope,
			void *slot)
{
	int64_t number = make_number(walk, field->rule);
	double real = (double)number;
	float single = (float)number;
	protobuf_c_boolean truth = true;
	int32_t half = (int32_t)number;
	ProtobufCBinaryData *bytes = slot;

	switch (field->field->type) {
	case PROTOBUF_C_TYPE_STRING:
		*(const char **)slot = make_text(walk, field);
		break;
	case PROTOBUF_C_TYPE_BYTES:
		bytes->len = (size_t)field->rule->min_length + 1;
		bytes->data = arena_new(walk->fill->arena, uint8_t, bytes->len);
		break;
	case PROTOBUF_C_TYPE_MESSAGE:
		*(ProtobufCMessage **)slot = make_message(walk, field, scope);
		break;
	case PROTOBUF_C_TYPE_ENUM:
		*(int *)slot = make_enum(field->field);
		break;
	case PROTOBUF_C_TYPE_BOOL:
		memcpy(slot, &truth, sizeof(truth));
		break;
	case PROTOBUF_C_TYPE_DOUBLE:
		memcpy(slot, &real, sizeof(real));
		break;
	case PROTOBUF_C_TYPE_FLOAT:
		memcpy(slot, &single, sizeof(single));
		break;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		memcpy(slot, &number, sizeof(number));
		break;
	default:
		memcpy(slot, &half, sizeof(half));
		break;
	}
}

static void write_field(struct walk *walk, ProtobufCMessage *message,
			const struct field_rule *field, enum scope scope)
{
	const ProtobufCFieldDescriptor *descriptor = field->field;
	void *slot = field_slot(message, descriptor);

	if (field->repeated) {
		void *items = arena_alloc(walk->fill->arena, 16);

		write_value(walk, field, scope, items);
		*(void **)slot = items;
		*(size_t *)field_quantifier(message, descriptor) = 1;
		return;
	}
	if (descriptor->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
		uint32_t *held = field_quantifier(message, descriptor);

		if (*held != 0)
			return;
		*held = descriptor->id;
	}
	write_value(walk, field, scope, slot);
}

/* What must be there by the rules, what was asked for, and what the runtime reads by its name. */
static bool is_wanted(const struct walk *walk, const struct message_rule *rule,
		      const struct field_rule *field, enum scope scope)
{
	const struct fill *fill = walk->fill;

	if (field->is_name && scope != SCOPE_REQUEST)
		return scope == SCOPE_UPDATE || scope == SCOPE_CONTEXT;
	if (field->output_only && scope != SCOPE_CONTEXT)
		return false;
	if (field == fill->forced || (field->message && holds(field->message, fill->forced)))
		return true;
	if (field->rule->context)
		return fill->contexts;
	if (field->field == rule->request_id)
		return fill->request_id != NULL;
	if (field->field == rule->update_mask)
		return true;
	if (field->field == rule->etag || field->field == rule->page_token ||
	    field->field == rule->page_size)
		return false;
	if (strcmp(walk->method->rule->platform_field, field->field->name) == 0)
		return true;
	return field->demanded || fill->all || (scope == SCOPE_CONTEXT && fill->contexts);
}

static Google__Protobuf__FieldMask *make_mask(const struct walk *walk)
{
	struct arena *arena = walk->fill->arena;
	Google__Protobuf__FieldMask *mask = arena_new(arena, Google__Protobuf__FieldMask, 1);

	google__protobuf__field_mask__init(mask);
	mask->paths = arena_new(arena, char *, 1);
	mask->n_paths = 1;
	mask->paths[0] = arena_text(arena, "%s",
				    walk->update && holds(walk->update->message, walk->fill->forced)
					? walk->fill->forced->field->name
					: "*");
	return mask;
}

static bool fill_known(struct walk *walk, ProtobufCMessage *message)
{
	if (message->descriptor == &google__protobuf__timestamp__descriptor) {
		/* Days apart from other seeds, so that what is planned does not overlap. */
		((Google__Protobuf__Timestamp *)message)->seconds =
		    time_real_us() / TIME_SECOND_US + (walk->fill->seed + 1) * 86400 +
		    ++walk->hours * 3600;
		return true;
	}
	if (message->descriptor == &google__protobuf__duration__descriptor) {
		((Google__Protobuf__Duration *)message)->seconds = 3600;
		return true;
	}
	if (message->descriptor == &google__type__date__descriptor) {
		*(Google__Type__Date *)message =
		    (Google__Type__Date){.base = *message, .year = 2030, .month = 1, .day = 1};
		return true;
	}
	return false;
}

static enum scope scope_below(const struct walk *walk, const struct field_rule *field,
			      enum scope scope)
{
	if (field->rule->context || scope == SCOPE_CONTEXT)
		return SCOPE_CONTEXT;
	if (field == walk->update)
		return SCOPE_UPDATE;
	return SCOPE_EMBEDDED;
}

static void fill_fields(struct walk *walk, ProtobufCMessage *message,
			const struct message_rule *rule, enum scope scope)
{
	for (unsigned i = 0; i < rule->descriptor->n_fields; i++) {
		const struct field_rule *field = &rule->fields[i];

		if (is_wanted(walk, rule, field, scope))
			write_field(walk, message, field, scope);
	}
}

static ProtobufCMessage *make_message(struct walk *walk, const struct field_rule *field,
				      enum scope scope)
{
	ProtobufCMessage *message;

	if (field->message->descriptor == &google__protobuf__field_mask__descriptor)
		return &make_mask(walk)->base;
	message = message_new(walk->fill->arena, field->message->descriptor);
	if (!fill_known(walk, message))
		fill_fields(walk, message, field->message, scope_below(walk, field, scope));
	return message;
}

ProtobufCMessage *fill_request(const struct fill *fill, const struct method_rule *method)
{
	struct walk walk = {.fill = fill, .method = method, .update = find_update(method->input)};
	ProtobufCMessage *request = message_new(fill->arena, method->input->descriptor);

	fill_fields(&walk, request, method->input, SCOPE_REQUEST);
	return request;
}

/* The resource of an Update has a name that counts; elsewhere the server makes them. */
static void visit_message(const struct message_rule *message, bool is_embedded, fill_visit visit,
			  void *data)
{
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const struct field_rule *field = &message->fields[i];

		if (field->is_name ? is_embedded : field->output_only)
			continue;
		visit(field, data);
		if (field->message && !field->rule->context)
			visit_message(field->message, true, visit, data);
	}
}

void fill_visit_fields(const struct method_rule *method, fill_visit visit, void *data)
{
	const struct field_rule *update = find_update(method->input);

	visit_message(method->input, false, visit, data);
	if (update)
		visit(contract_field(update->message, "name"), data);
}
