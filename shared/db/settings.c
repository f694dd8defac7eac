/* SPDX-License-Identifier: Apache-2.0 */
/* What the runtime relies on in the server, checked before serving. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mysql.h>

#include "base/status.h"
#include "base/time.h"
#include "db/connection.h"
#include "db/connection_internal.h"
#include "observe/log.h"

#define SKEW_MAX_US (2 * TIME_SECOND_US)

/* A setting, the value it must have, and whether the server may not serve without. */
static const struct expected {
	const char *query;
	const char *value;
	const char *problem;
	bool forbids;
} expected[] = {
    {"SELECT @@session.character_set_connection", "utf8mb4", "the connection is not utf8mb4", true},
    {"SELECT @@session.time_zone", "+00:00", "the connection's time zone is not UTC", true},
    {"SELECT @@session.sql_mode LIKE '%STRICT_TRANS_TABLES%'", "1",
     "values that do not fit would be cut", true},
    {"SELECT @@session.innodb_snapshot_isolation", "1",
     "innodb_snapshot_isolation is not ON: updates of rows that were only read may be lost", true},
    {"SELECT @@global.innodb_flush_log_at_trx_commit", "1",
     "a crash of the machine loses the last commits (innodb_flush_log_at_trx_commit)", false},
    {"SELECT @@global.idle_write_transaction_timeout BETWEEN 1 AND 60", "1",
     "idle_write_transaction_timeout is not set: a stuck writer delays the change feed", false},
};

bool db_read_value(MYSQL *mysql, const char *query, char value[DB_VALUE_SIZE])
{
	MYSQL_RES *result;
	MYSQL_ROW row;
	bool found;

	if (mysql_query(mysql, query) != 0 || (result = mysql_store_result(mysql)) == NULL)
		return false;
	row = mysql_fetch_row(result);
	found = row != NULL && row[0] != NULL;
	snprintf(value, DB_VALUE_SIZE, "%s", found ? row[0] : "");
	mysql_free_result(result);
	return found;
}

/* Times in rows come from this process, and the change feed compares them with the database's. */
static bool check_clock(MYSQL *mysql)
{
	char value[DB_VALUE_SIZE];
	int64_t skew_us;

	if (!db_read_value(mysql, "SELECT CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)", value))
		return true;
	skew_us = llabs(strtoll(value, NULL, 10) - time_real_us());
	if (skew_us <= SKEW_MAX_US)
		return true;
	LOG_ERROR("the database's clock differs from this machine's",
		  LOG_INT("milliseconds", skew_us / 1000));
	return false;
}

bool db_settings_check(struct db_connection *connection)
{
	bool serves = true;

	if (db_connection_ready(connection).reason != 0)
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(expected); i++) {
		char value[DB_VALUE_SIZE];

		/* A setting the server does not know is MySQL's or a proxy's way: not a fault. */
		if (!db_read_value(connection->mysql, expected[i].query, value) ||
		    strcmp(value, expected[i].value) == 0)
			continue;
		serves = serves && !expected[i].forbids;
		LOG_WARN("a setting of the database is wrong",
			 LOG_TEXT("problem", expected[i].problem), LOG_TEXT("value", value),
			 LOG_BOOL("forbids_to_serve", expected[i].forbids));
	}
	serves = check_clock(connection->mysql) && serves;
	if (!connection->autocommit && mysql_rollback(connection->mysql) != 0)
		db_disconnect(connection);
	return serves;
}
