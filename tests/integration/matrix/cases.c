/* SPDX-License-Identifier: Apache-2.0 */
/* The cases that every method is held to; each follows from the contract's options alone. */
#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "contract/field.h"
#include "crypto/token.h"
#include "crypto/token_key.h"
#include "matrix.h"
#include "support/suite.h"

/* Who is tried; the callers without a token have a case of their own. */
static const Role roles[] = {ROLE__ROLE_OPERATOR, ROLE__ROLE_MANAGER, ROLE__ROLE_AGENT,
			     ROLE__ROLE_PROVIDER, ROLE__ROLE_CLIENT,  ROLE__ROLE_SERVICE};

static unsigned next_seed(void)
{
	static unsigned seed;

	return ++seed;
}

static struct fill fill_of(struct matrix *matrix, const char *platform)
{
	return (struct fill){.arena = matrix->scratch,
			     .platform = platform,
			     .names = matrix->names,
			     .all = true,
			     .seed = next_seed()};
}

static struct token_claims good_claims(void)
{
	return (struct token_claims){.subject = "m1",
				     .audience = "entremise",
				     .role = "MANAGER",
				     .platform = PLATFORM_A,
				     .expires_us = time_real_us() + 5 * TIME_MINUTE_US};
}

/* A token that is right but for one thing. */
static const char *bearer(struct matrix *matrix, const char *issuer, struct token_claims claims)
{
	return arena_text(matrix->scratch, "Bearer %s",
			  suite_sign(matrix->suite, issuer, &claims, matrix->scratch));
}

/* Signed by a key that nobody knows, under a name that is known or not. */
static const char *forged(struct matrix *matrix, const char *kid)
{
	struct token_key *key = token_key_generate(kid, "callers");
	struct token_claims claims = good_claims();
	const char *header =
	    arena_text(matrix->scratch, "Bearer %s", token_sign(key, &claims, matrix->scratch));

	token_key_destroy(key);
	return header;
}

static void check_refused_header(struct matrix *matrix, const struct method_rule *method,
				 const char *what, const char *first, const char *second)
{
	struct fill fill = fill_of(matrix, PLATFORM_A);
	const char *const headers[] = {first, second, NULL};
	ProtobufCMessage *request = fill_request(&fill, method);
	struct raw_answer answer;
	struct text bytes;

	bytes.start = (const char *)message_pack(matrix->scratch, request, &bytes.length);
	answer = raw_call(matrix->peer, matrix->scratch, method->path, headers, bytes);
	matrix_check(matrix, answer.code == CODE_UNAUTHENTICATED, method, what, ROLE__ROLE_MANAGER,
		     &answer);
}

/* A bad token is refused by open methods too: who sends one means to be somebody. */
static void check_bad_tokens(struct matrix *matrix, const struct method_rule *method)
{
	struct token_claims expired = good_claims(), early = good_claims(), other = good_claims();
	struct token_claims all = good_claims(), nobody = good_claims(), service = good_claims();
	struct token_claims acting = good_claims();
	const char *good = bearer(matrix, "callers", good_claims());
	struct {
		const char *what, *first, *second;
	} bad[] = {
	    {"not a token", "Bearer x.y.z", NULL},
	    {"another scheme", "Basic bTE6c2VjcmV0", NULL},
	    {"expired token", NULL, NULL},
	    {"token of later", NULL, NULL},
	    {"token for others", NULL, NULL},
	    {"manager of every platform", NULL, NULL},
	    {"token without a role", NULL, NULL},
	    {"service signed as a person", NULL, NULL},
	    {"person signed by a service", NULL, NULL},
	    {"person that acts for another", NULL, NULL},
	    {"unknown key", forged(matrix, "elsewhere"), NULL},
	    {"forged signature", forged(matrix, "test-callers"), NULL},
	    {"two headers", good, good},
	};

	expired.expires_us = time_real_us() - TIME_SECOND_US;
	early.not_before_us = time_real_us() + TIME_MINUTE_US;
	other.audience = "another suite";
	all.platform = "*";
	nobody.role = NULL;
	service.role = "SERVICE";
	acting.act_role = "MANAGER";
	acting.act_subject = "m2";
	acting.act_platform = PLATFORM_A;
	bad[2].first = bearer(matrix, "callers", expired);
	bad[3].first = bearer(matrix, "callers", early);
	bad[4].first = bearer(matrix, "callers", other);
	bad[5].first = bearer(matrix, "callers", all);
	bad[6].first = bearer(matrix, "callers", nobody);
	bad[7].first = bearer(matrix, "callers", service);
	bad[8].first = bearer(matrix, "gateway", good_claims());
	bad[9].first = bearer(matrix, "callers", acting);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_refused_header(matrix, method, bad[i].what, bad[i].first, bad[i].second);
}

/* The caller was let in, and nothing broke; what the gateway passes on, nobody knows. */
static bool is_served(const struct raw_answer *answer)
{
	switch (answer->code) {
	case CODE_UNAUTHENTICATED:
	case CODE_PERMISSION_DENIED:
	case CODE_INTERNAL:
	case CODE_UNAVAILABLE:
	case CODE_UNKNOWN:
		return false;
	case CODE_UNIMPLEMENTED:
		return server_is_gateway;
	default:
		return true;
	}
}

static void check_no_token(struct matrix *matrix, const struct method_rule *method)
{
	struct fill fill = fill_of(matrix, PLATFORM_A);
	bool is_open = matrix_allows(method, ROLE__ROLE_ANONYMOUS);
	struct raw_answer answer = matrix_call(matrix, method, NULL, fill_request(&fill, method));

	matrix_check(matrix, is_open ? is_served(&answer) : answer.code == CODE_UNAUTHENTICATED,
		     method, "no token", ROLE__ROLE_ANONYMOUS, &answer);
	answer = matrix_call(matrix, method,
			     matrix_through(matrix, ROLE__ROLE_ANONYMOUS, "", PLATFORM_A),
			     fill_request(&fill, method));
	matrix_check(matrix, is_open ? is_served(&answer) : answer.code == CODE_UNAUTHENTICATED,
		     method, "no token at the gateway", ROLE__ROLE_ANONYMOUS, &answer);
}

/* Through the gateway a role counts as it does directly: a gateway lends nobody its own. */
static void check_foreign_role(struct matrix *matrix, const struct method_rule *method, Role role)
{
	struct fill fill = fill_of(matrix, PLATFORM_A);
	ProtobufCMessage *request = fill_request(&fill, method);
	const char *subject = matrix->subjects[role];
	struct raw_answer answer =
	    matrix_call(matrix, method, matrix_direct(matrix, role, subject, PLATFORM_A), request);

	matrix_check(matrix, answer.code == CODE_PERMISSION_DENIED, method, "role not allowed",
		     role, &answer);
	if (role == ROLE__ROLE_SERVICE)
		return;
	answer =
	    matrix_call(matrix, method, matrix_through(matrix, role, subject, PLATFORM_A), request);
	matrix_check(matrix, answer.code == CODE_PERMISSION_DENIED, method,
		     "role not allowed, through the gateway", role, &answer);
}

/* One field at a time, of one method and role. */
struct field_case {
	struct matrix *matrix;
	const struct method_rule *method;
	Role role;
};

/* A caller of B that names itself everywhere but in this field. */
static void check_foreign_name(const struct field_rule *field, void *data)
{
	struct field_case *at = data;
	struct fill fill = fill_of(at->matrix, PLATFORM_B);
	struct raw_answer answer;

	if (!field->resource)
		return;
	fill.contexts = true;
	fill.forced = field;
	fill.forced_platform = PLATFORM_A;
	answer = matrix_call(
	    at->matrix, at->method,
	    matrix_through(at->matrix, at->role, at->matrix->subjects[at->role], PLATFORM_B),
	    fill_request(&fill, at->method));
	matrix_check(at->matrix, answer.code == CODE_NOT_FOUND, at->method,
		     arena_text(at->matrix->scratch, "%s of another platform", field->field->name),
		     at->role, &answer);
}

static void check_other_platform(struct matrix *matrix, const struct method_rule *method, Role role)
{
	struct fill fill = fill_of(matrix, PLATFORM_A);
	struct field_case at = {matrix, method, role};
	const ProtobufCMessage *request;
	struct raw_answer answer;

	if (method->rule->all_platforms)
		return;
	request = fill_request(&fill, method);
	answer =
	    matrix_call(matrix, method,
			matrix_direct(matrix, role, matrix->subjects[role], PLATFORM_B), request);
	if (matrix_names(matrix, method, request))
		matrix_check(matrix, answer.code == CODE_NOT_FOUND, method,
			     "token of another platform", role, &answer);
	fill_visit_fields(method, check_foreign_name, &at);
}

/* What only a service may say is refused when a caller says it. */
static void check_context(const struct field_rule *field, void *data)
{
	struct field_case *at = data;
	struct fill fill = fill_of(at->matrix, PLATFORM_A);
	struct raw_answer answer;

	if (!field->rule->context)
		return;
	fill.forced = field;
	answer = matrix_call(
	    at->matrix, at->method,
	    matrix_direct(at->matrix, at->role, at->matrix->subjects[at->role], PLATFORM_A),
	    fill_request(&fill, at->method));
	matrix_check(at->matrix, answer.code == CODE_PERMISSION_DENIED, at->method,
		     arena_text(at->matrix->scratch, "context field %s", field->field->name),
		     at->role, &answer);
}

/* Whether two seeds made the same. */
static bool is_same_message(struct matrix *matrix, const ProtobufCMessage *one,
			    const ProtobufCMessage *other)
{
	size_t length, other_length;
	const uint8_t *bytes = message_pack(matrix->scratch, one, &length);
	const uint8_t *other_bytes = message_pack(matrix->scratch, other, &other_length);

	return length == other_length && memcmp(bytes, other_bytes, length) == 0;
}

static bool is_same(const struct raw_answer *one, const struct raw_answer *other)
{
	return one->code == other->code && one->reply.length == other->reply.length &&
	       memcmp(one->reply.start, other->reply.start, one->reply.length) == 0;
}

/* Sent again, a mutation that succeeded gives the same answer; with another payload it is refused.
 */
static void check_repeated(struct matrix *matrix, const struct method_rule *method, Role role,
			   struct fill fill, const char *header, const ProtobufCMessage *request,
			   const struct raw_answer *first)
{
	struct raw_answer again = matrix_call(matrix, method, header, request);
	const ProtobufCMessage *other;

	matrix_check(matrix, is_same(first, &again), method, "the same request_id again", role,
		     &again);
	fill.seed = next_seed();
	fill.contexts = false;
	other = fill_request(&fill, method);
	fill.seed = next_seed();
	if (is_same_message(matrix, other, fill_request(&fill, method)))
		return; /* Its names are all it has. */
	again = matrix_call(matrix, method, header, other);
	matrix_check(matrix, again.status.reason == REASON__REASON_REQUEST_ID_REUSED, method,
		     "the same request_id for another payload", role, &again);
}

static void check_own_call(struct matrix *matrix, const struct method_rule *method, Role role,
			   bool all, bool by_service)
{
	bool is_mutation = method->rule->effect == EFFECT__EFFECT_MUTATION;
	const char *subject = matrix->subjects[role];
	struct fill fill = fill_of(matrix, PLATFORM_A);
	const char *header = by_service ? matrix_through(matrix, role, subject, PLATFORM_A)
					: matrix_direct(matrix, role, subject, PLATFORM_A);
	struct raw_answer answer;
	ProtobufCMessage *request;

	fill.all = all;
	fill.contexts = by_service;
	if (is_mutation && method->input->request_id)
		fill.request_id = arena_text(matrix->scratch, "matrix-%u", fill.seed);
	request = fill_request(&fill, method);
	answer = matrix_call(matrix, method, header, request);
	matrix_check(matrix, is_served(&answer), method, "own call", role, &answer);
	matrix->succeeded += answer.code == CODE_OK;
	if (fill.request_id && answer.code == CODE_OK)
		check_repeated(matrix, method, role, fill, header, request, &answer);
}

static void check_allowed_role(struct matrix *matrix, const struct method_rule *method, Role role)
{
	struct field_case at = {matrix, method, role};
	bool reads = !server_is_gateway || method->rule->route == ROUTE__ROUTE_COMPOSED;

	if (reads) /* What is passed on as bytes is the owner's to judge. */
		check_other_platform(matrix, method, role);
	if (reads && role != ROLE__ROLE_SERVICE)
		fill_visit_fields(method, check_context, &at);
	check_own_call(matrix, method, role, false, false);
	check_own_call(matrix, method, role, true, false);
	check_own_call(matrix, method, role, true, true);
}

void matrix_check_method(struct matrix *matrix, const struct method_rule *method)
{
	check_bad_tokens(matrix, method);
	check_no_token(matrix, method);
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		if (matrix_allows(method, roles[i]))
			check_allowed_role(matrix, method, roles[i]);
		else
			check_foreign_role(matrix, method, roles[i]);
		arena_reset(matrix->scratch);
	}
}

void matrix_check_unserved(struct matrix *matrix, const struct method_rule *method)
{
	const char *const headers[] = {matrix_direct(matrix, ROLE__ROLE_SERVICE, "", PLATFORM_A),
				       NULL};
	struct raw_answer answer =
	    raw_call(matrix->peer, matrix->scratch, method->path, headers, text_of(""));

	matrix_check(matrix, answer.code == CODE_UNIMPLEMENTED, method, "of another server",
		     ROLE__ROLE_SERVICE, &answer);
	arena_reset(matrix->scratch);
}
