/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens, calls and counts of the matrix. */
#include "matrix.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/time.h"
#include "contract/field.h"
#include "crypto/token.h"
#include "support/suite.h"

void matrix_begin(struct matrix *matrix)
{
	*matrix = (struct matrix){.suite = server_begin()};
	matrix->peer = raw_peer_create(suite_target(matrix->suite));
	matrix->arena = arena_create();
	matrix->scratch = arena_create();
	for (int role = 0; role <= ROLE__ROLE_ANONYMOUS; role++)
		matrix->subjects[role] = arena_text(matrix->arena, "subject%d", role);
	matrix->subjects[ROLE__ROLE_ANONYMOUS] = "";
}

void matrix_end(struct matrix *matrix)
{
	raw_peer_destroy(matrix->peer);
	arena_destroy(matrix->scratch);
	arena_destroy(matrix->arena);
	server_end();
}

void matrix_add_name(struct matrix *matrix, const char *name, bool owned)
{
	size_t count = 0;

	while (matrix->names[count])
		count++;
	if (count == MATRIX_NAMES_MOST)
		fatal("too many names");
	matrix->names[count] = arena_text(matrix->arena, "%s", name);
	matrix->owned[count] = owned;
}

const char *matrix_direct(struct matrix *matrix, Role role, const char *subject,
			  const char *platform)
{
	bool is_service = role == ROLE__ROLE_SERVICE;
	const struct token_claims claims = {.subject = is_service ? "gateway" : subject,
					    .audience = "entremise",
					    .role = contract_role_name(role),
					    .platform = platform,
					    .expires_us = time_real_us() + 5 * TIME_MINUTE_US};

	if (role == ROLE__ROLE_ANONYMOUS)
		return NULL;
	return arena_text(matrix->scratch, "Bearer %s",
			  suite_sign(matrix->suite, is_service ? "gateway" : "callers", &claims,
				     matrix->scratch));
}

const char *matrix_through(struct matrix *matrix, Role role, const char *subject,
			   const char *platform)
{
	const struct token_claims claims = {.subject = "gateway",
					    .audience = "entremise",
					    .role = "SERVICE",
					    .act_role = contract_role_name(role),
					    .act_subject = subject,
					    .act_platform = platform,
					    .expires_us = time_real_us() + 5 * TIME_MINUTE_US};

	if (role == ROLE__ROLE_SERVICE)
		return matrix_direct(matrix, role, subject, platform);
	return arena_text(matrix->scratch, "Bearer %s",
			  suite_sign(matrix->suite, "gateway", &claims, matrix->scratch));
}

bool matrix_allows(const struct method_rule *method, Role role)
{
	return (method->allow & (1U << role)) != 0 ||
	       (role == ROLE__ROLE_ANONYMOUS && method->rule->open);
}

bool matrix_is_served(const struct matrix *matrix, const struct method_rule *method)
{
	if (server_is_gateway)
		return method->rule->route != ROUTE__ROUTE_UNSPECIFIED;
	return method->service && suite_serves(matrix->suite, method->service);
}

struct raw_answer matrix_call(struct matrix *matrix, const struct method_rule *method,
			      const char *authorization, const ProtobufCMessage *request)
{
	const char *const headers[] = {authorization, NULL};
	struct text bytes;

	bytes.start = (const char *)message_pack(matrix->scratch, request, &bytes.length);
	return raw_call(matrix->peer, matrix->scratch, method->path, headers, bytes);
}

void matrix_check(struct matrix *matrix, bool holds, const struct method_rule *method,
		  const char *what, Role role, const struct raw_answer *answer)
{
	matrix->checked++;
	if (holds)
		return;
	matrix->failed++;
	fprintf(stderr, "%s: %s, %s: code %d %s (%s)\n", method->path, what,
		contract_role_name(role), answer->code,
		answer->status.reason ? contract_reason(answer->status.reason)->name : "OK",
		answer->status.message ? answer->status.message : "");
}

bool matrix_names(struct matrix *matrix, const struct method_rule *method,
		  const ProtobufCMessage *request)
{
	size_t length;
	const uint8_t *bytes = message_pack(matrix->scratch, request, &length);

	return method->rule->platform_field[0] != '\0' ||
	       memmem(bytes, length, "platforms/", strlen("platforms/")) != NULL;
}
