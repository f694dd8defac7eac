/* SPDX-License-Identifier: Apache-2.0 */
/* The main() of every server: settings, logs, keys, schema, statements, threads, signals, drain. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

#include "config/config.h"
#include "durable/runner.h"

struct call_environment;
struct embedded_file;
struct rpc_server;

/* What makes a server this one; all borrowed, static in its main.c. */
struct service {
	const char *name;			/* "requests": issuer, log name, migration set */
	ProtobufCService *const *services;	/* its vtables, ended by NULL */
	const struct config_row *settings_rows; /* its own settings; NULL when it has none */
	size_t settings_count;
	void *settings;				/* the struct they fill; environment->settings */
	const struct embedded_file *migrations; /* its schema; NULL: a server without tables */
	const struct runner_kind *work;		/* its LOCAL work, ended by {0}; NULL: none */

	/*
	 * For what is not the same everywhere (the gateway's routes and jobs, billing's webhook
	 * port). `begin` runs after keys and schema are ready and before the server listens: false
	 * ends the process with 1. `end` runs after the drain, and also when `begin` has failed.
	 */
	bool (*begin)(const struct call_environment *environment, struct rpc_server *server);
	void (*end)(void);
};

/*
 * Runs the server until SIGTERM or SIGINT, then drains. `--help` prints the settings, `--migrate`
 * applies the migrations and ends, `--check` checks settings, schema and statements and ends.
 * Returns what main() returns: 0, or 1 after a line on stderr that says what is wrong.
 */
int service_main(const struct service *service, int argc, char **argv);
