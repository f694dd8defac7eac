/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a connection, for the files of this folder. */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mysql.h>

#include "base/status.h"
#include "db/connection.h"

#define DB_VALUE_SIZE 64

struct plan;

/* A statement prepared on one connection; DB_EACH has one per number of rows. */
struct db_prepared {
	MYSQL_STMT *handle; /* owned */
	const struct plan *plan;
	unsigned rows;
	struct db_prepared *next; /* owned; the same statement with another number of rows */
};

struct db_connection {
	const struct db_address *address; /* borrowed */
	bool autocommit;
	MYSQL *mysql;	      /* owned; NULL when not connected */
	bool has_transaction; /* A statement has run since the last COMMIT or ROLLBACK. */
	unsigned busy;	      /* Statements under way, which a new connection would pull the ground
				 from under: finding a key runs one within another. */
	int64_t refused_until_us;
	struct db_prepared **prepared; /* owned; by the statement's index, lists */
	size_t prepared_count;

	/* What the watchdog reads, under the lock. */
	pthread_mutex_t lock;
	unsigned long id;
	int64_t running_until_us;     /* 0: no statement is under way, or it may take its time. */
	bool was_killed;	      /* KILL QUERY was sent since the statement began. */
	struct db_watchdog *watchdog; /* borrowed */
	struct db_connection *next_watched; /* borrowed */
};

/*
 * Opens a connection with the suite's session settings; a read or write may take so long. NULL and
 * a line in the log when the database can't be reached.
 */
MYSQL *db_open(const struct db_address *address, unsigned transfer_timeout_s, bool autocommit);

/* The first column of a query's first row; false when it has none or the query fails. */
bool db_read_value(MYSQL *mysql, const char *query, char value[DB_VALUE_SIZE]);

/* Closes the socket and forgets the prepared statements. */
void db_disconnect(struct db_connection *connection);

/* Tells the watchdog that a statement begins / has ended. Ending absorbs a KILL that came late. */
void db_watch_begin(struct db_connection *connection, int64_t deadline_us);
void db_watch_end(struct db_connection *connection);

/* Takes the connection off its watchdog's list. */
void db_watchdog_forget(struct db_connection *connection);
