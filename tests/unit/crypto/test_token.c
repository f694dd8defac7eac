/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens: signing with the key of RFC 8037, tampering, instants, issuers and limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "crypto/token.h"
#include "crypto/token_key.h"

static const int64_t second = 1000000;
static const int64_t now_us = INT64_C(1900000000) * 1000000;

/* The key pair of RFC 8037 A.1. */
static const char rfc_private[] =
    "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"rfc8037\",\"iss\":\"callers\","
    "\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\","
    "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}";

struct fixture {
	struct arena *arena;
	struct token_key *rfc;
	struct token_key *billing;
	struct token_keyset *keyset;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	char path[] = "/tmp/entremise-token-XXXXXX";
	const char *error = NULL;
	int file = mkstemp(path);

	assert_true(file >= 0);
	assert_int_equal(write(file, rfc_private, strlen(rfc_private)), strlen(rfc_private));
	close(file);
	fixture->arena = arena_create();
	fixture->rfc = token_key_load(path, NULL, false, fixture->arena, &error);
	unlink(path);
	assert_non_null(fixture->rfc);
	fixture->billing = token_key_generate("billing-1", "billing");
	fixture->keyset =
	    token_keyset_of((struct token_key *[]){fixture->rfc, fixture->billing}, 2);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	token_keyset_destroy(fixture->keyset);
	token_key_destroy(fixture->billing);
	token_key_destroy(fixture->rfc);
	arena_destroy(fixture->arena);
	free(fixture);
	return 0;
}

static struct token_claims manager_claims(void)
{
	return (struct token_claims){
	    .subject = "u1",
	    .audience = "entremise",
	    .role = "MANAGER",
	    .platform = "acme",
	    .expires_us = INT64_C(2000000000) * 1000000,
	    .issued_us = INT64_C(1999999000) * 1000000,
	};
}

static enum token_result verify(struct fixture *fixture, const char *token, int64_t at_us,
				struct token_claims *claims)
{
	return token_verify(fixture->keyset, token, strlen(token), "entremise", at_us,
			    fixture->arena, claims);
}

static void test_signing_with_the_key_of_rfc_8037_gives_what_another_library_gives(void **state)
{
	struct fixture *fixture = *state;
	struct token_claims claims = manager_claims();

	assert_string_equal(
	    token_sign(fixture->rfc, &claims, fixture->arena),
	    "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6InJmYzgwMzcifQ."
	    "eyJpc3MiOiJjYWxsZXJzIiwic3ViIjoidTEiLCJhdWQiOiJlbnRyZW1pc2UiLCJyb2xlIjoiTUFOQUdFUi"
	    "IsInBsYXRmb3JtIjoiYWNtZSIsImV4cCI6MjAwMDAwMDAwMCwiaWF0IjoxOTk5OTk5MDAwfQ."
	    "04k72ZqEI7FYmk9OXwSDHCjExtj2sgRddodm7Id3gONa0TWwy8rykaczh67-heU2f7WKoE6VBA-Q79CKkDG"
	    "SDA");
}

static void test_what_was_signed_is_read_back(void **state)
{
	struct fixture *fixture = *state;
	struct token_claims claims = manager_claims();
	struct token_claims read;
	int64_t number = 0;

	claims.not_before_us = now_us;
	claims.role = "SERVICE";
	claims.subject = "gateway";
	claims.act_role = "PROVIDER";
	claims.act_subject = "platforms/acme/providers/01jd8w";
	claims.act_platform = "acme";
	token_claim_add_text(&claims, "reason", "SUBSCRIPTION_INACTIVE");
	token_claim_add_number(&claims, "version", -7);
	assert_int_equal(
	    verify(fixture, token_sign(fixture->rfc, &claims, fixture->arena), now_us, &read),
	    TOKEN_OK);
	assert_string_equal(read.issuer, "callers");
	assert_string_equal(read.subject, "gateway");
	assert_string_equal(read.audience, "entremise");
	assert_string_equal(read.role, "SERVICE");
	assert_string_equal(read.platform, "acme");
	assert_int_equal(read.expires_us, claims.expires_us);
	assert_int_equal(read.issued_us, claims.issued_us);
	assert_int_equal(read.not_before_us, claims.not_before_us);
	assert_string_equal(read.act_role, "PROVIDER");
	assert_string_equal(read.act_subject, "platforms/acme/providers/01jd8w");
	assert_string_equal(read.act_platform, "acme");
	assert_string_equal(token_claim_text(&read, "reason"), "SUBSCRIPTION_INACTIVE");
	assert_true(token_claim_number(&read, "version", &number));
	assert_int_equal(number, -7);
	assert_null(token_claim_text(&read, "version"));
	assert_false(token_claim_number(&read, "reason", &number));
	assert_null(token_claim_text(&read, "absent"));
}

static void test_a_token_with_any_byte_changed_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct token_claims claims = manager_claims();
	const char *token = token_sign(fixture->rfc, &claims, fixture->arena);
	size_t length = strlen(token);

	for (size_t i = 0; i < length; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			struct arena_mark mark = arena_mark(fixture->arena);
			char *changed = arena_copy(fixture->arena, token, length);

			changed[i] = (char)((unsigned char)changed[i] ^ (1U << bit));
			assert_int_not_equal(token_verify(fixture->keyset, changed, length,
							  "entremise", now_us, fixture->arena,
							  &claims),
					     TOKEN_OK);
			arena_rewind(fixture->arena, mark);
		}
}

static void test_a_token_cut_anywhere_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct token_claims claims = manager_claims();
	const char *token = token_sign(fixture->rfc, &claims, fixture->arena);

	for (size_t length = 0; length < strlen(token); length++) {
		/* An exact copy, so that reading one byte too far is seen. */
		char *cut = malloc(length + (length == 0));

		memcpy(cut, token, length);
		assert_int_not_equal(token_verify(fixture->keyset, cut, length, "entremise", now_us,
						  fixture->arena, &claims),
				     TOKEN_OK);
		free(cut);
	}
}

static void test_a_token_ends_exactly_at_its_expiry(void **state)
{
	struct fixture *fixture = *state;
	struct token_claims claims = manager_claims();
	const char *token = token_sign(fixture->rfc, &claims, fixture->arena);
	int64_t expires_us = claims.expires_us;

	assert_int_equal(verify(fixture, token, expires_us - 1, &claims), TOKEN_OK);
	assert_int_equal(verify(fixture, token, expires_us, &claims), TOKEN_EXPIRED);
	assert_int_equal(verify(fixture, token, expires_us + second, &claims), TOKEN_EXPIRED);
}

static void test_a_token_begins_exactly_at_not_before(void **state)
{
	struct fixture *fixture = *state;
	struct token_claims claims = manager_claims();
	const char *token;

	claims.not_before_us = now_us;
	token = token_sign(fixture->rfc, &claims, fixture->arena);
	assert_int_equal(verify(fixture, token, now_us - 1, &claims), TOKEN_NOT_YET);
	assert_int_equal(verify(fixture, token, now_us, &claims), TOKEN_OK);
}

static void test_a_key_outside_the_set_is_unknown(void **state)
{
	struct fixture *fixture = *state;
	struct token_claims claims = manager_claims();
	struct token_key *stranger = token_key_generate("stranger", "callers");

	assert_int_equal(
	    verify(fixture, token_sign(stranger, &claims, fixture->arena), now_us, &claims),
	    TOKEN_UNKNOWN_KEY);
	token_key_destroy(stranger);
}

static void test_another_key_under_a_known_name_fails_the_signature(void **state)
{
	struct fixture *fixture = *state;
	struct token_claims claims = manager_claims();
	struct token_key *impostor = token_key_generate("rfc8037", "callers");

	assert_int_equal(
	    verify(fixture, token_sign(impostor, &claims, fixture->arena), now_us, &claims),
	    TOKEN_BAD_SIGNATURE);
	token_key_destroy(impostor);
}

static void test_the_key_of_one_issuer_does_not_sign_for_another(void **state)
{
	struct fixture *fixture = *state;
	struct token_claims claims = manager_claims();
	/* What billing would have to do: its own key under its own kid, but "iss" of the callers.
	 */
	struct token_key *posing = token_key_generate("billing-1", "callers");
	struct token_keyset *keyset = token_keyset_of(&fixture->billing, 1);
	const char *token = token_sign(fixture->billing, &claims, fixture->arena);

	assert_int_equal(verify(fixture, token, now_us, &claims), TOKEN_OK);
	assert_string_equal(claims.issuer, "billing");
	claims = manager_claims();
	assert_int_equal(token_verify(keyset, token_sign(posing, &claims, fixture->arena),
				      strlen(token_sign(posing, &claims, fixture->arena)),
				      "entremise", now_us, fixture->arena, &claims),
			 TOKEN_BAD_SIGNATURE);
	token_keyset_destroy(keyset);
	token_key_destroy(posing);
}

static void test_a_token_of_ten_kibibytes_is_refused_unread(void **state)
{
	struct fixture *fixture = *state;
	struct token_claims claims = manager_claims();
	char *filler = arena_alloc(fixture->arena, 7801);
	const char *token;

	memset(filler, 'x', 7800);
	token_claim_add_text(&claims, "filler", filler);
	token = token_sign(fixture->rfc, &claims, fixture->arena);
	assert_true(strlen(token) > 10 * 1024);
	assert_int_equal(verify(fixture, token, now_us, &claims), TOKEN_MALFORMED);
	filler[5000] = '\0';
	claims = manager_claims();
	token_claim_add_text(&claims, "filler", filler);
	token = token_sign(fixture->rfc, &claims, fixture->arena);
	assert_true(strlen(token) < TOKEN_MAX_LENGTH);
	assert_int_equal(verify(fixture, token, now_us, &claims), TOKEN_OK);
}

static void test_one_claim_too_many_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct token_claims claims = manager_claims();

	for (size_t i = 0; i < TOKEN_MAX_EXTRA; i++)
		token_claim_add_number(&claims, arena_text(fixture->arena, "n%zu", i), (int64_t)i);
	assert_int_equal(
	    verify(fixture, token_sign(fixture->rfc, &claims, fixture->arena), now_us, &claims),
	    TOKEN_OK);
	assert_int_equal(claims.extra_count, TOKEN_MAX_EXTRA);
	/* Made by another implementation: the same 16 extra claims and a seventeenth. */
	assert_int_equal(
	    verify(
		fixture,
		"eyJhbGciOiJFZERTQSIsImtpZCI6InJmYzgwMzcifQ.eyJpc3MiOiJjYWxsZXJzIiwiYXVkIjoiZW50c"
		"mVtaXNlIiwiZXhwIjoyMDAwMDAwMDAwLCJuMCI6MCwibjEiOjEsIm4yIjoyLCJuMyI6MywibjQiOjQsI"
		"m41Ijo1LCJuNiI6NiwibjciOjcsIm44Ijo4LCJuOSI6OSwibjEwIjoxMCwibjExIjoxMSwibjEyIjoxM"
		"iwibjEzIjoxMywibjE0IjoxNCwibjE1IjoxNSwibjE2IjoxNn0.I8Uuxk5itOe7rfs7jKPWFI50Sjm_9"
		"u9t0ZRCJWdYR6Ysg6zoit9hl6cBP7lOzrgbPRD2Zllwzey4O8c3ae5hAg",
		now_us, &claims),
	    TOKEN_MALFORMED);
}

static void test_any_audience_is_accepted_only_when_none_is_asked_for(void **state)
{
	struct fixture *fixture = *state;
	struct token_claims claims = manager_claims();
	const char *token;

	claims.audience = "requests";
	token = token_sign(fixture->rfc, &claims, fixture->arena);
	assert_int_equal(verify(fixture, token, now_us, &claims), TOKEN_WRONG_AUDIENCE);
	assert_int_equal(token_verify(fixture->keyset, token, strlen(token), NULL, now_us,
				      fixture->arena, &claims),
			 TOKEN_OK);
	assert_string_equal(claims.audience, "requests");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		test_signing_with_the_key_of_rfc_8037_gives_what_another_library_gives),
	    cmocka_unit_test(test_what_was_signed_is_read_back),
	    cmocka_unit_test(test_a_token_with_any_byte_changed_is_refused),
	    cmocka_unit_test(test_a_token_cut_anywhere_is_refused),
	    cmocka_unit_test(test_a_token_ends_exactly_at_its_expiry),
	    cmocka_unit_test(test_a_token_begins_exactly_at_not_before),
	    cmocka_unit_test(test_a_key_outside_the_set_is_unknown),
	    cmocka_unit_test(test_another_key_under_a_known_name_fails_the_signature),
	    cmocka_unit_test(test_the_key_of_one_issuer_does_not_sign_for_another),
	    cmocka_unit_test(test_a_token_of_ten_kibibytes_is_refused_unread),
	    cmocka_unit_test(test_one_claim_too_many_is_refused),
	    cmocka_unit_test(test_any_audience_is_accepted_only_when_none_is_asked_for),
	};

	return cmocka_run_group_tests_name("token", tests, set_up, tear_down);
}
