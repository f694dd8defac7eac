/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that must not be printed: opaque, so that no log macro takes them; wiped when destroyed. */
#pragma once

#include <stddef.h>

struct secret;

/* A copy; the caller wipes its own bytes. */
struct secret *secret_create(const void *bytes, size_t length);

/* Overwrites, then frees. NULL is allowed. */
void secret_destroy(struct secret *secret);

/* The bytes, followed by a NUL; borrowed from the secret. */
const char *secret_string(const struct secret *secret);
