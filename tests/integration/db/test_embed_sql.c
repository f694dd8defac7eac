/* SPDX-License-Identifier: Apache-2.0 */
/* The build tool: what it makes of a statement, and what it refuses, with file and line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/embed_sql.XXXXXX";
static char output[65536];

/* Runs the tool on `sql`; its exit code. What it says, or made, is in `output`. */
static int embed(const char *sql)
{
	char path[64];
	char command[512];
	FILE *file;
	int code;

	snprintf(path, sizeof path, "%s/in.sql", folder);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(sql, file);
	fclose(file);
	snprintf(command, sizeof command, "'%s' %s %s/out.h 2>&1 && cat %s/out.h", EMBED_SQL, path,
		 folder, folder);
	file = popen(command, "r");
	assert_non_null(file);
	output[fread(output, 1, sizeof output - 1, file)] = 0;
	code = pclose(file);
	return code;
}

static void assert_made(const char *sql, const char *expected)
{
	if (embed(sql) != 0)
		fail_msg("refused: %s", output);
	if (strstr(output, expected) == NULL)
		fail_msg("lacks %s:\n%s", expected, output);
}

static void assert_refused(const char *sql, int line, const char *expected)
{
	char place[80];

	assert_int_not_equal(embed(sql), 0);
	snprintf(place, sizeof place, "%s/in.sql:%d: ", folder, line);
	if (strncmp(output, place, strlen(place)) != 0 || strstr(output, expected) == NULL)
		fail_msg("expected %s%s, not %s", place, expected, output);
}

static void test_parameters_become_placeholders(void **state)
{
	(void)state;
	assert_made(
	    "-- name: x :maybe in: A out: B\n"
	    "SELECT a, ':no', `:b`, 'it''s :c', '\\':d' -- :e ?\n"
	    "  AS \"f.g\" /* :h ; */ FROM t WHERE platform = :platform AND i = :i.j AND k > "
	    ":i.j;",
	    "\"SELECT a, ':no', `:b`, 'it''s :c', '\\\\':d' AS \\\"f.g\\\" FROM t WHERE "
	    "platform = ? AND i = ? AND k > ?\"");
	assert_non_null(strstr(output, "{\"platform\", \"i.j\", \"i.j\", NULL}"));
}

static void test_functions_have_the_types_of_the_annotation(void **state)
{
	(void)state;
	assert_made("-- name: x :one in: HTTPRule, Google__Protobuf__Empty out: CostItem\n"
		    "SELECT a FROM t WHERE platform = :platform;",
		    "sql_x(struct call *call, const HTTPRule *first, "
		    "const Google__Protobuf__Empty *second, CostItem *output)");
	assert_non_null(
	    strstr(output, "{&httprule__descriptor, &google__protobuf__empty__descriptor}"));
	assert_non_null(strstr(output, "&cost_item__descriptor"));
	assert_made("-- name: x :exec\nDELETE FROM t WHERE platform = :platform;",
		    "sql_x(struct call *call)\n");
	assert_made("-- name: x :maybe out: B\nSELECT a FROM t WHERE platform = :platform;",
		    "sql_x(struct call *call, B *output, bool *found)\n");
}

static void test_lists_are_as_wide_as_their_cap_or_say(void **state)
{
	(void)state;
	assert_made(
	    "-- name: x :many in: A out: B.items cap: 3\n"
	    "SELECT a FROM t WHERE platform = :platform AND b IN (:c.d...) AND e IN (:f...2);",
	    "b IN (?,?,?) AND e IN (?,?)");
	assert_non_null(strstr(output, "{\"platform\", \"c.d...3\", \"f...2\", NULL}"));
}

static void test_the_tuple_of_each_is_cut_out(void **state)
{
	(void)state;
	assert_made("-- name: x :each in: A.items,B\n"
		    "INSERT INTO t (platform, b) VALUES (:platform, FROM_BASE64(:c)) "
		    "ON DUPLICATE KEY UPDATE b = VALUES(b), d = :e;",
		    ".each_tuple = \"(?, FROM_BASE64(?))\"");
	assert_non_null(strstr(output, "{\"platform\", \"c::base64\", \"e\", NULL}"));
	assert_non_null(strstr(output, ".tuple_count = 2"));
	assert_non_null(
	    strstr(output, ".each_close = \" ON DUPLICATE KEY UPDATE b = VALUES(b), d = ?\""));
}

static void test_keys_of_the_statement_come_before_those_of_the_file(void **state)
{
	(void)state;
	assert_made("-- unique: a = FIRST\n-- name: x :exec\n-- unique: b = SECOND\n"
		    "INSERT INTO t (platform) VALUES (:platform);",
		    "{\"b\", REASON__REASON_SECOND}, {\"a\", REASON__REASON_FIRST}, {NULL, 0}");
}

static void test_a_part_is_written_once_and_put_in_by_name(void **state)
{
	(void)state;
	assert_made("-- part: columns\na AS \"x\",\n\tb;\n\n-- name: x :one out: A\n"
		    "SELECT {columns} FROM t WHERE platform = :platform;",
		    "SELECT a AS \\\"x\\\", b FROM t WHERE platform = ?");
	assert_refused("-- part: columns\na,\nb;\n-- name: x :two\n", 4, "expected :one");
	assert_refused("-- part: Columns\na;\n", 1, "-- part: name");
	assert_refused("\n-- part: columns\na\n", 2, "has no ;");
}

static void test_bad_annotations_are_refused(void **state)
{
	(void)state;
	assert_refused("SELECT 1;", 1, "without -- name");
	assert_refused("\n-- name: x :two\n", 2, "expected :one");
	assert_refused("-- name: x :exec\n-- name: y :exec\n", 2, "has no SQL");
	assert_refused("-- name: x :exec\n", 2, "has no SQL");
	assert_refused("-- nmae: x :exec\n", 1, "unknown annotation");
	assert_refused("-- name: x :exec in A\n", 1, "expected in:");
	assert_refused("-- name: x :exec in: A,B,C\n", 1, "at most two");
	assert_refused("-- name: x :many out: A.b\n", 1, "cap: N");
	assert_refused("-- name: x :many out: A cap: 3\n", 1, "Reply.items");
	assert_refused("-- name: x :exec out: A\n", 1, "no rows");
	assert_refused("-- name: x :each in: A\n", 1, "Message.items");
	assert_refused("-- name: x :one in: A.b out: C\n", 1, ":each");
	assert_refused("-- unique: a\n", 1, "key_name = REASON");
	assert_refused("-- name: x :exec\nDELETE FROM t WHERE platform = :platform;\n"
		       "-- name: x :exec\nDELETE FROM t WHERE platform = :platform;\n",
		       3, "there twice, first at line 1");
}

static void test_bad_statements_are_refused(void **state)
{
	static const struct {
		const char *sql;
		const char *why;
	} cases[] = {
	    {"SELECT a FROM t;", "does not bind :platform"},
	    {"SELECT * FROM t WHERE platform = :platform;", "SELECT *"},
	    {"SELECT t.* FROM t WHERE platform = :platform;", "SELECT *"},
	    {"SELECT a FROM t WHERE platform = :platform RETURNING a;", "RETURNING"},
	    {"SELECT LAST_INSERT_ID() FROM t WHERE platform = :platform;", "LAST_INSERT_ID"},
	    {"SELECT a FROM JSON_TABLE(:platform);", "JSON_TABLE"},
	    {"SELECT a FROM t WHERE platform = :platform AND b < now();", "database's clock"},
	    {"SELECT CURRENT_TIMESTAMP FROM t WHERE platform = :platform;", "database's clock"},
	    {"SELECT a FROM t WHERE platform = :platform FOR UPDATE SKIP LOCKED;", "SKIP LOCKED"},
	    {"SELECT a FROM t WHERE platform = :platform AND b = \"c\";", "aliases behind AS"},
	    {"SELECT a FROM t WHERE platform = :platform AND b = ?;", "\"?\""},
	    {"SELECT @a FROM t WHERE platform = :platform;", "\"@\""},
	    {"SELECT a FROM t WHERE platform = :platform AND b = 'open;", "not closed"},
	    {"SELECT a FROM t WHERE platform = :platform", "does not end with ;"},
	    {"SELECT a FROM t WHERE (platform = :platform;", "parentheses"},
	    {"COMMIT;", "transactions are the runtime's"},
	    {"DELETE FROM t WHERE platform = :platform;", "does not fit"},
	    {"SELECT a FROM t WHERE platform = :platform AND b IN (:c...);", "cap: N"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[300];

		snprintf(text, sizeof text, "-- name: x :one in: A out: B\n%s", cases[i].sql);
		assert_int_not_equal(embed(text), 0);
		if (strstr(output, cases[i].why) == NULL)
			fail_msg("%s: expected %s, not %s", cases[i].sql, cases[i].why, output);
	}
	assert_refused("-- name: x :exec1\nINSERT INTO t (platform)\nVALUES (:platform)\n"
		       "ON DUPLICATE KEY UPDATE a = 1;",
		       4, "use :exec");
	assert_refused("-- name: x :each in: A.b\nINSERT INTO t SELECT :platform;", 1, "VALUES");
}

static void test_shard_scope_frees_from_the_platform(void **state)
{
	(void)state;
	assert_made("-- name: x :one out: B\n-- scope: shard\n"
		    "SELECT a FROM t FOR UPDATE SKIP LOCKED;",
		    ".shard_scope = true");
	/* A column may have a function's name. */
	assert_made("-- name: x :one out: B\nSELECT now FROM t WHERE platform = :platform;", "now");
}

static int setup(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int teardown(void **state)
{
	char command[80];

	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parameters_become_placeholders),
	    cmocka_unit_test(test_functions_have_the_types_of_the_annotation),
	    cmocka_unit_test(test_lists_are_as_wide_as_their_cap_or_say),
	    cmocka_unit_test(test_the_tuple_of_each_is_cut_out),
	    cmocka_unit_test(test_keys_of_the_statement_come_before_those_of_the_file),
	    cmocka_unit_test(test_a_part_is_written_once_and_put_in_by_name),
	    cmocka_unit_test(test_bad_annotations_are_refused),
	    cmocka_unit_test(test_bad_statements_are_refused),
	    cmocka_unit_test(test_shard_scope_frees_from_the_platform),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
