/* SPDX-License-Identifier: Apache-2.0 */
/* Statements that do not fit their messages or tables are told before a server listens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "contract/field.h"
#include "db/plan.h"
#include "fixture.h"
#include "observe/log.h"
#include "rows.sql.h"

/* The log lines of a check of every registered statement. */
static char *check(bool *good)
{
	int file = memfd_create("log", 0);
	char *lines;
	off_t length;

	log_set_descriptor(file);
	*good = db_statements_check(&fixture.call.session);
	log_set_descriptor(2);
	length = lseek(file, 0, SEEK_END);
	lines = arena_alloc(fixture.call.session.arena, (size_t)length + 1);
	assert_int_equal(pread(file, lines, (size_t)length, 0), length);
	close(file);
	return lines;
}

static void test_the_tests_own_statements_fit(void **state)
{
	bool good;
	char *lines = check(&good);

	(void)state;
	assert_string_equal(lines, "");
	assert_true(good);
}

static void test_unused_statements_are_named(void **state)
{
	const char *names[100];
	size_t count = db_statements_unused(names, 100);
	bool found = false;

	(void)state;
	for (size_t i = 0; i < count && i < 100; i++)
		found = found || strcmp(names[i], "lock_row") == 0;
	assert_true(found);
	assert_reason(sql_lock_row(&fixture.call, fixture_get('a')), REASON__REASON_NOT_FOUND);
	assert_int_equal(db_statements_unused(names, 1), count - 1);
}

#define MOST 4

/* A statement with a mistake, and what the check says of it. */
static const struct mistake {
	const char *name;
	enum db_kind kind;
	const char *sql;
	const char *parameters[MOST];
	const ProtobufCMessageDescriptor *inputs[2];
	const ProtobufCMessageDescriptor *output;
	const char *list;
	const char *problem;
} mistakes[] = {
    {.name = "unknown column",
     .kind = DB_MAYBE,
     .sql = "SELECT nothing FROM shelf_row",
     .output = &row__descriptor,
     .problem = "Unknown column"},
    {.name = "unknown table",
     .kind = DB_EXEC,
     .sql = "DELETE FROM nothing",
     .problem = "doesn't exist"},
    {.name = "syntax", .kind = DB_EXEC, .sql = "DELETE shelf_row", .problem = "syntax"},
    {.name = "wrong alias",
     .kind = DB_MAYBE,
     .sql = "SELECT id FROM shelf_row",
     .output = &row__descriptor,
     .problem = "no such field"},
    {.name = "wrong parameter",
     .kind = DB_EXEC,
     .sql = "DELETE FROM shelf_row WHERE id = ?",
     .parameters = {"nme.row"},
     .inputs = {&row__descriptor},
     .problem = "no such field"},
    {.name = "wrong variable",
     .kind = DB_EXEC,
     .sql = "DELETE FROM shelf_row WHERE id = ?",
     .parameters = {"name.rou"},
     .inputs = {&row__descriptor},
     .problem = "no such variable"},
    {.name = "in both inputs",
     .kind = DB_EXEC,
     .sql = "DELETE FROM shelf_row WHERE id = ?",
     .parameters = {"name.row"},
     .inputs = {&row__descriptor, &get_row_request__descriptor},
     .problem = "Type.field"},
    {.name = "message as a value",
     .kind = DB_EXEC,
     .sql = "DELETE FROM shelf_row WHERE id = ?",
     .parameters = {"price"},
     .inputs = {&row__descriptor},
     .problem = "it is a message"},
    {.name = "list as a value",
     .kind = DB_EXEC,
     .sql = "DELETE FROM shelf_row WHERE id = ?",
     .parameters = {"tags"},
     .inputs = {&row__descriptor},
     .problem = "it is a list"},
    {.name = "value as a list",
     .kind = DB_EXEC,
     .sql = "DELETE FROM shelf_row WHERE id IN (?,?)",
     .parameters = {"text...2"},
     .inputs = {&row__descriptor},
     .problem = "it is no list"},
    {.name = "binary parameter",
     .kind = DB_EXEC,
     .sql = "DELETE FROM shelf_row WHERE data = ?",
     .parameters = {"data"},
     .inputs = {&row__descriptor},
     .problem = "FROM_BASE64"},
    {.name = "unsealed parameter",
     .kind = DB_EXEC,
     .sql = "DELETE FROM owner WHERE email = ?",
     .parameters = {"email"},
     .inputs = {&owner__descriptor},
     .problem = "FROM_BASE64"},
    {.name = "base64 of a number",
     .kind = DB_EXEC,
     .sql = "DELETE FROM shelf_row WHERE small = FROM_BASE64(?)",
     .parameters = {"small::base64"},
     .inputs = {&row__descriptor},
     .problem = "FROM_BASE64 is for"},
    {.name = "personal field of a request",
     .kind = DB_EXEC,
     .sql = "DELETE FROM owner WHERE email = ?",
     .parameters = {"email"},
     .inputs = {&find_owner_request__descriptor},
     .problem = "put it into the resource"},
    {.name = "exec that selects", .kind = DB_EXEC, .sql = "SELECT 1", .problem = "it gives rows"},
    {.name = "one that does not",
     .kind = DB_ONE,
     .sql = "DELETE FROM shelf_row",
     .problem = "it gives no rows"},
    {.name = "text into a number",
     .kind = DB_MAYBE,
     .sql = "SELECT text AS small FROM shelf_row",
     .output = &row__descriptor,
     .problem = "the column is text"},
    {.name = "number into a text",
     .kind = DB_MAYBE,
     .sql = "SELECT small AS text FROM shelf_row",
     .output = &row__descriptor,
     .problem = "the column is an integer"},
    {.name = "decimal",
     .kind = DB_MAYBE,
     .sql = "SELECT SUM(small) AS large FROM shelf_row",
     .output = &row__descriptor,
     .problem = "CAST(... AS SIGNED)"},
    {.name = "blob into a text",
     .kind = DB_MAYBE,
     .sql = "SELECT data AS text FROM shelf_row",
     .output = &row__descriptor,
     .problem = "the column is binary"},
    {.name = "plain text into a sealed field",
     .kind = DB_MAYBE,
     .sql = "SELECT id AS \"name.owner\", nickname AS email FROM owner",
     .output = &owner__descriptor,
     .problem = "sealed values are binary"},
    {.name = "sealed without its person",
     .kind = DB_MAYBE,
     .sql = "SELECT email FROM owner",
     .output = &owner__descriptor,
     .problem = "with the name of its person"},
    {.name = "half a name",
     .kind = DB_MAYBE,
     .sql = "SELECT id AS \"name.row\" FROM shelf_row",
     .output = &row__descriptor,
     .problem = "a part of the name has no column"},
    {.name = "date into a time",
     .kind = DB_MAYBE,
     .sql = "SELECT day AS create_time FROM shelf_row",
     .output = &row__descriptor,
     .problem = "the column is a DATE"},
    {.name = "field twice",
     .kind = DB_MAYBE,
     .sql = "SELECT text, id AS text FROM shelf_row",
     .output = &row__descriptor,
     .problem = "two columns for one field"},
    {.name = "typeless",
     .kind = DB_MAYBE,
     .sql = "SELECT ? AS text",
     .parameters = {"platform"},
     .output = &row__descriptor,
     .problem = "CAST(... AS CHAR)"},
    {.name = "no such list",
     .kind = DB_MANY,
     .sql = "SELECT text FROM shelf_row",
     .output = &row_list__descriptor,
     .list = "lines",
     .problem = "no such repeated field"},
};

static void test_every_mistake_is_told(void **state)
{
	static struct db_statement statements[sizeof mistakes / sizeof mistakes[0]];
	static struct db_statement_state *states[sizeof mistakes / sizeof mistakes[0]];
	const struct db_statement *pointer;
	char *lines;
	bool good;

	(void)state;
	for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
		const struct mistake *mistake = &mistakes[i];

		statements[i] = (struct db_statement){
		    .name = mistake->name,
		    .file = "mistakes.sql",
		    .line = (unsigned)i,
		    .kind = mistake->kind,
		    .sql = mistake->sql,
		    .parameters = mistake->parameters,
		    .inputs = {mistake->inputs[0], mistake->inputs[1]},
		    .output = mistake->output,
		    .output_list = mistake->list,
		    .cap = 10,
		    .unique = (const struct db_unique[]){{NULL, 0}},
		    .state = &states[i],
		};
		pointer = &statements[i];
		db_statements_register(&pointer, 1);
	}
	lines = check(&good);
	assert_false(good);
	for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
		char name[80];
		char *line;
		char *end;

		snprintf(name, sizeof name, "\"statement\":\"%s\"", mistakes[i].name);
		line = strstr(lines, name);
		if (line == NULL)
			fail_msg("nothing is said of: %s", mistakes[i].name);
		end = strchr(line, '\n');
		line = arena_text(fixture.call.session.arena, "%.*s", (int)(end - line), line);
		if (strstr(line, mistakes[i].problem) == NULL)
			fail_msg("%s: not said: %s; but: %s", mistakes[i].name, mistakes[i].problem,
				 line);
		/* And it does not run. */
		assert_reason(
		    db_run(&fixture.call.session, &statements[i],
			   message_new(fixture.call.session.arena, &row__descriptor), NULL,
			   message_new(fixture.call.session.arena, &row__descriptor), NULL),
		    REASON__REASON_INTERNAL);
	}
}

int main(void)
{
#define ROW_TEST(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
	    ROW_TEST(test_the_tests_own_statements_fit),
	    ROW_TEST(test_unused_statements_are_named),
	    ROW_TEST(test_every_mistake_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
