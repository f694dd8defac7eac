/* SPDX-License-Identifier: Apache-2.0 */
/* Initialises the core and takes its log lines. */
#include "rpc/core.h"

#include <grpc/grpc.h>
#include <grpc/support/log.h>

#include "observe/log.h"

/* The core calls what callers do to it an error; for us it is a warning. */
static void take_line(gpr_log_func_args *line)
{
	if (line->severity == GPR_LOG_SEVERITY_ERROR)
		LOG_WARN("transport", LOG_TEXT("text", line->message), LOG_TEXT("file", line->file),
			 LOG_INT("line", line->line));
	else
		LOG_DEBUG("transport", LOG_TEXT("text", line->message),
			  LOG_TEXT("file", line->file), LOG_INT("line", line->line));
}

void core_begin(void)
{
	gpr_set_log_function(take_line);
	grpc_init();
}

void core_end(void)
{
	grpc_shutdown();
}
