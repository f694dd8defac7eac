/* SPDX-License-Identifier: Apache-2.0 */
/* Postcodes and their beginnings, as zones are looked up. Pure. */
#pragma once

#include <stddef.h>

struct arena;

#define POSTCODE_LENGTH_MAX 10
#define POSTCODE_LENGTH_MIN 2 /* of a zone's prefix */
#define POSTCODE_PREFIXES_MAX (POSTCODE_LENGTH_MAX - POSTCODE_LENGTH_MIN + 1)

/*
 * Every beginning of `postcode` that a zone can have, from POSTCODE_LENGTH_MIN characters to the
 * whole, shortest first, in the arena: "75011" gives "75", "750", "7501", "75011". Returns how
 * many.
 */
size_t postcode_prefixes(struct arena *arena, const char *postcode,
			 char *prefixes[POSTCODE_PREFIXES_MAX]);

/* Sorts and drops repetitions, where the list stands; returns how many are left. */
size_t postcode_list_normalize(char **prefixes, size_t count);
