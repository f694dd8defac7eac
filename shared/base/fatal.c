/* SPDX-License-Identifier: Apache-2.0 */
/* The last line of a process, without allocating. */
#include "base/fatal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void fatal(const char *message)
{
	fprintf(stderr, "{\"level\":\"fatal\",\"message\":\"%s\"}\n", message);
	abort();
}

void *fatal_calloc(size_t count, size_t size)
{
	/* calloc(0) may be NULL, which callers need not tell from a failure. */
	void *items = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);

	if (!items)
		fatal("out of memory");
	return items;
}

char *fatal_copy(const void *bytes, size_t length)
{
	char *copy = fatal_calloc(length + 1, 1);

	if (length > 0)
		memcpy(copy, bytes, length);
	return copy;
}
