/* SPDX-License-Identifier: Apache-2.0 */
/* Persons' keys: one per person, readable while it exists; no personal text anywhere without it. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "crypto/key.h"
#include "crypto/seal.h"
#include "db/connection_internal.h"
#include "durable/execute.h"
#include "durable/subject.h"

#include "note.sql.h"

#define WRITERS 10
#define ANNA "platforms/" PLATFORM "/clients/anna"
#define BERT "platforms/" PLATFORM "/clients/bert"

static struct desk desk;

static int set_up(void **state)
{
	world_set_up(state);
	desk_open(&desk, NULL);
	return 0;
}

static int tear_down(void **state)
{
	desk_close(&desk);
	return world_tear_down(state);
}

static Note *note_of(const char *id, const char *person, const char *text)
{
	Note *note = arena_new(arena, Note, 1);

	note__init(note);
	note->name = note_name(id);
	note->person = arena_text(arena, "%s", person);
	note->text = arena_text(arena, "%s", text);
	return note;
}

/* Stores the note of the request and publishes it; then fails if `data` says so. */
static void write_note(struct call *call, void *data)
{
	Note *note = ((const CreateNoteRequest *)(const void *)call->request)->note;
	const int *reason = data;
	struct status status = sql_add_note(call, note);

	if (status.reason == 0)
		status = publish(call, &note->base);
	if (status.reason == 0 && reason)
		status = status_of(*reason);
	call_finish(call, status);
}

static struct status write_at(struct desk *at, Note *note, void *data)
{
	CreateNoteRequest request = CREATE_NOTE_REQUEST__INIT;

	request.note = note;
	return execute(desk_begin(at, "CreateNote", &request.base), write_note, data);
}

static long keys_of(const char *person)
{
	return world_number("SELECT COUNT(*) FROM subject_key WHERE subject = '%s'", person);
}

struct writer {
	pthread_t thread;
	struct desk desk;
	Note *note;
	struct status status;
};

static void *write_one(void *data)
{
	struct writer *writer = data;

	writer->status = write_at(&writer->desk, writer->note, NULL);
	return NULL;
}

static void test_a_persons_key_is_made_once(void **state)
{
	static struct writer writers[WRITERS];

	(void)state;
	for (size_t i = 0; i < WRITERS; i++) {
		writers[i] = (struct writer){
		    .note = note_of(arena_text(arena, "n%zu", i), ANNA, "my door code")};
		desk_open(&writers[i].desk, NULL);
		assert_int_equal(pthread_create(&writers[i].thread, NULL, write_one, &writers[i]),
				 0);
	}
	for (size_t i = 0; i < WRITERS; i++)
		pthread_join(writers[i].thread, NULL);
	for (size_t i = 0; i < WRITERS; i++) {
		assert_ok(writers[i].status); /* Whoever came second has run again. */
		desk_close(&writers[i].desk);
	}
	assert_int_equal(keys_of(ANNA), 1);
	subject_forget_all();
	for (size_t i = 0; i < WRITERS; i++)
		assert_string_equal(note_read(&desk, arena_text(arena, "n%zu", i))->text,
				    "my door code");
}

/* Both have seen no key: whoever comes second runs again, and finds the first one's. */
static void make_a_key_twice(const char *setting)
{
	struct writer second = {.note = note_of("b", ANNA, "my door code")};
	struct call *first = desk_begin(&desk, NULL, NULL);
	bool waits;

	first->session.connection = first->writes;
	assert_ok(sql_add_note(first, note_of("a", ANNA, "my dog")));
	desk_open(&second.desk, NULL);
	assert_ok(db_connection_ready(second.desk.writes));
	assert_int_equal(mysql_query(second.desk.writes->mysql, setting), 0);
	assert_int_equal(pthread_create(&second.thread, NULL, write_one, &second), 0);
	waits = world_becomes(WAITING);
	assert_ok(db_commit(&first->session));
	pthread_join(second.thread, NULL);
	desk_close(&second.desk);
	assert_true(waits);
	assert_ok(second.status);
	assert_int_equal(keys_of(ANNA), 1);
	assert_string_equal(note_read(&desk, "a")->text, "my dog");
	assert_string_equal(note_read(&desk, "b")->text, "my door code");
}

static void test_a_key_that_another_call_makes_meanwhile_is_used(void **state)
{
	(void)state;
	make_a_key_twice("SET SESSION innodb_snapshot_isolation = ON"); /* 1020 */
}

/* Not every server has that setting. */
static void test_a_key_made_meanwhile_is_used_without_snapshots_too(void **state)
{
	(void)state;
	make_a_key_twice("SET SESSION innodb_snapshot_isolation = OFF"); /* 1062 */
}

static void test_what_a_person_wrote_is_unreadable_without_the_key(void **state)
{
	(void)state;
	assert_ok(write_at(&desk, note_of("a", ANNA, "my door code"), NULL));
	assert_ok(write_at(&desk, note_of("b", BERT, "my dog"), NULL));
	assert_int_equal(world_number("SELECT COUNT(*) FROM note WHERE text LIKE '%%code%%'"), 0);
	test_database_execute(SCHEMA, "DELETE FROM subject_key WHERE subject = '" ANNA "'");
	subject_forget_all();
	assert_string_equal(note_read(&desk, "a")->text, "");
	assert_string_equal(note_read(&desk, "a")->person, ANNA);
	assert_string_equal(note_read(&desk, "b")->text, "my dog");
}

static void test_an_opened_key_is_remembered_for_a_while(void **state)
{
	(void)state;
	assert_ok(write_at(&desk, note_of("a", ANNA, "my door code"), NULL));
	assert_string_equal(note_read(&desk, "a")->text, "my door code");
	test_database_execute(SCHEMA, "DELETE FROM subject_key");
	assert_string_equal(note_read(&desk, "a")->text, "my door code");
	subject_forget_all();
	assert_string_equal(note_read(&desk, "a")->text, "");
}

static void test_the_key_of_a_failed_call_is_not_remembered(void **state)
{
	int reason = REASON__REASON_STATE_CONFLICT;

	(void)state;
	assert_reason(write_at(&desk, note_of("a", ANNA, "my door code"), &reason), reason);
	assert_int_equal(keys_of(ANNA), 0);
	/* Sealed under a remembered key that no row has, this would be lost. */
	assert_ok(write_at(&desk, note_of("a", ANNA, "my door code"), NULL));
	assert_int_equal(keys_of(ANNA), 1);
	subject_forget_all();
	assert_string_equal(note_read(&desk, "a")->text, "my door code");
}

static void test_a_key_moved_to_another_person_does_not_open(void **state)
{
	GetNoteRequest get = GET_NOTE_REQUEST__INIT;
	Note note = NOTE__INIT;

	(void)state;
	assert_ok(write_at(&desk, note_of("a", ANNA, "my door code"), NULL));
	test_database_execute(SCHEMA, "UPDATE subject_key SET subject = '" BERT "'");
	test_database_execute(SCHEMA, "UPDATE note SET person = '" BERT "'");
	get.name = note_name("a");
	assert_reason(sql_get_note(desk_begin(&desk, "GetNote", &get.base), &get, &note),
		      REASON__REASON_INTERNAL);
}

/* The data of the note's last change. */
static Note *published(const char *id)
{
	char *hex = test_database_value(
	    SCHEMA, arena_text(arena,
			       "SELECT HEX(data) FROM change_log WHERE resource = '%s' ORDER BY id "
			       "DESC LIMIT 1",
			       note_name(id)));
	size_t length = strlen(hex) / 2;
	uint8_t *bytes = arena_alloc(arena, length + 1);
	Note *note;

	assert_true(text_hex_read(text_of(hex), bytes, length));
	assert_null(memmem(bytes, length, "code", 4));
	assert_null(memmem(bytes, length, "dog", 3));
	assert_null(memmem(bytes, length, "token", 5));
	note = (Note *)(void *)message_unpack(arena, &note__descriptor, bytes, length);
	free(hex);
	return note;
}

/* Opens what a change holds of a person, as an export or a feed's reader would. */
static const char *open_published(const char *person, const char *type, const char *sealed)
{
	struct call *call = desk_begin(&desk, NULL, NULL);
	const struct crypto_key *key;
	const char *associated = arena_text(arena, "change/%s/text/%s", type, person);
	uint8_t *bytes;
	uint8_t *plain;
	size_t length;

	assert_ok(subject_keys.find(&call->session, person, false, &key));
	if (!key)
		return NULL;
	assert_true(text_base64url_decode(arena, text_of(sealed), &bytes, &length));
	plain = arena_alloc(arena, length);
	if (!seal_open(key, associated, strlen(associated), bytes, length, plain))
		return NULL;
	return (const char *)plain;
}

static Note *note_with_remark(void)
{
	Note *note = note_of("a", ANNA, "my door code");
	Remark *remark = arena_new(arena, Remark, 1);

	remark__init(remark);
	remark->author = (char *)BERT;
	remark->text = (char *)"my dog";
	note->remarks = arena_new(arena, Remark *, 1);
	note->remarks[note->n_remarks++] = remark;
	note->secret = (char *)"a token";
	return note;
}

static void test_a_change_holds_no_personal_text(void **state)
{
	Note *note = note_with_remark();
	Note *change;

	(void)state;
	assert_ok(write_at(&desk, note, NULL));
	/* The handler's own message stays as it was. */
	assert_string_equal(note->text, "my door code");
	assert_string_equal(note->secret, "a token");
	change = published("a");
	assert_string_equal(change->name, note_name("a"));
	assert_string_equal(change->person, ANNA);
	assert_string_equal(change->etag, "1");
	assert_string_equal(change->secret, "");
	assert_int_equal(change->n_remarks, 1);
	assert_string_equal(change->remarks[0]->author, BERT);
}

static void test_a_changes_personal_text_opens_with_the_persons_key(void **state)
{
	Note *change;

	(void)state;
	assert_ok(write_at(&desk, note_with_remark(), NULL));
	change = published("a");
	assert_string_equal(open_published(ANNA, "entremise.test.v1.Note", change->text),
			    "my door code");
	assert_string_equal(
	    open_published(BERT, "entremise.test.v1.Remark", change->remarks[0]->text), "my dog");
	/* Nobody else's. */
	assert_null(open_published(BERT, "entremise.test.v1.Note", change->text));
	test_database_execute(SCHEMA, "DELETE FROM subject_key WHERE subject = '" ANNA "'");
	subject_forget_all();
	assert_null(open_published(ANNA, "entremise.test.v1.Note", change->text));
	assert_string_equal(
	    open_published(BERT, "entremise.test.v1.Remark", change->remarks[0]->text), "my dog");
}

static void test_a_text_of_nobody_is_left_out_of_changes(void **state)
{
	Note *note = note_with_remark();

	(void)state;
	note->remarks[0]->author = (char *)"";
	assert_ok(write_at(&desk, note, NULL));
	assert_string_equal(published("a")->remarks[0]->text, "");
}

int main(void)
{
#define SUBJECT_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    SUBJECT_TEST(test_a_persons_key_is_made_once),
	    SUBJECT_TEST(test_a_key_that_another_call_makes_meanwhile_is_used),
	    SUBJECT_TEST(test_a_key_made_meanwhile_is_used_without_snapshots_too),
	    SUBJECT_TEST(test_what_a_person_wrote_is_unreadable_without_the_key),
	    SUBJECT_TEST(test_an_opened_key_is_remembered_for_a_while),
	    SUBJECT_TEST(test_the_key_of_a_failed_call_is_not_remembered),
	    SUBJECT_TEST(test_a_key_moved_to_another_person_does_not_open),
	    SUBJECT_TEST(test_a_change_holds_no_personal_text),
	    SUBJECT_TEST(test_a_changes_personal_text_opens_with_the_persons_key),
	    SUBJECT_TEST(test_a_text_of_nobody_is_left_out_of_changes),
	};

	return cmocka_run_group_tests_name("subject", tests, world_begin, world_end);
}
