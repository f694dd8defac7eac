/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that lives as long as one call: allocated in a row, freed at once. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

/*
 * Not shared between threads. Running out of memory ends the process with a line; running over
 * `limit` (see arena_limit) makes arena_try_alloc return NULL, which only the decoder of foreign
 * bytes uses. A debug build gives every item its own malloc, so that ASan sees each overrun.
 */
struct arena;

/* A place to which the arena can be rewound: everything allocated later is freed. */
struct arena_mark {
	void *chunk; /* borrowed */
	size_t used;
	void *cleanups; /* borrowed */
};

/* Creates an empty arena that keeps its chunks between resets. */
struct arena *arena_create(void);

/* Runs the cleanups, frees everything. NULL is allowed. */
void arena_destroy(struct arena *arena);

/* Runs the cleanups in reverse order and frees all items; chunks are kept for the next call. */
void arena_reset(struct arena *arena);

/* Remembers the present state / returns to it (running the cleanups registered since). */
struct arena_mark arena_mark(struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* `size` zeroed bytes aligned for any type; never NULL, 0 bytes are a valid pointer. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc, returns_nonnull));

/* As arena_alloc, but not zeroed and NULL when the arena would exceed its limit. */
void *arena_try_alloc(struct arena *arena, size_t size);

/* Bounds what arena_try_alloc may hand out from now on, in bytes; 0 = unbounded. */
void arena_limit(struct arena *arena, size_t bytes);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *arena);

/* Runs `function(data)` at the next reset, rewind past this point, or destroy. */
void arena_on_reset(struct arena *arena, void (*function)(void *data), void *data);

/* A NUL-terminated copy of `length` bytes / of a string / of a printf format. */
char *arena_copy(struct arena *arena, const void *bytes, size_t length);
char *arena_text(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* An allocator for protobuf-c that takes from the arena (within its limit) and never frees. */
ProtobufCAllocator arena_allocator(struct arena *arena);

/* `count` zeroed items of type T. Aborts on overflow of the multiplication. */
#define arena_new(arena, T, count) ((T *)arena_new_items((arena), sizeof(T), (count)))
void *arena_new_items(struct arena *arena, size_t size, size_t count)
    __attribute__((malloc, returns_nonnull));
