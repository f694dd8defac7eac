/* SPDX-License-Identifier: Apache-2.0 */
/* The server's errors as reasons of the contract: the one place where its numbers are known. */
#include "db/error.h"

#include <string.h>

#include <errmsg.h>
#include <mysqld_error.h>

#include "base/text.h"
#include "db/connection_internal.h"
#include "db/session.h"
#include "db/statement.h"
#include "entremise/common/v1/reason.pb-c.h"
#include "observe/log.h"
#include "observe/metrics.h"

/* Numbers that not every client library's headers have. */
#define ERROR_MYSQL_TIMEOUT 3024     /* MySQL: max_execution_time */
#define ERROR_MARIADB_TIMEOUT 1969   /* MariaDB: max_statement_time */
#define ERROR_CONNECTION_KILLED 1927 /* MariaDB: KILL CONNECTION, idle transaction timeout */
#define ERROR_IDLE_DISCONNECT 4031   /* MySQL: closed while idle */
#define ERROR_CLIENT_IO 5026	     /* Connector/C: an error of the socket */
#define ERROR_READ_ONLY_MODE 1836    /* A replica, or one that is failing over */

static struct metric retries =
    METRIC_COUNTER("entremise_db_conflicts_total",
		   "Transactions the database gave up, by cause; each may run again.", "cause");

bool db_error_is_lost(unsigned number)
{
	switch (number) {
	case CR_CONNECTION_ERROR:
	case CR_CONN_HOST_ERROR:
	case CR_UNKNOWN_HOST:
	case CR_SERVER_GONE_ERROR:
	case CR_SERVER_LOST:
	case CR_SERVER_LOST_EXTENDED:
	case CR_ERR_NET_READ:
	case CR_ERR_NET_WRITE:
	case ERROR_CLIENT_IO:
	case ERROR_CONNECTION_KILLED:
	case ERROR_IDLE_DISCONNECT:
	case ERROR_READ_ONLY_MODE:
	case ER_OPTION_PREVENTS_STATEMENT: /* --read-only: this is no longer the primary. */
	case ER_CON_COUNT_ERROR:
	case ER_TOO_MANY_USER_CONNECTIONS:
	case ER_UNKNOWN_COM_ERROR: /* A cluster's node that is not ready. */
	case ER_SERVER_SHUTDOWN:
	case ER_NORMAL_SHUTDOWN:
	case ER_ABORTING_CONNECTION:
	case ER_NEW_ABORTING_CONNECTION:
	case ER_NET_READ_ERROR:
	case ER_NET_READ_INTERRUPTED:
	case ER_NET_ERROR_ON_WRITE:
	case ER_NET_WRITE_INTERRUPTED:
	case ER_UNKNOWN_STMT_HANDLER: /* A proxy moved the connection to another server. */
		return true;
	default:
		return false;
	}
}

/* What made the server give the transaction up; NULL when it did not. */
static const char *conflict_cause(const struct db_error *error)
{
	switch (error->number) {
	case ER_LOCK_DEADLOCK:
		return "deadlock";
	case ER_LOCK_WAIT_TIMEOUT:
		return "lock_wait";
	case ER_CHECKREAD:
		return "snapshot";
	default:
		return strcmp(error->state, "40001") == 0 ? "certification" : NULL;
	}
}

/* The key in "Duplicate entry '...' for key 'offer.offer_once'"; MySQL 8 puts the table before. */
static struct text duplicate_key(const char *text)
{
	static const char marker[] = " for key '";
	const char *found = NULL;
	const char *dot;
	size_t length;

	for (const char *next = text; (next = strstr(next, marker)) != NULL; next++)
		found = next + strlen(marker);
	if (found == NULL)
		return (struct text){0};
	length = strcspn(found, "'");
	dot = memchr(found, '.', length);
	if (dot != NULL)
		return (struct text){dot + 1, length - (size_t)(dot + 1 - found)};
	return (struct text){found, length};
}

static int duplicate_reason(const struct db_statement *statement, const struct db_error *error)
{
	struct text key = duplicate_key(error->text);

	for (const struct db_unique *unique = statement->unique; unique->key != NULL; unique++)
		if (text_equal_string(key, unique->key))
			return unique->reason;
	return 0;
}

static struct status broken(struct db_session *session, int reason)
{
	session->broken = reason;
	return status_of(reason);
}

struct status db_error_status(struct db_session *session, const struct db_statement *statement,
			      const struct db_error *error)
{
	const char *cause = conflict_cause(error);
	const char *name = statement != NULL ? statement->name : "COMMIT";

	if (cause != NULL) {
		metric_add(METRIC_SERIES(&retries, cause), 1);
		session->retry = true;
		return broken(session, REASON__REASON_CONFLICT);
	}
	if (db_error_is_lost(error->number)) {
		LOG_DEBUG("the database connection is lost", LOG_INT("error", error->number),
			  LOG_TEXT("statement", name));
		db_disconnect(session->connection);
		return broken(session, REASON__REASON_UNAVAILABLE);
	}
	switch (error->number) {
	case ER_QUERY_INTERRUPTED:
	case ERROR_MARIADB_TIMEOUT:
	case ERROR_MYSQL_TIMEOUT:
		return broken(session, REASON__REASON_DEADLINE_EXCEEDED);
	case ER_DUP_ENTRY:
		if (statement != NULL && duplicate_reason(statement, error) != 0)
			return status_of(duplicate_reason(statement, error));
		break;
	default:
		break;
	}
	LOG_ERROR("statement failed", LOG_INT("error", error->number), LOG_TEXT("statement", name));
	return status_of(REASON__REASON_INTERNAL);
}

/* Unbuffered errors leave the statement's own number at 0; then the connection has it. */
struct status db_failure(struct db_session *session, const struct db_statement *statement,
			 MYSQL_STMT *handle)
{
	MYSQL *mysql = session->connection->mysql;
	bool of_handle = handle != NULL && mysql_stmt_errno(handle) != 0;
	const struct db_error error = {
	    .number = of_handle ? mysql_stmt_errno(handle) : mysql_errno(mysql),
	    .state = of_handle ? mysql_stmt_sqlstate(handle) : mysql_sqlstate(mysql),
	    .text = of_handle ? mysql_stmt_error(handle) : mysql_error(mysql)};

	return db_error_status(session, statement, &error);
}
