/* SPDX-License-Identifier: Apache-2.0 */
/* One connection to MySQL or MariaDB: opening it, knowing that it lives, ending transactions. */
#include "db/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <mysql.h>

#include "base/fatal.h"
#include "base/time.h"
#include "db/connection_internal.h"
#include "db/error.h"
#include "db/session.h"
#include "entremise/common/v1/reason.pb-c.h"
#include "observe/log.h"
#include "observe/metrics.h"

#define CONNECT_TIMEOUT_S 3
#define TRANSFER_TIMEOUT_S 40 /* Longer than max_statement_time: silent for so long is gone. */
#define REFUSAL_US (100 * TIME_MILLISECOND_US)

static struct metric connects =
    METRIC_COUNTER("entremise_db_connects_total", "Connections opened to the database.", "result");

void db_begin_process(void)
{
	if (mysql_library_init(0, NULL, NULL) != 0)
		fatal("the database client library can't start");
}

void db_end_process(void)
{
	mysql_library_end();
}

/*
 * Settings that a server may not know: only MariaDB has them, or a proxy keeps them to its own
 * configuration. db_settings_check tells which of them matter and are missing.
 */
static const char *const optional_settings[] = {
    "SET SESSION time_zone = '+00:00'",		  "SET SESSION innodb_lock_wait_timeout = 1",
    "SET SESSION innodb_snapshot_isolation = ON", "SET SESSION max_statement_time = 30",
    "SET SESSION idle_transaction_timeout = 30",
};

static bool set_up(MYSQL *mysql, bool autocommit)
{
	static const char strict[] =
	    "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,"
	    "NO_ENGINE_SUBSTITUTION'";

	for (size_t i = 0; i < ARRAY_COUNT(optional_settings); i++)
		if (mysql_query(mysql, optional_settings[i]) != 0 &&
		    db_error_is_lost(mysql_errno(mysql)))
			return false;
	return mysql_query(mysql, strict) == 0 &&
	       mysql_query(mysql,
			   autocommit
			       ? "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"
			       : "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ") == 0 &&
	       mysql_autocommit(mysql, autocommit) == 0;
}

MYSQL *db_open(const struct db_address *address, unsigned transfer_timeout_s, bool autocommit)
{
	static const unsigned connect_timeout_s = CONNECT_TIMEOUT_S;
	MYSQL *mysql = mysql_init(NULL);
	const char *host = address->socket != NULL ? NULL : address->host;

	if (mysql == NULL)
		fatal("out of memory");
	mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_timeout_s);
	mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &transfer_timeout_s);
	mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &transfer_timeout_s);
	/* Matched rows are counted, not changed ones: an update to the same value has hit its row.
	 */
	if (mysql_real_connect(mysql, host, address->user, address->password, address->schema,
			       (unsigned)address->port, address->socket,
			       CLIENT_FOUND_ROWS) == NULL ||
	    !set_up(mysql, autocommit)) {
		LOG_WARN("the database can't be reached", LOG_INT("error", mysql_errno(mysql)));
		mysql_close(mysql);
		return NULL;
	}
	return mysql;
}

struct db_connection *db_connection_create(const struct db_address *address, bool autocommit)
{
	struct db_connection *connection = fatal_calloc(1, sizeof *connection);

	connection->address = address;
	connection->autocommit = autocommit;
	pthread_mutex_init(&connection->lock, NULL);
	return connection;
}

void db_disconnect(struct db_connection *connection)
{
	pthread_mutex_lock(&connection->lock);
	connection->id = 0;
	connection->running_until_us = 0;
	pthread_mutex_unlock(&connection->lock);
	for (size_t i = 0; i < connection->prepared_count; i++)
		while (connection->prepared[i] != NULL) {
			struct db_prepared *prepared = connection->prepared[i];

			connection->prepared[i] = prepared->next;
			mysql_stmt_close(prepared->handle);
			free(prepared);
		}
	if (connection->mysql != NULL)
		mysql_close(connection->mysql);
	connection->mysql = NULL;
	connection->has_transaction = false;
}

void db_connection_destroy(struct db_connection *connection)
{
	if (connection == NULL)
		return;
	db_watchdog_forget(connection);
	db_disconnect(connection);
	pthread_mutex_destroy(&connection->lock);
	free(connection->prepared);
	free(connection);
}

/* Nothing to read: alive. An end of file, an error, or bytes that nobody asked for: dead. */
static bool is_alive(MYSQL *mysql)
{
	char byte;

	return recv(mysql_get_socket(mysql), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
	       (errno == EAGAIN || errno == EWOULDBLOCK);
}

struct status db_connection_ready(struct db_connection *connection)
{
	if (connection->mysql != NULL && is_alive(connection->mysql))
		return STATUS_OK;
	if (connection->mysql != NULL)
		db_disconnect(connection);
	if (time_monotonic_us() < connection->refused_until_us)
		return status_of(REASON__REASON_UNAVAILABLE);
	connection->mysql =
	    db_open(connection->address, TRANSFER_TIMEOUT_S, connection->autocommit);
	if (connection->mysql == NULL) {
		metric_add(METRIC_SERIES(&connects, "failed"), 1);
		connection->refused_until_us = time_monotonic_us() + REFUSAL_US;
		return status_of(REASON__REASON_UNAVAILABLE);
	}
	metric_add(METRIC_SERIES(&connects, "ok"), 1);
	pthread_mutex_lock(&connection->lock);
	connection->id = mysql_thread_id(connection->mysql);
	pthread_mutex_unlock(&connection->lock);
	return STATUS_OK;
}

struct status db_commit(struct db_session *session)
{
	struct db_connection *connection = session->connection;
	struct status status;

	if (session->broken != 0)
		return status_of(session->broken);
	if (connection == NULL || !connection->has_transaction)
		return STATUS_OK;
	if (mysql_commit(connection->mysql) == 0) {
		connection->has_transaction = false;
		return STATUS_OK;
	}
	session->unknown = db_error_is_lost(mysql_errno(connection->mysql));
	status = db_failure(session, NULL, NULL);
	session->broken = status.reason;
	return status;
}

void db_rollback(struct db_session *session)
{
	struct db_connection *connection = session->connection;

	if (connection == NULL || !connection->has_transaction)
		return;
	if (mysql_rollback(connection->mysql) != 0)
		db_disconnect(connection);
	connection->has_transaction = false;
}

unsigned long db_connection_id(const struct db_connection *connection)
{
	return connection->id;
}
