/* SPDX-License-Identifier: Apache-2.0 */
/* How a process ends that cannot go on, and the allocation for things that live outside a call. */
#pragma once

#include <stddef.h>

/* Writes one line to stderr and aborts. */
_Noreturn void fatal(const char *message);

/* `count` zeroed items for free(); never NULL: running out of memory is fatal. */
void *fatal_calloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/* A copy of `length` bytes with a NUL behind, for free(). */
char *fatal_copy(const void *bytes, size_t length) __attribute__((malloc, returns_nonnull));
