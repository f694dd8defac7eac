/* SPDX-License-Identifier: Apache-2.0 */
/* Forward-only migrations, checksummed, under one lock. */
#pragma once

#include <stdbool.h>

struct db_address;

/* A file that embed_files put into the executable. */
struct embedded_file {
	const char *name; /* "0001_init.sql" */
	const char *text;
};

/*
 * One set of files ended by {0}, applied in the order of their names: "runtime" for the tables
 * every service has, the service's own name for its own. Only names that match NNNN_*.sql are
 * taken.
 */
struct db_migrations {
	const char *set;
	const struct embedded_file *files;
};

/*
 * Applies what is missing, in the order of the sets. The record is the table schema_migration
 * (set_name, version, name, checksum, state, compatible_from, applied_us). A file whose checksum
 * differs from the applied one, or a state DIRTY left by a crash, stops it with a line that says
 * what to do. `-- compatible_from: N` in a file says the oldest binary that may run with it. Two at
 * once: the second waits for the lock. False on failure.
 */
bool db_migrate(const struct db_address *address, const struct db_migrations *sets, int count);

/* True when the schema is at a version these binaries can serve; logs why not. */
bool db_migrations_check(const struct db_address *address, const struct db_migrations *sets,
			 int count);
