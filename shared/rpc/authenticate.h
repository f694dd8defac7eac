/* SPDX-License-Identifier: Apache-2.0 */
/* From the authorization header to who calls: a token's claims held to the suite's rules. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "base/text.h"
#include "rpc/identity.h"

struct arena;
struct token_claims;
struct token_keyset;

/* The issuer of people's tokens; every other issuer is a service. */
#define TOKEN_ISSUER_CALLERS "callers"

/* The token in "Bearer TOKEN" (RFC 6750 2.1; the scheme in any case); false for anything else. */
bool authenticate_bearer(struct text header, struct text *token);

/* Nobody known. */
struct rpc_identity identity_anonymous(void);

/*
 * Who the claims speak of. Only services sign for services: a SERVICE signed by "callers" is
 * refused, as is any other role signed by a service. A service's `act` is the one it speaks for.
 * Only an OPERATOR or a SERVICE on its own has the platform "*". False when the claims fit no rule.
 */
bool identity_of_claims(const struct token_claims *claims, struct rpc_identity *identity);

/* Verifies a token: UNAUTHENTICATED says in its details what is wrong with it. */
struct status authenticate(struct arena *arena, struct token_keyset *keys, const char *audience,
			   struct text token, int64_t real_us, struct rpc_identity *identity,
			   bool *unknown_key);
