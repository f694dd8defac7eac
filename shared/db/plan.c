/* SPDX-License-Identifier: Apache-2.0 */
/* Resolves the paths of statements against their messages, and their columns' types. */
#include "db/plan.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/text.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "contract/name.h"
#include "observe/log.h"
#include "observe/metrics.h"

#define BINARY_CHARSET 63 /* What the metadata say of columns that are bytes, not text. */

_Static_assert(ARRAY_COUNT(((struct plan_name *)0)->columns) == NAME_PARTS_MAX,
	       "a column for each part");

static struct metric seconds = METRIC_HISTOGRAM("entremise_db_statement_seconds",
						"Time of a statement, by name.", "statement");

/* The making of one plan. */
struct making {
	const struct db_statement *statement;
	struct plan *plan;
	bool faulty;
};

static void fault(struct making *making, const char *what, const char *problem)
{
	making->faulty = true;
	LOG_ERROR("a statement does not fit its messages",
		  LOG_TEXT("file", making->statement->file),
		  LOG_INT("line", making->statement->line),
		  LOG_TEXT("statement", making->statement->name), LOG_TEXT("path", what),
		  LOG_TEXT("problem", problem));
}

static const ProtobufCFieldDescriptor *
find_list(struct making *making, const ProtobufCMessageDescriptor *message, const char *name)
{
	const ProtobufCFieldDescriptor *field =
	    protobuf_c_message_descriptor_get_field_by_name(message, name);

	if (field != NULL && field->label == PROTOBUF_C_LABEL_REPEATED)
		return field;
	fault(making, name, "no such repeated field");
	return NULL;
}

static void make_parameters(struct making *making)
{
	const struct db_statement *statement = making->statement;
	struct plan *plan = making->plan;
	struct path_scope scope = {.messages = {statement->inputs[0], statement->inputs[1]}};

	if (statement->kind == DB_EACH) {
		plan->input_list = find_list(making, statement->inputs[0], statement->input_list);
		if (plan->input_list == NULL)
			return;
		scope.each = true;
		if (plan->input_list->type == PROTOBUF_C_TYPE_MESSAGE)
			scope.messages[0] = plan->input_list->descriptor;
		else
			scope.scalar_list = plan->input_list;
	}
	while (statement->parameters[plan->parameter_count] != NULL)
		plan->parameter_count++;
	plan->parameters = fatal_calloc(plan->parameter_count + 1, sizeof *plan->parameters);
	for (size_t i = 0; i < plan->parameter_count; i++) {
		const char *problem =
		    path_resolve(&scope, statement->parameters[i], &plan->parameters[i]);

		if (problem != NULL)
			fault(making, statement->parameters[i], problem);
	}
}

const char *plan_column_problem(const struct path *path, const MYSQL_FIELD *column)
{
	bool binary = column->charsetnr == BINARY_CHARSET;
	bool fits;

	switch (column->type) {
	case MYSQL_TYPE_TINY:
	case MYSQL_TYPE_SHORT:
	case MYSQL_TYPE_INT24:
	case MYSQL_TYPE_LONG:
	case MYSQL_TYPE_LONGLONG:
		fits = path->kind == VALUE_INTEGER || path->kind == VALUE_TIMESTAMP ||
		       path->kind == VALUE_ETAG;
		return fits ? NULL : "the column is an integer, the field is not";
	case MYSQL_TYPE_FLOAT:
	case MYSQL_TYPE_DOUBLE:
		return path->kind == VALUE_REAL ? NULL : "the column is a DOUBLE, the field is not";
	case MYSQL_TYPE_DATE:
		return path->kind == VALUE_DATE ? NULL : "the column is a DATE, the field is not";
	case MYSQL_TYPE_STRING:
	case MYSQL_TYPE_VAR_STRING:
	case MYSQL_TYPE_VARCHAR:
	case MYSQL_TYPE_TINY_BLOB:
	case MYSQL_TYPE_MEDIUM_BLOB:
	case MYSQL_TYPE_LONG_BLOB:
	case MYSQL_TYPE_BLOB:
		if (binary)
			return path->kind == VALUE_BYTES || path->kind == VALUE_SEALED
				   ? NULL
				   : "the column is binary, the field is not";
		fits = path->kind == VALUE_TEXT || path->kind == VALUE_NAME_PART ||
		       path->kind == VALUE_DATE || path->kind == VALUE_ETAG;
		return fits ? NULL
			    : "the column is text, the field is not (sealed values are binary)";
	case MYSQL_TYPE_DECIMAL:
	case MYSQL_TYPE_NEWDECIMAL:
		return "the column is DECIMAL: CAST(... AS SIGNED)";
	case MYSQL_TYPE_NULL:
		return "the column has no type: CAST(... AS CHAR)";
	case MYSQL_TYPE_TIMESTAMP:
	case MYSQL_TYPE_DATETIME:
	case MYSQL_TYPE_TIME:
		return "times are BIGINT microseconds";
	default:
		return "no field can hold a column of this type";
	}
}

/* The name whose part a column is: the path without its last segment. */
static struct plan_name *find_name(struct plan *plan, const struct path *part)
{
	struct plan_name *name;

	for (size_t i = 0; i < plan->name_count; i++)
		if (plan->names[i].path.depth == part->depth &&
		    memcmp(plan->names[i].path.steps, part->steps,
			   part->depth * sizeof part->steps[0]) == 0)
			return &plan->names[i];
	name = &plan->names[plan->name_count++];
	name->path = *part;
	name->path.kind = VALUE_TEXT;
	for (size_t i = 0; i < ARRAY_COUNT(name->columns); i++)
		name->columns[i] = PLAN_NO_NAME;
	return name;
}

static bool is_same_field(const struct path *a, const struct path *b)
{
	return a->depth == b->depth && a->part == b->part &&
	       (a->kind == VALUE_NAME_PART) == (b->kind == VALUE_NAME_PART) &&
	       memcmp(a->steps, b->steps, a->depth * sizeof a->steps[0]) == 0;
}

static void make_column(struct making *making, const struct path_scope *scope,
			const MYSQL_FIELD *field, size_t index)
{
	struct plan *plan = making->plan;
	struct path *path = &plan->columns[index];
	struct plan_name *name;
	/* The alias is copied: the metadata go, the plan stays. */
	char *alias = fatal_copy(field->name, strlen(field->name));
	const char *problem = path_resolve(scope, alias, path);

	if (problem == NULL)
		problem = plan_column_problem(path, field);
	for (size_t i = 0; problem == NULL && i < index; i++)
		if (is_same_field(&plan->columns[i], path))
			problem = "two columns for one field";
	if (problem != NULL) {
		fault(making, alias, problem);
		return;
	}
	if (path->kind == VALUE_NAME_PART) {
		name = find_name(plan, path);
		name->columns[path->part] = index;
	}
}

/* Every part of a name but the platform needs its column. */
static void check_names(struct making *making)
{
	struct plan *plan = making->plan;

	for (size_t i = 0; i < plan->name_count; i++) {
		const struct resource_type *type = plan->names[i].path.resource;

		for (size_t k = 0; k < type->part_count; k++)
			if (plan->names[i].columns[k] == PLAN_NO_NAME &&
			    strcmp(type->parts[k], "platform") != 0)
				fault(making, plan->names[i].path.text,
				      "a part of the name has no column");
	}
}

/* The field that names the person is among what the row fills. */
static bool row_has_subject(const struct plan *plan, const struct path *sealed)
{
	for (size_t i = 0; i < plan->column_count; i++) {
		const struct path *path = &plan->columns[i];

		if (path->depth == sealed->subject_step + 1 &&
		    path->steps[sealed->subject_step] == sealed->subject &&
		    memcmp(path->steps, sealed->steps,
			   sealed->subject_step * sizeof path->steps[0]) == 0)
			return true;
	}
	return false;
}

static void check_subjects(struct making *making)
{
	struct plan *plan = making->plan;

	for (size_t i = 0; i < plan->column_count; i++) {
		const struct path *path = &plan->columns[i];

		if (path->kind == VALUE_SEALED && !path->secret && !row_has_subject(plan, path))
			fault(making, path->text,
			      "a personal field is read with the name of its person");
	}
}

static void make_columns(struct making *making, MYSQL_RES *metadata)
{
	const struct db_statement *statement = making->statement;
	struct plan *plan = making->plan;
	struct path_scope scope = {.output = true};

	if (statement->output == NULL)
		return;
	plan->row = statement->output;
	if (statement->kind == DB_MANY) {
		plan->output_list = find_list(making, statement->output, statement->output_list);
		if (plan->output_list == NULL)
			return;
		plan->scalar_rows = plan->output_list->type != PROTOBUF_C_TYPE_MESSAGE;
		if (plan->scalar_rows)
			scope.scalar_list = plan->output_list;
		else
			plan->row = plan->output_list->descriptor;
	}
	scope.messages[0] = plan->row;
	plan->column_count = mysql_num_fields(metadata);
	plan->columns = fatal_calloc(plan->column_count, sizeof *plan->columns);
	plan->names = fatal_calloc(plan->column_count, sizeof *plan->names);
	for (size_t i = 0; i < plan->column_count; i++)
		make_column(making, &scope, mysql_fetch_field_direct(metadata, (unsigned)i), i);
	if (making->faulty)
		return;
	check_names(making);
	check_subjects(making);
}

static void destroy(struct plan *plan)
{
	for (size_t i = 0; i < plan->column_count; i++)
		free((char *)(uintptr_t)plan->columns[i].text);
	free(plan->parameters);
	free(plan->columns);
	free(plan->names);
	free(plan);
}

static const struct plan *make(const struct db_statement *statement, MYSQL_RES *metadata)
{
	struct plan *plan = fatal_calloc(1, sizeof *plan);
	struct making making = {.statement = statement, .plan = plan};

	make_parameters(&making);
	if ((metadata != NULL) != (statement->kind <= DB_MANY))
		fault(&making, NULL, metadata ? "it gives rows" : "it gives no rows");
	else if (metadata != NULL)
		make_columns(&making, metadata);
	if (making.faulty) {
		destroy(plan);
		return NULL;
	}
	plan->seconds = METRIC_SERIES(&seconds, statement->name);
	return plan;
}

const struct plan *plan_get(struct db_statement_state *state, MYSQL_RES *metadata)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	const struct plan *plan;

	pthread_mutex_lock(&lock);
	if (state->plan == NULL)
		state->plan = make(state->statement, metadata);
	plan = state->plan;
	pthread_mutex_unlock(&lock);
	return plan;
}
