/* SPDX-License-Identifier: Apache-2.0 */
/* Names against a pattern of literals and variables in turn. */
#include "contract/name.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "contract/contract.h"

_Static_assert(NAME_PARTS_MAX == sizeof(((struct resource_type *)0)->parts) / sizeof(char *),
	       "a name has room for all parts of a pattern");

/*
 * Both take a segment, and the '/' behind it if there is one, off the front; names are short and
 * taken apart several times a call, so this is one pass without library calls.
 */
static bool take_literal(struct text *rest, const char *literal)
{
	size_t length = 0;

	while (literal[length] != '\0') {
		if (length == rest->length || rest->start[length] != literal[length])
			return false;
		length++;
	}
	if (length < rest->length && rest->start[length] != '/')
		return false;
	length += length < rest->length;
	*rest = (struct text){rest->start + length, rest->length - length};
	return true;
}

static struct text take_part(struct text *rest)
{
	struct text part = {rest->start, 0};
	size_t taken;

	while (part.length < rest->length && part.start[part.length] != '/')
		part.length++;
	taken = part.length + (part.length < rest->length);
	*rest = (struct text){rest->start + taken, rest->length - taken};
	return part;
}

bool name_parse(const struct resource_type *type, struct text name, struct name_parts *parts)
{
	struct text rest = name;
	struct name_parts found = {.count = type->part_count};

	/* A '/' at the end would be taken for one between segments. */
	if (name.length == 0 || name.start[name.length - 1] == '/')
		return false;
	for (size_t i = 0; i < type->part_count; i++) {
		if (!take_literal(&rest, type->collections[i]))
			return false;
		found.parts[i] = take_part(&rest);
		if (found.parts[i].length == 0)
			return false;
	}
	if (type->singleton && !take_literal(&rest, type->singleton))
		return false;
	if (rest.length > 0)
		return false;
	*parts = found;
	return true;
}

int name_part_index(const struct resource_type *type, struct text part)
{
	for (size_t i = 0; i < type->part_count; i++) {
		if (text_equal_string(part, type->parts[i]))
			return (int)i;
	}
	return -1;
}

const char *name_part(struct arena *arena, const struct resource_type *type, const char *name,
		      const char *part)
{
	struct name_parts parts;
	int index = name_part_index(type, text_of(part));

	if (index < 0 || !name_parse(type, text_of(name), &parts))
		return NULL;
	return arena_copy(arena, parts.parts[index].start, parts.parts[index].length);
}

static char *append(char *to, const void *bytes, size_t length)
{
	memcpy(to, bytes, length);
	return to + length;
}

const char *name_make(struct arena *arena, const struct resource_type *type,
		      const struct text *parts, size_t count)
{
	size_t length = type->singleton ? strlen(type->singleton) + 1 : 0;
	char *name;
	char *end;

	assert(count == type->part_count);
	for (size_t i = 0; i < count; i++)
		length += strlen(type->collections[i]) + parts[i].length + 2;
	name = arena_alloc(arena, length + 1);
	end = name;
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			*end++ = '/';
		end = append(end, type->collections[i], strlen(type->collections[i]));
		*end++ = '/';
		end = append(end, parts[i].start, parts[i].length);
	}
	if (type->singleton) {
		if (count > 0)
			*end++ = '/';
		append(end, type->singleton, strlen(type->singleton));
	}
	return name;
}

struct text name_platform(struct text name)
{
	struct text rest = name;

	if (!text_starts_with(name, "platforms/") || !take_literal(&rest, "platforms"))
		return (struct text){0};
	return take_part(&rest);
}
