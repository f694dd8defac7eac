/* SPDX-License-Identifier: Apache-2.0 */
/* Forms: the escapes of URLs, with '+' for a blank. */
#include "form.h"

#include <string.h>

#include "base/arena.h"

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The decoded text, NULL when an escape is broken or stands for NUL. */
static const char *unescape(const char *from, size_t length, struct arena *arena)
{
	char *text = arena_alloc(arena, length + 1);
	size_t written = 0;

	for (size_t i = 0; i < length; i++) {
		char c = from[i];

		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int high = i + 1 < length ? digit_of(from[i + 1]) : -1;
			int low = i + 2 < length ? digit_of(from[i + 2]) : -1;

			if (high < 0 || low < 0)
				return NULL;
			c = (char)(high * 16 + low);
			i += 2;
		}
		if (c == '\0')
			return NULL;
		text[written++] = c;
	}
	return text;
}

static bool read_field(const char *start, size_t length, struct arena *arena,
		       struct form_field *field)
{
	const char *equals = memchr(start, '=', length);
	size_t name_length = equals ? (size_t)(equals - start) : length;
	size_t value_start = equals ? name_length + 1 : length;

	field->name = unescape(start, name_length, arena);
	field->value = unescape(start + value_start, length - value_start, arena);
	return field->name && field->value;
}

bool form_read(const char *body, size_t length, struct arena *arena, struct form_field **fields,
	       size_t *count)
{
	struct form_field *read = arena_new(arena, struct form_field, FORM_MAX);
	size_t read_count = 0;
	size_t start = 0;

	while (start < length) {
		const char *ampersand = memchr(body + start, '&', length - start);
		size_t end = ampersand ? (size_t)(ampersand - body) : length;

		if (end > start) {
			if (read_count == FORM_MAX ||
			    !read_field(body + start, end - start, arena, &read[read_count]))
				return false;
			read_count++;
		}
		start = end + 1;
	}
	*fields = read;
	*count = read_count;
	return true;
}

const char *form_value(const struct form_field *fields, size_t count, const char *name)
{
	const char *value = NULL;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(fields[i].name, name) != 0)
			continue;
		if (value)
			return NULL;
		value = fields[i].value;
	}
	return value;
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

const char *form_escape(const char *text, struct arena *arena)
{
	static const char digits[] = "0123456789ABCDEF";
	char *escaped = arena_alloc(arena, 3 * strlen(text) + 1);
	char *at = escaped;

	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;

		if (is_unreserved(*text)) {
			*at++ = *text;
			continue;
		}
		*at++ = '%';
		*at++ = digits[byte >> 4];
		*at++ = digits[byte & 15];
	}
	return escaped;
}
