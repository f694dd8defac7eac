/* SPDX-License-Identifier: Apache-2.0 */
/* SQL in, message out: statements that tools/embed_sql makes from .sql files, run against messages.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "base/status.h"
#include "db/session.h"

/* How many rows a statement gives. */
enum db_kind {
	DB_ONE,	  /* Exactly one row, else NOT_FOUND. */
	DB_MAYBE, /* No row (found = false) or one. */
	DB_MANY,  /* Rows appended to a repeated field, at most `cap`. */
	DB_EXEC,  /* No rows. */
	DB_EXEC1, /* Exactly one row changed, else CONFLICT. */
	DB_EACH,  /* One row inserted per item of a repeated field of the input: VALUES is
		     multiplied. */
};

/* Maps a violated unique key to a reason: `-- unique: offer_once = ALREADY_APPLIED`. */
struct db_unique {
	const char *key;
	int reason;
};

/*
 * One named statement; static, made by embed_sql, registered before main().
 *
 * Parameters are paths: `platform`, `caller`, `owner`, `now`, `real` are the session's; in DB_EACH
 * `position` is the item's place, from 0. Any other begins with a field of an input (in DB_EACH: of
 * the item, else of the second input), or with an input's type to tell two apart: `Offer.state`.
 * From there it goes into sub-messages (`price.minor`); behind a resource's name or reference, a
 * variable of its pattern (`name.service_request`; NULL when the name does not fit). NULL is bound
 * for what stands in an absent sub-message or in another member of a oneof. Suffixes: `::base64`
 * (embed_sql adds it within FROM_BASE64), `::index` (keyed hash for look-up of a sealed column),
 * `...N` (a repeated field as N placeholders of an IN list).
 */
struct db_statement {
	const char *name; /* "lock_offer": labels log lines and metrics. */
	const char *file; /* "offer.sql" */
	unsigned line;
	enum db_kind kind;
	const char *sql;			     /* With ? for every parameter, in order. */
	const char *const *parameters;		     /* Paths without ':', ended by NULL. */
	const ProtobufCMessageDescriptor *inputs[2]; /* NULL when absent. */
	const char *input_list;			     /* DB_EACH: the repeated field of inputs[0]. */
	const ProtobufCMessageDescriptor *output;    /* NULL when absent. */
	const char *output_list;		     /* DB_MANY: the repeated field of output. */
	const char *each_open; /* DB_EACH: sql up to the tuple, then the tuple, then the rest. */
	const char *each_tuple;
	const char *each_close;
	size_t tuple_first; /* DB_EACH: parameters before the tuple, and within it. */
	size_t tuple_count;
	unsigned cap;			   /* DB_MANY: more rows are INTERNAL. */
	const struct db_unique *unique;	   /* Ended by {0}. */
	bool shard_scope;		   /* `-- scope: shard`: no :platform asked. */
	struct db_statement_state **state; /* Filled when registered. */
};

/* Adds statements of one file to the process's list; called by constructors in generated headers.
 */
void db_statements_register(const struct db_statement *const *statements, size_t count);

/*
 * Runs a statement. Parameters are looked up in the inputs by path; results go into `output` by the
 * columns' aliases: field paths as above, without suffixes. `name.x` columns are parts from which
 * the name is built (its platform is the session's unless there is a column for it too); a NULL
 * part leaves the name empty, any other NULL leaves its field as it is. `found` tells whether a row
 * came; NULL is allowed.
 *
 * NOT_FOUND (DB_ONE), CONFLICT (DB_EXEC1 without a row; with session->retry when the server gave
 * the transaction up), the reason declared for a violated unique key, UNAVAILABLE,
 * DEADLINE_EXCEEDED, INTERNAL (logged here, with the number and never the text of the error).
 */
struct status db_run(struct db_session *session, const struct db_statement *statement,
		     const ProtobufCMessage *first, const ProtobufCMessage *second,
		     ProtobufCMessage *output, bool *found);

/*
 * Prepares every registered statement on the connection and matches parameters and columns with
 * their messages. Each fault is one line in the log; false when there was any. Run before
 * listening.
 */
bool db_statements_check(struct db_session *session);

/* Names of registered statements that never ran in this process, for the coverage test. */
size_t db_statements_unused(const char **names, size_t most);
