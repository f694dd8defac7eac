/* SPDX-License-Identifier: Apache-2.0 */
/* From a queued call to its answer: token, role, platform, validation, handler. On a worker. */
#pragma once

#include <stdbool.h>

struct rpc_call;
struct rpc_worker;

/* Runs one call and answers it, or puts it back into the queue under its platform. */
void dispatch(struct rpc_worker *worker, struct rpc_call *call);
