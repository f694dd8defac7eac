/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a statement: parameters out of messages, rows into messages, errors into reasons. */
#include "db/statement.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "contract/name.h"
#include "db/connection_internal.h"
#include "db/error.h"
#include "db/plan.h"
#include "db/value.h"
#include "entremise/common/v1/reason.pb-c.h"
#include "observe/log.h"
#include "observe/metrics.h"

#define EACH_ROWS_MAX 64 /* Items of DB_EACH in one INSERT; a power of two. */

/* One run of a statement. */
struct run {
	struct db_session *session;
	const struct db_statement *statement;
	struct db_statement_state *state;
	const ProtobufCMessage *inputs[2];
	ProtobufCMessage *output;
	const struct plan *plan;
	MYSQL_STMT *handle;
	MYSQL_BIND *binds; /* of parameters */
	struct value *values;
	size_t bound;
	uint64_t rows; /* changed, or given */
};

static struct status fault(const struct run *run, const char *problem)
{
	LOG_ERROR("statement failed", LOG_TEXT("file", run->statement->file),
		  LOG_INT("line", run->statement->line),
		  LOG_TEXT("statement", run->statement->name), LOG_TEXT("problem", problem));
	return status_of(REASON__REASON_INTERNAL);
}

static struct status failure(const struct run *run)
{
	return db_failure(run->session, run->statement, run->handle);
}

/* Points the next placeholder at a value; values[] does not move. */
static void bind(struct run *run, const struct value *value)
{
	struct value *kept = &run->values[run->bound];
	MYSQL_BIND *target = &run->binds[run->bound++];

	*kept = *value;
	switch (kept->type) {
	case VALUE_TYPE_NULL:
		target->buffer_type = MYSQL_TYPE_NULL;
		break;
	case VALUE_TYPE_INTEGER:
		target->buffer_type = MYSQL_TYPE_LONGLONG;
		target->buffer = &kept->integer;
		target->is_unsigned = kept->is_unsigned;
		break;
	case VALUE_TYPE_REAL:
		target->buffer_type = MYSQL_TYPE_DOUBLE;
		target->buffer = &kept->real;
		break;
	case VALUE_TYPE_TEXT:
		target->buffer_type = MYSQL_TYPE_STRING;
		target->buffer = (void *)(uintptr_t)(kept->text.start ? kept->text.start : "");
		target->buffer_length = kept->text.length;
		break;
	}
}

/* Binds one parameter: of a list all its placeholders, the last item again for those left over. */
static struct status bind_parameter(struct run *run, const struct path *path,
				    const ProtobufCMessage *root, size_t item, bool *empty)
{
	size_t count = path->width > 0 ? path_count(path, root) : 1;
	size_t width = path->width > 0 ? path->width : 1;
	struct value value;

	if (count > width)
		return fault(run, "a list is longer than its placeholders");
	if (count == 0)
		*empty = true;
	for (size_t i = 0; i < width && !*empty; i++) {
		if (path->width == 0)
			TRY(value_take(run->session, path, root, item, &value));
		else if (i < count)
			TRY(value_take(run->session, path, root, i, &value));
		bind(run, &value);
	}
	return STATUS_OK;
}

/* Binds the parameters from `first` to `end`, of one item of DB_EACH or of none. */
static struct status bind_range(struct run *run, size_t first, size_t end, size_t item, bool *empty)
{
	const ProtobufCFieldDescriptor *list = run->plan->input_list;
	bool messages = list != NULL && list->type == PROTOBUF_C_TYPE_MESSAGE;

	for (size_t i = first; i < end && !*empty; i++) {
		const struct path *path = &run->plan->parameters[i];
		const ProtobufCMessage *root = run->inputs[path->input];

		if (path->input == 0 && messages)
			root = field_item(root, list, item);
		TRY(bind_parameter(run, path, root, item, empty));
	}
	return STATUS_OK;
}

/* What is before the tuple of DB_EACH, the tuple once per item, what is behind it. */
static struct status bind_all(struct run *run, size_t first, size_t count, bool *empty)
{
	size_t open = run->statement->tuple_first;
	size_t close = open + run->statement->tuple_count;
	size_t placeholders = mysql_stmt_param_count(run->handle);

	run->binds = arena_new(run->session->arena, MYSQL_BIND, placeholders + 1);
	run->values = arena_new(run->session->arena, struct value, placeholders + 1);
	run->bound = 0;
	TRY(bind_range(run, 0, open, 0, empty));
	for (size_t item = first; item < first + count; item++)
		TRY(bind_range(run, open, close, item, empty));
	TRY(bind_range(run, close, run->plan->parameter_count, 0, empty));
	assert(*empty || run->bound == placeholders);
	return STATUS_OK;
}

/* Sends the statement; its whole result is in the client when this returns. */
static struct status execute(struct run *run)
{
	struct db_connection *connection = run->session->connection;
	int64_t start_us = time_monotonic_us();
	struct status status;
	bool failed;

	if (run->session->broken != 0) /* Finding a key may have broken it. */
		return status_of(run->session->broken);
	if (run->session->deadline_us != 0 && start_us >= run->session->deadline_us)
		return status_of(REASON__REASON_DEADLINE_EXCEEDED);
	atomic_fetch_add_explicit(&run->state->runs, 1, memory_order_relaxed);
	db_watch_begin(connection, run->session->deadline_us);
	connection->has_transaction = !connection->autocommit;
	failed =
	    mysql_stmt_bind_param(run->handle, run->binds) ||
	    mysql_stmt_execute(run->handle) != 0 ||
	    (mysql_stmt_field_count(run->handle) > 0 && mysql_stmt_store_result(run->handle) != 0);
	metric_observe_us(run->plan->seconds, time_monotonic_us() - start_us);
	status = failed ? failure(run) : STATUS_OK;
	db_watch_end(connection);
	TRY(status);
	run->rows = mysql_stmt_field_count(run->handle) > 0 ? mysql_stmt_num_rows(run->handle)
							    : mysql_stmt_affected_rows(run->handle);
	return STATUS_OK;
}

/* What a row's columns are fetched into. */
struct row {
	MYSQL_BIND *binds;
	unsigned long *lengths;
	my_bool *nulls;
	struct value *values;
};

static bool is_number(enum enum_field_types type)
{
	return type == MYSQL_TYPE_TINY || type == MYSQL_TYPE_SHORT || type == MYSQL_TYPE_INT24 ||
	       type == MYSQL_TYPE_LONG || type == MYSQL_TYPE_LONGLONG;
}

/* Binds by the types the columns have now: an ALTER TABLE may have changed them. */
static struct status bind_row(struct run *run, struct row *row)
{
	struct arena *arena = run->session->arena;
	size_t count = run->plan->column_count;
	MYSQL_RES *metadata = mysql_stmt_result_metadata(run->handle);
	const char *problem = NULL;

	assert(metadata != NULL && mysql_num_fields(metadata) == count);
	*row = (struct row){.binds = arena_new(arena, MYSQL_BIND, count),
			    .lengths = arena_new(arena, unsigned long, count),
			    .nulls = arena_new(arena, my_bool, count),
			    .values = arena_new(arena, struct value, count)};
	for (size_t i = 0; i < count && problem == NULL; i++) {
		const MYSQL_FIELD *field = mysql_fetch_field_direct(metadata, (unsigned)i);
		MYSQL_BIND *target = &row->binds[i];
		struct value *value = &row->values[i];

		problem = plan_column_problem(&run->plan->columns[i], field);
		target->length = &row->lengths[i];
		target->is_null = &row->nulls[i];
		if (is_number(field->type)) {
			value->type = VALUE_TYPE_INTEGER;
			value->is_unsigned = (field->flags & UNSIGNED_FLAG) != 0;
			target->buffer_type = MYSQL_TYPE_LONGLONG;
			target->is_unsigned = value->is_unsigned;
			target->buffer = &value->integer;
		} else if (field->type == MYSQL_TYPE_FLOAT || field->type == MYSQL_TYPE_DOUBLE) {
			value->type = VALUE_TYPE_REAL;
			target->buffer_type = MYSQL_TYPE_DOUBLE;
			target->buffer = &value->real;
		} else {
			value->type = VALUE_TYPE_TEXT;
			target->buffer_type = MYSQL_TYPE_STRING;
		}
	}
	mysql_free_result(metadata);
	if (problem != NULL)
		return fault(run, problem);
	return mysql_stmt_bind_result(run->handle, row->binds) ? failure(run) : STATUS_OK;
}

/* Real lengths are known after the fetch; the text then goes straight into the arena. */
static bool fetch_text(struct run *run, struct row *row, size_t index)
{
	MYSQL_BIND target = row->binds[index];
	size_t length = row->lengths[index];
	char *text = arena_alloc(run->session->arena, length + 1);

	row->values[index].text = (struct text){text, length};
	if (length == 0)
		return true;
	target.buffer = text;
	target.buffer_length = length;
	return mysql_stmt_fetch_column(run->handle, &target, (unsigned)index, 0) == 0;
}

/* A name from the parts its columns gave; stays empty when one is NULL. */
static void build_name(struct run *run, const struct row *row, const struct plan_name *name,
		       ProtobufCMessage *message, void *scalar)
{
	const struct resource_type *type = name->path.resource;
	struct text parts[NAME_PARTS_MAX];
	const char *built;

	for (size_t i = 0; i < type->part_count; i++) {
		size_t column = name->columns[i];

		if (column != PLAN_NO_NAME && row->nulls[column])
			return;
		parts[i] = column == PLAN_NO_NAME ? text_of(run->session->platform)
						  : row->values[column].text;
		if (parts[i].length == 0)
			return;
	}
	built = name_make(run->session->arena, type, parts, type->part_count);
	*(const char **)(scalar != NULL
			     ? scalar
			     : path_make(run->session->arena, &name->path, message).slot) = built;
}

/*
 * Puts the fetched row into `message`, or into `scalar`, the slot of one item of a scalar list:
 * plain fields first, then names, then what is sealed under the key of a person so named.
 */
static struct status read_row(struct run *run, struct row *row, ProtobufCMessage *message,
			      void *scalar)
{
	const struct plan *plan = run->plan;
	struct arena *arena = run->session->arena;

	for (size_t i = 0; i < plan->column_count; i++) {
		const struct path *path = &plan->columns[i];
		struct place place = {.message = message, .slot = scalar};

		if (row->nulls[i])
			continue;
		if (row->values[i].type == VALUE_TYPE_TEXT && !fetch_text(run, row, i))
			return failure(run);
		if (path->kind == VALUE_NAME_PART || path->kind == VALUE_SEALED)
			continue;
		if (scalar == NULL)
			place = path_make(arena, path, message);
		if (!value_put(arena, path, &row->values[i], place))
			return fault(
			    run, arena_text(arena, "the value of %s does not fit it", path->text));
	}
	for (size_t i = 0; i < plan->name_count; i++)
		build_name(run, row, &plan->names[i], message, scalar);
	for (size_t i = 0; i < plan->column_count; i++)
		if (plan->columns[i].kind == VALUE_SEALED && !row->nulls[i])
			TRY(value_open(run->session, &plan->columns[i], message, &row->values[i]));
	return STATUS_OK;
}

/* An array of scalars with room for all rows behind what the field has. */
static char *grow_scalars(struct run *run)
{
	const ProtobufCFieldDescriptor *field = run->plan->output_list;
	size_t size = field_item_size(field);
	size_t had = field_count(run->output, field);
	void **items = field_slot(run->output, field);
	char *grown = arena_alloc(run->session->arena, (had + run->rows) * size);

	if (had > 0)
		memcpy(grown, *items, had * size);
	*items = grown;
	return grown + had * size;
}

static struct status read_rows(struct run *run)
{
	const struct plan *plan = run->plan;
	struct row row;
	char *scalars = NULL;

	if (plan->row == NULL || run->rows == 0)
		return STATUS_OK;
	TRY(bind_row(run, &row));
	if (plan->scalar_rows)
		scalars = grow_scalars(run);
	for (uint64_t i = 0; i < run->rows; i++) {
		ProtobufCMessage *message = run->output;
		int result = mysql_stmt_fetch(run->handle);

		if (result != 0 && result != MYSQL_DATA_TRUNCATED)
			return failure(run);
		if (scalars != NULL) {
			TRY(read_row(run, &row, NULL,
				     scalars + i * field_item_size(plan->output_list)));
			++*(size_t *)field_quantifier(run->output, plan->output_list);
			continue;
		}
		if (plan->output_list != NULL)
			message = message_new(run->session->arena, plan->row);
		TRY(read_row(run, &row, message, NULL));
		if (plan->output_list != NULL)
			field_append(run->session->arena, run->output, plan->output_list, message);
	}
	return STATUS_OK;
}

/* What the number of rows means for this kind of statement. */
static struct status judge_rows(struct run *run, bool *found)
{
	if (found != NULL)
		*found = run->rows > 0;
	switch (run->statement->kind) {
	case DB_ONE:
		if (run->rows == 0)
			return status_of(REASON__REASON_NOT_FOUND);
		return run->rows > 1 ? fault(run, "more than one row") : STATUS_OK;
	case DB_MAYBE:
		return run->rows > 1 ? fault(run, "more than one row") : STATUS_OK;
	case DB_MANY:
		return run->rows > run->statement->cap ? fault(run, "more rows than its cap")
						       : STATUS_OK;
	case DB_EXEC1:
		if (run->rows == 0)
			return status_of(REASON__REASON_CONFLICT);
		return run->rows > 1 ? fault(run, "more than one row changed") : STATUS_OK;
	default:
		return STATUS_OK;
	}
}

/* Runs it for `count` items of DB_EACH from `first` on; for any other kind count is 1. */
static struct status run_once(struct run *run, size_t first, unsigned count, bool *found)
{
	struct db_prepared *prepared;
	struct status status;
	bool empty = false;

	TRY(plan_prepare(run->session, run->state, count, &prepared));
	run->plan = prepared->plan;
	run->handle = prepared->handle;
	run->session->connection->busy++;
	status = bind_all(run, first, count, &empty);
	if (status.reason == 0 && !empty)
		status = execute(run);
	if (status.reason == 0)
		status = judge_rows(run, found);
	if (status.reason == 0 && run->statement->kind <= DB_MANY)
		status = read_rows(run);
	if (run->session->connection->mysql != NULL)
		mysql_stmt_free_result(run->handle);
	run->session->connection->busy--;
	return status;
}

/* As few INSERTs as powers of two make up the number of items: few texts to prepare and keep. */
static struct status run_each(struct run *run)
{
	const ProtobufCFieldDescriptor *list = protobuf_c_message_descriptor_get_field_by_name(
	    run->statement->inputs[0], run->statement->input_list);
	size_t done = 0;
	size_t count;

	if (list == NULL)
		return fault(run, "no such list");
	count = field_count(run->inputs[0], list);
	while (done < count) {
		unsigned rows = EACH_ROWS_MAX;

		while (rows > count - done)
			rows /= 2;
		TRY(run_once(run, done, rows, NULL));
		done += rows;
	}
	return STATUS_OK;
}

struct status db_run(struct db_session *session, const struct db_statement *statement,
		     const ProtobufCMessage *first, const ProtobufCMessage *second,
		     ProtobufCMessage *output, bool *found)
{
	struct run run = {.session = session,
			  .statement = statement,
			  .state = *statement->state,
			  .inputs = {first, second},
			  .output = output};

	if (found != NULL)
		*found = false;
	if (session->broken != 0)
		return status_of(session->broken);
	assert(session->connection != NULL);
	if (session->deadline_us != 0 && time_monotonic_us() >= session->deadline_us)
		return status_of(REASON__REASON_DEADLINE_EXCEEDED);
	return statement->kind == DB_EACH ? run_each(&run) : run_once(&run, 0, 1, found);
}
