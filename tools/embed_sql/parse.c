/* SPDX-License-Identifier: Apache-2.0 */
/* One statement's SQL: a tokenizer that finds parameters and refuses what the house does not allow.
 */
#include "embed_sql.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Where the walk stands. */
struct walk {
	const struct file *file;
	struct statement *statement;
	const char *text;
	unsigned line;
	char previous[WORD_MAX]; /* The word or sign before, upper case. */
	char before[WORD_MAX];	 /* The one before that. */
	int depth;
	bool in_tuple;
};

/* Words that do not stand in a statement, and why. */
static const struct {
	const char *word;
	const char *why;
} refused[] = {
    {"RETURNING", "MySQL has no RETURNING: select the row instead"},
    {"LAST_INSERT_ID", "a proxy answers 0 for LAST_INSERT_ID(): lock and select instead"},
    {"JSON_TABLE", "a proxy can't parse JSON_TABLE: use :each or IN (:list...)"},
    {"NOW", "times are :now (platform) and :real, never the database's clock"},
    {"SYSDATE", "times are :now (platform) and :real, never the database's clock"},
    {"CURRENT_TIMESTAMP", "times are :now (platform) and :real, never the database's clock"},
    {"CURRENT_DATE", "times are :now (platform) and :real, never the database's clock"},
    {"CURRENT_TIME", "times are :now (platform) and :real, never the database's clock"},
    {"UTC_TIMESTAMP", "times are :now (platform) and :real, never the database's clock"},
    {"UNIX_TIMESTAMP", "times are :now (platform) and :real, never the database's clock"},
};

static void put(struct walk *walk, const char *bytes, size_t length)
{
	struct statement *statement = walk->statement;

	if (statement->length + length >= SQL_MAX)
		fail(walk->file, walk->line, "%s is longer than %d bytes", statement->name,
		     SQL_MAX);
	memcpy(statement->sql + statement->length, bytes, length);
	statement->length += length;
	statement->sql[statement->length] = 0;
}

static void remember(struct walk *walk, const char *word, size_t length)
{
	if (length >= WORD_MAX)
		fail(walk->file, walk->line, "too long: %.20s...", word);
	memcpy(walk->before, walk->previous, sizeof walk->before);
	for (size_t i = 0; i < length; i++)
		walk->previous[i] = (char)toupper((unsigned char)word[i]);
	walk->previous[length] = 0;
}

/* '...', "..." or `...`: copied as it is. A quote within is doubled or behind a backslash. */
static void take_quoted(struct walk *walk)
{
	char quote = *walk->text;
	const char *end = walk->text + 1;

	if (quote == '"' && strcmp(walk->previous, "AS") != 0)
		fail(walk->file, walk->line,
		     "\"...\" is for aliases behind AS only; text is '...'");
	for (; *end != quote || end[1] == quote; end++) {
		if (*end == 0 || *end == '\n')
			fail(walk->file, walk->line, "%c is not closed on its line", quote);
		if ((*end == '\\' && quote != '`') || *end == quote)
			end++;
	}
	put(walk, walk->text, (size_t)(end + 1 - walk->text));
	remember(walk, "'", 1);
	walk->text = end + 1;
}

/* How many placeholders `:path...` or `:path...N` stands for; 0 when it is no list. */
static unsigned take_list(struct walk *walk, const char **end)
{
	unsigned width = 0;

	if (strncmp(*end, "...", 3) != 0)
		return 0;
	for (*end += 3; isdigit((unsigned char)**end); (*end)++)
		width = width * 10 + (unsigned)(**end - '0');
	if (width == 0)
		width = walk->statement->cap;
	if (width == 0 || width > 1000)
		fail(walk->file, walk->line, "a list needs cap: N, or :path...N (1 to 1000)");
	return width;
}

static void take_parameter(struct walk *walk)
{
	struct statement *statement = walk->statement;
	char *parameter = statement->parameters[statement->parameter_count];
	const char *start = walk->text + 1;
	const char *end = start;
	unsigned width;
	size_t length;

	while (isalnum((unsigned char)*end) || *end == '_' || (*end == '.' && end[1] != '.'))
		end++;
	if (strncmp(end, "::", 2) == 0)
		for (end += 2; isalnum((unsigned char)*end);)
			end++;
	length = (size_t)(end - start);
	if (statement->parameter_count + 1 >= PARAMETERS_MAX || length + 20 >= WORD_MAX)
		fail(walk->file, walk->line, "too many parameters, or too long a path");
	memcpy(parameter, start, length);
	width = take_list(walk, &end);
	if (width != 0)
		snprintf(parameter + length, WORD_MAX - length, "...%u", width);
	else if (strcmp(walk->previous, "(") == 0 && strcmp(walk->before, "FROM_BASE64") == 0)
		snprintf(parameter + length, WORD_MAX - length, "::base64");
	statement->parameter_count++;
	put(walk, "?", 1);
	for (unsigned i = 1; i < width; i++)
		put(walk, ",?", 2);
	remember(walk, ":", 1);
	walk->text = end;
}

static void take_word(struct walk *walk)
{
	const struct statement *statement = walk->statement;
	const char *end = walk->text;

	while (isalnum((unsigned char)*end) || *end == '_')
		end++;
	remember(walk, walk->text, (size_t)(end - walk->text));
	/* A column may be called "now"; a function is followed by a parenthesis. */
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		if (strcmp(walk->previous, refused[i].word) == 0 &&
		    (*end == '(' || strcmp(refused[i].word, "NOW") != 0))
			fail(walk->file, walk->line, "%s", refused[i].why);
	if (strcmp(walk->before, "SKIP") == 0 && strcmp(walk->previous, "LOCKED") == 0 &&
	    !statement->shard_scope)
		fail(walk->file, walk->line, "SKIP LOCKED reorders: only with -- scope: shard");
	if (statement->length == 0) {
		bool rows =
		    strcmp(walk->previous, "SELECT") == 0 || strcmp(walk->previous, "WITH") == 0;

		if (!rows && strcmp(walk->previous, "INSERT") != 0 &&
		    strcmp(walk->previous, "UPDATE") != 0 && strcmp(walk->previous, "DELETE") != 0)
			fail(walk->file, walk->line,
			     "a statement is SELECT, WITH, INSERT, UPDATE "
			     "or DELETE; transactions are the runtime's");
		if (rows != (statement->kind <= KIND_MANY))
			fail(walk->file, walk->line, ":%s does not fit %s",
			     kind_names[statement->kind], walk->previous);
		if (statement->kind == KIND_EACH && strcmp(walk->previous, "INSERT") != 0)
			fail(walk->file, walk->line, ":each is for INSERT");
	}
	if (statement->kind == KIND_EXEC1 && strcmp(walk->before, "ON") == 0 &&
	    strcmp(walk->previous, "DUPLICATE") == 0)
		fail(walk->file, walk->line, "ON DUPLICATE counts an update as 2 rows: use :exec");
	put(walk, walk->text, (size_t)(end - walk->text));
	walk->text = end;
}

/* Any other sign; parentheses are counted, and the tuple of :each is marked. */
static void take_sign(struct walk *walk)
{
	struct statement *statement = walk->statement;
	char sign = *walk->text;

	if (strchr("?@#", sign) != NULL || (sign == ':' && walk->text[1] == '='))
		fail(walk->file, walk->line, "\"%c\" has no place here", sign);
	if (sign == '*' &&
	    (strcmp(walk->previous, "SELECT") == 0 || strcmp(walk->previous, ".") == 0 ||
	     strcmp(walk->previous, "DISTINCT") == 0))
		fail(walk->file, walk->line, "SELECT * is not allowed: name the columns");
	if (sign == '(') {
		if (statement->kind == KIND_EACH && walk->depth == 0 &&
		    strcmp(walk->previous, "VALUES") == 0 && statement->tuple_end == 0) {
			walk->in_tuple = true;
			statement->tuple_start = statement->length;
			statement->tuple_first_parameter = statement->parameter_count;
		}
		walk->depth++;
	}
	put(walk, &sign, 1);
	if (sign == ')' && --walk->depth == 0 && walk->in_tuple) {
		walk->in_tuple = false;
		statement->tuple_end = statement->length;
		statement->tuple_parameters =
		    statement->parameter_count - statement->tuple_first_parameter;
	}
	remember(walk, &sign, 1);
	walk->text++;
}

/* Blanks and comments become one blank. */
static bool take_blanks(struct walk *walk)
{
	const char *start = walk->text;

	for (;; walk->text++) {
		if (strncmp(walk->text, "--", 2) == 0) {
			walk->text += strcspn(walk->text, "\n");
		} else if (strncmp(walk->text, "/*", 2) == 0) {
			const char *end = strstr(walk->text, "*/");

			if (end == NULL)
				fail(walk->file, walk->line, "a comment is not closed");
			for (; walk->text < end + 1; walk->text++)
				walk->line += *walk->text == '\n';
			continue;
		}
		if (*walk->text == 0 || strchr(" \t\r\n", *walk->text) == NULL)
			break;
		walk->line += *walk->text == '\n';
	}
	if (walk->text == start)
		return false;
	if (*walk->text != ';')
		put(walk, " ", 1);
	return true;
}

/* What can only be said once the whole statement is read. */
static void check_whole(const struct walk *walk)
{
	const struct statement *statement = walk->statement;
	bool platform = statement->shard_scope;

	for (size_t i = 0; i < statement->parameter_count; i++)
		platform = platform || strcmp(statement->parameters[i], "platform") == 0;
	if (!platform)
		fail(walk->file, statement->line, "%s does not bind :platform (or -- scope: shard)",
		     statement->name);
	if (walk->depth != 0)
		fail(walk->file, walk->line, "%s: parentheses do not match", statement->name);
	if (statement->kind == KIND_EACH && statement->tuple_end == 0)
		fail(walk->file, statement->line, ":each needs VALUES (...)");
}

const char *parse_statement(const struct file *file, struct statement *statement, const char *text,
			    unsigned *line)
{
	struct walk walk = {.file = file, .statement = statement, .text = text, .line = *line};

	while (*walk.text != ';') {
		if (*walk.text == 0)
			fail(file, statement->line, "%s does not end with ;", statement->name);
		if (take_blanks(&walk))
			continue;
		if (strchr("'\"`", *walk.text) != NULL)
			take_quoted(&walk);
		else if (*walk.text == ':' && (isalpha((unsigned char)walk.text[1])))
			take_parameter(&walk);
		else if (isalnum((unsigned char)*walk.text) || *walk.text == '_')
			take_word(&walk);
		else
			take_sign(&walk);
	}
	check_whole(&walk);
	*line = walk.line;
	return walk.text + 1;
}
