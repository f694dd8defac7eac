/* SPDX-License-Identifier: Apache-2.0 */
/* Build tool: turns a file of named SQL statements into typed C functions, reading annotations. */
#include "embed_sql.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const kind_names[6] = {"one", "maybe", "many", "exec", "exec1", "each"};

void fail(const struct file *file, unsigned line, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "%s:%u: ", file->path, line);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

/* Takes the next word, up to a blank or one of `stops`, off the line. */
static const char *take_word(const struct file *file, unsigned line, const char *text,
			     const char *stops, char word[WORD_MAX])
{
	size_t length;

	text = skip_blanks(text);
	length = strcspn(text, stops);
	if (length >= WORD_MAX)
		fail(file, line, "too long: %.20s...", text);
	memcpy(word, text, length);
	word[length] = 0;
	return skip_blanks(text + length);
}

static bool is_name(const char *word)
{
	if (!isalpha((unsigned char)*word))
		return false;
	while (isalnum((unsigned char)*word) || *word == '_')
		word++;
	return *word == 0;
}

static const char *take_type(const struct file *file, unsigned line, const char *text,
			     struct type *type)
{
	char word[WORD_MAX];
	char *dot;

	text = take_word(file, line, text, " \t\n,", word);
	dot = strchr(word, '.');
	if (dot != NULL) {
		*dot = 0;
		memcpy(type->list, dot + 1, strlen(dot + 1) + 1);
	}
	memcpy(type->name, word, strlen(word) + 1);
	if (!is_name(type->name) || (dot != NULL && !is_name(type->list)))
		fail(file, line, "expected a message type, or Type.field, not \"%s\"", word);
	return text;
}

/* `X :many in: A,B out: C.items cap: 200` */
static void read_name(struct file *file, unsigned line, const char *text)
{
	static struct statement statements[STATEMENTS_MAX];
	struct statement *statement = &statements[file->count];
	char word[WORD_MAX];
	size_t kind = 0;

	if (file->count == STATEMENTS_MAX)
		fail(file, line, "too many statements");
	statement->line = line;
	text = take_word(file, line, text, " \t\n", statement->name);
	if (!is_name(statement->name))
		fail(file, line, "expected a statement's name, not \"%s\"", statement->name);
	for (size_t i = 0; i < file->count; i++)
		if (strcmp(file->statements[i]->name, statement->name) == 0)
			fail(file, line, "%s is there twice, first at line %u", statement->name,
			     file->statements[i]->line);
	text = take_word(file, line, text, " \t\n", word);
	while (kind < 6 && (word[0] != ':' || strcmp(word + 1, kind_names[kind]) != 0))
		kind++;
	if (kind == 6)
		fail(file, line, "expected :one, :maybe, :many, :exec, :exec1 or :each, not \"%s\"",
		     word);
	statement->kind = (enum kind)kind;
	while (*text != 0 && *text != '\n') {
		text = take_word(file, line, text, " \t\n", word);
		if (strcmp(word, "in:") == 0) {
			text = take_type(file, line, text, &statement->inputs[0]);
			if (*text == ',')
				text = take_type(file, line, text + 1, &statement->inputs[1]);
			if (*text == ',')
				fail(file, line, "at most two inputs");
		} else if (strcmp(word, "out:") == 0) {
			text = take_type(file, line, text, &statement->output);
		} else if (strcmp(word, "cap:") == 0) {
			char *end;
			unsigned long cap = strtoul(text, &end, 10);

			if (end == text || cap == 0 || cap > 10000)
				fail(file, line, "cap is 1 to 10000");
			statement->cap = (unsigned)cap;
			text = skip_blanks(end);
		} else {
			fail(file, line, "expected in:, out: or cap:, not \"%s\"", word);
		}
	}
	file->statements[file->count++] = statement;
}

/* The parts of `-- name:` that must agree with each other. */
static void check_name(const struct file *file, const struct statement *statement)
{
	unsigned line = statement->line;
	enum kind kind = statement->kind;
	bool rows = kind == KIND_ONE || kind == KIND_MAYBE || kind == KIND_MANY;

	if (!rows && statement->output.name[0] != 0)
		fail(file, line, ":%s gives no rows, so it has no out:", kind_names[kind]);
	if (kind == KIND_MANY && (statement->output.list[0] == 0 || statement->cap == 0))
		fail(file, line, ":many needs out: Reply.items and cap: N");
	if (kind != KIND_MANY && statement->output.list[0] != 0)
		fail(file, line, "only :many fills a list");
	if ((kind == KIND_EACH) != (statement->inputs[0].list[0] != 0))
		fail(file, line, ":each, and nothing else, needs in: Message.items");
	if (statement->inputs[1].list[0] != 0)
		fail(file, line, "the second input can't be a list");
}

static void read_unique(struct file *file, unsigned line, const char *text, struct uniques *uniques)
{
	struct unique *unique = &uniques->items[uniques->count];

	if (uniques->count == UNIQUES_MAX)
		fail(file, line, "too many unique keys");
	text = take_word(file, line, text, " \t\n=", unique->key);
	if (*text != '=')
		fail(file, line, "expected -- unique: key_name = REASON");
	text = take_word(file, line, text + 1, " \t\n", unique->reason);
	if (!is_name(unique->key) || !is_name(unique->reason) || (*text != 0 && *text != '\n'))
		fail(file, line, "expected -- unique: key_name = REASON");
	uniques->count++;
}

/* A comment line: an annotation or nothing. True when a statement's SQL follows sooner or later. */
static void read_comment(struct file *file, unsigned line, const char *text,
			 struct statement *statement)
{
	char word[WORD_MAX];
	size_t length = strspn(text = skip_blanks(text), "abcdefghijklmnopqrstuvwxyz_");

	if (length == 0 || text[length] != ':')
		return;
	text = take_word(file, line, text, " \t\n", word);
	if (strcmp(word, "name:") == 0) {
		if (statement != NULL)
			fail(file, line, "%s has no SQL", statement->name);
		read_name(file, line, text);
		check_name(file, file->statements[file->count - 1]);
	} else if (strcmp(word, "unique:") == 0) {
		read_unique(file, line, text, statement ? &statement->uniques : &file->uniques);
	} else if (strcmp(word, "scope:") == 0) {
		take_word(file, line, text, " \t\n", word);
		if (statement == NULL || strcmp(word, "shard") != 0)
			fail(file, line, "expected -- scope: shard below a statement's name");
		statement->shard_scope = true;
	} else if (strcmp(word, "include:") == 0) {
		if (file->include_count == INCLUDES_MAX)
			fail(file, line, "too many includes");
		take_word(file, line, text, " \t\n", file->includes[file->include_count++]);
	} else {
		fail(file, line, "unknown annotation \"%s\" (name, part, unique, scope, include)",
		     word);
	}
}

void parse_file(struct file *file, const char *text)
{
	struct statement *statement = NULL; /* Named, its SQL not yet seen. */
	unsigned line = 1;

	while (*text != 0) {
		const char *start = text + strspn(text, " \t\r");
		size_t count = file->count;

		if (*start == '\n') {
			text = start + 1;
			line++;
		} else if (strncmp(start, "--", 2) == 0) {
			read_comment(file, line, start + 2, statement);
			if (file->count > count)
				statement = file->statements[count];
			text = start + strcspn(start, "\n");
		} else if (*start == 0) {
			break;
		} else {
			if (statement == NULL)
				fail(file, line, "SQL without -- name: above it");
			text = parse_statement(file, statement, start, &line);
			statement = NULL;
		}
	}
	if (statement != NULL)
		fail(file, line, "%s has no SQL", statement->name);
}

static char *read_text(const char *path)
{
	static char text[1 << 20];
	FILE *in = fopen(path, "rb");
	size_t length;

	if (in == NULL) {
		perror(path);
		exit(1);
	}
	length = fread(text, 1, sizeof text - 1, in);
	text[length] = 0;
	fclose(in);
	return text;
}

int main(int count, char **arguments)
{
	struct file file = {0};
	const char *slash;
	char *text;
	bool written;

	if (count != 3) {
		fprintf(stderr, "usage: embed_sql IN.sql OUT.h\n");
		return 2;
	}
	file.path = arguments[1];
	slash = strrchr(file.path, '/');
	snprintf(file.name, sizeof file.name, "%s", slash ? slash + 1 : file.path);
	text = expand_parts(&file, read_text(file.path));
	parse_file(&file, text);
	written = write_header(&file, arguments[2]);
	free(text);
	return written ? 0 : 1;
}
