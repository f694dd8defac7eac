/* SPDX-License-Identifier: Apache-2.0 */
/* Lengths, ranges, formats, closed sets, names and known numbers. */
#include "contract/value.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/time.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "contract/format.h"
#include "contract/name.h"
#include "google/protobuf/duration.pb-c.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "google/type/date.pb-c.h"

#define NANOS_MAX 999999999
#define DURATION_MAX_S INT64_C(315576000000)

static bool has_range(const FieldRule *rule)
{
	return rule->min != 0 || rule->max != 0;
}

static const char *range_text(struct arena *arena, const FieldRule *rule)
{
	return arena_text(arena, "must be between %" PRId64 " and %" PRId64, rule->min, rule->max);
}

static const char *integer_problem(struct arena *arena, const FieldRule *rule, int64_t value)
{
	if (has_range(rule) && (value < rule->min || value > rule->max))
		return range_text(arena, rule);
	return NULL;
}

static const char *real_problem(struct arena *arena, const FieldRule *rule, double value)
{
	if (!isfinite(value))
		return "must be a number";
	if (has_range(rule) && (value < (double)rule->min || value > (double)rule->max))
		return range_text(arena, rule);
	return NULL;
}

static const char *one_of_problem(struct arena *arena, const FieldRule *rule, const char *value)
{
	char *list = NULL;

	for (size_t i = 0; i < rule->n_one_of; i++) {
		if (strcmp(rule->one_of[i], value) == 0)
			return NULL;
	}
	for (size_t i = 0; i < rule->n_one_of; i++)
		list =
		    i == 0 ? rule->one_of[i] : arena_text(arena, "%s, %s", list, rule->one_of[i]);
	return arena_text(arena, "must be one of: %s", list);
}

static const char *length_problem(struct arena *arena, const struct field_rule *field,
				  struct text text)
{
	size_t least = (size_t)field->rule->min_length;

	/* As many bytes as characters at least, so most texts need no counting. */
	if (text.length > field->longest && text_code_points(text) > field->longest)
		return arena_text(arena, "must have at most %" PRIu32 " characters",
				  field->longest);
	if (least > 0 && text_code_points(text) < least)
		return arena_text(arena, "must have at least %zu characters", least);
	return NULL;
}

static const char *text_problem(struct arena *arena, const struct field_rule *field,
				const char *value)
{
	struct text text = text_of(value);
	const char *problem = length_problem(arena, field, text);
	struct name_parts parts;

	if (problem)
		return problem;
	if (text_has_outer_blanks(text))
		return "must not begin or end with a blank";
	if (field->resource && !name_parse(field->resource, text, &parts))
		return arena_text(arena, "must be a name like %s", field->resource->pattern);
	if (field->rule->n_one_of > 0)
		return one_of_problem(arena, field->rule, value);
	return format_problem(field->format, text);
}

static const char *bytes_problem(struct arena *arena, const struct field_rule *field,
				 const ProtobufCBinaryData *value)
{
	if (value->len > field->longest)
		return arena_text(arena, "must have at most %" PRIu32 " bytes", field->longest);
	if (value->len < (size_t)field->rule->min_length)
		return arena_text(arena, "must have at least %" PRId32 " bytes",
				  field->rule->min_length);
	return NULL;
}

static const char *enum_problem(const ProtobufCFieldDescriptor *field, int value)
{
	return protobuf_c_enum_descriptor_get_value(field->descriptor, value)
		   ? NULL
		   : "is not a value that is known";
}

/* The value at `slot`, which may be one of an array. */
static const char *slot_problem(struct arena *arena, const struct field_rule *field,
				const void *slot)
{
	const FieldRule *rule = field->rule;

	switch (field->field->type) {
	case PROTOBUF_C_TYPE_STRING:
		return text_problem(arena, field, *(const char *const *)slot);
	case PROTOBUF_C_TYPE_BYTES:
		return bytes_problem(arena, field, slot);
	case PROTOBUF_C_TYPE_ENUM:
		return enum_problem(field->field, *(const int *)slot);
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
		return integer_problem(arena, rule, *(const int32_t *)slot);
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
		return integer_problem(arena, rule, *(const uint32_t *)slot);
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
		return integer_problem(arena, rule, *(const int64_t *)slot);
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		if (*(const uint64_t *)slot > INT64_MAX)
			return has_range(rule) ? range_text(arena, rule) : NULL;
		return integer_problem(arena, rule, *(const int64_t *)slot);
	case PROTOBUF_C_TYPE_FLOAT:
		return real_problem(arena, rule, (double)*(const float *)slot);
	case PROTOBUF_C_TYPE_DOUBLE:
		return real_problem(arena, rule, *(const double *)slot);
	default:
		return NULL;
	}
}

const char *value_problem(struct arena *arena, const struct field_rule *field,
			  const ProtobufCMessage *message)
{
	return slot_problem(arena, field, field_slot(message, field->field));
}

const char *value_item_problem(struct arena *arena, const struct field_rule *field,
			       const ProtobufCMessage *message, size_t index)
{
	const void *items = *(void *const *)field_slot(message, field->field);
	const void *slot = (const uint8_t *)items + index * field_item_size(field->field);

	if (field->field->type == PROTOBUF_C_TYPE_STRING && **(const char *const *)slot == '\0')
		return "must not be empty";
	return slot_problem(arena, field, slot);
}

const char *value_empty_problem(struct arena *arena, const struct field_rule *field)
{
	const FieldRule *rule = field->rule;

	switch (field->field->type) {
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_BYTES:
	case PROTOBUF_C_TYPE_ENUM:
	case PROTOBUF_C_TYPE_MESSAGE:
		return field->required ? "is required" : NULL;
	case PROTOBUF_C_TYPE_BOOL: /* false is a value, and there is no telling them apart. */
		return NULL;
	default:
		if (has_range(rule))
			return integer_problem(arena, rule, 0);
		return field->required ? "is required" : NULL;
	}
}

bool value_is_known_type(const ProtobufCMessageDescriptor *type)
{
	return type == &google__protobuf__timestamp__descriptor ||
	       type == &google__protobuf__duration__descriptor ||
	       type == &google__type__date__descriptor;
}

static bool is_timestamp(const Google__Protobuf__Timestamp *time)
{
	return time->seconds >= TIME_MIN_US / TIME_SECOND_US &&
	       time->seconds <= TIME_MAX_US / TIME_SECOND_US && time->nanos >= 0 &&
	       time->nanos <= NANOS_MAX;
}

static bool is_duration(const Google__Protobuf__Duration *duration)
{
	return duration->seconds >= -DURATION_MAX_S && duration->seconds <= DURATION_MAX_S &&
	       duration->nanos >= -NANOS_MAX && duration->nanos <= NANOS_MAX &&
	       !(duration->seconds > 0 && duration->nanos < 0) &&
	       !(duration->seconds < 0 && duration->nanos > 0);
}

static bool is_date(const Google__Type__Date *date)
{
	return time_date_is_valid((struct time_date){date->year, date->month, date->day});
}

const char *value_message_problem(const ProtobufCMessage *message)
{
	if (message->descriptor == &google__protobuf__timestamp__descriptor)
		return is_timestamp((const Google__Protobuf__Timestamp *)message)
			   ? NULL
			   : "is not a time of the years 1 to 9999";
	if (message->descriptor == &google__protobuf__duration__descriptor)
		return is_duration((const Google__Protobuf__Duration *)message)
			   ? NULL
			   : "is not a duration of at most 10,000 years";
	return is_date((const Google__Type__Date *)message) ? NULL : "is not a date";
}
