/* SPDX-License-Identifier: Apache-2.0 */
/* One connection to MySQL or MariaDB, its prepared statements, its transaction. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

struct db_connection;
struct db_session;

/* Where the database is; borrowed for the life of the process. */
struct db_address {
	const char *socket; /* NULL: TCP */
	const char *host;
	int64_t port;
	const char *schema;
	const char *user;
	const char *password; /* borrowed */
};

/* mysql_library_init / end; once per process, before and after threads. */
void db_begin_process(void);
void db_end_process(void);

/* A connection that connects on first use. `autocommit` for reads, off for mutations. */
struct db_connection *db_connection_create(const struct db_address *address, bool autocommit);
void db_connection_destroy(struct db_connection *connection);

/*
 * Makes sure the connection is alive (a peek at the socket, no round trip), connecting anew when it
 * is not; UNAVAILABLE when the database can't be reached. db_run does it before the first statement
 * of a transaction; after a failure the next attempt is refused for 100 ms.
 */
struct status db_connection_ready(struct db_connection *connection);

/*
 * Ends the transaction. db_commit answers OK, or sets session->retry / session->unknown (COMMIT was
 * under way when the connection was lost) and a status. db_rollback never fails: a lost connection
 * has rolled back. Both send nothing when no statement has run. The session's flags stay as they
 * are.
 */
struct status db_commit(struct db_session *session);
void db_rollback(struct db_session *session);

/* The server's connection id, for KILL QUERY; 0 when not connected. */
unsigned long db_connection_id(const struct db_connection *connection);

/*
 * The watchdog: sends KILL QUERY from another connection for statements that run past their
 * session's deadline, never for the next call's. One thread per process; started and stopped by
 * service_main.
 */
struct db_watchdog;
struct db_watchdog *db_watchdog_start(const struct db_address *address);
void db_watchdog_stop(struct db_watchdog *watchdog);

/* Watches the connection until it is destroyed; not to be called while it runs a statement. */
void db_watchdog_watch(struct db_watchdog *watchdog, struct db_connection *connection);

/* Checks the server's settings at start (snapshot isolation, charset, clock skew, flush): a line
 * per fault; false when one forbids to serve. */
bool db_settings_check(struct db_connection *connection);
