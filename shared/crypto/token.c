/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens made and verified: signature first, content after, so that only signed JSON is believed.
 */
#include "crypto/token.h"

#include <assert.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/status.h"
#include "base/text.h"
#include "base/time.h"
#include "crypto/random.h"
#include "crypto/token_internal.h"

/* A token taken apart: views into its text. */
struct token_parts {
	struct text header;
	struct text payload;
	size_t signed_length; /* header, dot, payload */
	uint8_t *signature;   /* in the arena */
};

/* Where a claim of a known name belongs; tokens are written in this order. */
struct named {
	const char *name;
	size_t offset;
};

static const struct named named_texts[] = {
    {"iss", offsetof(struct token_claims, issuer)},
    {"sub", offsetof(struct token_claims, subject)},
    {"aud", offsetof(struct token_claims, audience)},
    {"role", offsetof(struct token_claims, role)},
    {"platform", offsetof(struct token_claims, platform)},
};

static const struct named named_instants[] = {
    {"exp", offsetof(struct token_claims, expires_us)},
    {"iat", offsetof(struct token_claims, issued_us)},
    {"nbf", offsetof(struct token_claims, not_before_us)},
};

static const struct named act_texts[] = {
    {"role", offsetof(struct token_claims, act_role)},
    {"sub", offsetof(struct token_claims, act_subject)},
    {"platform", offsetof(struct token_claims, act_platform)},
};

static const char **text_at(const struct token_claims *claims, struct named claim)
{
	return (const char **)((uintptr_t)claims + claim.offset);
}

static int64_t *instant_at(const struct token_claims *claims, struct named claim)
{
	return (int64_t *)((uintptr_t)claims + claim.offset);
}

static bool split(struct text token, struct arena *arena, struct token_parts *parts)
{
	struct text signature = token;
	size_t written;

	if (!text_next(&signature, '.', &parts->header) ||
	    !text_next(&signature, '.', &parts->payload) || !signature.start)
		return false;
	parts->signed_length = token.length - signature.length - 1;
	return text_base64url_decode(arena, signature, &parts->signature, &written) &&
	       written == crypto_sign_BYTES;
}

/* The JSON object in one part; NULL when it is anything else. Released with json_decref. */
static json_t *parse_part(struct text part, struct arena *arena)
{
	uint8_t *bytes;
	size_t length;
	json_t *value;

	if (!text_base64url_decode(arena, part, &bytes, &length))
		return NULL;
	value = json_loadb((const char *)bytes, length, JSON_REJECT_DUPLICATES, NULL);
	if (value && !json_is_object(value)) {
		json_decref(value);
		return NULL;
	}
	return value;
}

/* Reads the header: the algorithm is fixed, and what must be understood (`crit`) never is. */
static enum token_result read_header(const struct token_parts *parts, struct token_keyset *keyset,
				     struct arena *arena, struct token_public_key *key)
{
	json_t *header = parse_part(parts->header, arena);
	const char *algorithm = json_string_value(json_object_get(header, "alg"));
	const char *kid = json_string_value(json_object_get(header, "kid"));
	enum token_result result = TOKEN_OK;

	if (!header || !algorithm || json_object_get(header, "crit"))
		result = TOKEN_MALFORMED;
	else if (strcmp(algorithm, "EdDSA") != 0)
		result = TOKEN_WRONG_ALGORITHM;
	else if (!kid)
		result = TOKEN_MALFORMED;
	else if (!token_keyset_find(keyset, kid, key))
		result = TOKEN_UNKNOWN_KEY;
	json_decref(header);
	return result;
}

static bool take_text(const json_t *value, struct arena *arena, const char **text)
{
	if (!json_is_string(value))
		return false;
	*text = arena_copy(arena, json_string_value(value), json_string_length(value));
	return true;
}

static bool take_instant(const json_t *value, int64_t *instant_us)
{
	json_int_t seconds = json_integer_value(value);

	if (!json_is_integer(value) || seconds <= 0 || seconds > INT64_MAX / TIME_SECOND_US)
		return false;
	*instant_us = seconds * TIME_SECOND_US;
	return true;
}

/* One text, or a list of texts of which the wanted one counts (RFC 7519 4.1.3). */
static bool take_audience(const json_t *value, const char *wanted, struct arena *arena,
			  const char **audience)
{
	if (!json_is_array(value))
		return take_text(value, arena, audience);
	for (size_t i = 0; i < json_array_size(value); i++) {
		const char *text = NULL;

		if (!take_text(json_array_get(value, i), arena, &text))
			return false;
		if (!*audience || (wanted && strcmp(text, wanted) == 0))
			*audience = text;
	}
	return *audience != NULL;
}

static bool take_act(json_t *value, struct arena *arena, struct token_claims *claims)
{
	size_t taken = 0;

	if (!json_is_object(value))
		return false;
	for (size_t i = 0; i < ARRAY_COUNT(act_texts); i++) {
		const json_t *member = json_object_get(value, act_texts[i].name);

		if (!member)
			continue;
		if (!take_text(member, arena, text_at(claims, act_texts[i])))
			return false;
		taken++;
	}
	return taken == json_object_size(value) && claims->act_role;
}

static bool take_extra(const char *name, const json_t *value, struct arena *arena,
		       struct token_claims *claims)
{
	struct token_claim *claim = &claims->extra[claims->extra_count];

	if (claims->extra_count == TOKEN_MAX_EXTRA)
		return false;
	if (json_is_integer(value))
		claim->number = json_integer_value(value);
	else if (!take_text(value, arena, &claim->text))
		return false;
	claim->name = arena_copy(arena, name, strlen(name));
	claims->extra_count++;
	return true;
}

static bool take_claim(const char *name, json_t *value, const char *audience, struct arena *arena,
		       struct token_claims *claims)
{
	if (strcmp(name, "aud") == 0)
		return take_audience(value, audience, arena, &claims->audience);
	if (strcmp(name, "act") == 0)
		return take_act(value, arena, claims);
	for (size_t i = 0; i < ARRAY_COUNT(named_texts); i++)
		if (strcmp(name, named_texts[i].name) == 0)
			return take_text(value, arena, text_at(claims, named_texts[i]));
	for (size_t i = 0; i < ARRAY_COUNT(named_instants); i++)
		if (strcmp(name, named_instants[i].name) == 0)
			return take_instant(value, instant_at(claims, named_instants[i]));
	return take_extra(name, value, arena, claims);
}

static bool read_payload(const struct token_parts *parts, const char *audience, struct arena *arena,
			 struct token_claims *claims)
{
	json_t *payload = parse_part(parts->payload, arena);
	bool is_right = payload != NULL;
	const char *name;
	json_t *value;

	json_object_foreach(payload, name, value)
	{
		is_right = is_right && take_claim(name, value, audience, arena, claims);
	}
	json_decref(payload);
	return is_right && claims->issuer && claims->audience && claims->expires_us;
}

enum token_result token_verify(struct token_keyset *keyset, const char *token, size_t length,
			       const char *audience, int64_t now_us, struct arena *arena,
			       struct token_claims *claims)
{
	struct token_parts parts;
	struct token_public_key key;
	struct token_claims read = {0};
	enum token_result result;

	crypto_ready();
	if (length > TOKEN_MAX_LENGTH || !split((struct text){token, length}, arena, &parts))
		return TOKEN_MALFORMED;
	result = read_header(&parts, keyset, arena, &key);
	if (result != TOKEN_OK)
		return result;
	if (crypto_sign_verify_detached(parts.signature, (const unsigned char *)token,
					parts.signed_length, key.bytes) != 0)
		return TOKEN_BAD_SIGNATURE;
	if (!read_payload(&parts, audience, arena, &read))
		return TOKEN_MALFORMED;
	if (strcmp(read.issuer, key.issuer) != 0)
		return TOKEN_UNKNOWN_KEY;
	if (now_us >= read.expires_us)
		return TOKEN_EXPIRED;
	if (now_us < read.not_before_us)
		return TOKEN_NOT_YET;
	if (audience && strcmp(read.audience, audience) != 0)
		return TOKEN_WRONG_AUDIENCE;
	*claims = read;
	return TOKEN_OK;
}

static void set_text(json_t *object, const char *name, const char *text)
{
	int failed;

	if (!text)
		return;
	failed = json_object_set_new(object, name, json_string(text));
	assert(failed == 0); /* It fails for text that is not UTF-8. */
}

static void set_instant(json_t *object, const char *name, int64_t instant_us)
{
	if (instant_us != 0)
		json_object_set_new(object, name, json_integer(instant_us / TIME_SECOND_US));
}

static json_t *payload_of(const struct token_claims *claims)
{
	json_t *payload = json_object();
	json_t *act = claims->act_role ? json_object() : NULL;

	for (size_t i = 0; i < ARRAY_COUNT(named_texts); i++)
		set_text(payload, named_texts[i].name, *text_at(claims, named_texts[i]));
	for (size_t i = 0; i < ARRAY_COUNT(named_instants); i++)
		set_instant(payload, named_instants[i].name,
			    *instant_at(claims, named_instants[i]));
	for (size_t i = 0; act && i < ARRAY_COUNT(act_texts); i++)
		set_text(act, act_texts[i].name, *text_at(claims, act_texts[i]));
	if (act)
		json_object_set_new(payload, "act", act);
	for (size_t i = 0; i < claims->extra_count; i++) {
		const struct token_claim *claim = &claims->extra[i];

		assert(!json_object_get(payload, claim->name));
		if (claim->text)
			set_text(payload, claim->name, claim->text);
		else
			json_object_set_new(payload, claim->name, json_integer(claim->number));
	}
	return payload;
}

/* The part's text in base64url; releases `part`. */
static const char *encode_part(json_t *part, struct arena *arena)
{
	char *text = json_dumps(part, JSON_COMPACT);
	const char *encoded;

	json_decref(part);
	if (!text)
		fatal("out of memory");
	encoded = text_base64url_encode(arena, text, strlen(text));
	free(text);
	return encoded;
}

const char *token_sign(const struct token_key *key, const struct token_claims *claims,
		       struct arena *arena)
{
	const struct token_public_key *public_key = &key->public_key;
	struct token_claims complete = *claims;
	uint8_t signature[crypto_sign_BYTES];
	json_t *header = json_object();
	const char *header_text;
	const char *input;

	assert(!claims->issuer || strcmp(claims->issuer, public_key->issuer) == 0);
	assert(claims->audience && claims->expires_us >= TIME_SECOND_US);
	complete.issuer = public_key->issuer;
	crypto_ready();
	set_text(header, "alg", "EdDSA");
	set_text(header, "typ", "JWT");
	set_text(header, "kid", public_key->kid);
	header_text = encode_part(header, arena);
	input = arena_text(arena, "%s.%s", header_text, encode_part(payload_of(&complete), arena));
	crypto_sign_detached(signature, NULL, (const unsigned char *)input, strlen(input),
			     key->secret);
	return arena_text(arena, "%s.%s", input,
			  text_base64url_encode(arena, signature, sizeof(signature)));
}

static struct token_claim *next_claim(struct token_claims *claims, const char *name)
{
	struct token_claim *claim = &claims->extra[claims->extra_count];

	assert(claims->extra_count < TOKEN_MAX_EXTRA);
	claim->name = name;
	claims->extra_count++;
	return claim;
}

void token_claim_add_text(struct token_claims *claims, const char *name, const char *text)
{
	assert(text);
	next_claim(claims, name)->text = text;
}

void token_claim_add_number(struct token_claims *claims, const char *name, int64_t number)
{
	next_claim(claims, name)->number = number;
}

static const struct token_claim *find_claim(const struct token_claims *claims, const char *name)
{
	for (size_t i = 0; i < claims->extra_count; i++)
		if (strcmp(claims->extra[i].name, name) == 0)
			return &claims->extra[i];
	return NULL;
}

const char *token_claim_text(const struct token_claims *claims, const char *name)
{
	const struct token_claim *claim = find_claim(claims, name);

	return claim ? claim->text : NULL;
}

bool token_claim_number(const struct token_claims *claims, const char *name, int64_t *number)
{
	const struct token_claim *claim = find_claim(claims, name);

	if (!claim || claim->text)
		return false;
	*number = claim->number;
	return true;
}

const char *token_result_text(enum token_result result)
{
	static const char *const texts[] = {
	    [TOKEN_OK] = "token is valid",
	    [TOKEN_MALFORMED] = "token is malformed",
	    [TOKEN_WRONG_ALGORITHM] = "token's algorithm is not EdDSA",
	    [TOKEN_UNKNOWN_KEY] = "token's key is unknown for its issuer",
	    [TOKEN_BAD_SIGNATURE] = "token's signature is wrong",
	    [TOKEN_EXPIRED] = "token is expired",
	    [TOKEN_NOT_YET] = "token is not valid yet",
	    [TOKEN_WRONG_AUDIENCE] = "token is for another audience",
	};

	assert((size_t)result < ARRAY_COUNT(texts));
	return texts[result];
}
