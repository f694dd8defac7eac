/* SPDX-License-Identifier: Apache-2.0 */
/* Every method of one server against every kind of caller; what is counted, and who calls. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "contract/contract.h"
#include "fill.h"
#include "support/raw_call.h"

#define PLATFORM_A "test-a"
#define PLATFORM_B "test-b"

/* google.rpc.Code. */
enum {
	CODE_OK = 0,
	CODE_UNKNOWN = 2,
	CODE_NOT_FOUND = 5,
	CODE_PERMISSION_DENIED = 7,
	CODE_UNIMPLEMENTED = 12,
	CODE_INTERNAL = 13,
	CODE_UNAVAILABLE = 14,
	CODE_UNAUTHENTICATED = 16
};

#define MATRIX_NAMES_MOST 60

struct matrix {
	struct suite *suite;
	struct raw_peer *peer;
	struct arena *arena;				/* of the whole test; owned */
	struct arena *scratch;				/* of one call; owned */
	const char *names[MATRIX_NAMES_MOST + 1];	/* rows on PLATFORM_A, ended by NULL */
	bool owned[MATRIX_NAMES_MOST];			/* by one of `subjects` */
	const char *subjects[ROLE__ROLE_ANONYMOUS + 1]; /* who owns them, by role */
	size_t checked;					/* pairs of method and case */
	size_t failed;
	size_t succeeded; /* calls of those who may, answered OK */
};

/* Which server is tested; one of the files *_server.c is linked. */
extern const char *const server_package; /* "entremise.requests.v1": all of it is served */
/* It passes on what the contract gives a route, and nothing answers behind it; no rows. */
extern const bool server_is_gateway;
struct suite *server_begin(void);
void server_end(void);

/* Platform A with at least one row of every kind, told by matrix_add_name; B with none. */
void server_populate(struct matrix *matrix);

void matrix_begin(struct matrix *matrix);
void matrix_end(struct matrix *matrix);

/*
 * A row of platform A; ids of further names are taken from the first that has their pattern.
 * `owned`: other providers and clients may not see it.
 */
void matrix_add_name(struct matrix *matrix, const char *name, bool owned);

/* The authorization header of somebody, in `scratch`; ROLE_ANONYMOUS: NULL. */
const char *matrix_direct(struct matrix *matrix, Role role, const char *subject,
			  const char *platform);

/* The header of the gateway speaking for somebody. */
const char *matrix_through(struct matrix *matrix, Role role, const char *subject,
			   const char *platform);

/* May this role call, by the contract? */
bool matrix_allows(const struct method_rule *method, Role role);

/* True when the server under test has the method. */
bool matrix_is_served(const struct matrix *matrix, const struct method_rule *method);

/* Makes a call; NULL: without a header. */
struct raw_answer matrix_call(struct matrix *matrix, const struct method_rule *method,
			      const char *authorization, const ProtobufCMessage *request);

/* Counts the pair, and says on stderr what was not as it should be. */
void matrix_check(struct matrix *matrix, bool holds, const struct method_rule *method,
		  const char *what, Role role, const struct raw_answer *answer);

/* Does the request speak of a platform? */
bool matrix_names(struct matrix *matrix, const struct method_rule *method,
		  const ProtobufCMessage *request);

/* All that is checked of one method: tokens, roles, other platforms, context fields, own calls. */
void matrix_check_method(struct matrix *matrix, const struct method_rule *method);

/* A method that the server does not have is none, whoever asks. */
void matrix_check_unserved(struct matrix *matrix, const struct method_rule *method);

/* Rows: B sees and changes nothing of A, strangers on A nothing of others. */
void isolation_check(struct matrix *matrix);
