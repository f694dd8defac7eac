/* SPDX-License-Identifier: Apache-2.0 */
/* A schema, two connections and a call without a server, for the tests of the database layer. */
#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "crypto/key.h"
#include "db/connection.h"
#include "db/session.h"
#include "entremise/common/v1/reason.pb-c.h"
#include "row.pb-c.h"

/* What generated statements take. */
struct call {
	struct db_session session;
};

struct fixture {
	struct db_address address;
	struct call call;  /* On a connection with transactions. */
	struct call other; /* On another one. */
	struct call reads; /* On an autocommit connection. */
	struct crypto_key index_key;
	struct crypto_key secret_key;
	struct crypto_key person_key; /* Of every person. */
	bool person_destroyed;	      /* Their keys are gone. */
	const char *last_subject;     /* Whom a key was asked for. */
};

/* The one fixture: schema `shelves` made anew, the calls ready. For cmocka's setup and teardown. */
extern struct fixture fixture;
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* Rolls back, empties arena and flags, as the runtime does before a call runs anew. */
void fixture_rewind(struct call *call);

/* Fails the test unless the status has this reason. */
void assert_reason(struct status status, int reason);
#define assert_ok(status) assert_reason((status), 0)

/* A row with an id made of `letter`, and a request for it. */
Row *fixture_row(char letter);
GetRowRequest *fixture_get(char letter);
