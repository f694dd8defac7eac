/* SPDX-License-Identifier: Apache-2.0 */
/* Signed tokens: JWT (RFC 7519) with EdDSA over Ed25519 (RFC 8037) and nothing else. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct token_key;
struct token_keyset;

#define TOKEN_MAX_LENGTH 8192 /* bytes of a whole token; longer ones are MALFORMED unread */
#define TOKEN_MAX_EXTRA 16    /* claims beside the named ones */

/* What verification found; everything but TOKEN_OK leaves the claims untouched. */
enum token_result {
	TOKEN_OK = 0,
	TOKEN_MALFORMED,       /* not three parts of base64url, not strict JSON, a claim missing */
	TOKEN_WRONG_ALGORITHM, /* `alg` is not EdDSA ("none", HS256, ...) */
	TOKEN_UNKNOWN_KEY,     /* no such `kid`, or it belongs to another issuer than `iss` */
	TOKEN_BAD_SIGNATURE,
	TOKEN_EXPIRED,
	TOKEN_NOT_YET, /* `nbf` is later than now */
	TOKEN_WRONG_AUDIENCE,
};

/* One claim of a signed statement: a text, or a number when `text` is NULL. */
struct token_claim {
	const char *name; /* borrowed */
	const char *text; /* borrowed */
	int64_t number;
};

/*
 * What a token says. Texts of a verified token live in the arena given to token_verify. Instants
 * are real time in microseconds since 1970; on the wire they are whole seconds, rounded down.
 * A text that is absent is NULL, an instant that is absent is 0.
 */
struct token_claims {
	const char *issuer;	  /* iss; always one: given by the key when NULL in token_sign */
	const char *subject;	  /* sub */
	const char *audience;	  /* aud; of several, the one that was asked for */
	const char *role;	  /* role: OPERATOR, MANAGER, AGENT, PROVIDER, CLIENT, SERVICE */
	const char *platform;	  /* platform: an id, or "*" for every platform */
	int64_t expires_us;	  /* exp; always one */
	int64_t issued_us;	  /* iat */
	int64_t not_before_us;	  /* nbf */
	const char *act_role;	  /* act.role: for whom the bearer speaks (RFC 8693 4.1 reversed: */
	const char *act_subject;  /* act.sub    the bearer is `sub`, `act` is its caller) */
	const char *act_platform; /* act.platform; one platform, never "*" */
	struct token_claim extra[TOKEN_MAX_EXTRA]; /* top-level claims of any other name */
	size_t extra_count;
};

/*
 * Signs `claims` with `key` and returns the token, in the arena. The issuer is the key's own (a
 * different one in `claims` is a bug and ends the process), as are a missing audience or expiry.
 */
const char *token_sign(const struct token_key *key, const struct token_claims *claims,
		       struct arena *arena);

/*
 * Checks form, algorithm, key, signature, issuer, instants and audience of a token, in this order,
 * and fills `claims` when all is well. A token is valid while now < exp and nbf <= now. `audience`
 * NULL accepts any, for signed statements that are checked by their issuer alone.
 */
enum token_result token_verify(struct token_keyset *keyset, const char *token, size_t length,
			       const char *audience, int64_t now_us, struct arena *arena,
			       struct token_claims *claims);

/* The extra claim `name` as text / as number; NULL / false when it is absent or the other kind. */
const char *token_claim_text(const struct token_claims *claims, const char *name);
bool token_claim_number(const struct token_claims *claims, const char *name, int64_t *number);

/* Adds an extra claim; more than TOKEN_MAX_EXTRA is a bug and ends the process. */
void token_claim_add_text(struct token_claims *claims, const char *name, const char *text);
void token_claim_add_number(struct token_claims *claims, const char *name, int64_t number);

/* A lower-case phrase for a log line: "token is expired". */
const char *token_result_text(enum token_result result);
