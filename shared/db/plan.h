/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of a registered statement: its paths, resolved when it is first prepared. */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <mysql.h>

#include "base/status.h"
#include "db/path.h"
#include "db/statement.h"

struct db_prepared;
struct db_session;
struct metric_series;

#define PLAN_NO_NAME SIZE_MAX

/* A resource name that columns give the parts of. */
struct plan_name {
	struct path path;  /* To the name or reference itself. */
	size_t columns[8]; /* Of each part of the pattern; PLAN_NO_NAME: there is none. */
};

/* Immutable once published; one per statement, for all connections. */
struct plan {
	struct path *parameters;
	size_t parameter_count;
	struct path *columns; /* Empty without an output. */
	size_t column_count;
	struct plan_name *names;
	size_t name_count;
	const ProtobufCFieldDescriptor *input_list;  /* DB_EACH */
	const ProtobufCFieldDescriptor *output_list; /* DB_MANY */
	const ProtobufCMessageDescriptor *row;	     /* What a row fills; NULL: nothing. */
	bool scalar_rows;			     /* output_list is no list of messages. */
	struct metric_series *seconds;
};

/* The process's record of one statement. */
struct db_statement_state {
	const struct db_statement *statement;
	size_t index;
	const struct plan *plan; /* NULL until it is first prepared; see plan_get. */
	atomic_uint runs;
};

/*
 * The plan, made from the statement's paths and the columns of `metadata` (NULL: it gives no rows)
 * when there is none yet. Each fault is a line in the log, and then NULL.
 */
const struct plan *plan_get(struct db_statement_state *state, MYSQL_RES *metadata);

/*
 * The statement prepared on the session's connection for `rows` items (1 unless DB_EACH), from the
 * connection's own cache; prepares, and makes the plan, when needed.
 */
struct status plan_prepare(struct db_session *session, struct db_statement_state *state,
			   unsigned rows, struct db_prepared **prepared);

/* What is wrong with reading a column of this type into the path's field; NULL when nothing. */
const char *plan_column_problem(const struct path *path, const MYSQL_FIELD *column);
