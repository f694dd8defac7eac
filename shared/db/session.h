/* SPDX-License-Identifier: Apache-2.0 */
/* What a statement knows besides its messages: the caller, the times, the connection. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct arena;
struct crypto_key;
struct db_connection;

/*
 * Finds the keys of persons for sealed columns; implemented above this layer (durable/subject.h).
 * `subject` is a resource name. With `create`, a missing key is made within the transaction at
 * hand; without, *key is NULL when the key was destroyed (the field then reads as empty).
 */
struct db_session;
struct db_subject_keys {
	struct status (*find)(struct db_session *session, const char *subject, bool create,
			      const struct crypto_key **key);
};

/* One call's view of its database; part of struct call. */
struct db_session {
	struct arena *arena;
	struct db_connection *connection; /* NULL in a process without a database. */
	const char *platform;		  /* :platform; "*" never reaches a statement. */
	const char *caller;		  /* :caller, the subject of the token: "clients/01j..." */
	const char *owner;   /* :owner, the id of a PROVIDER or CLIENT; NULL for others. */
	int64_t now_us;	     /* :now, platform time. */
	int64_t real_us;     /* :real, real time. */
	int64_t deadline_us; /* Monotonic; 0 = none. A statement is not begun after it. */
	const struct db_subject_keys *subject_keys;
	const struct crypto_key *index_key;  /* for ::index parameters */
	const struct crypto_key *secret_key; /* for fields marked `secret` */
	/*
	 * The server has rolled back the whole transaction, or the connection is lost: nothing more
	 * runs, every statement answers this reason. 0 = none. Whoever runs the call anew clears
	 * the three, after db_rollback.
	 */
	int broken;
	bool retry;   /* The cause was 1213, 1205, 1020 or 40001: the mutation may be run again. */
	bool unknown; /* COMMIT was sent and its answer lost. */
};
