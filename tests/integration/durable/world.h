/* SPDX-License-Identifier: Apache-2.0 */
/* A service's tables and its calls, made by hand, as the tests of what outlives a call want them.
 */
#pragma once

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "call/call.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "db/connection.h"
#include "entremise/common/v1/reason.pb-c.h"
#include "entremise/test/v1/note.pb-c.h"
#include "support/database.h"

#define PLATFORM "test-a"
#define SCHEMA "notes"

extern struct call_environment environment;
extern struct db_address address;
extern struct arena *arena; /* Of the test at hand. */

/* cmocka's fixtures: of the program; of each test (tables emptied, arena new, keys forgotten). */
int world_begin(void **state);
int world_end(void **state);
int world_set_up(void **state);
int world_tear_down(void **state);

/* One worker's means: an arena and two connections. One thread at a time. */
struct desk {
	struct arena *arena;		      /* owned */
	struct db_connection *reads, *writes; /* owned */
	struct call call;		      /* The one at hand. */
};

/* Opens a desk at the tests' database, or at `elsewhere`. */
void desk_open(struct desk *desk, const struct db_address *elsewhere);
void desk_close(struct desk *desk);

/*
 * Begins a call of method `name` ("TouchNote") by manager m1, or by the gateway for it; NULL: of
 * the background. The arena is emptied, so `request` must live elsewhere.
 */
struct call *desk_begin(struct desk *desk, const char *name, const ProtobufCMessage *request);
struct call *desk_begin_by_service(struct desk *desk, const char *name,
				   const ProtobufCMessage *request);

/* The status has this reason, else the test fails with both names. */
void assert_reason(struct status status, int reason);
#define assert_ok(status) assert_reason((status), 0)

/* The name of note `id`; a request to touch it. All of the test's arena. */
char *note_name(const char *id);
TouchNoteRequest *touch_of(const char *id, const char *request_id);

/* Adds a note of `person` ("clients/c1") that says `text`, in a call of its own. */
void note_add(const char *id, const char *person, const char *text);

/* What a touch does: lock, count, publish. For desk calls of TouchNote; `data` is not looked at. */
void note_touch(struct call *call, void *data);
struct status note_touch_rows(struct call *call);

/* The note as GetNote reads it on a fresh call. */
Note *note_read(struct desk *desk, const char *id);

/* A number from the tests' tables. */
long world_number(const char *query, ...) __attribute__((format(printf, 1, 2)));

/* Polls until the query gives a number that is not 0; false, or a failed test, when it does not. */
bool world_becomes(const char *query);
void world_wait_for(const char *query, ...) __attribute__((format(printf, 1, 2)));

/* Statements that wait for a row's lock now. */
#define WAITING                                                                                    \
	"SELECT VARIABLE_VALUE FROM information_schema.global_status WHERE VARIABLE_NAME = "       \
	"'INNODB_ROW_LOCK_CURRENT_WAITS'"
