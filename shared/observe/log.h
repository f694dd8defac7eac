/* SPDX-License-Identifier: Apache-2.0 */
/* JSON lines on stderr, one write each; a line knows the call it belongs to. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct trace;

/* A longer line is cut within a value and marked with "truncated":true. */
#define LOG_LINE_MAX 4096

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

enum log_kind { LOG_KIND_END, LOG_KIND_TEXT, LOG_KIND_INT, LOG_KIND_BOOL };

/* A key and its value; made with the macros below only. */
struct log_field {
	const char *key; /* borrowed */
	enum log_kind kind;
	struct text text;
	int64_t number;
};

/* What every line of a thread carries while it works on one call; members may be NULL. */
struct log_context {
	const struct trace *trace; /* borrowed */
	const char *platform;	   /* borrowed */
	const char *method;	   /* borrowed */
	const char *request_id;	   /* borrowed */
};

/* Names the service and sets the least level that is written. Before it: "", INFO. */
void log_init(const char *service, enum log_level level);

/* "debug", "info", "warn" or "error". */
bool log_level_parse(struct text text, enum log_level *level);

/* Whether a line of that level would be written. */
bool log_enabled(enum log_level level);

/* The calling thread's context from now on; NULL for none. Returns the former one. */
const struct log_context *log_context_set(const struct log_context *context);
const struct log_context *log_context_get(void);

/* Where lines go instead of file descriptor 2; for tests. */
void log_set_descriptor(int descriptor);

/* Writes one line; fields end with LOG_END. Bytes that are not UTF-8 come out as U+FFFD. */
void log_write(enum log_level level, const char *message, const struct log_field *fields);

/* Values: a string (NULL is null), a view, an integer, a truth value. A secret does not fit. */
#define LOG_TEXT(name, string) LOG_VIEW((name), text_of(string))
#define LOG_VIEW(name, view)                                                                       \
	((struct log_field){.key = (name), .kind = LOG_KIND_TEXT, .text = (view)})
#define LOG_INT(name, value)                                                                       \
	((struct log_field){.key = (name), .kind = LOG_KIND_INT, .number = (int64_t)(value)})
#define LOG_BOOL(name, value)                                                                      \
	((struct log_field){.key = (name), .kind = LOG_KIND_BOOL, .number = (value) ? 1 : 0})
#define LOG_END ((struct log_field){.kind = LOG_KIND_END})

/* LOG_INFO("listening", LOG_TEXT("address", address), LOG_INT("port", port)); */
#define LOG_DEBUG(...) LOG_AT(LOG_LEVEL_DEBUG, __VA_ARGS__, LOG_END)
#define LOG_INFO(...) LOG_AT(LOG_LEVEL_INFO, __VA_ARGS__, LOG_END)
#define LOG_WARN(...) LOG_AT(LOG_LEVEL_WARN, __VA_ARGS__, LOG_END)
#define LOG_ERROR(...) LOG_AT(LOG_LEVEL_ERROR, __VA_ARGS__, LOG_END)

/* Arguments are not evaluated when the level is off. */
#define LOG_AT(level, message, ...)                                                                \
	do {                                                                                       \
		if (log_enabled(level))                                                            \
			log_write((level), (message), (const struct log_field[]){__VA_ARGS__});    \
	} while (0)
