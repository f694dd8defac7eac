/* SPDX-License-Identifier: Apache-2.0 */
/* The terms in force, for the handlers that ask whether they are accepted. */
#pragma once

#include <stdbool.h>

#include "base/status.h"
#include "entremise/providers/v1/terms.pb-c.h"

struct call;

/* The terms in force, in the call's arena; NULL when the platform has none. */
struct status terms_current(struct call *call, Terms **terms);

/* The number in a name of terms; 0 when there is none. */
int32_t terms_number(struct call *call, const char *name);
