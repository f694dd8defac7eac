/* SPDX-License-Identifier: Apache-2.0 */
/* One service of the suite within a test: real server, real database, keys made for the run. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

#include "call/call.h"
#include "db/migrate.h"

struct arena;
struct rpc_server;
struct suite;

/* What is started; the same things as in the service's main.c. */
struct suite_service {
	const char *name;
	ProtobufCService *const *services;	/* ended by NULL; WorkService is added */
	const struct embedded_file *migrations; /* NULL: it has no tables, and no WorkService */
	const struct runner_kind *work;		/* NULL: no local work is done */
	void *settings;				/* for the environment; NULL: it has none */
	/* Before the server starts and after it stopped; may be NULL. */
	bool (*begin)(const struct call_environment *environment, struct rpc_server *server);
	void (*end)(void);
};

/*
 * Starts a private MariaDB, migrates, checks every statement, serves on a unix socket. Ends the
 * test program when anything fails. ENTREMISE_RUN_TWICE=true in the environment runs every mutation
 * twice.
 */
struct suite *suite_start(const struct suite_service *service);
void suite_stop(struct suite *suite);

/* Who calls; `by_service` = through a gateway that acts for it. */
struct suite_caller {
	Role role;
	const char *subject;
	const char *platform;
};

/*
 * Calls a method of the contract as the gateway acting for `caller`, from any thread; ROLE_SERVICE:
 * as the gateway for itself. The reply is unpacked into `arena` (NULL when refused); the status has
 * the service's own reason. The request's descriptor must be the method's input.
 */
struct status suite_call(struct suite *suite, struct suite_caller caller, struct arena *arena,
			 const char *path, const ProtobufCMessage *request,
			 ProtobufCMessage **reply);

/*
 * Signs a token or a statement as `issuer` - "callers", "gateway", "billing", "providers" - with
 * the key that the service knows.
 */
struct token_claims;
const char *suite_sign(struct suite *suite, const char *issuer, const struct token_claims *claims,
		       struct arena *arena);

/* True when the service has these methods. */
bool suite_serves(const struct suite *suite, const ProtobufCServiceDescriptor *service);

/* Where the service listens, for calls that suite_call would not make. */
const char *suite_target(const struct suite *suite);

/* The schema's name, for test_database_value and test_database_execute. */
const char *suite_schema(const struct suite *suite);
