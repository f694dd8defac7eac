/* SPDX-License-Identifier: Apache-2.0 */
/* A block of its own per secret, wiped before it goes back to the allocator. */
#include "base/secret.h"

#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"

struct secret {
	size_t length;
	char bytes[];
};

struct secret *secret_create(const void *bytes, size_t length)
{
	struct secret *secret = fatal_calloc(1, sizeof *secret + length + 1);

	secret->length = length;
	if (length > 0)
		memcpy(secret->bytes, bytes, length);
	return secret;
}

void secret_destroy(struct secret *secret)
{
	if (!secret)
		return;
	explicit_bzero(secret, sizeof *secret + secret->length + 1);
	free(secret);
}

const char *secret_string(const struct secret *secret)
{
	return secret->bytes;
}
