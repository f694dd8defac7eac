/* SPDX-License-Identifier: Apache-2.0 */
/* Signing of tokens. */
#include <assert.h>
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "crypto/random.h"
#include "crypto/token.h"
#include "crypto/token_internal.h"

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
		json_object_set_new(object, name, json_integer(instant_us / 1000000));
}

static json_t *payload_of(const char *issuer, const struct token_claims *claims)
{
	json_t *payload = json_object();

	set_text(payload, "iss", issuer);
	set_text(payload, "sub", claims->subject);
	set_text(payload, "aud", claims->audience);
	set_text(payload, "role", claims->role);
	set_text(payload, "platform", claims->platform);
	set_instant(payload, "exp", claims->expires_us);
	set_instant(payload, "iat", claims->issued_us);
	set_instant(payload, "nbf", claims->not_before_us);
	if (claims->act_role) {
		json_t *act = json_object();

		set_text(act, "role", claims->act_role);
		set_text(act, "sub", claims->act_subject);
		set_text(act, "platform", claims->act_platform);
		json_object_set_new(payload, "act", act);
	}
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
	size_t length;
	size_t room;
	char *encoded;

	json_decref(part);
	if (!text)
		abort();
	length = strlen(text);
	room = sodium_base64_encoded_len(length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	encoded = arena_alloc(arena, room);
	sodium_bin2base64(encoded, room, (const unsigned char *)text, length,
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	free(text);
	return encoded;
}

const char *token_sign(const struct token_key *key, const struct token_claims *claims,
		       struct arena *arena)
{
	const struct token_public_key *public_key = &key->public_key;
	char signature_text[sodium_base64_ENCODED_LEN(crypto_sign_BYTES,
						      sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
	uint8_t signature[crypto_sign_BYTES];
	json_t *header = json_object();
	const char *header_text;
	const char *input;

	assert(!claims->issuer || strcmp(claims->issuer, public_key->issuer) == 0);
	assert(claims->audience && claims->expires_us >= 1000000);
	crypto_ready();
	set_text(header, "alg", "EdDSA");
	set_text(header, "typ", "JWT");
	set_text(header, "kid", public_key->kid);
	header_text = encode_part(header, arena);
	input = arena_text(arena, "%s.%s", header_text,
			   encode_part(payload_of(public_key->issuer, claims), arena));
	crypto_sign_detached(signature, NULL, (const unsigned char *)input, strlen(input),
			     key->secret);
	sodium_bin2base64(signature_text, sizeof(signature_text), signature, sizeof(signature),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return arena_text(arena, "%s.%s", input, signature_text);
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
