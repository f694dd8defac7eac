/* SPDX-License-Identifier: Apache-2.0 */
/* Reads bodies of requests. */
#include "input.h"
#include "form.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"

/* "application/json; charset=utf-8" is application/json. */
static bool is_type(const char *content_type, const char *wanted)
{
	size_t length = strlen(wanted);

	return content_type && strncasecmp(content_type, wanted, length) == 0 &&
	       (content_type[length] == '\0' || content_type[length] == ';' ||
		content_type[length] == ' ');
}

/* Puts one field of a form: "name", "name[member]" or "name[]". */
static bool put_field(json_t *object, const struct form_field *field, struct arena *arena)
{
	const char *bracket = strchr(field->name, '[');
	size_t length = bracket ? (size_t)(bracket - field->name) : strlen(field->name);
	const char *name = arena_copy(arena, field->name, length);
	size_t rest = bracket ? strlen(bracket) : 0;
	json_t *inner;

	if (length == 0)
		return false;
	if (!bracket)
		return json_object_set_new(object, name, json_string(field->value)) == 0;
	if (rest < 2 || bracket[rest - 1] != ']' || memchr(bracket + 1, '[', rest - 1))
		return false;
	inner = json_object_get(object, name);
	if (!inner) {
		inner = rest == 2 ? json_array() : json_object();
		json_object_set_new(object, name, inner);
	}
	if (rest == 2)
		return json_array_append_new(inner, json_string(field->value)) == 0;
	return json_object_set_new(inner, arena_copy(arena, bracket + 1, rest - 2),
				   json_string(field->value)) == 0;
}

static json_t *read_form(const char *body, size_t length, struct arena *arena)
{
	struct form_field *fields;
	size_t count = 0;
	json_t *object;

	if (!form_read(body, length, arena, &fields, &count))
		return NULL;
	object = json_object();
	for (size_t i = 0; i < count; i++)
		if (!put_field(object, &fields[i], arena)) {
			json_decref(object);
			return NULL;
		}
	return object;
}

json_t *input_read(const char *content_type, const char *body, size_t length, struct arena *arena,
		   int *status)
{
	json_t *input = NULL;

	*status = 400;
	if (length == 0)
		return json_object();
	if (is_type(content_type, "application/json"))
		input = json_loadb(body, length, JSON_REJECT_DUPLICATES, NULL);
	else if (is_type(content_type, "application/x-www-form-urlencoded"))
		input = read_form(body, length, arena);
	else
		*status = 415;
	if (input && !json_is_object(input)) {
		json_decref(input);
		input = NULL;
	}
	return input;
}
