/* SPDX-License-Identifier: Apache-2.0 */
/* P8, P9: providers sign up, accept the terms, ask to join, are accepted or refused. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "crypto/token.h"

static SignUpRequest sign_up_with(char *token, const char *email, Provider *provider)
{
	SignUpRequest request = SIGN_UP_REQUEST__INIT;

	provider__init(provider);
	provider->company = (char *)"Ana & Fils";
	provider->first_name = (char *)"Ana";
	provider->last_name = (char *)"Martin-Secret";
	provider->email = arena_text(arena, "%s", email);
	request.parent = PARENT;
	request.token = token;
	request.provider = provider;
	return request;
}

static void test_p9_a_provider_signs_up_and_joins(void **state)
{
	Terms *terms = world_terms();
	SignUpToken *record;
	Provider wanted;
	SignUpRequest request =
	    sign_up_with(world_sign_up_token(&record), "ana@example.org", &wanted);
	Provider *provider;

	(void)state;
	request.accepted_terms = terms->name;
	provider = world_ok(anonymous, METHOD("SignUpService", "SignUp"), &request.base);
	assert_int_equal(provider->relation, RELATION__RELATION_INVITED);
	assert_int_equal(provider->kind, PROVIDER_KIND__PROVIDER_KIND_INDEPENDENT);
	assert_string_equal(provider->accepted_terms, terms->name);
	world_refused(REASON__REASON_ALREADY_EXISTS, anonymous, METHOD("SignUpService", "SignUp"),
		      &request.base);
	provider = world_join(provider);
	assert_int_equal(provider->relation, RELATION__RELATION_ACTIVE);
	assert_string_equal(provider->etag, "3");
}

static void test_p9_a_sign_up_needs_a_token_of_the_platform(void **state)
{
	struct token_claims claims = {.audience = "entremise:standing",
				      .platform = PLATFORM,
				      .expires_us = time_real_us() + TIME_MINUTE_US};
	RevokeSignUpTokenRequest revoke = REVOKE_SIGN_UP_TOKEN_REQUEST__INIT;
	const char *path = METHOD("SignUpService", "SignUp");
	char *token;
	SignUpToken *record;
	Provider wanted;
	SignUpRequest request =
	    sign_up_with(world_sign_up_token(&record), "eve@example.org", &wanted);

	(void)state;
	request.parent = (char *)"platforms/test-other";
	world_refused(REASON__REASON_SIGN_UP_TOKEN_INVALID, anonymous, path, &request.base);
	request.parent = PARENT;
	token = request.token;
	claims.subject = revoke.name = record->name;
	request.token = (char *)(uintptr_t)suite_sign(suite, "providers", &claims, arena);
	world_refused(REASON__REASON_SIGN_UP_TOKEN_INVALID, anonymous, path, &request.base);
	claims.audience = "entremise:sign-up";
	request.token = (char *)(uintptr_t)suite_sign(suite, "billing", &claims, arena);
	world_refused(REASON__REASON_SIGN_UP_TOKEN_INVALID, anonymous, path, &request.base);
	request.token = (char *)"nonsense";
	world_refused(REASON__REASON_SIGN_UP_TOKEN_INVALID, anonymous, path, &request.base);
	request.token = token;
	world_ok(manager, METHOD("SignUpService", "RevokeSignUpToken"), &revoke.base);
	world_ok(manager, METHOD("SignUpService", "RevokeSignUpToken"), &revoke.base);
	world_refused(REASON__REASON_SIGN_UP_TOKEN_INVALID, anonymous, path, &request.base);
}

static void test_p8_old_terms_are_not_accepted(void **state)
{
	Terms *old = world_terms();
	Terms *current = world_terms();
	GetCurrentTermsRequest get = GET_CURRENT_TERMS_REQUEST__INIT;
	AcceptTermsRequest accept = ACCEPT_TERMS_REQUEST__INIT;
	SignUpToken *record;
	Provider wanted;
	SignUpRequest request =
	    sign_up_with(world_sign_up_token(&record), "old@example.org", &wanted);
	Provider *provider = world_provider(NULL, 0);
	Terms *read;

	(void)state;
	assert_int_equal(current->number, old->number + 1);
	request.accepted_terms = old->name;
	world_refused(REASON__REASON_TERMS_NOT_ACCEPTED, anonymous,
		      METHOD("SignUpService", "SignUp"), &request.base);
	accept.name = provider->name;
	accept.terms = old->name;
	world_refused(REASON__REASON_STATE_CONFLICT, world_as(provider),
		      METHOD("ProviderService", "AcceptTerms"), &accept.base);
	get.parent = PARENT;
	world_refused(REASON__REASON_SIGN_UP_TOKEN_INVALID, anonymous,
		      METHOD("TermsService", "GetCurrentTerms"), &get.base);
	get.sign_up_token = request.token;
	read = world_ok(anonymous, METHOD("TermsService", "GetCurrentTerms"), &get.base);
	assert_string_equal(read->name, current->name);
	assert_string_equal(read->text, "Soyez ponctuels.");
}

static void test_p8_who_has_not_accepted_the_terms_can_not_ask_to_join(void **state)
{
	Terms *terms = world_terms();
	Provider *provider = world_provider(NULL, 0);
	SubmitCandidatureRequest submit = SUBMIT_CANDIDATURE_REQUEST__INIT;

	(void)state;
	submit.name = provider->name;
	world_refused(REASON__REASON_ACCOUNT_INCOMPLETE, world_as(provider),
		      METHOD("ProviderService", "SubmitCandidature"), &submit.base);
	provider = world_accept_terms(provider, terms);
	assert_string_equal(world_accept_terms(provider, terms)->etag, provider->etag);
	world_join(provider);
	world_refused(REASON__REASON_RELATION_CONFLICT, world_as(provider),
		      METHOD("ProviderService", "SubmitCandidature"), &submit.base);
}

static void test_p9_a_refused_provider_may_ask_again(void **state)
{
	Provider *provider = world_accept_terms(world_provider(NULL, 0), world_terms());
	SubmitCandidatureRequest submit = SUBMIT_CANDIDATURE_REQUEST__INIT;
	RefuseProviderRequest refuse = REFUSE_PROVIDER_REQUEST__INIT;
	AcceptProviderRequest accept = ACCEPT_PROVIDER_REQUEST__INIT;

	(void)state;
	submit.name = refuse.name = accept.name = provider->name;
	refuse.refusal = (char *)"Secret: pas de place";
	world_refused(REASON__REASON_RELATION_CONFLICT, manager,
		      METHOD("ProviderService", "RefuseProvider"), &refuse.base);
	world_ok(world_as(provider), METHOD("ProviderService", "SubmitCandidature"), &submit.base);
	provider = world_ok(manager, METHOD("ProviderService", "RefuseProvider"), &refuse.base);
	assert_int_equal(provider->relation, RELATION__RELATION_REFUSED);
	assert_string_equal(provider->refusal, "Secret: pas de place");
	assert_int_equal(
	    world_count("SELECT COUNT(*) FROM provider WHERE INSTR(refusal, 'Secret') > 0"), 0);
	world_refused(REASON__REASON_RELATION_CONFLICT, manager,
		      METHOD("ProviderService", "AcceptProvider"), &accept.base);
	provider = world_join(provider);
	assert_int_equal(provider->relation, RELATION__RELATION_ACTIVE);
	assert_string_equal(provider->refusal, "");
}

static void test_p9_an_employee_is_active_at_once(void **state)
{
	CreateProviderRequest request = CREATE_PROVIDER_REQUEST__INIT;
	Provider wanted = PROVIDER__INIT;
	Provider *made;

	(void)state;
	wanted.last_name = (char *)"Petit";
	wanted.email = (char *)"employee@example.org";
	request.parent = PARENT;
	request.provider = &wanted;
	world_refused(REASON__REASON_INVALID_ARGUMENT, manager,
		      METHOD("ProviderService", "CreateProvider"), &request.base);
	wanted.kind = PROVIDER_KIND__PROVIDER_KIND_EMPLOYEE;
	made = world_ok(manager, METHOD("ProviderService", "CreateProvider"), &request.base);
	assert_int_equal(made->relation, RELATION__RELATION_ACTIVE);
}

static void test_a_provider_sees_and_changes_only_itself(void **state)
{
	Provider *provider = world_provider(NULL, 0);
	Provider *other = world_provider(NULL, 0);
	GetProviderRequest get = GET_PROVIDER_REQUEST__INIT;
	UpdateProviderRequest update = UPDATE_PROVIDER_REQUEST__INIT;

	(void)state;
	get.name = other->name;
	world_refused(REASON__REASON_NOT_FOUND, world_as(provider),
		      METHOD("ProviderService", "GetProvider"), &get.base);
	other->phone = (char *)"+33612345678";
	update.provider = other;
	update.update_mask = world_mask("phone");
	world_refused(REASON__REASON_NOT_FOUND, world_as(provider),
		      METHOD("ProviderService", "UpdateProvider"), &update.base);
	world_ok(world_as(other), METHOD("ProviderService", "UpdateProvider"), &update.base);
	other = world_ok(world_as(other), METHOD("ProviderService", "GetProvider"), &get.base);
	assert_string_equal(other->phone, "+33612345678");
	assert_string_equal(other->last_name, "Durand-Secret");
	update.provider->email = provider->email;
	update.provider->etag = (char *)"";
	update.update_mask = world_mask("email");
	world_refused(REASON__REASON_ALREADY_EXISTS, world_as(other),
		      METHOD("ProviderService", "UpdateProvider"), &update.base);
}

static void test_personal_columns_are_sealed(void **state)
{
	(void)state;
	world_provider(NULL, 0);
	assert_int_equal(
	    world_count("SELECT COUNT(*) FROM provider WHERE "
			"INSTR(last_name, 'Secret') > 0 OR INSTR(email, 'example') > 0"),
	    0);
	assert_int_equal(world_count("SELECT COUNT(*) FROM change_log WHERE "
				     "INSTR(data, 'Secret') > 0 OR INSTR(reply, 'Secret') > 0"),
			 0);
	assert_true(world_count("SELECT COUNT(*) FROM provider WHERE LENGTH(last_name) > 40") > 0);
}

static void test_the_list_shows_those_invited_asking_and_active(void **state)
{
	ListProvidersRequest request = LIST_PROVIDERS_REQUEST__INIT;
	ListProvidersResponse *page;
	size_t count = 0;

	(void)state;
	test_database_execute(suite_schema(suite),
			      "UPDATE provider SET relation = 4 ORDER BY id LIMIT 1");
	request.parent = PARENT;
	request.page_size = 3;
	do {
		page = world_ok(agent, METHOD("ProviderService", "ListProviders"), &request.base);
		count += page->n_providers;
		for (size_t i = 1; i < page->n_providers; i++)
			assert_true(strcmp(page->providers[i - 1]->name, page->providers[i]->name) >
				    0);
		request.page_token = page->next_page_token;
	} while (*request.page_token);
	assert_int_equal(count,
			 world_count("SELECT COUNT(*) FROM provider WHERE relation IN (1, 2, 3)"));
	request.relation = RELATION__RELATION_REFUSED;
	page = world_ok(agent, METHOD("ProviderService", "ListProviders"), &request.base);
	assert_int_equal(page->n_providers, 1);
}

static void test_sign_up_tokens_are_listed_without_the_tokens_themselves(void **state)
{
	ListSignUpTokensRequest request = LIST_SIGN_UP_TOKENS_REQUEST__INIT;
	ListSignUpTokensResponse *page;
	SignUpToken *record;

	(void)state;
	assert_true(*world_sign_up_token(&record) != 0);
	assert_string_equal(record->token, "");
	request.parent = PARENT;
	page = world_ok(manager, METHOD("SignUpService", "ListSignUpTokens"), &request.base);
	assert_string_equal(page->sign_up_tokens[0]->name, record->name);
	for (size_t i = 0; i < page->n_sign_up_tokens; i++)
		assert_string_equal(page->sign_up_tokens[i]->token, "");
}

static void test_every_version_of_the_terms_stays_readable(void **state)
{
	GetTermsRequest request = GET_TERMS_REQUEST__INIT;
	Terms *old = world_terms();
	Terms *read;

	(void)state;
	world_terms();
	request.name = old->name;
	read = world_ok(agent, METHOD("TermsService", "GetTerms"), &request.base);
	assert_int_equal(read->number, old->number);
	request.name = (char *)"platforms/" PLATFORM "/terms/zero";
	world_refused(REASON__REASON_NOT_FOUND, agent, METHOD("TermsService", "GetTerms"),
		      &request.base);
	request.name = (char *)"platforms/" PLATFORM "/terms/9999";
	world_refused(REASON__REASON_NOT_FOUND, agent, METHOD("TermsService", "GetTerms"),
		      &request.base);
}

static void test_staff_see_the_record_and_the_gateway_what_clients_may_see(void **state)
{
	BatchGetProvidersRequest records = BATCH_GET_PROVIDERS_REQUEST__INIT;
	BatchGetProviderProfilesRequest profiles = BATCH_GET_PROVIDER_PROFILES_REQUEST__INIT;
	const struct suite_caller client = {ROLE__ROLE_CLIENT, "c1", PLATFORM};
	Provider *provider = world_provider(NULL, 0);
	char *names[] = {(char *)"platforms/" PLATFORM "/providers/01jnobody0000000000000000a",
			 provider->name};
	BatchGetProvidersResponse *read;
	BatchGetProviderProfilesResponse *seen;

	(void)state;
	records.parent = profiles.parent = PARENT;
	records.names = profiles.names = names;
	records.n_names = profiles.n_names = 2;
	read = world_ok(agent, METHOD("ProviderService", "BatchGetProviders"), &records.base);
	assert_int_equal(read->n_providers, 1);
	assert_string_equal(read->providers[0]->email, provider->email);
	seen = world_ok(gateway, METHOD("ProviderService", "BatchGetProviderProfiles"),
			&profiles.base);
	assert_int_equal(seen->n_profiles, 1);
	assert_string_equal(seen->profiles[0]->last_name, "Durand-Secret");
	world_refused(REASON__REASON_PERMISSION_DENIED, client,
		      METHOD("ProviderService", "BatchGetProviders"), &records.base);
	world_refused(REASON__REASON_PERMISSION_DENIED, client,
		      METHOD("ProviderService", "BatchGetProviderProfiles"), &profiles.base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_p9_a_provider_signs_up_and_joins),
	    cmocka_unit_test(test_p9_a_sign_up_needs_a_token_of_the_platform),
	    cmocka_unit_test(test_p8_old_terms_are_not_accepted),
	    cmocka_unit_test(test_p8_who_has_not_accepted_the_terms_can_not_ask_to_join),
	    cmocka_unit_test(test_p9_a_refused_provider_may_ask_again),
	    cmocka_unit_test(test_p9_an_employee_is_active_at_once),
	    cmocka_unit_test(test_a_provider_sees_and_changes_only_itself),
	    cmocka_unit_test(test_sign_up_tokens_are_listed_without_the_tokens_themselves),
	    cmocka_unit_test(test_every_version_of_the_terms_stays_readable),
	    cmocka_unit_test(test_staff_see_the_record_and_the_gateway_what_clients_may_see),
	    cmocka_unit_test(test_personal_columns_are_sealed),
	    cmocka_unit_test(test_the_list_shows_those_invited_asking_and_active),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
