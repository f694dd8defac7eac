/* SPDX-License-Identifier: Apache-2.0 */
/* The written sequence of a server's life, the same for every server. */
#include "service/service.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/failpoint.h"
#include "base/secret.h"
#include "base/text.h"
#include "call/call.h"
#include "contract/contract.h"
#include "crypto/key.h"
#include "crypto/keyring.h"
#include "crypto/token_key.h"
#include "db/connection.h"
#include "db/migrate.h"
#include "db/statement.h"
#include "durable/subject.h"
#include "observe/log.h"
#include "rpc/coverage.h"
#include "rpc/server.h"
#include "service/settings.h"
#include "service/work_service.h"

/* The runtime's own migrations, embedded in the build. */
extern const struct embedded_file durable_files[];

/* What one run of a server holds; made and ended in the order of the members. */
struct run {
	const struct service *service; /* borrowed */
	struct service_settings settings;
	struct config_table tables[3];
	size_t table_count;
	struct arena *arena; /* owned */
	struct db_address address;
	struct token_keyset *keys;   /* owned */
	struct token_key *signing;   /* owned */
	struct crypto_keyring *ring; /* owned */
	struct crypto_key page_key, index_key, secret_key;
	struct call_environment environment;
	struct rpc_settings rpc;      /* borrowed by the server */
	struct db_watchdog *watchdog; /* owned */
	struct rpc_server *server;    /* owned */
	struct runner *runner;	      /* owned */
};

static bool has_tables(const struct run *run)
{
	return run->service->migrations != NULL;
}

static bool fail(const char *what, const char *why)
{
	LOG_ERROR("can not start", LOG_TEXT("what", what), LOG_TEXT("why", why));
	return false;
}

static bool load_settings(struct run *run)
{
	char error[4096];
	enum log_level level;

	if (!config_load(run->tables, run->table_count, "ENTREMISE_", environ, error,
			 sizeof(error))) {
		fprintf(stderr, "%s\n", error);
		run->table_count = 0;
		return false;
	}
	if (!log_level_parse(text_of(run->settings.log_level), &level))
		return fail("ENTREMISE_LOG_LEVEL", "not debug, info, warn or error");
	log_init(run->service->name, level);
	if (!failpoint_arm(run->settings.failpoint))
		return fail("ENTREMISE_FAILPOINT", "not NAME or NAME:N");
	run->address = (struct db_address){.socket = run->settings.db_socket,
					   .host = run->settings.db_host,
					   .port = run->settings.db_port,
					   .schema = run->settings.db_name,
					   .user = run->settings.db_user};
	if (run->settings.db_password)
		run->address.password = secret_string(run->settings.db_password);
	return true;
}

static bool load_keys(struct run *run)
{
	const struct service_settings *settings = &run->settings;
	const char *error = NULL;

	run->keys = token_keyset_load(settings->keys_file, settings->allow_development_keys,
				      run->arena, &error);
	if (!run->keys)
		return fail("ENTREMISE_KEYS_FILE", error);
	run->signing = token_key_load(settings->signing_key_file, NULL,
				      settings->allow_development_keys, run->arena, &error);
	if (!run->signing)
		return fail("ENTREMISE_SIGNING_KEY_FILE", error);
	if (!has_tables(run))
		return true;
	run->ring = crypto_keyring_load(settings->seal_key_file, run->arena, &error);
	if (!run->ring)
		return fail("ENTREMISE_SEAL_KEY_FILE", error);
	crypto_keyring_derive(run->ring, "page-token", &run->page_key);
	crypto_keyring_derive(run->ring, "index", &run->index_key);
	crypto_keyring_derive(run->ring, "secret", &run->secret_key);
	return true;
}

static void fill_environment(struct run *run)
{
	run->environment = (struct call_environment){
	    .service = run->service->name,
	    .keys = run->keys,
	    .audience = run->settings.audience,
	    .signing = run->signing,
	    .ring = run->ring,
	    .page_key = &run->page_key,
	    .index_key = &run->index_key,
	    .secret_key = &run->secret_key,
	    .subject_keys = &subject_keys,
	    .run_twice = run->settings.run_twice,
	    .smtp_url = run->settings.smtp_url,
	    .mail_from = run->settings.mail_from,
	    .settings = run->service->settings,
	};
}

static void list_migrations(const struct run *run, struct db_migrations sets[2])
{
	sets[0] = (struct db_migrations){"runtime", durable_files};
	sets[1] = (struct db_migrations){run->service->name, run->service->migrations};
}

/* Schema, server settings and every statement, before anybody is served. */
static bool check_database(struct run *run)
{
	struct db_migrations sets[2];
	struct db_connection *connection = db_connection_create(&run->address, true);
	struct db_session session = {.arena = run->arena, .connection = connection, .platform = ""};
	bool fine;

	list_migrations(run, sets);
	fine = db_migrations_check(&run->address, sets, 2) && db_settings_check(connection) &&
	       db_statements_check(&session);
	db_connection_destroy(connection);
	return fine;
}

static void add_services(struct run *run)
{
	for (ProtobufCService *const *service = run->service->services; *service; service++)
		rpc_server_add(run->server, *service);
	if (has_tables(run))
		rpc_server_add(run->server, &work_service.base);
}

static bool start(struct run *run)
{
	const struct service_settings *settings = &run->settings;

	run->rpc = (struct rpc_settings){.listen = settings->listen,
					 .workers = settings->workers,
					 .queue_entries = settings->queue_entries,
					 .message_bytes = settings->message_bytes,
					 .deadline_ms = settings->deadline_ms,
					 .connection_age_ms = settings->connection_age_ms,
					 .audience = settings->audience};

	if (has_tables(run))
		run->watchdog = db_watchdog_start(&run->address);
	run->server = rpc_server_create(&run->rpc, &run->environment,
					has_tables(run) ? &run->address : NULL, run->watchdog);
	add_services(run);
	if (run->service->begin && !run->service->begin(&run->environment, run->server))
		return false;
	if (!rpc_server_start(run->server))
		return fail("ENTREMISE_LISTEN", settings->listen);
	if (run->service->work)
		run->runner = runner_start(&run->environment, &run->address, run->watchdog,
					   run->service->work, (int)settings->work_threads);
	LOG_INFO("serving", LOG_TEXT("listen", settings->listen),
		 LOG_INT("port", rpc_server_port(run->server)));
	return true;
}

/* Calls first: what they leave to be done, the runner or another server does. */
static void stop(struct run *run, bool serving)
{
	if (serving)
		rpc_server_drain(run->server, run->settings.notice_ms, run->settings.grace_ms);
	runner_stop(run->runner);
	if (run->service->end)
		run->service->end();
	rpc_server_destroy(run->server);
	db_watchdog_stop(run->watchdog);
}

static void release(struct run *run)
{
	subject_forget_all();
	crypto_keyring_destroy(run->ring);
	token_key_destroy(run->signing);
	token_keyset_destroy(run->keys);
	crypto_key_wipe(&run->page_key);
	crypto_key_wipe(&run->index_key);
	crypto_key_wipe(&run->secret_key);
	config_release(run->tables, run->table_count);
	arena_destroy(run->arena);
	db_end_process();
}

/* Blocks the signals in every thread to come; main takes them. */
static sigset_t block_signals(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signals;
}

static bool serve(struct run *run, bool check_only)
{
	sigset_t signals = block_signals();
	int signal_number = 0;
	bool started;

	contract_load();
	coverage_begin(run->service->name);
	fill_environment(run);
	if (has_tables(run) && !check_database(run))
		return false;
	if (check_only)
		return true;
	started = start(run);
	if (started) {
		sigwait(&signals, &signal_number);
		LOG_INFO("stopping", LOG_INT("signal", signal_number));
	}
	stop(run, started);
	return started;
}

static void fill_tables(struct run *run)
{
	const struct service *service = run->service;

	run->tables[run->table_count++] =
	    (struct config_table){service_settings_rows, service_settings_count, &run->settings};
	if (service->migrations)
		run->tables[run->table_count++] = (struct config_table){
		    database_settings_rows, database_settings_count, &run->settings};
	if (service->settings_rows)
		run->tables[run->table_count++] = (struct config_table){
		    service->settings_rows, service->settings_count, service->settings};
}

int service_main(const struct service *service, int argc, char **argv)
{
	struct run run = {.service = service};
	const char *word = argc > 1 ? argv[1] : "";
	bool fine;

	fill_tables(&run);
	if (strcmp(word, "--help") == 0) {
		config_print_help(run.tables, run.table_count, "ENTREMISE_", stdout);
		return 0;
	}
	if (argc > 2 || (*word && strcmp(word, "--migrate") != 0 && strcmp(word, "--check") != 0)) {
		fprintf(stderr, "usage: %s [--help | --migrate | --check]\n", argv[0]);
		return 2;
	}
	log_init(service->name, LOG_LEVEL_INFO);
	db_begin_process();
	run.arena = arena_create();
	fine = load_settings(&run);
	if (fine && strcmp(word, "--migrate") == 0 && service->migrations) {
		struct db_migrations sets[2];

		list_migrations(&run, sets);
		fine = db_migrate(&run.address, sets, 2);
	} else if (fine && strcmp(word, "--migrate") != 0) {
		fine = load_keys(&run) && serve(&run, strcmp(word, "--check") == 0);
	}
	release(&run);
	return fine ? 0 : 1;
}
