/* SPDX-License-Identifier: Apache-2.0 */
/* Resource names (AIP-122), taken apart and put together by the contract's own patterns. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct arena;
struct resource_type;

#define NAME_PARTS_MAX 8

/* The variables of one name, in the pattern's order; views into the name. */
struct name_parts {
	struct text parts[NAME_PARTS_MAX];
	size_t count;
};

/* Takes `name` apart; false when it does not fit the pattern or a part is empty or has a '/'. */
bool name_parse(const struct resource_type *type, struct text name, struct name_parts *parts);

/* The index of variable `part` ("service_request") in the pattern; -1 when there is none. */
int name_part_index(const struct resource_type *type, struct text part);

/* The part of a valid name, copied into the arena; NULL when the name is not valid. */
const char *name_part(struct arena *arena, const struct resource_type *type, const char *name,
		      const char *part);

/* Builds a name from its parts in order. */
const char *name_make(struct arena *arena, const struct resource_type *type,
		      const struct text *parts, size_t count);

/* The platform's id in any name that begins with "platforms/"; empty when it does not. */
struct text name_platform(struct text name);
