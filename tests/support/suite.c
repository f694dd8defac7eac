/* SPDX-License-Identifier: Apache-2.0 */
/* Starts one service in the test's own process, as service_main would. */
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/time.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "crypto/key.h"
#include "crypto/keyring.h"
#include "crypto/token.h"
#include "crypto/token_key.h"
#include "db/connection.h"
#include "db/statement.h"
#include "durable/runner.h"
#include "durable/subject.h"
#include "rpc/authenticate.h"
#include "rpc/client.h"
#include "rpc/coverage.h"
#include "rpc/server.h"
#include "service/work_service.h"
#include "support/database.h"

extern const struct embedded_file durable_files[];

enum { ISSUER_OWN, ISSUER_GATEWAY, ISSUER_BILLING, ISSUER_PROVIDERS, ISSUER_CALLERS, ISSUER_COUNT };

struct suite {
	const struct suite_service *service; /* borrowed */
	struct arena *arena;		     /* owned */
	char socket[80];
	char user[64];
	struct token_key *issuers[ISSUER_COUNT]; /* owned */
	struct token_keyset *keys;		 /* owned */
	struct crypto_keyring *ring;		 /* owned */
	struct crypto_key page_key, index_key, secret_key;
	struct db_address address;
	struct call_environment environment; /* the service's */
	struct call_environment gateway;     /* the callers' */
	struct rpc_settings settings;
	struct db_watchdog *watchdog;
	struct rpc_server *server;
	struct runner *runner;
	struct rpc_upstream *upstream;
};

static void make_keys(struct suite *suite)
{
	static const char ring[] = "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"1\","
				   "\"k\":\"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE\"}]}";
	const char *const names[ISSUER_COUNT] = {suite->service->name, "gateway", "billing",
						 "providers", TOKEN_ISSUER_CALLERS};
	const char *error = NULL;
	size_t count = 0;

	for (size_t i = 0; i < ISSUER_COUNT; i++)
		if (i == ISSUER_OWN || strcmp(names[i], suite->service->name) != 0)
			suite->issuers[count++] = token_key_generate(
			    arena_text(suite->arena, "test-%s", names[i]), names[i]);
	suite->keys = token_keyset_of(suite->issuers, count);
	suite->ring = crypto_keyring_parse(ring, sizeof(ring) - 1, suite->arena, &error);
	if (!suite->ring)
		fatal(error);
	crypto_keyring_derive(suite->ring, "page-token", &suite->page_key);
	crypto_keyring_derive(suite->ring, "index", &suite->index_key);
	crypto_keyring_derive(suite->ring, "secret", &suite->secret_key);
}

static const struct token_key *key_of(const struct suite *suite, const char *issuer)
{
	for (size_t i = 0; i < ISSUER_COUNT; i++)
		if (suite->issuers[i] && strcmp(token_key_issuer(suite->issuers[i]), issuer) == 0)
			return suite->issuers[i];
	fatal("no such issuer");
}

static void migrate(struct suite *suite)
{
	const struct db_migrations sets[] = {{"runtime", durable_files},
					     {suite->service->name, suite->service->migrations}};
	struct db_address address;
	struct db_connection *connection;
	struct db_session session = {.arena = suite->arena, .platform = ""};

	test_database_create(suite->service->name);
	suite->address = (struct db_address){.socket = test_database_socket(),
					     .schema = suite->service->name,
					     .user = suite->service->name,
					     .password = TEST_DATABASE_PASSWORD};
	snprintf(suite->user, sizeof(suite->user), "%s_migration", suite->service->name);
	address = suite->address;
	address.user = suite->user;
	if (!db_migrate(&address, sets, 2))
		fatal("the migrations fail");
	connection = db_connection_create(&suite->address, true);
	session.connection = connection;
	if (!db_statements_check(&session))
		fatal("a statement does not fit");
	db_connection_destroy(connection);
}

static void serve(struct suite *suite)
{
	const char *twice = getenv("ENTREMISE_RUN_TWICE");

	suite->environment =
	    (struct call_environment){.service = suite->service->name,
				      .keys = suite->keys,
				      .signing = suite->issuers[ISSUER_OWN],
				      .ring = suite->ring,
				      .page_key = &suite->page_key,
				      .index_key = &suite->index_key,
				      .secret_key = &suite->secret_key,
				      .subject_keys = &subject_keys,
				      .settings = suite->service->settings,
				      .run_twice = twice && strcmp(twice, "true") == 0};
	suite->gateway = (struct call_environment){
	    .service = "gateway", .keys = suite->keys, .signing = key_of(suite, "gateway")};
	snprintf(suite->socket, sizeof(suite->socket), "unix:%s.%s", test_database_socket(),
		 suite->service->name);
	suite->settings = (struct rpc_settings){.listen = suite->socket,
						.workers = 16,
						.queue_entries = 4096,
						.message_bytes = 1 << 20,
						.deadline_ms = 60000,
						.audience = "entremise"};
	if (suite->service->migrations)
		suite->watchdog = db_watchdog_start(&suite->address);
	suite->server =
	    rpc_server_create(&suite->settings, &suite->environment,
			      suite->service->migrations ? &suite->address : NULL, suite->watchdog);
	for (ProtobufCService *const *service = suite->service->services; *service; service++)
		rpc_server_add(suite->server, *service);
	if (suite->service->migrations)
		rpc_server_add(suite->server, &work_service.base);
	if (suite->service->begin && !suite->service->begin(&suite->environment, suite->server))
		fatal("the service does not begin");
	if (!rpc_server_start(suite->server))
		fatal("the server does not start");
	if (suite->service->work)
		suite->runner = runner_start(&suite->environment, &suite->address, suite->watchdog,
					     suite->service->work, 2);
	suite->upstream = rpc_upstream_create(suite->service->name, suite->socket);
}

struct suite *suite_start(const struct suite_service *service)
{
	struct suite *suite = fatal_calloc(1, sizeof(*suite));

	suite->service = service;
	suite->arena = arena_create();
	contract_load();
	coverage_begin(service->name);
	db_begin_process();
	make_keys(suite);
	if (service->migrations)
		migrate(suite);
	serve(suite);
	return suite;
}

void suite_stop(struct suite *suite)
{
	rpc_upstream_destroy(suite->upstream);
	rpc_server_drain(suite->server, 0, 10000);
	runner_stop(suite->runner);
	if (suite->service->end)
		suite->service->end();
	rpc_server_destroy(suite->server);
	db_watchdog_stop(suite->watchdog);
	subject_forget_all();
	crypto_keyring_destroy(suite->ring);
	token_keyset_destroy(suite->keys);
	for (size_t i = 0; i < ISSUER_COUNT; i++)
		token_key_destroy(suite->issuers[i]);
	arena_destroy(suite->arena);
	free(suite);
	db_end_process();
}

static void begin_call(struct suite *suite, struct suite_caller caller, struct arena *arena,
		       struct call *call)
{
	*call = (struct call){.arena = arena,
			      .real_us = time_real_us(),
			      .platform = caller.platform,
			      .environment = &suite->gateway,
			      .trace = trace_new(),
			      .deadline_us = time_monotonic_us() + 60 * TIME_SECOND_US};
	call->now_us = call->real_us;
	call->actor = (struct actor){.role = caller.role,
				     .subject = caller.subject,
				     .platform = caller.platform,
				     .speaker = "gateway"};
	if (caller.role == ROLE__ROLE_SERVICE)
		call->actor.platform = "*";
}

struct status suite_call(struct suite *suite, struct suite_caller caller, struct arena *arena,
			 const char *path, const ProtobufCMessage *request,
			 ProtobufCMessage **reply)
{
	const struct method_rule *method = contract_method_by_path(text_of(path));
	struct call call;
	const uint8_t *answer = NULL;
	uint8_t *bytes;
	size_t length;

	*reply = NULL;
	if (!method || method->input->descriptor != request->descriptor)
		fatal("no such method, or another request type");
	begin_call(suite, caller, arena, &call);
	bytes = message_pack(arena, request, &length);
	TRY(call_forward(&call, suite->upstream, path, bytes, length, &answer, &length));
	*reply = message_unpack(arena, method->output->descriptor, answer, length);
	return STATUS_OK;
}

const char *suite_sign(struct suite *suite, const char *issuer, const struct token_claims *claims,
		       struct arena *arena)
{
	return token_sign(key_of(suite, issuer), claims, arena);
}

bool suite_serves(const struct suite *suite, const ProtobufCServiceDescriptor *service)
{
	for (ProtobufCService *const *served = suite->service->services; *served; served++)
		if ((*served)->descriptor == service)
			return true;
	return suite->service->migrations && service == work_service.base.descriptor;
}

const char *suite_target(const struct suite *suite)
{
	return suite->socket;
}

const char *suite_schema(const struct suite *suite)
{
	return suite->service->name;
}
