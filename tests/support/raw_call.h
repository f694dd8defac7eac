/* SPDX-License-Identifier: Apache-2.0 */
/* Calls as a foreign client would make them: any path, any headers, any bytes. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/text.h"

struct arena;
struct raw_peer;

/* A channel of its own to a server. */
struct raw_peer *raw_peer_create(const char *target);
void raw_peer_destroy(struct raw_peer *peer);

struct raw_answer {
	int code;	      /* of gRPC; 0 = OK */
	struct status status; /* reason, text and details as the server sent them; in the arena */
	struct text reply;    /* the message's bytes, in the arena */
};

/*
 * Makes one call and waits for its end, 30 s at most. `authorizations`: values of as many
 * `authorization` headers, ended by NULL.
 */
struct raw_answer raw_call(struct raw_peer *peer, struct arena *arena, const char *path,
			   const char *const *authorizations, struct text request);
