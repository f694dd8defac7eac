/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of mails, and what they name. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct embedded_file;
struct mail_parameter;

/* The English text of a template among `files` (ended by {0}); NULL when there is none. */
const char *notice_template_find(const struct embedded_file *files, const char *name);

/* The first key that the text names, as {{key}}, and no parameter has; empty when all are there. */
struct text notice_template_missing(const char *text, const struct mail_parameter *parameters,
				    size_t count);
