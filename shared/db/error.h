/* SPDX-License-Identifier: Apache-2.0 */
/* The server's errors as reasons of the contract: the one place where its numbers are known. */
#pragma once

#include <stdbool.h>

#include <mysql.h>

#include "base/status.h"

struct db_session;
struct db_statement;

/* One error as the client library tells it; all borrowed. */
struct db_error {
	unsigned number;
	const char *state; /* SQLSTATE */
	const char *text;  /* Holds values of rows: read here, never logged nor sent. */
};

/*
 * Translates an error of `statement` (NULL: of COMMIT). Sets the session's `broken` and `retry`
 * and drops a connection that is lost.
 */
struct status db_error_status(struct db_session *session, const struct db_statement *statement,
			      const struct db_error *error);

/*
 * The same of what has just failed: of a statement's handle, or with `handle` NULL of the
 * connection.
 */
struct status db_failure(struct db_session *session, const struct db_statement *statement,
			 MYSQL_STMT *handle);

/* The connection is lost, or the server can't serve it: only a new one helps. */
bool db_error_is_lost(unsigned number);
