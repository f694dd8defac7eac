/* SPDX-License-Identifier: Apache-2.0 */
/* How a C file looks: its head, how long its lines, functions and handlers are, what it never
 * calls. */
#include "tidy.h"

#include <string.h>

#define LINE_MAX_COLUMNS 100
#define FILE_MAX_LINES 500
#define FUNCTION_MAX_LINES 70
#define HANDLER_MAX_LINES 30
#define TAB 8
#define HANDLERS_MAX 64

/* The functions that RPC_METHOD of this file names. */
static char handlers[HANDLERS_MAX][NAME_MAX_LENGTH];
static size_t handler_count;

static const struct {
	const char *name;
	const char *reason;
} banned[] = {
    {"strcpy", "it knows no bounds: snprintf or arena_text"},
    {"strcat", "it knows no bounds: snprintf or arena_text"},
    {"sprintf", "it knows no bounds: snprintf or arena_text"},
    {"vsprintf", "it knows no bounds: vsnprintf"},
    {"gets", "it knows no bounds: fgets"},
    {"strtok", "it keeps a state of its own: strtok_r, or base/text.h"},
    {"atoi", "it can't say that a text is no number: strtol"},
    {"atol", "it can't say that a text is no number: strtol"},
};

static void check_head(const struct source *source)
{
	static const char line[] = "/* SPDX-License-Identifier: Apache-2.0 */\n";

	if (strncmp(source->text, line, sizeof line - 1) != 0)
		refuse(source, 0, "the first line is %.*s", (int)sizeof line - 2, line);
	else if (strncmp(source->text + sizeof line - 1, "/*", 2) != 0)
		refuse(source, sizeof line - 1, "the second line says what the file is for");
}

/* In columns as an editor shows them: tabs to the next multiple of 8, one column a character. */
static unsigned columns(const char *line, size_t length)
{
	unsigned column = 0;

	for (size_t i = 0; i < length; i++)
		if (line[i] == '\t')
			column += TAB - column % TAB;
		else if (((unsigned char)line[i] & 0xC0) != 0x80)
			column++;
	return column;
}

static void check_lines(const struct source *source)
{
	const char *at = source->text;
	unsigned lines = 0;

	while (*at != 0) {
		size_t length = strcspn(at, "\n");

		if (columns(at, length) > LINE_MAX_COLUMNS)
			refuse(source, (size_t)(at - source->text), "longer than %d columns",
			       LINE_MAX_COLUMNS);
		at += at[length] == '\n' ? length + 1 : length;
		if (++lines == FILE_MAX_LINES + 1)
			refuse(source, (size_t)(at - source->text) - 1, "longer than %d lines",
			       FILE_MAX_LINES);
	}
}

static void check_words_banned(const struct source *source)
{
	static const char unpacked[] = "free_unpacked";
	struct word word;
	size_t offset = 0;

	while (source_next_word(source, &offset, &word)) {
		size_t length = strlen(word.name);

		for (size_t i = 0; i < sizeof banned / sizeof banned[0]; i++)
			if (word.is_call && strcmp(word.name, banned[i].name) == 0)
				refuse(source, word.offset, "%s(): %s", word.name,
				       banned[i].reason);
		if (word.is_call && length >= sizeof unpacked - 1 &&
		    strcmp(word.name + length - (sizeof unpacked - 1), unpacked) == 0)
			refuse(source, word.offset, "%s(): messages live in an arena", word.name);
	}
}

/* RPC_METHOD(Service, name, Request, Reply) */
static void find_handlers(const struct source *source)
{
	struct word word;
	size_t offset = 0;

	handler_count = 0;
	while (source_next_word(source, &offset, &word))
		if (strcmp(word.name, "RPC_METHOD") == 0 && handler_count < HANDLERS_MAX &&
		    source_next_word(source, &offset, &word) &&
		    source_next_word(source, &offset, &word))
			memcpy(handlers[handler_count++], word.name, sizeof word.name);
}

static bool is_handler(const char *name)
{
	for (size_t i = 0; i < handler_count; i++)
		if (strcmp(handlers[i], name) == 0)
			return true;
	return false;
}

/* From the first line of the signature to the closing brace. */
static void check_function(const struct source *source, size_t from, size_t to)
{
	struct word word = {.name = "?"};
	unsigned lines = 1;
	size_t at = from;

	while (source_next_word(source, &at, &word) && at < to)
		if (word.is_call && strcmp(word.name, "__attribute__") != 0)
			break;
	for (size_t i = from; i < to; i++)
		lines += source->code[i] == '\n';
	if (lines > FUNCTION_MAX_LINES)
		refuse(source, from, "%s has %u lines, more than %d", word.name, lines,
		       FUNCTION_MAX_LINES);
	else if (lines > HANDLER_MAX_LINES && is_handler(word.name))
		refuse(source, from, "the handler %s has %u lines, more than %d", word.name, lines,
		       HANDLER_MAX_LINES);
}

/* clang-format puts a function's braces, and nothing else's, alone at the start of a line. */
static void check_functions(const struct source *source)
{
	const char *code = source->code;
	size_t signature = 0; /* the last line that began at its first column */

	for (size_t at = 0; code[at] != 0;) {
		size_t next = at + strcspn(code + at, "\n");
		const char *end;

		if (strncmp(code + at, "{\n", 2) == 0) {
			end = strstr(code + at, "\n}");
			if (!end)
				return;
			check_function(source, signature, (size_t)(end - code) + 2);
			next = (size_t)(end - code) + 1 + strcspn(end + 1, "\n");
		} else if (code[at] != '\n' && !strchr("\t #}", code[at])) {
			signature = at;
		}
		at = next + (code[next] == '\n');
	}
}

void check_shape(const struct source *source)
{
	check_head(source);
	check_lines(source);
	check_words_banned(source);
	find_handlers(source);
	check_functions(source);
}
