/* SPDX-License-Identifier: Apache-2.0 */
/* Forward-only migrations, checksummed, under one lock. */
#include "db/migrate.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <mysql.h>
#include <mysqld_error.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/hash.h"
#include "db/connection.h"
#include "db/connection_internal.h"
#include "observe/log.h"

#define LOCK_WAIT_S 300
#define TRANSFER_TIMEOUT_S 3600 /* An ALTER TABLE may take its time. */

static const char record_table[] =
    "CREATE TABLE IF NOT EXISTS schema_migration ("
    " set_name VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " version INT NOT NULL,"
    " name VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " checksum CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " state VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,"
    " compatible_from INT NOT NULL,"
    " applied_us BIGINT NOT NULL,"
    " PRIMARY KEY (set_name, version)) ENGINE = InnoDB";

/* One migration of the executable. */
struct migration {
	const char *set;
	const char *name;
	const char *text;
	int version;
	int compatible_from;
	char checksum[2 * CRYPTO_DIGEST_LONG + 1];
};

/* One row of the record. */
struct applied {
	const char *set;
	int version;
	const char *name;
	const char *checksum;
	const char *state;
	int compatible_from;
};

/* The work on one database. */
struct migrator {
	MYSQL *mysql;
	struct arena *arena;
	struct migration *migrations; /* By set, then version. */
	size_t count;
	struct applied *applied;
	size_t applied_count;
};

static bool complain(const char *set, const char *name, const char *problem)
{
	LOG_ERROR("migrations", LOG_TEXT("set", set), LOG_TEXT("name", name),
		  LOG_TEXT("problem", problem));
	return false;
}

/* The text of an error here speaks of tables and syntax, not of rows, so it may be logged. */
static bool complain_mysql(const struct migrator *migrator, const char *set, const char *name)
{
	LOG_ERROR("a migration failed", LOG_TEXT("set", set), LOG_TEXT("name", name),
		  LOG_INT("error", mysql_errno(migrator->mysql)),
		  LOG_TEXT("problem", mysql_error(migrator->mysql)));
	return false;
}

/* NNNN_name.sql in lower case; the number, or 0. */
static int version_of(const char *name)
{
	int version = 0;
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");

	if (strcmp(name + length, ".sql") != 0)
		return 0;

	for (int i = 0; i < 4; i++) {
		if (!isdigit((unsigned char)name[i]))
			return 0;
		version = version * 10 + (name[i] - '0');
	}
	return name[4] == '_' ? version : 0;
}

/* A version, as a migration or its row says it; 0 when it is none. */
static int to_version(const char *text)
{
	return (int)strtol(text, NULL, 10);
}

/* `-- compatible_from: N` at the beginning of a line; without it the file's own version. */
static int compatible_from(const char *text, int version)
{
	static const char marker[] = "-- compatible_from:";
	const char *found = text;

	while ((found = strstr(found, marker)) != NULL) {
		if (found == text || found[-1] == '\n')
			return to_version(found + strlen(marker));
		found++;
	}
	return version;
}

static int by_version(const void *left, const void *right)
{
	const struct migration *a = left;
	const struct migration *b = right;

	return a->version - b->version;
}

/* Collects the files of all sets, each set in the order of its versions. */
static bool collect(struct migrator *migrator, const struct db_migrations *sets, int count)
{
	size_t total = 0;

	for (int i = 0; i < count; i++)
		for (const struct embedded_file *file = sets[i].files; file->name != NULL; file++)
			total++;
	migrator->migrations = arena_new(migrator->arena, struct migration, total);
	for (int i = 0; i < count; i++) {
		struct migration *first = &migrator->migrations[migrator->count];
		size_t before = migrator->count;

		for (const struct embedded_file *file = sets[i].files; file->name != NULL; file++) {
			struct migration *migration = &migrator->migrations[migrator->count];
			uint8_t hash[CRYPTO_DIGEST_LONG];

			if (version_of(file->name) == 0)
				continue;
			migration->set = sets[i].set;
			migration->name = file->name;
			migration->text = file->text;
			migration->version = version_of(file->name);
			migration->compatible_from =
			    compatible_from(file->text, migration->version);
			crypto_digest(file->text, strlen(file->text), hash, sizeof hash);
			text_hex_write(migration->checksum, hash, sizeof hash);
			migrator->count++;
		}
		qsort(first, migrator->count - before, sizeof *first, by_version);
		for (size_t k = before + 1; k < migrator->count; k++)
			if (migrator->migrations[k].version == migrator->migrations[k - 1].version)
				return complain(sets[i].set, migrator->migrations[k].name,
						"two files have this number");
	}
	return true;
}

/* Reads the record; an absent table is an empty one. */
static bool read_applied(struct migrator *migrator)
{
	MYSQL_RES *result;
	MYSQL_ROW row;

	if (mysql_query(migrator->mysql,
			"SELECT set_name, version, name, checksum, state, compatible_from"
			" FROM schema_migration ORDER BY set_name, version") != 0)
		return mysql_errno(migrator->mysql) == ER_NO_SUCH_TABLE ||
		       complain_mysql(migrator, NULL, NULL);
	result = mysql_store_result(migrator->mysql);
	if (result == NULL)
		return complain_mysql(migrator, NULL, NULL);
	migrator->applied = arena_new(migrator->arena, struct applied, mysql_num_rows(result) + 1);
	migrator->applied_count = 0;
	while ((row = mysql_fetch_row(result)) != NULL)
		migrator->applied[migrator->applied_count++] = (struct applied){
		    .set = arena_text(migrator->arena, "%s", row[0]),
		    .version = to_version(row[1]),
		    .name = arena_text(migrator->arena, "%s", row[2]),
		    .checksum = arena_text(migrator->arena, "%s", row[3]),
		    .state = arena_text(migrator->arena, "%s", row[4]),
		    .compatible_from = to_version(row[5]),
		};
	mysql_free_result(result);
	return true;
}

static const struct applied *find_applied(const struct migrator *migrator,
					  const struct migration *migration)
{
	for (size_t i = 0; i < migrator->applied_count; i++)
		if (migrator->applied[i].version == migration->version &&
		    strcmp(migrator->applied[i].set, migration->set) == 0)
			return &migrator->applied[i];
	return NULL;
}

/* The newest version of a set that this executable knows. */
static int newest_of(const struct migrator *migrator, const char *set)
{
	int newest = 0;

	for (size_t i = 0; i < migrator->count; i++)
		if (strcmp(migrator->migrations[i].set, set) == 0)
			newest = migrator->migrations[i].version;
	return newest;
}

/* What is applied already must be what this executable knows, and complete. */
static bool check_applied(const struct migrator *migrator)
{
	for (size_t i = 0; i < migrator->applied_count; i++) {
		const struct applied *applied = &migrator->applied[i];
		int newest = newest_of(migrator, applied->set);

		if (strcmp(applied->state, "APPLIED") != 0)
			return complain(
			    applied->set, applied->name,
			    "it stopped half-way: finish or undo it by hand, then set "
			    "its state in schema_migration to APPLIED or delete its row");
		if (newest != 0 && applied->version > newest && applied->compatible_from > newest)
			return complain(applied->set, applied->name,
					"the schema is too new for this executable");
	}
	for (size_t i = 0; i < migrator->count; i++) {
		const struct migration *migration = &migrator->migrations[i];
		const struct applied *applied = find_applied(migrator, migration);

		if (applied != NULL && strcmp(applied->checksum, migration->checksum) != 0)
			return complain(migration->set, migration->name,
					"the file was changed after it was applied: undo the "
					"change and write a new migration");
	}
	return true;
}

/* Where the statement that begins at `text` ends: at its semicolon or the end of the text. */
static const char *statement_end(const char *text)
{
	while (*text != 0 && *text != ';') {
		if (strncmp(text, "-- ", 3) == 0 || strncmp(text, "--\n", 3) == 0 || *text == '#') {
			text += strcspn(text, "\n");
		} else if (strncmp(text, "/*", 2) == 0) {
			const char *end = strstr(text + 2, "*/");

			text = end != NULL ? end + 2 : text + strlen(text);
		} else if (strchr("'\"`", *text) != NULL) {
			char quote = *text++;

			for (; *text != 0 && *text != quote; text++)
				if (*text == '\\' && quote != '`' && text[1] != 0)
					text++;
			if (*text != 0)
				text++;
		} else {
			text++;
		}
	}
	return text;
}

/* Nothing but blanks and comments: no statement. */
static bool is_blank(const char *text, const char *end)
{
	while (text < end) {
		if (isspace((unsigned char)*text))
			text++;
		else if (strncmp(text, "--", 2) == 0 || *text == '#')
			text += strcspn(text, "\n");
		else if (strncmp(text, "/*", 2) == 0 && strstr(text, "*/") != NULL)
			text = strstr(text, "*/") + 2;
		else
			return false;
	}
	return true;
}

static bool run_text(struct migrator *migrator, const char *text)
{
	while (*text != 0) {
		const char *end = statement_end(text);

		if (!is_blank(text, end) &&
		    mysql_real_query(migrator->mysql, text, (unsigned long)(end - text)) != 0)
			return false;
		mysql_free_result(mysql_store_result(migrator->mysql));
		text = *end == ';' ? end + 1 : end;
	}
	return true;
}

static bool record(struct migrator *migrator, const struct migration *migration, const char *state)
{
	/* Names and checksums hold no quotes: version_of and the hash see to it. */
	char *query = arena_text(
	    migrator->arena,
	    "REPLACE INTO schema_migration (set_name, version, name, checksum, state,"
	    " compatible_from, applied_us) VALUES ('%s', %d, '%s', '%s', '%s', %d, %" PRId64 ")",
	    migration->set, migration->version, migration->name, migration->checksum, state,
	    migration->compatible_from, time_real_us());

	return mysql_query(migrator->mysql, query) == 0 && mysql_commit(migrator->mysql) == 0;
}

/* Tables can't be made in a transaction: DIRTY is recorded first, so that a crash is seen. */
static bool apply(struct migrator *migrator, const struct migration *migration)
{
	if (!record(migrator, migration, "DIRTY") || !run_text(migrator, migration->text) ||
	    !record(migrator, migration, "APPLIED"))
		return complain_mysql(migrator, migration->set, migration->name);
	LOG_INFO("migration applied", LOG_TEXT("set", migration->set),
		 LOG_TEXT("name", migration->name));
	return true;
}

/* A lock of the server, held by the connection: it goes when the process dies. */
static bool take_lock(struct migrator *migrator)
{
	char *query = arena_text(
	    migrator->arena, "SELECT GET_LOCK(CONCAT('entremise ', DATABASE()), %d)", LOCK_WAIT_S);
	char taken[DB_VALUE_SIZE];

	if (!db_read_value(migrator->mysql, query, taken))
		return complain_mysql(migrator, NULL, NULL);
	return strcmp(taken, "1") == 0 || complain(NULL, NULL, "another migration holds the lock");
}

static bool open_migrator(struct migrator *migrator, const struct db_address *address,
			  const struct db_migrations *sets, int count)
{
	migrator->arena = arena_create();
	if (!collect(migrator, sets, count))
		return false;
	migrator->mysql = db_open(address, TRANSFER_TIMEOUT_S, true);
	if (migrator->mysql == NULL)
		return false;
	(void)mysql_query(migrator->mysql, "SET SESSION max_statement_time = 0");
	(void)mysql_query(migrator->mysql, "SET SESSION innodb_lock_wait_timeout = 50");
	return true;
}

static void close_migrator(struct migrator *migrator)
{
	if (migrator->mysql != NULL)
		mysql_close(migrator->mysql);
	arena_destroy(migrator->arena);
}

bool db_migrate(const struct db_address *address, const struct db_migrations *sets, int count)
{
	struct migrator migrator = {0};
	bool done = open_migrator(&migrator, address, sets, count) && take_lock(&migrator);

	if (done && mysql_query(migrator.mysql, record_table) != 0)
		done = complain_mysql(&migrator, NULL, "schema_migration");
	done = done && read_applied(&migrator) && check_applied(&migrator);
	for (size_t i = 0; done && i < migrator.count; i++)
		if (find_applied(&migrator, &migrator.migrations[i]) == NULL)
			done = apply(&migrator, &migrator.migrations[i]);
	close_migrator(&migrator);
	return done;
}

bool db_migrations_check(const struct db_address *address, const struct db_migrations *sets,
			 int count)
{
	struct migrator migrator = {0};
	bool good = open_migrator(&migrator, address, sets, count) && read_applied(&migrator) &&
		    check_applied(&migrator);

	for (size_t i = 0; good && i < migrator.count; i++)
		if (find_applied(&migrator, &migrator.migrations[i]) == NULL)
			good = complain(migrator.migrations[i].set, migrator.migrations[i].name,
					"it is not applied yet: migrate first");
	close_migrator(&migrator);
	return good;
}
