/* SPDX-License-Identifier: Apache-2.0 */
/* Chunks filled from the front; in a debug build a list of single allocations instead. */
#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"

#define ALIGNMENT alignof(max_align_t)

/* A worker keeps at most this much between calls; what a large call needed goes back. */
#define CHUNK_SIZE ((size_t)16 * 1024)
#define KEPT_SIZE ((size_t)256 * 1024)

struct cleanup {
	void (*function)(void *data);
	void *data;
	struct cleanup *next;
};

/* Release: a chunk of items. Debug: one item; `previous` leads back instead of `next` on. */
struct chunk {
	struct chunk *next;
	size_t size;
	size_t used;
	size_t base; /* What the arena had handed out when this chunk was entered. */
	alignas(max_align_t) uint8_t bytes[];
};

struct arena {
	struct chunk *first;   /* owned; only release */
	struct chunk *current; /* the chunk being filled, or the latest item */
	struct cleanup *cleanups;
	size_t used;
	size_t limit; /* 0 = unbounded */
	size_t limit_base;
};

static size_t round_up(size_t size)
{
	return (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

static struct chunk *chunk_create(size_t size)
{
	struct chunk *chunk = malloc(sizeof *chunk + size);

	if (!chunk)
		fatal("out of memory");
	chunk->next = NULL;
	chunk->size = size;
	chunk->used = 0;
	chunk->base = 0;
	return chunk;
}

#ifdef ENTREMISE_DEBUG

/* Each item its own block of exactly the size asked for; `next` points to the one before. */
static void *take(struct arena *arena, size_t size)
{
	struct chunk *item = chunk_create(size);

	item->next = arena->current;
	arena->current = item;
	return item->bytes;
}

static void give_back(struct arena *arena, struct arena_mark mark)
{
	while (arena->current != mark.chunk) {
		struct chunk *item = arena->current;

		assert(item && "a mark of another arena, or one that was rewound past");
		arena->current = item->next;
		free(item);
	}
}

#else

/* The chunk after the present one if it is large enough, else a new one put between. */
static struct chunk *advance(struct arena *arena, size_t size)
{
	struct chunk **place = arena->current ? &arena->current->next : &arena->first;

	if (!*place || (*place)->size < size) {
		struct chunk *chunk = chunk_create(size > CHUNK_SIZE ? size : CHUNK_SIZE);

		chunk->next = *place;
		*place = chunk;
	}
	arena->current = *place;
	arena->current->used = 0;
	arena->current->base = arena->used;
	return arena->current;
}

static void *take(struct arena *arena, size_t size)
{
	size_t rounded = round_up(size);
	struct chunk *chunk = arena->current;
	void *item;

	if (!chunk || chunk->size - chunk->used < rounded)
		chunk = advance(arena, rounded);
	item = chunk->bytes + chunk->used;
	chunk->used += rounded;
	return item;
}

static void give_back(struct arena *arena, struct arena_mark mark)
{
	arena->current = mark.chunk;
	if (arena->current)
		arena->current->used = mark.used - arena->current->base;
}

#endif

/* Frees the chunks behind the first `kept` bytes; a debug build keeps none. */
static void trim(struct arena *arena, size_t kept)
{
	struct chunk **place = &arena->first;
	size_t total = 0;

	while (*place) {
		struct chunk *chunk = *place;

		if (total + chunk->size <= kept) {
			total += chunk->size;
			place = &chunk->next;
			continue;
		}
		*place = chunk->next;
		free(chunk);
	}
}

struct arena_mark arena_mark(struct arena *arena)
{
	return (struct arena_mark){arena->current, arena->used, arena->cleanups};
}

struct arena *arena_create(void)
{
	return fatal_calloc(1, sizeof(struct arena));
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
	while (arena->cleanups != mark.cleanups) {
		struct cleanup *cleanup = arena->cleanups;

		assert(cleanup && "a mark of another arena, or one that was rewound past");
		arena->cleanups = cleanup->next;
		cleanup->function(cleanup->data);
	}
	give_back(arena, mark);
	arena->used = mark.used;
}

void arena_reset(struct arena *arena)
{
	arena_rewind(arena, (struct arena_mark){0});
	arena->limit_base = 0;
	trim(arena, KEPT_SIZE);
}

void arena_destroy(struct arena *arena)
{
	if (!arena)
		return;
	arena_reset(arena);
	trim(arena, 0);
	free(arena);
}

void *arena_try_alloc(struct arena *arena, size_t size)
{
	size_t rounded;
	void *item;

	if (size > PTRDIFF_MAX / 2)
		return NULL;
	rounded = round_up(size);
	if (arena->limit > 0) {
		/* Rewound past where the limit was set: it counts from here on. */
		size_t base = arena->used < arena->limit_base ? arena->used : arena->limit_base;

		if (arena->used - base > arena->limit ||
		    rounded > arena->limit - (arena->used - base))
			return NULL;
	}
	item = take(arena, size);
	arena->used += rounded;
	return item;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size_t limit = arena->limit;
	void *item;

	arena->limit = 0;
	item = arena_try_alloc(arena, size);
	arena->limit = limit;
	if (!item)
		fatal("out of memory: an item of the arena is too large");
	return memset(item, 0, size);
}

void arena_limit(struct arena *arena, size_t bytes)
{
	arena->limit = bytes;
	arena->limit_base = arena->used;
}

size_t arena_used(const struct arena *arena)
{
	return arena->used;
}

void arena_on_reset(struct arena *arena, void (*function)(void *data), void *data)
{
	struct cleanup *cleanup = arena_new(arena, struct cleanup, 1);

	cleanup->function = function;
	cleanup->data = data;
	cleanup->next = arena->cleanups;
	arena->cleanups = cleanup;
}

void *arena_new_items(struct arena *arena, size_t size, size_t count)
{
	size_t total;

	if (__builtin_mul_overflow(size, count, &total))
		fatal("out of memory: an array of the arena is too large");
	return arena_alloc(arena, total);
}

char *arena_copy(struct arena *arena, const void *bytes, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	if (length > 0)
		memcpy(copy, bytes, length);
	return copy;
}

char *arena_text(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	va_list again;
	char *text;
	int length;

	va_start(arguments, format);
	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	assert(length >= 0);
	text = arena_alloc(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}

static void *allocate(void *data, size_t size)
{
	return arena_try_alloc(data, size);
}

static void keep(void *data, void *item)
{
	(void)data;
	(void)item;
}

ProtobufCAllocator arena_allocator(struct arena *arena)
{
	return (ProtobufCAllocator){allocate, keep, arena};
}
