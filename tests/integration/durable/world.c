/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the tables, the keys and the calls that service_main and the transport make otherwise. */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/fatal.h"
#include "base/time.h"
#include "crypto/key.h"
#include "crypto/keyring.h"
#include "db/migrate.h"
#include "db/statement.h"
#include "durable/execute.h"
#include "durable/subject.h"

#include "note.sql.h"

#define POLLS 2000
#define QUERY_MAX 1000

extern const struct embedded_file durable_files[];

struct call_environment environment;
struct db_address address;
struct arena *arena;

static struct crypto_keyring *ring;
static struct crypto_key page_key, index_key, secret_key;
static struct arena *forever;

static const char table[] =
    "CREATE TABLE note (platform VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " id CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, version BIGINT NOT NULL,"
    " person VARCHAR(150) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, text BLOB NOT NULL,"
    " touches BIGINT NOT NULL, PRIMARY KEY (platform, id)) ENGINE = InnoDB;"
    /* Stands for any cause of a conflict that does not go away. */
    "CREATE TRIGGER hopeless BEFORE UPDATE ON note FOR EACH ROW BEGIN"
    " IF OLD.id LIKE 'hopeless%' THEN"
    " SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'hopeless';"
    " END IF; END";

static void make_keys(void)
{
	static const char keys[] = "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"1\","
				   "\"k\":\"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE\"}]}";
	const char *error = NULL;

	ring = crypto_keyring_parse(keys, sizeof(keys) - 1, forever, &error);
	if (!ring)
		fatal(error);
	crypto_keyring_derive(ring, "page-token", &page_key);
	crypto_keyring_derive(ring, "index", &index_key);
	crypto_keyring_derive(ring, "secret", &secret_key);
	environment = (struct call_environment){.service = SCHEMA,
						.ring = ring,
						.page_key = &page_key,
						.index_key = &index_key,
						.secret_key = &secret_key,
						.subject_keys = &subject_keys};
}

static void make_tables(void)
{
	const struct db_migrations runtime = {"runtime", durable_files};
	struct db_session session = {.arena = forever, .platform = ""};
	struct db_address migration;

	test_database_create(SCHEMA);
	address = (struct db_address){.socket = test_database_socket(),
				      .schema = SCHEMA,
				      .user = SCHEMA,
				      .password = TEST_DATABASE_PASSWORD};
	migration = address;
	migration.user = SCHEMA "_migration";
	if (!db_migrate(&migration, &runtime, 1))
		fatal("the migrations fail");
	test_database_execute(SCHEMA, table);
	session.connection = db_connection_create(&address, true);
	if (!db_statements_check(&session))
		fatal("a statement does not fit");
	db_connection_destroy(session.connection);
}

int world_begin(void **state)
{
	(void)state;
	forever = arena_create();
	contract_load();
	contract_add_service(&note_service__descriptor);
	db_begin_process();
	make_keys();
	make_tables();
	return 0;
}

int world_end(void **state)
{
	(void)state;
	subject_forget_all();
	crypto_keyring_destroy(ring);
	arena_destroy(forever);
	db_end_process();
	return 0;
}

int world_set_up(void **state)
{
	(void)state;
	arena = arena_create();
	environment.run_twice = false;
	subject_forget_all();
	test_database_execute(SCHEMA, "DELETE FROM note; DELETE FROM change_log; DELETE FROM work;"
				      " DELETE FROM subject_key; DELETE FROM platform_setting");
	return 0;
}

int world_tear_down(void **state)
{
	(void)state;
	arena_destroy(arena);
	return 0;
}

void desk_open(struct desk *desk, const struct db_address *elsewhere)
{
	const struct db_address *place = elsewhere ? elsewhere : &address;

	*desk = (struct desk){.arena = arena_create(),
			      .reads = db_connection_create(place, true),
			      .writes = db_connection_create(place, false)};
}

void desk_close(struct desk *desk)
{
	db_connection_destroy(desk->reads);
	db_connection_destroy(desk->writes);
	arena_destroy(desk->arena);
}

struct call *desk_begin(struct desk *desk, const char *name, const ProtobufCMessage *request)
{
	struct call *call = &desk->call;

	arena_reset(desk->arena);
	*call = (struct call){.arena = desk->arena,
			      .real_us = time_real_us(),
			      .platform = PLATFORM,
			      .environment = &environment,
			      .trace = trace_new(),
			      .deadline_us = time_monotonic_us() + 60 * TIME_SECOND_US,
			      .reads = desk->reads,
			      .writes = desk->writes,
			      .request = request};
	call->now_us = call->real_us;
	call->actor = (struct actor){
	    .role = ROLE__ROLE_MANAGER, .subject = "m1", .platform = PLATFORM, .speaker = "m1"};
	call->session = (struct db_session){.arena = desk->arena,
					    .connection = desk->reads,
					    .platform = PLATFORM,
					    .caller = "managers/m1",
					    .now_us = call->now_us,
					    .real_us = call->real_us,
					    .deadline_us = call->deadline_us,
					    .subject_keys = environment.subject_keys,
					    .index_key = environment.index_key,
					    .secret_key = environment.secret_key};
	if (name) {
		call->method = contract_method_by_path(
		    text_of(arena_text(desk->arena, "/entremise.test.v1.NoteService/%s", name)));
		assert_non_null(call->method);
	}
	return call;
}

struct call *desk_begin_by_service(struct desk *desk, const char *name,
				   const ProtobufCMessage *request)
{
	struct call *call = desk_begin(desk, name, request);

	call->actor.by_service = true;
	call->actor.speaker = "gateway";
	return call;
}

void assert_reason(struct status status, int reason)
{
	if (status.reason != reason)
		fail_msg("%s, not %s", status.reason ? contract_reason(status.reason)->name : "OK",
			 reason ? contract_reason(reason)->name : "OK");
}

char *note_name(const char *id)
{
	return arena_text(arena, "platforms/" PLATFORM "/notes/%s", id);
}

TouchNoteRequest *touch_of(const char *id, const char *request_id)
{
	TouchNoteRequest *request = arena_new(arena, TouchNoteRequest, 1);

	touch_note_request__init(request);
	request->name = note_name(id);
	request->request_id = arena_text(arena, "%s", request_id);
	return request;
}

static void add(struct call *call, void *data)
{
	(void)data;
	*(Note *)(void *)call->reply =
	    *((const CreateNoteRequest *)(const void *)call->request)->note;
	call_finish(call, sql_add_note(call, (Note *)(void *)call->reply));
}

void note_add(const char *id, const char *person, const char *text)
{
	CreateNoteRequest request = CREATE_NOTE_REQUEST__INIT;
	Note note = NOTE__INIT;
	struct desk desk;

	note.name = note_name(id);
	note.person = arena_text(arena, "platforms/" PLATFORM "/%s", person);
	note.text = arena_text(arena, "%s", text);
	request.note = &note;
	desk_open(&desk, NULL);
	assert_ok(execute(desk_begin(&desk, "CreateNote", &request.base), add, NULL));
	desk_close(&desk);
}

struct status note_touch_rows(struct call *call)
{
	const TouchNoteRequest *request = (const TouchNoteRequest *)(const void *)call->request;
	Note *note = (Note *)(void *)call->reply;

	TRY(sql_lock_note(call, request, note));
	TRY(sql_touch_note(call, request));
	note->touches++;
	return publish(call, &note->base);
}

void note_touch(struct call *call, void *data)
{
	(void)data;
	call_finish(call, note_touch_rows(call));
}

static void read(struct call *call, void *data)
{
	(void)data;
	call_finish(call, sql_get_note(call, (const GetNoteRequest *)(const void *)call->request,
				       (Note *)(void *)call->reply));
}

Note *note_read(struct desk *desk, const char *id)
{
	GetNoteRequest *request = arena_new(arena, GetNoteRequest, 1);
	struct call *call;

	get_note_request__init(request);
	request->name = note_name(id);
	call = desk_begin(desk, "GetNote", &request->base);
	assert_ok(execute(call, read, NULL));
	return (Note *)(void *)call->reply;
}

long world_number(const char *format, ...)
{
	char query[QUERY_MAX];
	va_list arguments;
	char *value;
	long found;

	va_start(arguments, format);
	vsnprintf(query, sizeof(query), format, arguments);
	va_end(arguments);
	value = test_database_value(SCHEMA, query);
	found = value ? strtol(value, NULL, 10) : -1;
	free(value);
	return found;
}

bool world_becomes(const char *query)
{
	for (int i = 0; i < POLLS; i++) {
		char *value = test_database_value(SCHEMA, query);
		bool there = value && strtol(value, NULL, 10) > 0;

		free(value);
		if (there)
			return true;
		nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
	}
	return false;
}

void world_wait_for(const char *format, ...)
{
	char query[QUERY_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(query, sizeof(query), format, arguments);
	va_end(arguments);
	if (!world_becomes(query))
		fail_msg("never came true: %s", query);
}
