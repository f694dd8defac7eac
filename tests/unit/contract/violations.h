/* SPDX-License-Identifier: Apache-2.0 */
/* What validation answered, asserted: nothing, or one violation. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/status.h"
#include "entremise/common/v1/reason.pb-c.h"

static inline void assert_ok(struct status status)
{
	if (status.reason != 0)
		fail_msg("refused: %s", status.message);
}

/* One violation, with this path and text. */
static inline void assert_violation(struct status status, const char *path, const char *problem)
{
	assert_int_equal(status.reason, REASON__REASON_INVALID_ARGUMENT);
	assert_non_null(status.details);
	assert_string_equal(status.details->key, path);
	assert_string_equal(status.details->value, problem);
	assert_null(status.details->next);
}
