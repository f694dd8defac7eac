/* SPDX-License-Identifier: Apache-2.0 */
/* Which claims make which actor, the cache of verified tokens, and keys that change. */
#include "rpc_fixture.h"

#include "entremise/providers/v1/catalogue.pb-c.h"
#include "rpc/authenticate.h"
#include "rpc/method.h"
#include "rpc/token_cache.h"

#define GET_ITEM "/entremise.providers.v1.CatalogueService/GetItem"

static void test_only_bearer_tokens_are_read(void **state)
{
	static const struct {
		const char *header;
		const char *token;
	} cases[] = {{"Bearer abc", "abc"}, {"bearer abc", "abc"},
		     {"BEARER abc", "abc"}, {"Basic abc", NULL},
		     {"Bearer ", NULL},	    {"Bearer", NULL},
		     {"abc", NULL},	    {"", NULL}};
	struct text token;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool found = authenticate_bearer(text_of(cases[i].header), &token);

		assert_int_equal(found, cases[i].token != NULL);
		if (found)
			assert_true(text_equal_string(token, cases[i].token));
	}
}

static void test_claims_that_fit_no_rule_make_no_caller(void **state)
{
	static const struct {
		const char *name;
		const char *issuer;
		const char *role;
		const char *subject;
		const char *platform;
		const char *act_role;
		const char *act_subject;
		const char *act_platform;
		bool is_right;
	} cases[] = {
	    {"client", "callers", "CLIENT", "c", "acme", NULL, NULL, NULL, true},
	    {"operator", "callers", "OPERATOR", "o", "*", NULL, NULL, NULL, true},
	    {"operator of one", "callers", "OPERATOR", "o", "acme", NULL, NULL, NULL, true},
	    {"client of all", "callers", "CLIENT", "c", "*", NULL, NULL, NULL, false},
	    {"no platform", "callers", "CLIENT", "c", NULL, NULL, NULL, NULL, false},
	    {"bad platform", "callers", "CLIENT", "c", "Acme/x", NULL, NULL, NULL, false},
	    {"no subject", "callers", "CLIENT", NULL, "acme", NULL, NULL, NULL, false},
	    {"no role", "callers", NULL, "c", "acme", NULL, NULL, NULL, false},
	    {"unknown role", "callers", "KING", "c", "acme", NULL, NULL, NULL, false},
	    {"anonymous", "callers", "ANONYMOUS", "c", "acme", NULL, NULL, NULL, false},
	    {"false service", "callers", "SERVICE", "gateway", "*", NULL, NULL, NULL, false},
	    {"act by a person", "callers", "CLIENT", "c", "acme", "MANAGER", "m", "acme", false},
	    {"service", "gateway", "SERVICE", "gateway", "*", NULL, NULL, NULL, true},
	    {"person by service", "gateway", "CLIENT", "c", "acme", NULL, NULL, NULL, false},
	    {"act", "gateway", "SERVICE", "gateway", NULL, "CLIENT", "c", "acme", true},
	    {"act of all", "gateway", "SERVICE", "gateway", NULL, "CLIENT", "c", "*", false},
	    {"act operator", "gateway", "SERVICE", "gateway", NULL, "OPERATOR", "o", "*", true},
	    {"act nobody", "gateway", "SERVICE", "gateway", NULL, "ANONYMOUS", "", "acme", true},
	    {"act service", "gateway", "SERVICE", "gateway", NULL, "SERVICE", "x", "acme", false},
	    {"act no subject", "gateway", "SERVICE", "gateway", NULL, "CLIENT", "", "acme", false},
	};

	(void)state;
	contract_load();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct token_claims claims = {.issuer = cases[i].issuer,
						    .role = cases[i].role,
						    .subject = cases[i].subject,
						    .platform = cases[i].platform,
						    .act_role = cases[i].act_role,
						    .act_subject = cases[i].act_subject,
						    .act_platform = cases[i].act_platform};
		struct rpc_identity identity;

		if (identity_of_claims(&claims, &identity) != cases[i].is_right)
			fail_msg("%s", cases[i].name);
	}
}

static void test_the_cache_compares_whole_tokens_and_forgets_at_expiry(void **state)
{
	struct token_cache *cache = token_cache_create();
	struct rpc_identity kept = {.role = ROLE__ROLE_AGENT, .expires_us = 100};
	struct rpc_identity found = {0};

	(void)state;
	assert_false(token_cache_find(cache, TEXT("a.0123456789abcdef"), 1, &found));
	token_cache_add(cache, TEXT("a.0123456789abcdef"), &kept, 0);
	assert_true(token_cache_find(cache, TEXT("a.0123456789abcdef"), 99, &found));
	assert_int_equal(found.role, ROLE__ROLE_AGENT);
	/* The same end, so the same place. */
	assert_false(token_cache_find(cache, TEXT("b.0123456789abcdef"), 99, &found));
	assert_false(token_cache_find(cache, TEXT("aa.0123456789abcdef"), 99, &found));
	assert_false(token_cache_find(cache, TEXT("a.0123456789abcdef"), 100, &found));
	assert_false(token_cache_find(cache, TEXT("a.0123456789abcdef"), 99, &found));
	token_cache_add(cache, TEXT("a.0123456789abcdef"), &kept, 0);
	token_cache_clear(cache);
	assert_false(token_cache_find(cache, TEXT("a.0123456789abcdef"), 99, &found));
	token_cache_add(cache, TEXT("a.0123456789abcdef"), &kept, 0); /* Verified before. */
	assert_false(token_cache_find(cache, TEXT("a.0123456789abcdef"), 99, &found));
	token_cache_add(cache, TEXT("a.0123456789abcdef"), &kept, token_cache_generation(cache));
	assert_true(token_cache_find(cache, TEXT("a.0123456789abcdef"), 99, &found));
	token_cache_destroy(cache);
}

static struct status get_item(struct call *call, const GetItemRequest *request, Item *item)
{
	(void)call;
	item->name = request->name;
	return STATUS_OK;
}
RPC_METHOD(CatalogueService, get_item, GetItemRequest, Item);

static CatalogueService_Service catalogue = {.base = CATALOGUE_SERVICE__BASE_INIT,
					     .get_item = serve_get_item};

static void write_keys(struct fixture *fixture, const char *path, struct token_key *key)
{
	const char *text = token_jwks_text(&key, 1, false, fixture->arena);
	const char *fresh = arena_text(fixture->arena, "%s.new", path);
	FILE *file = fopen(fresh, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	assert_int_equal(rename(fresh, path), 0);
}

static grpc_status_code get(struct fixture *fixture, const char *token)
{
	GetItemRequest request = GET_ITEM_REQUEST__INIT;

	request.name = arena_text(fixture->arena, "platforms/acme/items/menage");
	return fixture_call(fixture, GET_ITEM, token, &request.base, NULL).code;
}

static const char *token_of(struct fixture *fixture, struct token_key *key)
{
	const struct token_claims claims = {.subject = "c1",
					    .audience = FIXTURE_AUDIENCE,
					    .role = "CLIENT",
					    .platform = "acme",
					    .expires_us = time_real_us() + TIME_HOUR_US};

	return token_sign(key, &claims, fixture->arena);
}

static void test_a_key_that_is_taken_away_ends_its_tokens(void **state)
{
	struct fixture fixture;
	struct token_key *second = token_key_generate("dev-second", "callers");
	char path[80];
	const char *error;
	const char *old;
	const char *new;
	int64_t until_us = time_monotonic_us() + 20 * TIME_SECOND_US;

	(void)state;
	fixture_begin(&fixture);
	snprintf(path, sizeof(path), "/tmp/entremise-rpc-keys-%ld.json", (long)getpid());
	write_keys(&fixture, path, fixture.callers);
	fixture.environment.keys = token_keyset_load(path, true, fixture.arena, &error);
	assert_non_null(fixture.environment.keys);
	rpc_server_add(fixture.server, &catalogue.base);
	fixture_start(&fixture);
	old = token_of(&fixture, fixture.callers);
	new = token_of(&fixture, second);
	assert_int_equal(get(&fixture, old), GRPC_STATUS_OK);
	assert_int_equal(get(&fixture, new), GRPC_STATUS_UNAUTHENTICATED);
	write_keys(&fixture, path, second);
	while (get(&fixture, new) != GRPC_STATUS_OK && time_monotonic_us() < until_us)
		;
	assert_int_equal(get(&fixture, new), GRPC_STATUS_OK);
	assert_int_equal(get(&fixture, old), GRPC_STATUS_UNAUTHENTICATED); /* Though cached. */
	fixture_disconnect(&fixture);
	rpc_server_drain(fixture.server, 0, 1000);
	token_keyset_destroy(fixture.environment.keys);
	token_key_destroy(second);
	unlink(path);
	fixture_end(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_only_bearer_tokens_are_read),
	    cmocka_unit_test(test_claims_that_fit_no_rule_make_no_caller),
	    cmocka_unit_test(test_the_cache_compares_whole_tokens_and_forgets_at_expiry),
	    cmocka_unit_test(test_a_key_that_is_taken_away_ends_its_tokens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
