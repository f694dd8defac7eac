/* SPDX-License-Identifier: Apache-2.0 */
/* Forms: application/x-www-form-urlencoded, read and written. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* One field of a form, both parts decoded and NUL-terminated. */
struct form_field {
	const char *name;  /* borrowed */
	const char *value; /* borrowed */
};

#define FORM_MAX 64 /* fields of one form */

/*
 * The fields of a form's body, in order, in the arena. False when an escape is broken, a decoded
 * NUL is in it, or there are more than FORM_MAX.
 */
bool form_read(const char *body, size_t length, struct arena *arena, struct form_field **fields,
	       size_t *count);

/* The value of the only field of that name; NULL when there is none, or more than one. */
const char *form_value(const struct form_field *fields, size_t count, const char *name);

/* A text as it stands in a form or in a query: all but letters, digits and -._~ escaped. */
const char *form_escape(const char *text, struct arena *arena);
