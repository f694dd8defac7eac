/* SPDX-License-Identifier: Apache-2.0 */
/* A schema, two connections and a call without a server, for the tests of the database layer. */
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "contract/contract.h"
#include "contract/field.h"
#include "schema.h"
#include "support/database.h"

struct fixture fixture;

struct db_session *call_session(struct call *call);
struct db_session *call_session(struct call *call)
{
	return &call->session;
}

static struct status find_key(struct db_session *session, const char *subject, bool create,
			      const struct crypto_key **key)
{
	(void)create;
	fixture.last_subject = arena_text(session->arena, "%s", subject);
	*key = fixture.person_destroyed ? NULL : &fixture.person_key;
	return STATUS_OK;
}

static const struct db_subject_keys subject_keys = {.find = find_key};

static void open_call(struct call *call, bool autocommit)
{
	call->session = (struct db_session){
	    .arena = arena_create(),
	    .connection = db_connection_create(&fixture.address, autocommit),
	    .platform = "acme",
	    .caller = "clients/c1",
	    .now_us = 1000,
	    .real_us = 2000,
	    .subject_keys = &subject_keys,
	    .index_key = &fixture.index_key,
	    .secret_key = &fixture.secret_key,
	};
}

static void close_call(struct call *call)
{
	db_rollback(&call->session);
	db_connection_destroy(call->session.connection);
	arena_destroy(call->session.arena);
}

int fixture_setup(void **state)
{
	static bool begun;

	if (!begun) {
		db_begin_process();
		contract_load();
		begun = true;
	}
	test_database_create("shelves");
	test_database_execute("shelves", schema);
	fixture = (struct fixture){.address = {.socket = test_database_socket(),
					       .schema = "shelves",
					       .user = "shelves",
					       .password = TEST_DATABASE_PASSWORD}};
	crypto_key_generate(&fixture.index_key);
	crypto_key_generate(&fixture.secret_key);
	crypto_key_generate(&fixture.person_key);
	open_call(&fixture.call, false);
	open_call(&fixture.other, false);
	open_call(&fixture.reads, true);
	*state = &fixture;
	return 0;
}

int fixture_teardown(void **state)
{
	(void)state;
	close_call(&fixture.call);
	close_call(&fixture.other);
	close_call(&fixture.reads);
	return 0;
}

void fixture_rewind(struct call *call)
{
	db_rollback(&call->session);
	arena_reset(call->session.arena);
	call->session.broken = 0;
	call->session.retry = false;
	call->session.unknown = false;
	call->session.deadline_us = 0;
}

void assert_reason(struct status status, int reason)
{
	assert_string_equal(contract_reason(status.reason)->name, contract_reason(reason)->name);
	assert_int_equal(status.reason, reason);
}

static char *name_of(char letter)
{
	char id[27] = {0};

	memset(id, letter, 26);
	return arena_text(fixture.call.session.arena, "platforms/acme/shelves/s1/rows/%s", id);
}

Row *fixture_row(char letter)
{
	Row *row = (Row *)message_new(fixture.call.session.arena, &row__descriptor);

	row->name = name_of(letter);
	row->text = arena_text(fixture.call.session.arena, "text %c", letter);
	return row;
}

GetRowRequest *fixture_get(char letter)
{
	GetRowRequest *request =
	    (GetRowRequest *)message_new(fixture.call.session.arena, &get_row_request__descriptor);

	request->name = name_of(letter);
	return request;
}
