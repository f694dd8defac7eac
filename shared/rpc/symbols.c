/* SPDX-License-Identifier: Apache-2.0 */
/* Files, declared names and extensions in one sorted array, made once. */
#include "rpc/symbols.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "google/protobuf/descriptor.pb-c.h"

/* A file, a declared name or an extension, by what it is looked up with. */
struct symbol {
	const char *name; /* of an extension: the type it extends */
	int32_t number;	  /* of an extension, or one of SYMBOL_... */
	struct text file;
};

struct rpc_symbols {
	struct arena *names;
	struct symbol *items; /* owned */
	size_t count;
	size_t capacity;
};

/* What stands while one file is read. */
struct reading {
	struct rpc_symbols *symbols;
	struct text file;
};

static void add(const struct reading *reading, const char *name, int32_t number)
{
	struct rpc_symbols *symbols = reading->symbols;

	if (symbols->count == symbols->capacity) {
		symbols->capacity = symbols->capacity ? symbols->capacity * 2 : 512;
		symbols->items =
		    realloc(symbols->items, symbols->capacity * sizeof(*symbols->items));
		if (!symbols->items)
			fatal("out of memory");
	}
	symbols->items[symbols->count++] = (struct symbol){name, number, reading->file};
}

static const char *declare(const struct reading *reading, const char *scope, const char *name)
{
	const char *dot = scope[0] == '\0' ? "" : ".";
	const char *full = arena_text(reading->symbols->names, "%s%s%s", scope, dot, name);

	add(reading, full, SYMBOL_DECLARED);
	return full;
}

static void read_extension(const struct reading *reading, const char *scope,
			   const Google__Protobuf__FieldDescriptorProto *field)
{
	const char *type = field->extendee ? field->extendee : "";

	declare(reading, scope, field->name);
	if (type[0] == '.')
		type++;
	add(reading, arena_text(reading->symbols->names, "%s", type), field->number);
}

static void read_message(const struct reading *reading, const char *scope,
			 const Google__Protobuf__DescriptorProto *message)
{
	const char *full = declare(reading, scope, message->name);

	for (size_t i = 0; i < message->n_nested_type; i++)
		read_message(reading, full, message->nested_type[i]);
	for (size_t i = 0; i < message->n_enum_type; i++)
		declare(reading, full, message->enum_type[i]->name);
	for (size_t i = 0; i < message->n_extension; i++)
		read_extension(reading, full, message->extension[i]);
}

static void read_service(const struct reading *reading, const char *scope,
			 const Google__Protobuf__ServiceDescriptorProto *service)
{
	const char *full = declare(reading, scope, service->name);

	for (size_t i = 0; i < service->n_method; i++)
		declare(reading, full, service->method[i]->name);
}

static bool is_known(const struct rpc_symbols *symbols, const char *name)
{
	for (size_t i = 0; i < symbols->count; i++)
		if (symbols->items[i].number == SYMBOL_FILE &&
		    strcmp(symbols->items[i].name, name) == 0)
			return true;
	return false;
}

static void read_file(struct rpc_symbols *symbols, struct text bytes, struct arena *scratch)
{
	ProtobufCAllocator allocator = arena_allocator(scratch);
	const struct reading reading = {symbols, bytes};
	Google__Protobuf__FileDescriptorProto *file =
	    google__protobuf__file_descriptor_proto__unpack(&allocator, bytes.length,
							    (const uint8_t *)bytes.start);
	const char *package;

	if (!file)
		fatal("the embedded descriptor set is malformed");
	if (is_known(symbols, file->name))
		return;
	package = file->package ? file->package : "";
	add(&reading, arena_text(symbols->names, "%s", file->name), SYMBOL_FILE);
	for (size_t i = 0; i < file->n_message_type; i++)
		read_message(&reading, package, file->message_type[i]);
	for (size_t i = 0; i < file->n_enum_type; i++)
		declare(&reading, package, file->enum_type[i]->name);
	for (size_t i = 0; i < file->n_extension; i++)
		read_extension(&reading, package, file->extension[i]);
	for (size_t i = 0; i < file->n_service; i++)
		read_service(&reading, package, file->service[i]);
}

/* A base-128 varint at *at; moves on. */
static size_t read_varint(struct text bytes, size_t *at)
{
	size_t value = 0;

	for (unsigned shift = 0; *at < bytes.length && shift < 35; shift += 7) {
		unsigned char byte = (unsigned char)bytes.start[(*at)++];

		value |= (size_t)(byte & 0x7F) << shift;
		if (!(byte & 0x80))
			return value;
	}
	fatal("the embedded descriptor set is malformed");
}

/* A FileDescriptorSet is a row of `file = 1`; each is handed out as it stands, never packed anew.
 */
static void read_set(struct rpc_symbols *symbols, struct text set, struct arena *scratch)
{
	for (size_t at = 0; at < set.length;) {
		size_t key = read_varint(set, &at);
		size_t length = read_varint(set, &at);

		if (key != ((1 << 3) | 2) || length > set.length - at)
			fatal("the embedded descriptor set is malformed");
		read_file(symbols, (struct text){set.start + at, length}, scratch);
		arena_reset(scratch);
		at += length;
	}
}

static int compare(const void *a, const void *b)
{
	const struct symbol *left = a;
	const struct symbol *right = b;
	int order = strcmp(left->name, right->name);

	if (order != 0)
		return order;
	return (left->number > right->number) - (left->number < right->number);
}

struct rpc_symbols *rpc_symbols_create(const struct text *sets, size_t count)
{
	struct rpc_symbols *symbols = fatal_calloc(1, sizeof(*symbols));
	struct arena *scratch = arena_create();

	symbols->names = arena_create();
	for (size_t i = 0; i < count; i++)
		read_set(symbols, sets[i], scratch);
	arena_destroy(scratch);
	qsort(symbols->items, symbols->count, sizeof(*symbols->items), compare);
	return symbols;
}

void rpc_symbols_destroy(struct rpc_symbols *symbols)
{
	if (!symbols)
		return;
	arena_destroy(symbols->names);
	free(symbols->items);
	free(symbols);
}

struct text rpc_symbols_find(const struct rpc_symbols *symbols, const char *name, int32_t number)
{
	const struct symbol wanted = {.name = name, .number = number};
	const struct symbol *found =
	    bsearch(&wanted, symbols->items, symbols->count, sizeof(wanted), compare);

	return found ? found->file : (struct text){0};
}

size_t rpc_symbols_extensions(const struct rpc_symbols *symbols, const char *type, int32_t *numbers,
			      size_t most)
{
	size_t count = 0;

	for (size_t i = 0; i < symbols->count && count < most; i++)
		if (symbols->items[i].number > 0 && strcmp(symbols->items[i].name, type) == 0)
			numbers[count++] = symbols->items[i].number;
	return count;
}
