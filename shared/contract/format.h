/* SPDX-License-Identifier: Apache-2.0 */
/* The formats that a text field can be held to (enum Format of the contract). */
#pragma once

#include <stddef.h>

#include "base/text.h"
#include "entremise/common/v1/options.pb-c.h"

/* What is wrong with a text that is not empty: "is not an e-mail address"; NULL when nothing is. */
const char *format_problem(Format format, struct text text);

/* The longest that such a text can be, in characters, where its rule does not say. */
size_t format_length(Format format);
