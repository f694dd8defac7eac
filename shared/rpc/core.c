/* SPDX-License-Identifier: Apache-2.0 */
/* Initialises the core, takes its log lines, and makes what channels and servers need. */
#include "rpc/core.h"

#include <grpc/support/log.h>

#include <limits.h>

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

grpc_arg core_integer(const char *key, int64_t value)
{
	return (grpc_arg){.type = GRPC_ARG_INTEGER,
			  .key = (char *)(uintptr_t)key, /* The core's struct lacks the const. */
			  .value.integer = value < INT_MAX ? (int)value : INT_MAX};
}

grpc_server_credentials *rpc_server_credentials(void)
{
	return grpc_insecure_server_credentials_create();
}

grpc_channel_credentials *rpc_channel_credentials(void)
{
	return grpc_insecure_credentials_create();
}
