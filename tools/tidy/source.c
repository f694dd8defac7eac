/* SPDX-License-Identifier: Apache-2.0 */
/* A C file split into its code, its comments and its strings. */
#include "tidy.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX (2 << 20)

static char code[TEXT_MAX];
static char strings[TEXT_MAX];
static struct literal literals[LITERALS_MAX];

/* Blanks text[from..to) in the code, but not its line ends. */
static void blank(const char *text, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		code[i] = text[i] == '\n' ? '\n' : ' ';
}

static size_t end_of_comment(const char *text, size_t at)
{
	const char *end;

	if (text[at + 1] == '/')
		return at + strcspn(text + at, "\n");
	end = strstr(text + at + 2, "*/");
	return end ? (size_t)(end - text) + 2 : strlen(text);
}

/* Behind the closing quote; an open one ends with its line. */
static size_t end_of_quoted(const char *text, size_t at)
{
	char quote = text[at++];

	while (text[at] != 0 && text[at] != '\n' && text[at] != quote)
		at += text[at] == '\\' && text[at + 1] != 0 ? 2 : 1;
	return text[at] == quote ? at + 1 : at;
}

/* The string joins the one before when only blanks stand between them. */
static void keep_literal(struct source *source, size_t from, size_t to, size_t *used, size_t joined)
{
	if (joined != 0 && strspn(code + joined, " \t\n") >= from - joined) {
		(*used)--;
	} else {
		if (source->literal_count == LITERALS_MAX) {
			fprintf(stderr, "tidy: %s: too many strings\n", source->path);
			exit(2);
		}
		literals[source->literal_count++] =
		    (struct literal){.offset = from, .text = strings + *used};
	}
	memcpy(strings + *used, source->text + from + 1, to - from - 1);
	*used += to - from - 1;
	if (to > from + 1 && source->text[to - 1] == '"')
		(*used)--;
	strings[(*used)++] = 0;
}

/* An #include's path is no literal, and stays in the code. */
static bool is_include(const char *text, size_t at)
{
	while (at > 0 && text[at - 1] != '\n')
		at--;
	return strncmp(text + at, "#include", strlen("#include")) == 0;
}

void source_split(struct source *source)
{
	const char *text = source->text;
	size_t used = 0;
	size_t joined = 0; /* behind the last string; 0: there was none */
	size_t at = 0;

	memcpy(code, text, strlen(text) + 1);
	while (text[at] != 0) {
		size_t from = at;

		if (text[at] == '/' && (text[at + 1] == '/' || text[at + 1] == '*')) {
			at = end_of_comment(text, at);
			blank(text, from, at);
		} else if (text[at] == '"' && !is_include(text, at)) {
			at = end_of_quoted(text, at);
			keep_literal(source, from, at, &used, joined);
			blank(text, from, at);
			joined = at;
		} else if (text[at] == '\'') {
			at = end_of_quoted(text, at);
			blank(text, from, at);
		} else {
			at++;
		}
	}
	source->code = code;
	source->literals = literals;
}

static bool is_of_name(char character)
{
	return isalnum((unsigned char)character) || character == '_';
}

bool source_next_word(const struct source *source, size_t *offset, struct word *word)
{
	const char *at = source->code + *offset;
	size_t length = 0;

	while (*at != 0 && !is_of_name(*at))
		at++;
	if (*at == 0)
		return false;
	word->offset = (size_t)(at - source->code);
	for (; is_of_name(*at); at++)
		if (length < sizeof word->name - 1)
			word->name[length++] = *at;
	word->name[length] = 0;
	*offset = (size_t)(at - source->code);
	word->is_call = at[strspn(at, " \t\n")] == '(';
	return true;
}

bool source_in(const struct source *source, const char *folder)
{
	size_t length = strlen(folder);

	return strncmp(source->path, folder, length) == 0 &&
	       (folder[length - 1] == '-' || source->path[length] == '/');
}

bool source_in_service(const struct source *source)
{
	return source_in(source, "svc-") || source_in(source, "gateway");
}

bool source_ends(const struct source *source, const char *suffix)
{
	size_t length = strlen(source->path);

	return length >= strlen(suffix) &&
	       strcmp(source->path + length - strlen(suffix), suffix) == 0;
}

bool source_is_c(const struct source *source)
{
	return source_ends(source, ".c") || source_ends(source, ".h");
}
