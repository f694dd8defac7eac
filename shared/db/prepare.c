/* SPDX-License-Identifier: Apache-2.0 */
/* The process's statements: registered, prepared once per connection, checked before serving. */
#include "db/statement.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "db/connection_internal.h"
#include "db/error.h"
#include "db/plan.h"
#include "entremise/common/v1/reason.pb-c.h"
#include "observe/log.h"

#define STATEMENTS_MAX 2000

/* Filled by constructors, before there are threads. */
static struct db_statement_state *registry[STATEMENTS_MAX];
static size_t registry_count;

/* A header that two sources include registers its statements twice. */
static struct db_statement_state *find(const struct db_statement *statement)
{
	for (size_t i = 0; i < registry_count; i++)
		if (strcmp(registry[i]->statement->name, statement->name) == 0 &&
		    strcmp(registry[i]->statement->file, statement->file) == 0 &&
		    strcmp(registry[i]->statement->sql, statement->sql) == 0)
			return registry[i];
	return NULL;
}

void db_statements_register(const struct db_statement *const *statements, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct db_statement_state *state = find(statements[i]);

		if (state == NULL) {
			if (registry_count == STATEMENTS_MAX)
				fatal("too many statements");
			state = fatal_calloc(1, sizeof *state);
			state->statement = statements[i];
			state->index = registry_count;
			registry[registry_count++] = state;
		}
		*statements[i]->state = state;
	}
}

size_t db_statements_unused(const char **names, size_t most)
{
	size_t count = 0;

	for (size_t i = 0; i < registry_count; i++)
		if (atomic_load(&registry[i]->runs) == 0 && count++ < most)
			names[count - 1] = registry[i]->statement->name;
	return count;
}

/* The text for `rows` items: the tuple of DB_EACH repeated. */
static const char *sql_for(struct arena *arena, const struct db_statement *statement, unsigned rows)
{
	size_t open;
	size_t tuple;
	char *sql;
	char *end;

	if (statement->kind != DB_EACH)
		return statement->sql;
	open = strlen(statement->each_open);
	tuple = strlen(statement->each_tuple);
	sql = arena_alloc(arena, open + rows * (tuple + 1) + strlen(statement->each_close) + 1);
	end = mempcpy(sql, statement->each_open, open);
	for (unsigned i = 0; i < rows; i++) {
		if (i > 0)
			*end++ = ',';
		end = mempcpy(end, statement->each_tuple, tuple);
	}
	memcpy(end, statement->each_close, strlen(statement->each_close) + 1);
	return sql;
}

static void make_room(struct db_connection *connection, size_t index)
{
	if (index < connection->prepared_count)
		return;
	connection->prepared =
	    realloc(connection->prepared, registry_count * sizeof(struct db_prepared *));
	if (connection->prepared == NULL)
		fatal("out of memory");
	memset(connection->prepared + connection->prepared_count, 0,
	       (registry_count - connection->prepared_count) * sizeof(struct db_prepared *));
	connection->prepared_count = registry_count;
}

/* An error of preparing: its text tells of the statement, not of rows, so it may be logged. */
static struct status prepare_error(struct db_session *session, const struct db_statement *statement,
				   MYSQL_STMT *handle)
{
	struct status status;

	if (!db_error_is_lost(mysql_stmt_errno(handle)))
		LOG_ERROR("a statement can't be prepared", LOG_TEXT("file", statement->file),
			  LOG_INT("line", statement->line), LOG_TEXT("statement", statement->name),
			  LOG_TEXT("problem", mysql_stmt_error(handle)));
	status = db_failure(session, statement, handle);
	mysql_stmt_close(handle);
	return status;
}

static struct status prepare(struct db_session *session, struct db_statement_state *state,
			     unsigned rows, struct db_prepared **prepared)
{
	struct db_connection *connection = session->connection;
	const struct plan *plan;
	const char *sql = sql_for(session->arena, state->statement, rows);
	MYSQL_STMT *handle = mysql_stmt_init(connection->mysql);
	MYSQL_RES *metadata;

	if (handle == NULL)
		fatal("out of memory");
	if (mysql_stmt_prepare(handle, sql, strlen(sql)) != 0)
		return prepare_error(session, state->statement, handle);
	metadata = mysql_stmt_result_metadata(handle);
	plan = plan_get(state, metadata);
	if (metadata != NULL)
		mysql_free_result(metadata);
	if (plan == NULL) {
		mysql_stmt_close(handle);
		return status_of(REASON__REASON_INTERNAL);
	}
	*prepared = fatal_calloc(1, sizeof **prepared);
	(*prepared)->handle = handle;
	(*prepared)->plan = plan;
	(*prepared)->rows = rows;
	(*prepared)->next = connection->prepared[state->index];
	connection->prepared[state->index] = *prepared;
	return STATUS_OK;
}

struct status plan_prepare(struct db_session *session, struct db_statement_state *state,
			   unsigned rows, struct db_prepared **prepared)
{
	struct db_connection *connection = session->connection;
	struct status status;

	if (!connection->has_transaction && connection->busy == 0) {
		status = db_connection_ready(connection);
		if (status.reason != 0) {
			session->broken = status.reason;
			return status;
		}
	}
	make_room(connection, state->index);
	*prepared = connection->prepared[state->index];
	while (*prepared != NULL && (*prepared)->rows != rows)
		*prepared = (*prepared)->next;
	return *prepared != NULL ? STATUS_OK : prepare(session, state, rows, prepared);
}

bool db_statements_check(struct db_session *session)
{
	bool good = true;

	for (size_t i = 0; i < registry_count && session->broken == 0; i++) {
		struct db_prepared *prepared;

		if (plan_prepare(session, registry[i], 1, &prepared).reason != 0)
			good = false;
	}
	return good && session->broken == 0;
}
