/* SPDX-License-Identifier: Apache-2.0 */
/* Counts the passages of one armed place and dies at the chosen one. */
#include "base/failpoint.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static struct text armed;
static atomic_long left;

bool failpoint_arm(const char *text)
{
	const char *colon = text ? strrchr(text, ':') : NULL;
	int64_t passage = 1;

	armed = text_of(text);
	if (colon && colon[1] >= '0' && colon[1] <= '9') {
		if (!text_to_int64(text_of(colon + 1), &passage) || passage < 1)
			return false;
		armed.length = (size_t)(colon - text);
	}
	atomic_store(&left, (long)passage);
	return true;
}

void failpoint_pass(const char *name)
{
	if (armed.length == 0 || !text_equal_string(armed, name))
		return;
	if (atomic_fetch_sub(&left, 1) == 1)
		kill(getpid(), SIGKILL);
}
