/* SPDX-License-Identifier: Apache-2.0 */
/* Walks the environment once for unknown names and the tables once for values; gathers all faults.
 */
#include "config/config.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/secret.h"
#include "base/text.h"

#define SECRET_MAX_SIZE ((size_t)64 * 1024)

static const char *const kind_names[] = {"text", "integer", "true or false", "list", "file"};

/* Where faults are told; `found` counts them, also when the buffer is full. */
struct faults {
	char *buffer;
	size_t size;
	size_t length;
	size_t found;
};

struct loader {
	const struct config_table *tables;
	size_t count;
	const char *prefix;
	char *const *environment;
	struct faults faults;
};

__attribute__((format(printf, 2, 3))) static void fault(struct faults *faults, const char *format,
							...)
{
	size_t room = faults->size - faults->length;
	va_list arguments;
	int length = 0;

	if (faults->found++ > 0 && room > 1) {
		faults->buffer[faults->length++] = '\n';
		room--;
	}
	va_start(arguments, format);
	if (room > 0)
		length = vsnprintf(faults->buffer + faults->length, room, format, arguments);
	va_end(arguments);
	if (length > 0)
		faults->length += (size_t)length < room ? (size_t)length : room - 1;
}

static const char *suffix_of(const struct config_row *row)
{
	return row->kind == CONFIG_SECRET ? "_FILE" : "";
}

/* Whether `name` (without prefix) is the variable of this row. */
static bool names_row(struct text name, const struct config_row *row)
{
	const char *suffix = suffix_of(row);
	size_t length = strlen(row->name);

	return text_starts_with(name, row->name) && name.length == length + strlen(suffix) &&
	       text_ends_with(name, suffix);
}

/* Tells what is wrong with a variable that no row takes. */
static void refuse_variable(struct loader *loader, struct text name)
{
	for (size_t t = 0; t < loader->count; t++) {
		for (size_t r = 0; r < loader->tables[t].count; r++) {
			const struct config_row *row = &loader->tables[t].rows[r];

			if (names_row(name, row))
				return;
			if (row->kind == CONFIG_SECRET && text_equal_string(name, row->name)) {
				fault(&loader->faults,
				      "%s%s: a secret comes from a file, set %s%s_FILE",
				      loader->prefix, row->name, loader->prefix, row->name);
				return;
			}
		}
	}
	fault(&loader->faults, "%s%.*s: unknown setting", loader->prefix, TEXT_ARGUMENTS(name));
}

static void check_names(struct loader *loader)
{
	for (char *const *entry = loader->environment; *entry; entry++) {
		struct text rest = text_of(*entry);
		struct text name;

		if (!text_starts_with(rest, loader->prefix))
			continue;
		rest.start += strlen(loader->prefix);
		rest.length -= strlen(loader->prefix);
		text_next(&rest, '=', &name);
		refuse_variable(loader, name);
	}
}

/* The value in the environment, or the fallback, or NULL. */
static const char *find_value(const struct loader *loader, const struct config_row *row)
{
	for (char *const *entry = loader->environment; *entry; entry++) {
		struct text rest = text_of(*entry);
		struct text name;

		if (!text_starts_with(rest, loader->prefix))
			continue;
		rest.start += strlen(loader->prefix);
		rest.length -= strlen(loader->prefix);
		if (text_next(&rest, '=', &name) && rest.start && names_row(name, row))
			return rest.start;
	}
	return row->fallback;
}

static void read_integer(struct loader *loader, const struct config_row *row, const char *value,
			 int64_t *member)
{
	bool bounded = row->minimum != 0 || row->maximum != 0;
	int64_t number;

	if (!text_to_int64(text_of(value), &number))
		fault(&loader->faults, "%s%s: not an integer", loader->prefix, row->name);
	else if (bounded && (number < row->minimum || number > row->maximum))
		fault(&loader->faults, "%s%s: not within %" PRId64 " to %" PRId64, loader->prefix,
		      row->name, row->minimum, row->maximum);
	else
		*member = number;
}

static void read_bool(struct loader *loader, const struct config_row *row, const char *value,
		      bool *member)
{
	if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
		fault(&loader->faults, "%s%s: neither true nor false", loader->prefix, row->name);
	else
		*member = *value == 't';
}

static struct text without_blanks(struct text text)
{
	while (text.length > 0 && text.start[0] == ' ') {
		text.start++;
		text.length--;
	}
	while (text.length > 0 && text.start[text.length - 1] == ' ')
		text.length--;
	return text;
}

static void read_list(struct loader *loader, const struct config_row *row, const char *value,
		      struct config_list *member)
{
	struct text rest = text_of(value);
	struct text part;

	if (rest.length == 0)
		return;
	/* As many parts as commas and one more. */
	member->items = fatal_calloc(rest.length + 1, sizeof *member->items);
	while (text_next(&rest, ',', &part)) {
		part = without_blanks(part);
		if (part.length == 0) {
			fault(&loader->faults, "%s%s: an empty part", loader->prefix, row->name);
			return;
		}
		member->items[member->count++] = fatal_copy(part.start, part.length);
	}
}

/* A trailing newline is the editor's, not the secret's. */
static size_t secret_end(const char *bytes, size_t length)
{
	if (length > 0 && bytes[length - 1] == '\n')
		length--;
	if (length > 0 && bytes[length - 1] == '\r')
		length--;
	return length;
}

static void read_secret(struct loader *loader, const struct config_row *row, const char *path,
			struct secret **member)
{
	char *bytes;
	size_t length;
	FILE *file = fopen(path, "rbe");

	if (!file) {
		fault(&loader->faults, "%s%s_FILE: cannot open %s: %s", loader->prefix, row->name,
		      path, strerror(errno));
		return;
	}
	setvbuf(file, NULL, _IONBF, 0); /* No copy in a buffer that nobody wipes. */
	bytes = fatal_calloc(SECRET_MAX_SIZE, 1);
	length = fread(bytes, 1, SECRET_MAX_SIZE, file);
	if (ferror(file) || length == SECRET_MAX_SIZE)
		fault(&loader->faults, "%s%s_FILE: cannot read %s, or it is too large",
		      loader->prefix, row->name, path);
	else if (secret_end(bytes, length) == 0)
		fault(&loader->faults, "%s%s_FILE: %s is empty", loader->prefix, row->name, path);
	else
		*member = secret_create(bytes, secret_end(bytes, length));
	explicit_bzero(bytes, length);
	free(bytes);
	fclose(file);
}

static void read_row(struct loader *loader, const struct config_row *row, void *member)
{
	const char *value = find_value(loader, row);

	if (!value || (value[0] == '\0' && row->required)) {
		if (row->required)
			fault(&loader->faults, "%s%s%s: missing", loader->prefix, row->name,
			      suffix_of(row));
		return;
	}
	if (!text_is_utf8(value, strlen(value))) {
		fault(&loader->faults, "%s%s%s: not UTF-8", loader->prefix, row->name,
		      suffix_of(row));
		return;
	}
	switch (row->kind) {
	case CONFIG_TEXT:
		*(const char **)member = fatal_copy(value, strlen(value));
		break;
	case CONFIG_INT:
		read_integer(loader, row, value, member);
		break;
	case CONFIG_BOOL:
		read_bool(loader, row, value, member);
		break;
	case CONFIG_LIST:
		read_list(loader, row, value, member);
		break;
	case CONFIG_SECRET:
		read_secret(loader, row, value, member);
		break;
	}
}

static void *member_of(const struct config_table *table, const struct config_row *row)
{
	return (char *)table->target + row->offset;
}

bool config_load(const struct config_table *tables, size_t count, const char *prefix,
		 char *const *environment, char *error, size_t error_size)
{
	struct loader loader = {tables, count, prefix, environment, {error, error_size, 0, 0}};

	assert(error_size > 0);
	error[0] = '\0';
	check_names(&loader);
	for (size_t t = 0; t < count; t++) {
		for (size_t r = 0; r < tables[t].count; r++)
			read_row(&loader, &tables[t].rows[r],
				 member_of(&tables[t], &tables[t].rows[r]));
	}
	if (loader.faults.found == 0)
		return true;
	config_release(tables, count);
	return false;
}

static void release_list(struct config_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free((void *)list->items[i]);
	free((void *)list->items);
	*list = (struct config_list){0};
}

static void release_row(const struct config_row *row, void *member)
{
	switch (row->kind) {
	case CONFIG_TEXT:
		free((void *)*(const char **)member);
		*(const char **)member = NULL;
		break;
	case CONFIG_INT:
		*(int64_t *)member = 0;
		break;
	case CONFIG_BOOL:
		*(bool *)member = false;
		break;
	case CONFIG_LIST:
		release_list(member);
		break;
	case CONFIG_SECRET:
		secret_destroy(*(struct secret **)member);
		*(struct secret **)member = NULL;
		break;
	}
}

void config_release(const struct config_table *tables, size_t count)
{
	for (size_t t = 0; t < count; t++) {
		for (size_t r = 0; r < tables[t].count; r++)
			release_row(&tables[t].rows[r], member_of(&tables[t], &tables[t].rows[r]));
	}
}

static void print_row(const struct config_row *row, const char *prefix, FILE *file)
{
	fprintf(file, "%s%s%s  %s", prefix, row->name, suffix_of(row), kind_names[row->kind]);
	if (row->kind == CONFIG_INT && (row->minimum != 0 || row->maximum != 0))
		fprintf(file, " %" PRId64 " to %" PRId64, row->minimum, row->maximum);
	if (row->fallback)
		fprintf(file, ", default \"%s\"", row->fallback);
	else if (row->required)
		fputs(", required", file);
	fprintf(file, "\n    %s\n", row->help ? row->help : "");
}

void config_print_help(const struct config_table *tables, size_t count, const char *prefix,
		       FILE *file)
{
	for (size_t t = 0; t < count; t++) {
		for (size_t r = 0; r < tables[t].count; r++)
			print_row(&tables[t].rows[r], prefix, file);
	}
}
