/* SPDX-License-Identifier: Apache-2.0 */
/* Values on their way between messages and rows: the converters. */
#include "db/value.h"

#include <limits.h>
#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "contract/name.h"
#include "crypto/hash.h"
#include "db/path.h"
#include "db/session.h"
#include "google/protobuf/timestamp.pb-c.h"
#include "google/type/date.pb-c.h"

static struct value text_value(struct text text)
{
	return (struct value){.type = VALUE_TYPE_TEXT, .text = text};
}

static struct value integer_value(int64_t number)
{
	return (struct value){.type = VALUE_TYPE_INTEGER, .integer = number};
}

static struct value integer_of(const ProtobufCFieldDescriptor *field, const void *slot)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
		return integer_value(*(const int64_t *)slot);
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64: {
		struct value value = integer_value(*(const int64_t *)slot);

		value.is_unsigned = true;
		return value;
	}
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
		return integer_value(*(const uint32_t *)slot);
	case PROTOBUF_C_TYPE_BOOL:
		return integer_value(*(const protobuf_c_boolean *)slot != 0);
	default:
		return integer_value(*(const int32_t *)slot);
	}
}

static struct value timestamp_of(const Google__Protobuf__Timestamp *timestamp)
{
	return integer_value(timestamp->seconds * TIME_SECOND_US + timestamp->nanos / 1000);
}

static struct value date_of(struct arena *arena, const Google__Type__Date *date)
{
	return text_value(
	    text_of(arena_text(arena, "%04d-%02d-%02d", date->year, date->month, date->day)));
}

static struct value name_part_of(const struct path *path, struct text name)
{
	struct name_parts parts;

	if (!name_parse(path->resource, name, &parts))
		return (struct value){0};
	return text_value(parts.parts[path->part]);
}

/* The version in an etag. One that is no version matches no row: it must not become "no etag". */
static struct value etag_of(struct text etag)
{
	int64_t version = 0;

	if (etag.length == 0)
		return (struct value){0};
	return integer_value(text_to_int64(etag, &version) ? version : -1);
}

/* Keyed with the platform, so that one person's rows on two platforms can't be told to match. */
static struct value index_of(struct db_session *session, const struct path *path, struct text text)
{
	struct arena *arena = session->arena;
	char purpose[CRYPTO_PURPOSE_LENGTH + 1] = {0};
	char *index;
	char *folded;

	while (text.length > 0 && text.start[0] == ' ')
		text = (struct text){text.start + 1, text.length - 1};
	while (text.length > 0 && text.start[text.length - 1] == ' ')
		text.length--;
	if (text.length == 0 || session->index_key == NULL)
		return (struct value){0};
	strncpy(purpose, path->steps[path->depth - 1]->name, CRYPTO_PURPOSE_LENGTH);
	folded = arena_text(arena, "%s/%.*s", session->platform, TEXT_ARGUMENTS(text));
	text_fold_ascii(folded, strlen(folded));
	index = arena_alloc(arena, CRYPTO_INDEX_TEXT);
	crypto_index(session->index_key, purpose, folded, strlen(folded), index);
	return text_value(text_of(index));
}

static struct value base64_of(struct arena *arena, const void *bytes, size_t length)
{
	return text_value(text_of(text_base64_encode(arena, bytes, length)));
}

/* The value in a field's slot, once it is known to be there. */
static struct value field_value(struct db_session *session, const struct path *path,
				const void *slot)
{
	const ProtobufCFieldDescriptor *field = path->steps[path->depth - 1];
	const ProtobufCBinaryData *bytes = slot;
	struct text text = {0};

	if (field->type == PROTOBUF_C_TYPE_STRING)
		text = text_of(*(const char *const *)slot);
	else if (field->type == PROTOBUF_C_TYPE_MESSAGE && *(void *const *)slot == NULL)
		return (struct value){0};
	switch (path->kind) {
	case VALUE_BYTES:
		return base64_of(session->arena, bytes->data, bytes->len);
	case VALUE_INTEGER:
		return integer_of(field, slot);
	case VALUE_REAL:
		return (struct value){.type = VALUE_TYPE_REAL,
				      .real = field->type == PROTOBUF_C_TYPE_FLOAT
						  ? (double)*(const float *)slot
						  : *(const double *)slot};
	case VALUE_TIMESTAMP:
		return timestamp_of(*(Google__Protobuf__Timestamp *const *)slot);
	case VALUE_DATE:
		return date_of(session->arena, *(Google__Type__Date *const *)slot);
	case VALUE_NAME_PART:
		return name_part_of(path, text);
	case VALUE_ETAG:
		return etag_of(text);
	default:
		if (path->index)
			return index_of(session, path, text);
		if (path->base64)
			return base64_of(session->arena, text.start, text.length);
		return text_value(text);
	}
}

static struct value session_value(const struct db_session *session, enum path_source source,
				  size_t position)
{
	switch (source) {
	case PATH_PLATFORM:
		return text_value(text_of(session->platform));
	case PATH_CALLER:
		return text_value(text_of(session->caller));
	case PATH_OWNER:
		return session->owner != NULL ? text_value(text_of(session->owner))
					      : (struct value){0};
	case PATH_NOW:
		return integer_value(session->now_us);
	case PATH_REAL:
		return integer_value(session->real_us);
	default:
		return integer_value((int64_t)position);
	}
}

struct status value_take(struct db_session *session, const struct path *path,
			 const ProtobufCMessage *root, size_t index, struct value *value)
{
	struct place place;

	*value = (struct value){0};
	if (path->source != PATH_FIELD)
		*value = session_value(session, path->source, index);
	else if (!path_find(path, root, index, &place))
		return STATUS_OK;
	else if (path->kind == VALUE_SEALED)
		return value_seal(session, path, root, &place, value);
	else
		*value = field_value(session, path, place.slot);
	return STATUS_OK;
}

static bool put_integer(const ProtobufCFieldDescriptor *field, const struct value *value,
			void *slot)
{
	int64_t number = value->integer;
	bool is_large = value->is_unsigned && number < 0; /* above INT64_MAX */

	if (value->type != VALUE_TYPE_INTEGER)
		return false;
	switch (field->type) {
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64:
		*(int64_t *)slot = number;
		return !is_large;
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_FIXED64:
		*(int64_t *)slot = number;
		return value->is_unsigned || number >= 0;
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32:
		*(uint32_t *)slot = (uint32_t)number;
		return number >= 0 && number <= UINT32_MAX;
	case PROTOBUF_C_TYPE_BOOL:
		*(protobuf_c_boolean *)slot = number != 0;
		return true;
	default:
		*(int32_t *)slot = (int32_t)number;
		return number >= INT32_MIN && number <= INT32_MAX && !is_large;
	}
}

static bool put_timestamp(struct arena *arena, const struct value *value, void *slot)
{
	Google__Protobuf__Timestamp *timestamp = arena_new(arena, Google__Protobuf__Timestamp, 1);
	int64_t micros = value->integer % TIME_SECOND_US;

	google__protobuf__timestamp__init(timestamp);
	if (micros < 0)
		micros += TIME_SECOND_US;
	timestamp->seconds = (value->integer - micros) / TIME_SECOND_US;
	timestamp->nanos = (int32_t)micros * 1000;
	*(Google__Protobuf__Timestamp **)slot = timestamp;
	return value->integer >= TIME_MIN_US && value->integer <= TIME_MAX_US;
}

static bool put_date(struct arena *arena, const struct value *value, void *slot)
{
	Google__Type__Date *date = arena_new(arena, Google__Type__Date, 1);
	struct time_date parsed;

	if (!time_date_parse(value->text, &parsed))
		return false;
	google__type__date__init(date);
	date->year = parsed.year;
	date->month = parsed.month;
	date->day = parsed.day;
	*(Google__Type__Date **)slot = date;
	return true;
}

bool value_put(struct arena *arena, const struct path *path, const struct value *value,
	       struct place place)
{
	const ProtobufCFieldDescriptor *field = path->steps[path->depth - 1];
	const void *bytes = value->text.start;

	switch (path->kind) {
	case VALUE_INTEGER:
		return put_integer(field, value, place.slot);
	case VALUE_REAL:
		if (field->type == PROTOBUF_C_TYPE_FLOAT)
			*(float *)place.slot = (float)value->real;
		else
			*(double *)place.slot = value->real;
		return true;
	case VALUE_TIMESTAMP:
		return put_timestamp(arena, value, place.slot);
	case VALUE_DATE:
		return put_date(arena, value, place.slot);
	case VALUE_BYTES:
		*(ProtobufCBinaryData *)place.slot =
		    (ProtobufCBinaryData){value->text.length, (uint8_t *)(uintptr_t)bytes};
		return true;
	case VALUE_ETAG:
		*(const char **)place.slot =
		    value->type == VALUE_TYPE_INTEGER
			? arena_text(arena, "%lld", (long long)value->integer)
			: value->text.start;
		return true;
	default:
		*(const char **)place.slot = value->text.start;
		return true;
	}
}
