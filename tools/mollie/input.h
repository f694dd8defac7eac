/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies of requests: JSON, or forms with brackets, as one object of JSON. */
#pragma once

#include <stddef.h>

#include <jansson.h>

struct arena;

/*
 * The object that a body stands for; an empty body is {}. NULL when it is no object, is not strict,
 * or is of another content type, with `*status` 400 or 415. A form's "amount[value]=10.00" becomes
 * {"amount": {"value": "10.00"}}, "method[]=a" a list; all its values are text.
 */
json_t *input_read(const char *content_type, const char *body, size_t length, struct arena *arena,
		   int *status);
