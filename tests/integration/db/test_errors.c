/* SPDX-License-Identifier: Apache-2.0 */
/* What goes wrong in a database, provoked for real: conflicts, duplicates, lost connections, time.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/time.h"
#include "contract/field.h"
#include "db/connection_internal.h"
#include "fixture.h"
#include "rows.sql.h"
#include "support/database.h"

#define POLLS 2000

static void pause_briefly(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
}

static void add_rows(void)
{
	assert_ok(sql_add_row(&fixture.call, fixture_row('a')));
	assert_ok(sql_add_row(&fixture.call, fixture_row('b')));
	assert_ok(db_commit(&fixture.call.session));
}

/* Polls until `query` gives something other than 0. */
static void wait_for(const char *query)
{
	for (int i = 0; i < POLLS; i++) {
		char *value = test_database_value("shelves", query);
		bool there = value != NULL && strcmp(value, "0") != 0;

		free(value);
		if (there)
			return;
		pause_briefly();
	}
	fail_msg("never came true: %s", query);
}

static void kill_connection(struct call *call)
{
	char text[64];
	unsigned long id = db_connection_id(call->session.connection);

	assert_true(id > 0);
	snprintf(text, sizeof text, "KILL %lu", id);
	test_database_execute(NULL, text);
}

/* The connection has noticed: its socket is at its end. */
static void wait_until_dead(unsigned long id)
{
	char text[96];

	snprintf(text, sizeof text,
		 "SELECT COUNT(*) = 0 FROM information_schema.processlist WHERE id = %lu", id);
	wait_for(text);
}

/* Lets a call wait for locks as long as it takes, so that a busy machine changes nothing. */
static void wait_long(struct call *call)
{
	MYSQL *mysql = call->session.connection->mysql;

	assert_int_equal(mysql_query(mysql, "SET SESSION innodb_lock_wait_timeout = 60"), 0);
}

struct locking {
	GetRowRequest *request;
	struct status status;
};

static void *lock_in_the_background(void *data)
{
	struct locking *locking = data;

	locking->status = sql_lock_row(&fixture.other, locking->request);
	return NULL;
}

static void test_a_deadlocks_loser_may_run_again(void **state)
{
	struct locking locking = {.request = fixture_get('a')};
	struct status status;
	pthread_t thread;
	struct call *loser;

	(void)state;
	add_rows();
	assert_ok(sql_lock_row(&fixture.call, fixture_get('a')));
	assert_ok(sql_lock_row(&fixture.other, fixture_get('b')));
	wait_long(&fixture.call);
	wait_long(&fixture.other);
	assert_int_equal(pthread_create(&thread, NULL, lock_in_the_background, &locking), 0);
	/* Not innodb_trx: InnoDB renews that only when nobody has looked for 0.1 s. */
	wait_for("SELECT VARIABLE_VALUE FROM information_schema.global_status WHERE "
		 "VARIABLE_NAME = 'INNODB_ROW_LOCK_CURRENT_WAITS'");
	status = sql_lock_row(&fixture.call, fixture_get('b'));
	if (status.reason != 0)
		db_rollback(&fixture.call.session);
	pthread_join(thread, NULL);

	loser = status.reason != 0 ? &fixture.call : &fixture.other;
	assert_reason(status.reason != 0 ? status : locking.status, REASON__REASON_CONFLICT);
	assert_true(loser->session.retry);
	assert_int_equal(loser->session.broken, REASON__REASON_CONFLICT);
	/* Nothing more runs, nothing is committed: half a transaction must not be. */
	assert_reason(sql_add_row(loser, fixture_row('c')), REASON__REASON_CONFLICT);
	assert_reason(db_commit(&loser->session), REASON__REASON_CONFLICT);
	db_rollback(&fixture.call.session);
	db_rollback(&fixture.other.session);
	fixture_rewind(loser);
	assert_ok(sql_lock_row(loser, fixture_get('a')));
}

static void test_a_lock_that_does_not_come_free_is_a_conflict(void **state)
{
	(void)state;
	add_rows();
	assert_ok(sql_lock_row(&fixture.other, fixture_get('a')));
	assert_reason(sql_lock_row(&fixture.call, fixture_get('a')), REASON__REASON_CONFLICT);
	assert_true(fixture.call.session.retry);
	assert_int_equal(fixture.call.session.broken, REASON__REASON_CONFLICT);
}

static void test_a_row_changed_since_the_snapshot_is_a_conflict(void **state)
{
	Row *read = (Row *)message_new(fixture.call.session.arena, &row__descriptor);

	(void)state;
	add_rows();
	assert_ok(sql_get_row(&fixture.call, fixture_get('a'), read));
	assert_ok(sql_set_text(&fixture.other, fixture_row('a')));
	assert_ok(db_commit(&fixture.other.session));
	assert_reason(sql_set_text(&fixture.call, fixture_row('a')), REASON__REASON_CONFLICT);
	assert_true(fixture.call.session.retry);
}

static void test_a_duplicate_is_the_reason_declared_for_its_key(void **state)
{
	Row *row = fixture_row('c');

	(void)state;
	add_rows();
	assert_reason(sql_add_row(&fixture.call, fixture_row('a')), REASON__REASON_ALREADY_EXISTS);
	row->text = (char *)"text a";
	assert_reason(sql_add_row(&fixture.call, row), REASON__REASON_ALREADY_APPLIED);
	/* The statement alone is undone; the transaction goes on. */
	assert_int_equal(fixture.call.session.broken, 0);
	row->text = (char *)"for key 'text_once'";
	assert_ok(sql_add_row(&fixture.call, row));
}

static void test_a_duplicate_of_an_undeclared_key_is_internal(void **state)
{
	Row *row = fixture_row('c');

	(void)state;
	row->choice_case = ROW__CHOICE_NUMBER;
	row->number = 5;
	assert_ok(sql_add_row(&fixture.call, row));
	row = fixture_row('d');
	row->choice_case = ROW__CHOICE_NUMBER;
	row->number = 5;
	assert_reason(sql_add_row(&fixture.call, row), REASON__REASON_INTERNAL);
}

static void test_a_connection_lost_while_idle_is_opened_anew(void **state)
{
	unsigned long id;

	(void)state;
	add_rows();
	id = db_connection_id(fixture.call.session.connection);
	kill_connection(&fixture.call);
	wait_until_dead(id);
	assert_ok(sql_lock_row(&fixture.call, fixture_get('a')));
	assert_true(db_connection_id(fixture.call.session.connection) != id);
}

static void test_a_connection_lost_in_a_transaction_breaks_the_session(void **state)
{
	unsigned long id;

	(void)state;
	add_rows();
	assert_ok(sql_lock_row(&fixture.call, fixture_get('a')));
	id = db_connection_id(fixture.call.session.connection);
	kill_connection(&fixture.call);
	wait_until_dead(id);
	assert_reason(sql_add_row(&fixture.call, fixture_row('c')), REASON__REASON_UNAVAILABLE);
	assert_false(fixture.call.session.retry);
	/* Without this, the rest would run, and be committed, on a new connection. */
	assert_reason(sql_add_row(&fixture.call, fixture_row('c')), REASON__REASON_UNAVAILABLE);
	assert_reason(db_commit(&fixture.call.session), REASON__REASON_UNAVAILABLE);
	fixture_rewind(&fixture.call);
	assert_ok(sql_add_row(&fixture.call, fixture_row('c')));
}

static void test_a_commit_without_answer_is_unknown(void **state)
{
	unsigned long id;

	(void)state;
	add_rows();
	assert_ok(sql_add_row(&fixture.call, fixture_row('c')));
	id = db_connection_id(fixture.call.session.connection);
	kill_connection(&fixture.call);
	wait_until_dead(id);
	assert_reason(db_commit(&fixture.call.session), REASON__REASON_UNAVAILABLE);
	assert_true(fixture.call.session.unknown);
}

static void test_a_database_that_is_not_there_is_unavailable(void **state)
{
	struct db_connection *real = fixture.call.session.connection;
	const struct db_address nowhere = {.socket = "/nonexistent/socket", .user = "nobody"};

	(void)state;
	fixture.call.session.connection = db_connection_create(&nowhere, false);
	assert_reason(sql_lock_row(&fixture.call, fixture_get('a')), REASON__REASON_UNAVAILABLE);
	assert_int_equal(fixture.call.session.broken, REASON__REASON_UNAVAILABLE);
	db_rollback(&fixture.call.session);
	db_connection_destroy(fixture.call.session.connection);
	fixture.call.session.connection = real;
}

static void test_a_statement_past_its_deadline_is_killed(void **state)
{
	struct db_watchdog *watchdog = db_watchdog_start(&fixture.address);
	struct db_session *session = &fixture.call.session;
	Row *row = (Row *)message_new(session->arena, &row__descriptor);
	int64_t start_us = time_monotonic_us();
	bool found;

	(void)state;
	add_rows();
	db_watchdog_watch(watchdog, session->connection);
	session->deadline_us = start_us + 100 * TIME_MILLISECOND_US;
	assert_reason(sql_sleep_long(&fixture.call, row, &found), REASON__REASON_DEADLINE_EXCEEDED);
	assert_in_range(time_monotonic_us() - start_us, 100 * TIME_MILLISECOND_US,
			5 * TIME_SECOND_US);
	assert_int_equal(session->broken, REASON__REASON_DEADLINE_EXCEEDED);
	fixture_rewind(&fixture.call);
	assert_ok(sql_lock_row(&fixture.call, fixture_get('a')));

	session->deadline_us = time_monotonic_us() - 1;
	assert_reason(sql_lock_row(&fixture.call, fixture_get('a')),
		      REASON__REASON_DEADLINE_EXCEEDED);
	db_watchdog_stop(watchdog);
}

static void test_a_wait_for_a_lock_is_killed_at_the_deadline(void **state)
{
	struct db_watchdog *watchdog = db_watchdog_start(&fixture.address);
	struct db_session *session = &fixture.call.session;

	(void)state;
	add_rows();
	assert_ok(sql_lock_row(&fixture.other, fixture_get('a')));
	wait_long(&fixture.call);
	db_watchdog_watch(watchdog, session->connection);
	session->deadline_us = time_monotonic_us() + 100 * TIME_MILLISECOND_US;
	assert_reason(sql_lock_row(&fixture.call, fixture_get('a')),
		      REASON__REASON_DEADLINE_EXCEEDED);
	db_watchdog_stop(watchdog);
}

static bool was_killed(struct db_connection *connection)
{
	bool killed;

	pthread_mutex_lock(&connection->lock);
	killed = connection->was_killed;
	pthread_mutex_unlock(&connection->lock);
	return killed;
}

static void test_a_kill_that_comes_late_does_not_hit_the_next_statement(void **state)
{
	struct db_watchdog *watchdog = db_watchdog_start(&fixture.address);
	struct db_connection *connection = fixture.call.session.connection;

	(void)state;
	add_rows();
	db_watchdog_watch(watchdog, connection);
	for (int i = 0; i < 5; i++) {
		/* As if a statement were under way whose answer is here already. */
		db_watch_begin(connection, 1);
		for (int k = 0; k < POLLS && !was_killed(connection); k++)
			pause_briefly();
		assert_true(was_killed(connection));
		db_watch_end(connection);
		assert_ok(sql_lock_row(&fixture.call, fixture_get('a')));
		assert_ok(db_commit(&fixture.call.session));
	}
	db_watchdog_stop(watchdog);
}

static void test_the_settings_of_the_tests_server_serve(void **state)
{
	(void)state;
	assert_true(db_settings_check(fixture.call.session.connection));
	test_database_execute(NULL, "SET GLOBAL innodb_flush_log_at_trx_commit = 1");
	assert_true(db_settings_check(fixture.reads.session.connection));
}

int main(void)
{
#define ROW_TEST(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
	    ROW_TEST(test_a_deadlocks_loser_may_run_again),
	    ROW_TEST(test_a_lock_that_does_not_come_free_is_a_conflict),
	    ROW_TEST(test_a_row_changed_since_the_snapshot_is_a_conflict),
	    ROW_TEST(test_a_duplicate_is_the_reason_declared_for_its_key),
	    ROW_TEST(test_a_duplicate_of_an_undeclared_key_is_internal),
	    ROW_TEST(test_a_connection_lost_while_idle_is_opened_anew),
	    ROW_TEST(test_a_connection_lost_in_a_transaction_breaks_the_session),
	    ROW_TEST(test_a_commit_without_answer_is_unknown),
	    ROW_TEST(test_a_database_that_is_not_there_is_unavailable),
	    ROW_TEST(test_a_statement_past_its_deadline_is_killed),
	    ROW_TEST(test_a_wait_for_a_lock_is_killed_at_the_deadline),
	    ROW_TEST(test_a_kill_that_comes_late_does_not_hit_the_next_statement),
	    ROW_TEST(test_the_settings_of_the_tests_server_serve),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
