/* SPDX-License-Identifier: Apache-2.0 */
/* Postcodes and their beginnings, as zones are looked up. Pure. */
#include "postcode.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

size_t postcode_prefixes(struct arena *arena, const char *postcode,
			 char *prefixes[POSTCODE_PREFIXES_MAX])
{
	size_t length = strlen(postcode);
	size_t count = 0;

	for (size_t end = POSTCODE_LENGTH_MIN; end <= length && end <= POSTCODE_LENGTH_MAX; end++)
		prefixes[count++] = arena_copy(arena, postcode, end);
	return count;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

size_t postcode_list_normalize(char **prefixes, size_t count)
{
	size_t kept = 0;

	if (count > 1)
		qsort(prefixes, count, sizeof(*prefixes), compare);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || strcmp(prefixes[kept - 1], prefixes[i]) != 0)
			prefixes[kept++] = prefixes[i];
	return kept;
}
