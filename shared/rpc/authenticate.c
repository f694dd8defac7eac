/* SPDX-License-Identifier: Apache-2.0 */
/* Which claims make which actor. */
#include "rpc/authenticate.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/id.h"
#include "contract/contract.h"
#include "crypto/token.h"

bool authenticate_bearer(struct text header, struct text *token)
{
	static const char scheme[] = "Bearer ";
	const size_t length = sizeof(scheme) - 1;

	if (header.length <= length || strncasecmp(header.start, scheme, length) != 0)
		return false;
	*token = (struct text){header.start + length, header.length - length};
	return true;
}

struct rpc_identity identity_anonymous(void)
{
	return (struct rpc_identity){
	    .role = ROLE__ROLE_ANONYMOUS, .platform = "*", .expires_us = INT64_MAX};
}

static bool copy_text(char *to, size_t size, const char *from)
{
	size_t length = from ? strlen(from) : 0;

	if (length >= size)
		return false;
	memcpy(to, from ? from : "", length);
	to[length] = '\0';
	return true;
}

static bool is_platform(const char *platform, bool may_be_all)
{
	return strcmp(platform, "*") == 0 ? may_be_all : id_is_chosen(text_of(platform));
}

static bool is_person(Role role)
{
	return role == ROLE__ROLE_OPERATOR || role == ROLE__ROLE_MANAGER ||
	       role == ROLE__ROLE_AGENT || role == ROLE__ROLE_PROVIDER || role == ROLE__ROLE_CLIENT;
}

/* The one a service speaks for: a person, or somebody without a token. */
static bool read_act(const struct token_claims *claims, struct rpc_identity *identity)
{
	identity->role = contract_role_of(claims->act_role);
	if (!copy_text(identity->subject, sizeof(identity->subject), claims->act_subject) ||
	    !copy_text(identity->platform, sizeof(identity->platform), claims->act_platform))
		return false;
	if (identity->role == ROLE__ROLE_ANONYMOUS)
		return identity->subject[0] == '\0' && is_platform(identity->platform, true);
	return is_person(identity->role) && identity->subject[0] != '\0' &&
	       is_platform(identity->platform, identity->role == ROLE__ROLE_OPERATOR);
}

bool identity_of_claims(const struct token_claims *claims, struct rpc_identity *identity)
{
	struct rpc_identity read = {.expires_us = claims->expires_us};
	bool is_service = strcmp(claims->issuer, TOKEN_ISSUER_CALLERS) != 0;
	bool is_right;

	read.role = claims->role ? contract_role_of(claims->role) : ROLE__ROLE_UNSPECIFIED;
	read.by_service = is_service;
	if (is_service != (read.role == ROLE__ROLE_SERVICE) || (!is_service && claims->act_role))
		return false;
	if (!is_service && !is_person(read.role))
		return false;
	if (!claims->subject || claims->subject[0] == '\0' ||
	    !copy_text(read.speaker, sizeof(read.speaker), claims->subject))
		return false;
	if (claims->act_role) {
		is_right = read_act(claims, &read);
	} else {
		is_right =
		    copy_text(read.subject, sizeof(read.subject), claims->subject) &&
		    copy_text(read.platform, sizeof(read.platform), claims->platform) &&
		    is_platform(read.platform, is_service || read.role == ROLE__ROLE_OPERATOR);
	}
	if (is_right)
		*identity = read;
	return is_right;
}

static struct status refuse(struct arena *arena, const char *cause)
{
	struct status_detail *detail = arena_new(arena, struct status_detail, 1);

	detail->key = "cause";
	detail->value = cause;
	return (struct status){.reason = REASON__REASON_UNAUTHENTICATED, .details = detail};
}

struct status authenticate(struct arena *arena, struct token_keyset *keys, const char *audience,
			   struct text token, int64_t real_us, struct rpc_identity *identity,
			   bool *unknown_key)
{
	struct token_claims claims = {0};
	enum token_result result;

	*unknown_key = false;
	if (!keys)
		return refuse(arena, "this server takes no tokens");
	result = token_verify(keys, token.start, token.length, audience, real_us, arena, &claims);
	*unknown_key = result == TOKEN_UNKNOWN_KEY;
	if (result != TOKEN_OK)
		return refuse(arena, token_result_text(result));
	if (!identity_of_claims(&claims, identity))
		return refuse(arena, "token's claims fit no caller");
	return STATUS_OK;
}
