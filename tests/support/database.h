/* SPDX-License-Identifier: Apache-2.0 */
/* A private MariaDB for one test executable, with the same settings as ./dev's. */
#pragma once

/* The users that test_database_create makes have this password. */
#define TEST_DATABASE_PASSWORD "test"

/* The server of this process. */
struct test_database {
	char folder[32];  /* Holds everything of the server; removed with it. */
	char socket[40];  /* The only way in. */
	const char *user; /* Administrator by the unix socket, no password. Borrowed. */
};

/*
 * Starts the server, at the first call, and returns when it takes connections (about 0.5 s); later
 * calls return the same. It ends, and its folder goes, at exit, and also when the process is
 * killed. A failure ends the process with a line. For the main thread: the kernel ties the server's
 * life to the thread that started it.
 */
const struct test_database *test_database_start(void);

/* Path of the server's socket; starts the server when needed. */
const char *test_database_socket(void);

/*
 * Creates, anew if there is one, the schema `name` (letters, digits, underscores) and two users
 * with TEST_DATABASE_PASSWORD: `name` may read and write rows, `name`_migration everything in it.
 */
void test_database_create(const char *name);

/* Runs statements, separated by semicolons, as the administrator in `schema` (NULL: in none). */
void test_database_execute(const char *schema, const char *statements);

/*
 * The first column of the first row of `query` as text, to be freed by the caller; NULL when there
 * is no row or the value is NULL.
 */
char *test_database_value(const char *schema, const char *query);
