/* SPDX-License-Identifier: Apache-2.0 */
/* A thread that ends statements which run past their call's deadline. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <mysql.h>

#include "base/fatal.h"
#include "base/time.h"
#include "db/connection.h"
#include "db/connection_internal.h"
#include "db/error.h"
#include "observe/metrics.h"

#define LOOK_EVERY_NS 20000000 /* 20 ms: how late a KILL may be */
#define TIMEOUT_S 2
#define AGAIN_US (200 * TIME_MILLISECOND_US)

struct db_watchdog {
	const struct db_address *address; /* borrowed */
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows; taken before a connection's lock */
	pthread_cond_t wake;
	bool stopping;
	struct db_connection *first; /* borrowed */
	MYSQL *mysql;		     /* owned by the thread */
};

static struct metric kills =
    METRIC_COUNTER("entremise_db_kills_total", "Statements ended at their call's deadline.");

void db_watch_begin(struct db_connection *connection, int64_t deadline_us)
{
	pthread_mutex_lock(&connection->lock);
	connection->running_until_us = deadline_us;
	connection->was_killed = false;
	pthread_mutex_unlock(&connection->lock);
}

void db_watch_end(struct db_connection *connection)
{
	bool was_killed;

	pthread_mutex_lock(&connection->lock);
	connection->running_until_us = 0;
	was_killed = connection->was_killed;
	connection->was_killed = false;
	pthread_mutex_unlock(&connection->lock);
	/* A KILL that came after the statement's end may wait for the next one: let it be this. */
	if (was_killed && connection->mysql != NULL)
		(void)mysql_query(connection->mysql, "DO 0");
}

/* Connects the watchdog itself; may take seconds, so never under a connection's lock. */
static bool ready(struct db_watchdog *watchdog)
{
	if (watchdog->mysql == NULL)
		watchdog->mysql = db_open(watchdog->address, TIMEOUT_S, true);
	return watchdog->mysql != NULL;
}

static bool is_late(struct db_connection *connection, int64_t now_us)
{
	return connection->id != 0 && connection->running_until_us != 0 &&
	       connection->running_until_us <= now_us;
}

/*
 * The KILL is sent under the connection's lock, which its thread takes when the statement ends:
 * what is killed is the statement that is late, or nothing.
 */
static void kill_if_late(struct db_watchdog *watchdog, struct db_connection *connection)
{
	char text[48];
	int64_t now_us = time_monotonic_us();
	bool late;

	pthread_mutex_lock(&connection->lock);
	late = is_late(connection, now_us);
	pthread_mutex_unlock(&connection->lock);
	if (!late || !ready(watchdog))
		return;
	pthread_mutex_lock(&connection->lock);
	if (is_late(connection, now_us)) {
		snprintf(text, sizeof text, "KILL QUERY %lu", connection->id);
		connection->was_killed = true;
		/* It may have come before the statement: once more in a while. */
		connection->running_until_us = now_us + AGAIN_US;
		metric_add(METRIC_SINGLE(&kills), 1);
		if (mysql_query(watchdog->mysql, text) != 0 &&
		    db_error_is_lost(mysql_errno(watchdog->mysql))) {
			mysql_close(watchdog->mysql);
			watchdog->mysql = NULL;
		}
	}
	pthread_mutex_unlock(&connection->lock);
}

static void *watch(void *data)
{
	struct db_watchdog *watchdog = data;

	pthread_mutex_lock(&watchdog->lock);
	while (!watchdog->stopping) {
		struct timespec until;

		for (struct db_connection *connection = watchdog->first; connection != NULL;
		     connection = connection->next_watched)
			kill_if_late(watchdog, connection);
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += LOOK_EVERY_NS;
		if (until.tv_nsec >= 1000000000) {
			until.tv_nsec -= 1000000000;
			until.tv_sec++;
		}
		while (!watchdog->stopping &&
		       pthread_cond_timedwait(&watchdog->wake, &watchdog->lock, &until) !=
			   ETIMEDOUT)
			;
	}
	pthread_mutex_unlock(&watchdog->lock);
	if (watchdog->mysql != NULL)
		mysql_close(watchdog->mysql);
	return NULL;
}

struct db_watchdog *db_watchdog_start(const struct db_address *address)
{
	struct db_watchdog *watchdog = fatal_calloc(1, sizeof *watchdog);
	pthread_condattr_t attributes;

	watchdog->address = address;
	pthread_mutex_init(&watchdog->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&watchdog->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	if (pthread_create(&watchdog->thread, NULL, watch, watchdog) != 0)
		fatal("no thread for the watchdog");
	return watchdog;
}

void db_watchdog_stop(struct db_watchdog *watchdog)
{
	if (watchdog == NULL)
		return;
	pthread_mutex_lock(&watchdog->lock);
	watchdog->stopping = true;
	pthread_cond_signal(&watchdog->wake);
	pthread_mutex_unlock(&watchdog->lock);
	pthread_join(watchdog->thread, NULL);
	for (struct db_connection *connection = watchdog->first; connection != NULL;
	     connection = connection->next_watched)
		connection->watchdog = NULL;
	pthread_cond_destroy(&watchdog->wake);
	pthread_mutex_destroy(&watchdog->lock);
	free(watchdog);
}

void db_watchdog_watch(struct db_watchdog *watchdog, struct db_connection *connection)
{
	pthread_mutex_lock(&watchdog->lock);
	connection->watchdog = watchdog;
	connection->next_watched = watchdog->first;
	watchdog->first = connection;
	pthread_mutex_unlock(&watchdog->lock);
}

void db_watchdog_forget(struct db_connection *connection)
{
	struct db_watchdog *watchdog = connection->watchdog;
	struct db_connection **link;

	if (watchdog == NULL)
		return;
	pthread_mutex_lock(&watchdog->lock);
	for (link = &watchdog->first; *link != connection; link = &(*link)->next_watched)
		;
	*link = connection->next_watched;
	pthread_mutex_unlock(&watchdog->lock);
	connection->watchdog = NULL;
}
