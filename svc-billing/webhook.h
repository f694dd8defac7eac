/* SPDX-License-Identifier: Apache-2.0 */
/* The port at which the payment provider says that there is news of a payment. */
#pragma once

#include <stdbool.h>

struct call;
struct call_environment;
struct rpc_server;

/* Begin and end of the port, for service_main; one per process. */
bool webhook_begin(const struct call_environment *environment, struct rpc_server *server);
void webhook_end(void);

/* The address for news of this payment of the call's platform; in the call's arena. */
const char *webhook_url_of(struct call *call, const char *payment);
