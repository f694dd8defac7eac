/* SPDX-License-Identifier: Apache-2.0 */
/* The house's rules, one file each; every rule reads one source and refuses what breaks it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define LITERALS_MAX 8192
#define NAME_MAX_LENGTH 128

/* A string of the C source; adjacent ones are one. Its text ends with NUL. */
struct literal {
	size_t offset; /* of its first character in `text` */
	const char *text;
};

/* One file. Valid until the next is read. */
struct source {
	const char *path; /* from the root: "svc-requests/offer.c" */
	const char *text; /* as it is */
	const char *code; /* of a C file: comments and literals are blank, offsets are the same */
	const struct literal *literals;
	size_t literal_count;
};

/* A word of the code, and whether an opening parenthesis follows it. */
struct word {
	char name[NAME_MAX_LENGTH];
	size_t offset;
	bool is_call;
};

/* Fills in code and literals of a C file. */
void source_split(struct source *source);

/* The next word at or behind *offset, which moves behind it; false at the end. */
bool source_next_word(const struct source *source, size_t *offset, struct word *word);

/* The source lies below this folder: "shared/db", or starts with it when it ends with '-'. */
bool source_in(const struct source *source, const char *folder);
bool source_in_service(const struct source *source);
bool source_ends(const struct source *source, const char *suffix);
bool source_is_c(const struct source *source);

/* Prints "path:line: reason" and counts it. */
__attribute__((format(printf, 3, 4))) void refuse(const struct source *source, size_t offset,
						  const char *format, ...);

/* layers.c: reads shared/CMakeLists.txt, then refuses includes that it does not allow. */
void layers_read(const struct source *list);
void check_includes(const struct source *source);

/* services.c: what svc-* and gateway leave to the runtime. */
void check_service(const struct source *source);

/* shape.c: lengths of functions, handlers, files, lines; the head of a file; banned calls. */
void check_shape(const struct source *source);

/* statements.c: remembers tables with a version, then refuses an UPDATE that does not raise it. */
void statements_read_tables(const struct source *migration);
void check_statements(const struct source *source);

/* words.c: what no text of the project says; blanks at the ends of lines. */
void check_words(const struct source *source);
