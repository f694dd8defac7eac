/* SPDX-License-Identifier: Apache-2.0 */
/* A way to the database on which the answer to COMMIT can be lost. */
#pragma once

#include <stdbool.h>

/* What becomes of the next COMMIT that comes along; the ones after it pass. */
enum proxy_fate {
	PROXY_PASS,
	PROXY_CUT_BEFORE, /* The server never gets it. */
	PROXY_CUT_AFTER,  /* The server has done it, the client gets no answer. */
	PROXY_HOLD, /* The client loses the connection, the server gets it at proxy_release. */
};

/* Listens on a unix socket beside the server's; returns its path, which is static. */
const char *proxy_start(const char *server_socket);
void proxy_stop(void);

void proxy_next_commit(enum proxy_fate fate);

/* COMMITs seen since the start. */
int proxy_commits(void);

/* Hands the held COMMIT to the server, and waits for its answer. */
void proxy_release(void);
