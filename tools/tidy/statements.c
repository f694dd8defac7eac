/* SPDX-License-Identifier: Apache-2.0 */
/* A row's version is its etag: every statement that changes a versioned table raises it by one. */
#include "tidy.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLES_MAX 256
#define STATEMENT_MAX 65536

/* A table with a column `version`, and the folder whose statements are meant. */
struct table {
	char folder[NAME_MAX_LENGTH];
	char name[NAME_MAX_LENGTH];
};

static struct table tables[TABLES_MAX];
static size_t table_count;

/* Tables of the runtime whose version is another's: it is carried there, not raised. */
static const char *const carried[] = {"change_log", "platform_setting"};

static size_t folder_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) : 0;
}

static size_t name_length(const char *text)
{
	size_t length = 0;

	while (isalnum((unsigned char)text[length]) || text[length] == '_')
		length++;
	return length;
}

static void add_table(const struct source *migration, const char *name)
{
	struct table *table = &tables[table_count];
	int folder = (int)(strstr(migration->path, "/schema/") - migration->path);

	if (table_count++ == TABLES_MAX) {
		fprintf(stderr, "tidy: more than %d tables\n", TABLES_MAX);
		exit(2);
	}
	snprintf(table->folder, sizeof table->folder, "%.*s", folder, migration->path);
	snprintf(table->name, sizeof table->name, "%.*s", (int)name_length(name), name);
}

void statements_read_tables(const struct source *migration)
{
	const char *at = migration->text;

	while ((at = strstr(at, "CREATE TABLE "))) {
		const char *end;
		const char *version;

		at += strlen("CREATE TABLE ");
		end = strstr(at, "\n)");
		version = strstr(at, "\n\tversion ");
		if (end && version && version < end)
			add_table(migration, at);
	}
}

static bool is_versioned(const struct source *source, const char *name)
{
	size_t folder = folder_length(source->path);
	size_t length = name_length(name);

	for (size_t i = 0; i < sizeof carried / sizeof carried[0]; i++)
		if (strlen(carried[i]) == length && strncmp(carried[i], name, length) == 0)
			return false;
	for (size_t i = 0; i < table_count; i++)
		if (strlen(tables[i].folder) == folder && strlen(tables[i].name) == length &&
		    strncmp(tables[i].folder, source->path, folder) == 0 &&
		    strncmp(tables[i].name, name, length) == 0)
			return true;
	return false;
}

/* The statement at `at` up to its semicolon, runs of blanks as one; returns what is behind it. */
static const char *take_statement(const char *at, char statement[STATEMENT_MAX])
{
	size_t length = 0;

	for (; *at != 0 && *at != ';' && length < STATEMENT_MAX - 1; at++) {
		bool is_blank = isspace((unsigned char)*at);

		if (!is_blank || (length > 0 && statement[length - 1] != ' '))
			statement[length++] = is_blank ? ' ' : *at;
	}
	statement[length] = 0;
	return at;
}

static void check_statement(const struct source *source, size_t offset, const char *statement)
{
	const char *update = "UPDATE ";
	const char *insert = "INSERT INTO ";
	const char *again = strstr(statement, "ON DUPLICATE KEY UPDATE");
	const char *name = NULL;
	bool raised;

	if (strncmp(statement, update, strlen(update)) == 0) {
		name = statement + strlen(update);
		raised = strstr(name, "version = version + 1") != NULL;
	} else if (strncmp(statement, insert, strlen(insert)) == 0 && again) {
		name = statement + strlen(insert);
		raised = strstr(again, "version = ") != NULL; /* to itself: nothing changes */
	}
	if (name && !raised && is_versioned(source, name))
		refuse(source, offset, "it changes %.*s and does not say version = version + 1",
		       (int)name_length(name), name);
}

void check_statements(const struct source *source)
{
	static char statement[STATEMENT_MAX];
	const char *at = source->text;

	while (*at != 0) {
		size_t line = strcspn(at, "\n");

		if (isupper((unsigned char)*at) && !strstr(source->path, "/schema/")) {
			size_t offset = (size_t)(at - source->text);

			at = take_statement(at, statement);
			check_statement(source, offset, statement);
			line = strcspn(at, "\n");
		}
		at += at[line] == '\n' ? line + 1 : line;
	}
}
