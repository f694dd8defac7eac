/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of embed_sql share: one file of statements, read and checked, then written as C.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define PARAMETERS_MAX 200
#define STATEMENTS_MAX 200
#define UNIQUES_MAX 16
#define INCLUDES_MAX 16
#define SQL_MAX 4096 /* C promises no longer string literals. */
#define WORD_MAX 128

enum kind { KIND_ONE, KIND_MAYBE, KIND_MANY, KIND_EXEC, KIND_EXEC1, KIND_EACH };

struct unique {
	char key[WORD_MAX];
	char reason[WORD_MAX];
};

struct uniques {
	struct unique items[UNIQUES_MAX];
	size_t count;
};

/* A type as written in `in:` or `out:`, with the field behind the dot if there is one. */
struct type {
	char name[WORD_MAX];
	char list[WORD_MAX];
};

struct statement {
	char name[WORD_MAX];
	unsigned line;
	enum kind kind;
	struct type inputs[2];
	struct type output;
	unsigned cap;
	bool shard_scope;
	struct uniques uniques;
	char sql[SQL_MAX];
	size_t length;
	char parameters[PARAMETERS_MAX][WORD_MAX];
	size_t parameter_count;
	/* KIND_EACH: where the tuple behind VALUES stands, and its parameters. */
	size_t tuple_start, tuple_end;
	size_t tuple_first_parameter, tuple_parameters;
};

struct file {
	const char *path;
	char name[WORD_MAX]; /* "offer.sql" */
	struct uniques uniques;
	char includes[INCLUDES_MAX][WORD_MAX];
	size_t include_count;
	struct statement *statements[STATEMENTS_MAX];
	size_t count;
};

/* Names of the kinds, as in `:one`, in the order of enum kind. */
extern const char *const kind_names[6];

/* Prints "FILE:LINE: text" and ends the tool with 1. */
_Noreturn void fail(const struct file *file, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * The text with its parts put in: what stands between `-- part: name` and `;` replaces every {name}
 * below it. Lines keep their numbers. For free().
 */
char *expand_parts(const struct file *file, const char *text);

/* Reads the annotations and statements of `text`. */
void parse_file(struct file *file, const char *text);

/*
 * Reads one statement's SQL from `text` (just behind its annotations) up to its semicolon: writes
 * `?` for each parameter, checks what the house allows. Returns where it ended; *line follows.
 */
const char *parse_statement(const struct file *file, struct statement *statement, const char *text,
			    unsigned *line);

/* Writes the header to `path`; false when it can't. */
bool write_header(const struct file *file, const char *path);
