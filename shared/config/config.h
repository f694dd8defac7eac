/* SPDX-License-Identifier: Apache-2.0 */
/* Settings from the environment, described by tables: the runtime's and the service's own. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The kind of a setting, and the type of the member that takes it. */
enum config_kind {
	CONFIG_TEXT,   /* const char *; NULL when unset */
	CONFIG_INT,    /* int64_t */
	CONFIG_BOOL,   /* bool: true or false */
	CONFIG_LIST,   /* struct config_list: separated by commas */
	CONFIG_SECRET, /* struct secret *: from the file that NAME_FILE tells; NULL when unset */
};

/* The parts of a comma-separated value, without the blanks around; none is empty. */
struct config_list {
	const char **items; /* owned */
	size_t count;
};

/* One setting. Without `fallback` and not required it stays NULL, 0, false or empty. */
struct config_row {
	const char *name; /* Without prefix: "DB_HOST". */
	enum config_kind kind;
	size_t offset;	      /* In the target struct. */
	const char *fallback; /* What holds when it is not set; of a secret, the file. */
	bool required;
	int64_t minimum; /* CONFIG_INT: bounds, unless both are 0. */
	int64_t maximum;
	const char *help; /* One sentence. */
};

/* Rows and the struct they fill. */
struct config_table {
	const struct config_row *rows; /* borrowed */
	size_t count;
	void *target; /* borrowed, zeroed by the caller */
};

/*
 * Fills the targets from `environment` ("NAME=value", NULL at the end). Every variable that begins
 * with `prefix` must be a row's. False: `error` says, one line per fault, what is wrong (unknown,
 * missing, malformed, out of bounds, unreadable file; never a value of a secret), and what was
 * filled so far is released. What it fills lives until config_release.
 */
bool config_load(const struct config_table *tables, size_t count, const char *prefix,
		 char *const *environment, char *error, size_t error_size);

/* Frees what config_load allocated, wipes secrets, and zeroes the members. */
void config_release(const struct config_table *tables, size_t count);

/* What --help prints: per row the full name, kind, default or "required", and the help. */
void config_print_help(const struct config_table *tables, size_t count, const char *prefix,
		       FILE *file);
