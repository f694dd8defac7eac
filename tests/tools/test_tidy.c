/* SPDX-License-Identifier: Apache-2.0 */
/* Every rule of tidy on a small file that breaks it, and on one that only looks as if. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define HEAD "/* SPDX-License-Identifier: Apache-2.0 */\n/* An example. */\n"
#define C(text) HEAD text

static char folder[] = "/tmp/entremise-tidy-XXXXXX";
static char output[65536];

/* A file of the example, and what is refused: a line (0 = nothing) and a part of the reason. */
struct sample {
	const char *path;
	const char *text;
	int line;
	const char *reason;
};

static void write_file(const char *path, const char *text)
{
	char full[256];
	FILE *file;

	snprintf(full, sizeof full, "%s/%s", folder, path);
	for (char *slash = full + strlen(folder) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = 0;
		mkdir(full, 0700);
		*slash = '/';
	}
	file = fopen(full, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int run_tidy(void)
{
	char command[512];
	FILE *pipe;

	snprintf(command, sizeof command, "'%s' %s 2>&1", TIDY, folder);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	output[fread(output, 1, sizeof output - 1, pipe)] = 0;
	return pclose(pipe);
}

static void try_samples(const struct sample *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct sample *sample = &samples[i];
		char full[256];
		char place[256];
		int status;

		write_file(sample->path, sample->text);
		status = run_tidy();
		snprintf(place, sizeof place, "%s:%d: ", sample->path, sample->line);
		if (sample->line == 0 && status != 0)
			fail_msg("refused %s:\n%s\n%s", sample->path, sample->text, output);
		if (sample->line != 0 &&
		    (status == 0 || strstr(output, place) != output ||
		     !strstr(output, sample->reason) || !strstr(output, " 1 refused lines")))
			fail_msg("expected %s%s alone for\n%s\nnot %s", place, sample->reason,
				 sample->text, output);
		snprintf(full, sizeof full, "%s/%s", folder, sample->path);
		unlink(full);
	}
}

#define TRY_SAMPLES(samples) try_samples(samples, sizeof(samples) / sizeof((samples)[0]))

static void test_the_example_itself_is_tidy(void **state)
{
	(void)state;
	assert_int_equal(run_tidy(), 0);
}

static void test_foreign_headers_stay_with_their_owners(void **state)
{
	static const struct sample samples[] = {
	    {"svc-a/x.c", C("#include <mysql.h>\n"), 3, "only shared/db includes it"},
	    {"gateway/x.c", C("#include <grpc/grpc.h>\n"), 3, "only shared/rpc includes it"},
	    {"gateway/x.c", C("#include \"grpc/a.h\"\n"), 3, "only shared/rpc includes it"},
	    {"svc-a/x.c", C("\n#include <sodium.h>\n"), 4, "only shared/crypto includes it"},
	    {"svc-a/x.c", C("#include <curl/curl.h>\n"), 3, "only shared/http includes it"},
	    {"shared/rpc/x.c", C("#include <microhttpd.h>\n"), 3, "only shared/http"},
	    {"shared/http/x.c", C("#include <sodium.h>\n"), 3, "only shared/crypto"},
	    {"tools/token/x.c", C("#include <curl/curl.h>\n"), 3, "only shared/http"},
	    {"shared/db/x.c", C("#include <mysql.h>\n#include <mysqld_error.h>\n"), 0, NULL},
	    {"tools/mollie/x.c", C("#include <microhttpd.h>\n"), 0, NULL},
	    {"tests/x.c", C("#include <mysql.h>\n"), 0, NULL},
	    {"svc-a/x.c", C("/*\n#include <mysql.h>\n*/\n"), 0, NULL},
	};

	(void)state;
	TRY_SAMPLES(samples);
}

static void test_shared_includes_downward_only(void **state)
{
	static const struct sample samples[] = {
	    {"shared/db/x.c", C("#include \"call/call.h\"\n"), 3, "db does not stand on call"},
	    {"shared/base/x.h", C("#include \"db/session.h\"\n"), 3, "base does not stand on db"},
	    {"shared/http/x.c", C("#include \"db/session.h\"\n"), 3, "http does not stand on db"},
	    {"shared/db/x.c", C("#include \"../rpc/server.h\"\n"), 3, "names its folder"},
	    {"shared/call/x.c", C("#include \"base/arena.h\"\n#include \"call/a.h\"\n"), 0, NULL},
	    {"shared/rpc/x.c", C("#include \"db/session.h\"\n"), 0, NULL},
	};

	(void)state;
	TRY_SAMPLES(samples);
}

static void test_services_leave_memory_and_time_to_the_runtime(void **state)
{
	static const struct sample samples[] = {
	    {"svc-a/x.c", C("void *a = malloc(3);\n"), 3, "the call's arena"},
	    {"svc-a/x.c", C("void *a = calloc(3, 1);\n"), 3, "the call's arena"},
	    {"svc-a/x.c", C("void *a = realloc(b, 1);\n"), 3, "the call's arena"},
	    {"svc-a/x.c", C("\tfree (a);\n"), 3, "the call's arena"},
	    {"gateway/x.c", C("\ta = strdup(b);\n"), 3, "the call's arena"},
	    {"svc-a/x.c", C("\n\ta = time(NULL);\n"), 4, "call->now_us"},
	    {"svc-a/x.c", C("\tgettimeofday(&a, NULL);\n"), 3, "call->now_us"},
	    {"svc-a/x.c", C("\tclock_gettime(0, &a);\n"), 3, "call->now_us"},
	    {"svc-a/x.c", C("\ta = time_real_us();\n"), 3, "call->now_us"},
	    {"gateway/x.c", C("\ta = time_monotonic_us();\n"), 3, "call->now_us"},
	    {"svc-a/x.c", C("\tsleep(1);\n"), 3, "nothing waits"},
	    {"svc-a/x.c", C("\tusleep(1);\n"), 3, "nothing waits"},
	    {"gateway/x.c", C("\tnanosleep(&a, NULL);\n"), 3, "nothing waits"},
	    {"gateway/work.c", C("\ta = time_real_us();\n"), 0, NULL},
	    {"shared/base/x.c", C("\ta = malloc(1);\n"), 0, NULL},
	    {"svc-a/x.c", C("\ta->free(b); /* free(a) */ c(\"time(0)\"); freedom(); time;\n"), 0,
	     NULL},
	};

	(void)state;
	TRY_SAMPLES(samples);
}

static void test_services_have_no_sql_in_c(void **state)
{
	static const struct sample samples[] = {
	    {"svc-a/x.c", C("char *a = \"BEGIN\";\n"), 3, "transactions are the runtime's"},
	    {"svc-a/x.c", C("char *a = \"COMMIT\";\n"), 3, "transactions are the runtime's"},
	    {"gateway/x.c", C("char *a = \"ROLLBACK;\";\n"), 3, "transactions are the runtime's"},
	    {"svc-a/x.c", C("char *a = \"SELECT b \"\n\t\"FROM c\";\n"), 3, "in a .sql file"},
	    {"svc-a/x.c", C("char *a = \"INSERT INTO b\";\n"), 3, "in a .sql file"},
	    {"svc-a/x.c", C("char *a = \"UPDATE b SET c\";\n"), 3, "in a .sql file"},
	    {"gateway/x.c", C("char *a = \"\\\" DELETE FROM b\";\n"), 3, "in a .sql file"},
	    {"svc-a/x.c", C("char *a = \"SELECT a \", *b = \" FROM b\"; /* BEGIN */ COMMIT\n"), 0,
	     NULL},
	    {"shared/db/x.c", C("char *a = \"COMMIT\";\n"), 0, NULL},
	};

	(void)state;
	TRY_SAMPLES(samples);
}

/* A function, or handler, of so many lines in all. */
static const char *function_of(int lines, bool is_handler)
{
	static char text[8192];
	int length = snprintf(text, sizeof text, HEAD "static int handle(\n\tint a)\n{\n");

	for (int i = 4; i < lines; i++)
		length += snprintf(text + length, sizeof text - (size_t)length, "\ta();\n");
	snprintf(text + length, sizeof text - (size_t)length, "}\n%s",
		 is_handler ? "RPC_METHOD(Service, handle, Request, Reply);\n" : "");
	return text;
}

static void try_function(int lines, bool is_handler, const char *reason)
{
	struct sample sample = {"svc-a/x.c", function_of(lines, is_handler), reason ? 3 : 0,
				reason};

	try_samples(&sample, 1);
}

static void test_functions_and_handlers_are_short(void **state)
{
	(void)state;
	try_function(70, false, NULL);
	try_function(71, false, "handle has 71 lines, more than 70");
	try_function(30, true, NULL);
	try_function(31, true, "the handler handle has 31 lines, more than 30");
}

static void test_files_and_lines_are_short(void **state)
{
	static char lines[1024] = HEAD;
	static char wide[512] = HEAD;
	struct sample samples[] = {
	    {"shared/base/x.c", lines, 0, NULL},
	    {"tests/x.c", wide, 0, NULL},
	};

	(void)state;
	memset(lines + strlen(lines), '\n', 498);
	memset(wide + strlen(wide), 'a', 100);
	TRY_SAMPLES(samples);
	lines[strlen(lines)] = '\n';
	samples[0].line = 501;
	samples[0].reason = "longer than 500 lines";
	memcpy(wide + strlen(HEAD), "\t\303\251", 3); /* A tab is 8 columns, a letter is one. */
	samples[1].line = 3;
	samples[1].reason = "longer than 100 columns";
	TRY_SAMPLES(samples);
	wide[strlen(wide) - 6] = 0;
	samples[1].line = 0;
	try_samples(&samples[1], 1);
}

static void test_some_calls_are_banned_everywhere(void **state)
{
	static const struct sample samples[] = {
	    {"shared/base/x.c", C("\tstrcpy(a, b);\n"), 3, "knows no bounds"},
	    {"shared/base/x.c", C("\tstrcat(a, b);\n"), 3, "knows no bounds"},
	    {"tests/x.c", C("\tsprintf(a, \"b\");\n"), 3, "knows no bounds"},
	    {"tools/x.c", C("\tgets(a);\n"), 3, "knows no bounds"},
	    {"tools/x.c", C("\tstrtok(a, b);\n"), 3, "a state of its own"},
	    {"svc-a/x.c", C("\tatoi(a);\n"), 3, "no number"},
	    {"svc-a/x.c", C("\ta__free_unpacked(b, NULL);\n"), 3, "in an arena"},
	    {"shared/base/x.c", C("\tprotobuf_c_message_free_unpacked(b, 0);\n"), 3, "in an arena"},
	    {"tools/x.c", C("\tsnprintf(a, 1, \"b\"); strtok_r(a, b, &c); atoi;\n"), 0, NULL},
	};

	(void)state;
	TRY_SAMPLES(samples);
}

static void test_a_file_says_its_licence_and_its_role(void **state)
{
	static const struct sample samples[] = {
	    {"shared/base/x.c", "/* An example. */\n", 1, "SPDX"},
	    {"shared/base/x.h", "/* SPDX-License-Identifier: Apache-2.0 */\n\nint a;\n", 2,
	     "what the file is for"},
	};

	(void)state;
	TRY_SAMPLES(samples);
}

static void test_texts_speak_of_the_project_only(void **state)
{
	static const struct sample samples[] = {
	    {"a.sh",
	     "a\nb # FIX"
	     "ME: c\n",
	     2, "finished first"},
	    {"a.sql",
	     "-- TO"
	     "DO\n",
	     1, "finished first"},
	    {"svc-a/x.c",
	     C("/* XX"
	       "X */\n"),
	     3, "finished first"},
	    {"a.md",
	     "see /wo"
	     "rk/main\n",
	     1, "one machine"},
	    {"a.md",
	     "/ho"
	     "me/me/x\n",
	     1, "one machine"},
	    {"a.md",
	     "\nin ../sha"
	     "red/x\n",
	     2, "outside of the project"},
	    {"a.md",
	     "the Spi"
	     "ke showed\n",
	     1, "what was tried"},
	    {"a.md",
	     "an Assis"
	     "tant\n",
	     1, "of the project only"},
	    {"a.md",
	     "AI-gene"
	     "rated\n",
	     1, "of the project only"},
	    {"a.md",
	     "agent ses"
	     "sion\n",
	     1, "of the project only"},
	    {"a.proto", "a\nb \nc\n", 2, "blanks at the end"},
	    {"svc-a/x.c", C("int a;\t\n"), 3, "blanks at the end"},
	    {"a.md",
	     "<<<<<<"
	     "< HEAD\n",
	     1, "unresolved"},
	    {"a.md", "an AGENT's homework/x mktemp XXXXXX ROLE_AGENT session\n", 0, NULL},
	    {"docs/data/a.csv",
	     "FIX"
	     "ME\n",
	     0, NULL},
	};

	(void)state;
	TRY_SAMPLES(samples);
}

static void test_a_change_raises_the_version(void **state)
{
	static const struct sample samples[] = {
	    {"svc-a/x.sql", "-- name: a\nUPDATE offer SET b = :b\n WHERE c = 1;\n", 2,
	     "changes offer"},
	    {"svc-a/x.sql", "UPDATE offer SET version = :v;\n", 1, "changes offer"},
	    {"svc-a/x.sql",
	     "INSERT INTO offer (a)\nVALUES (1)\nON DUPLICATE KEY\n\tUPDATE a = 1;\n", 1,
	     "changes offer"},
	    {"svc-a/x.sql", "SELECT a FROM b;\n\nUPDATE offer SET a = 1;\n", 3, "changes offer"},
	    {"svc-a/x.sql", "UPDATE offer SET b = :b,\n\tversion = version + 1;\n", 0, NULL},
	    {"svc-a/x.sql",
	     "INSERT INTO offer (a) VALUES (1) ON DUPLICATE KEY UPDATE "
	     "version = version + 1, a = 1;\n",
	     0, NULL},
	    {"svc-a/x.sql",
	     "UPDATE gate SET b = :b;\nUPDATE offers SET b = 1;\nUPDATE off SET b = 1;\n", 0, NULL},
	    {"svc-b/x.sql", "UPDATE offer SET b = :b;\n", 0, NULL},
	};

	(void)state;
	TRY_SAMPLES(samples);
}

static int setup(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	write_file("shared/CMakeLists.txt",
		   "# layers\nentremise_layer(base T::t)\nentremise_layer(http base)\n"
		   "entremise_layer(db base P::m)\nentremise_layer(call db)\n"
		   "entremise_layer(rpc call http)\n");
	write_file("svc-a/schema/0001_init.sql",
		   "CREATE TABLE gate (\n\ta INT,\n\tb_version INT\n) ENGINE = InnoDB;\n"
		   "CREATE TABLE offer (\n\ta INT,\n\tversion BIGINT\n) ENGINE = InnoDB;\n");
	return 0;
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
	    cmocka_unit_test(test_the_example_itself_is_tidy),
	    cmocka_unit_test(test_foreign_headers_stay_with_their_owners),
	    cmocka_unit_test(test_shared_includes_downward_only),
	    cmocka_unit_test(test_services_leave_memory_and_time_to_the_runtime),
	    cmocka_unit_test(test_services_have_no_sql_in_c),
	    cmocka_unit_test(test_functions_and_handlers_are_short),
	    cmocka_unit_test(test_files_and_lines_are_short),
	    cmocka_unit_test(test_some_calls_are_banned_everywhere),
	    cmocka_unit_test(test_a_file_says_its_licence_and_its_role),
	    cmocka_unit_test(test_texts_speak_of_the_project_only),
	    cmocka_unit_test(test_a_change_raises_the_version),
	};

	return cmocka_run_group_tests_name("tidy", tests, setup, teardown);
}
