/* SPDX-License-Identifier: Apache-2.0 */
/* P1, P10, P12, X5: who matches a request by service and place, and how providers stand. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#include "match.sql.h"

static const char *const zones[] = {"75", "92"};

static ProposeQualificationRequest proposal(const Provider *provider, const char *item)
{
	ProposeQualificationRequest request = PROPOSE_QUALIFICATION_REQUEST__INIT;

	request.name = arena_text(arena, "%s/qualifications/%s", provider->name, item);
	return request;
}

static bool matches(const Provider *provider, const char *item, const char *postcode)
{
	MatchProvidersRequest request = MATCH_PROVIDERS_REQUEST__INIT;
	MatchProvidersResponse *page;

	request.parent = PARENT;
	request.item = arena_text(arena, "platforms/" PLATFORM "/items/%s", item);
	request.postcode = arena_text(arena, "%s", postcode);
	request.page_size = 200;
	page = world_ok(gateway, METHOD("MatchService", "MatchProviders"), &request.base);
	for (size_t i = 0; i < page->n_matches; i++)
		if (strcmp(page->matches[i]->name, provider->name) == 0)
			return true;
	return false;
}

static void test_p1_only_active_providers_accepted_for_the_service_match(void **state)
{
	Provider *provider = world_provider(zones, 2);
	ProposeQualificationRequest propose = proposal(provider, "menage");

	(void)state;
	world_item("menage", zones, 2);
	world_item("bricolage", NULL, 0);
	assert_false(matches(provider, "menage", "75011"));
	world_join(provider);
	assert_false(matches(provider, "menage", "75011"));
	world_ok(world_as(provider), METHOD("QualificationService", "ProposeQualification"),
		 &propose.base);
	assert_false(matches(provider, "menage", "75011"));
	world_qualify(provider, "bricolage");
	assert_false(matches(provider, "menage", "75011"));
	assert_true(matches(provider, "bricolage", "75011"));
	provider = world_provider(zones, 2);
	world_qualify(provider, "bricolage");
	assert_false(matches(provider, "bricolage", "75011"));
}

static void test_p10_only_accepted_services_match(void **state)
{
	Provider *provider = world_provider(zones, 2);
	AcceptQualificationRequest accept = ACCEPT_QUALIFICATION_REQUEST__INIT;
	DeactivateQualificationRequest deactivate = DEACTIVATE_QUALIFICATION_REQUEST__INIT;
	RejectQualificationRequest reject = REJECT_QUALIFICATION_REQUEST__INIT;
	ProposeQualificationRequest propose = proposal(provider, "menage");
	ProposeQualificationRequest unknown = proposal(provider, "rien");

	(void)state;
	accept.name = deactivate.name = reject.name = propose.name;
	world_join(provider);
	world_refused(REASON__REASON_NOT_FOUND, manager,
		      METHOD("QualificationService", "AcceptQualification"), &accept.base);
	world_refused(REASON__REASON_NOT_FOUND, world_as(provider),
		      METHOD("QualificationService", "ProposeQualification"), &unknown.base);
	world_ok(world_as(provider), METHOD("QualificationService", "ProposeQualification"),
		 &propose.base);
	world_ok(manager, METHOD("QualificationService", "RejectQualification"), &reject.base);
	world_refused(REASON__REASON_STATE_CONFLICT, manager,
		      METHOD("QualificationService", "AcceptQualification"), &accept.base);
	world_qualify(provider, "menage");
	assert_true(matches(provider, "menage", "75011"));
	world_ok(manager, METHOD("QualificationService", "DeactivateQualification"),
		 &deactivate.base);
	assert_false(matches(provider, "menage", "75011"));
	world_refused(REASON__REASON_STATE_CONFLICT, world_as(provider),
		      METHOD("QualificationService", "ProposeQualification"), &propose.base);
	world_ok(manager, METHOD("QualificationService", "AcceptQualification"), &accept.base);
	assert_true(matches(provider, "menage", "75011"));
}

static void test_p10_the_tab_lists_every_service_of_the_catalogue(void **state)
{
	Provider *provider = world_provider(NULL, 0);
	Provider *other = world_provider(NULL, 0);
	ListQualificationsRequest request = LIST_QUALIFICATIONS_REQUEST__INIT;
	ListQualificationsResponse *page;

	(void)state;
	world_qualify(provider, "menage");
	request.parent = provider->name;
	page = world_ok(world_as(provider), METHOD("QualificationService", "ListQualifications"),
			&request.base);
	assert_int_equal(page->n_qualifications, 2);
	assert_string_equal(page->qualifications[0]->item,
			    "platforms/" PLATFORM "/items/bricolage");
	assert_int_equal(page->qualifications[0]->state,
			 QUALIFICATION_STATE__QUALIFICATION_STATE_NONE);
	assert_string_equal(page->qualifications[1]->display_name, "The menage");
	assert_int_equal(page->qualifications[1]->state,
			 QUALIFICATION_STATE__QUALIFICATION_STATE_ACCEPTED);
	world_refused(REASON__REASON_NOT_FOUND, world_as(other),
		      METHOD("QualificationService", "ListQualifications"), &request.base);
}

static Provider *exclude(const Provider *provider, const char *prefix, const char *etag, int reason)
{
	SetExclusionsRequest request = SET_EXCLUSIONS_REQUEST__INIT;
	char *prefixes[] = {arena_text(arena, "%s", prefix ? prefix : "")};

	request.name = provider->name;
	request.excluded_prefixes = prefixes;
	request.n_excluded_prefixes = prefix ? 1 : 0;
	request.etag = arena_text(arena, "%s", etag);
	if (reason == 0)
		return world_ok(manager, METHOD("ProviderService", "SetExclusions"), &request.base);
	world_refused(reason, manager, METHOD("ProviderService", "SetExclusions"), &request.base);
	return NULL;
}

static void test_p12_own_zone_minus_what_the_platform_excludes(void **state)
{
	Provider *provider = world_provider(zones, 2);
	UpdateProviderRequest update = UPDATE_PROVIDER_REQUEST__INIT;
	char *wider[] = {(char *)"75", (char *)"75011", (char *)"69"};

	(void)state;
	world_join(provider);
	world_qualify(provider, "menage");
	assert_true(matches(provider, "menage", "75011"));
	assert_true(matches(provider, "menage", "92100"));
	assert_false(matches(provider, "menage", "93100"));
	exclude(provider, "75011", "99", REASON__REASON_ETAG_MISMATCH);
	exclude(provider, "75011", "", 0);
	assert_false(matches(provider, "menage", "75011"));
	assert_true(matches(provider, "menage", "75012"));

	/* What the provider adds later counts, unless it is excluded. */
	provider->zone_prefixes = wider;
	provider->n_zone_prefixes = 3;
	provider->etag = (char *)"";
	update.provider = provider;
	update.update_mask = world_mask("zone_prefixes");
	world_ok(world_as(provider), METHOD("ProviderService", "UpdateProvider"), &update.base);
	assert_false(matches(provider, "menage", "75011"));
	assert_true(matches(provider, "menage", "69001"));
	assert_false(matches(provider, "menage", "92100"));

	/* An exclusion wider than the own zone leaves nothing of it. */
	exclude(provider, "75", "", 0);
	assert_false(matches(provider, "menage", "75012"));
	assert_int_equal(exclude(provider, NULL, "", 0)->n_excluded_prefixes, 0);
	assert_true(matches(provider, "menage", "75011"));
}

static void test_p1_matches_come_page_by_page_each_once(void **state)
{
	MatchProvidersRequest request = MATCH_PROVIDERS_REQUEST__INIT;
	MatchProvidersResponse *page;
	const char *before = "";
	size_t count = 0;

	(void)state;
	for (int i = 0; i < 5; i++) {
		Provider *provider = world_provider(zones, 2);

		world_join(provider);
		world_qualify(provider, "bricolage");
	}
	request.parent = PARENT;
	request.item = (char *)"platforms/" PLATFORM "/items/bricolage";
	request.postcode = (char *)"75011";
	request.page_size = 2;
	do {
		page = world_ok(gateway, METHOD("MatchService", "MatchProviders"), &request.base);
		for (size_t i = 0; i < page->n_matches; i++) {
			assert_true(strcmp(before, page->matches[i]->name) < 0);
			before = page->matches[i]->name;
			count++;
		}
		request.page_token = page->next_page_token;
	} while (*request.page_token);
	assert_int_equal(count, 6);
}

static Standing *standing_of(const Provider *provider)
{
	BatchGetStandingsRequest request = BATCH_GET_STANDINGS_REQUEST__INIT;
	BatchGetStandingsResponse *reply;
	char *names[] = {provider->name,
			 (char *)"platforms/" PLATFORM "/providers/01jnobody0000000000000000a"};

	request.parent = PARENT;
	request.providers = names;
	request.n_providers = 2;
	reply = world_ok(gateway, METHOD("MatchService", "BatchGetStandings"), &request.base);
	assert_int_equal(reply->n_standings, 1);
	return reply->standings[0];
}

/* The claims of a statement, as the JSON they are; its signature is for the gate to judge. */
static const char *claims_of(const Standing *standing)
{
	struct text rest = text_of(standing->statement);
	struct text part;
	uint8_t *bytes;
	size_t length;

	assert_true(text_next(&rest, '.', &part) && text_next(&rest, '.', &part));
	assert_true(text_base64url_decode(arena, part, &bytes, &length));
	return arena_copy(arena, (const char *)bytes, length);
}

static void test_x5_a_standing_is_signed_and_names_every_reason(void **state)
{
	Provider *provider = world_provider(zones, 2);
	Standing *standing = standing_of(provider);
	Terms *terms;

	(void)state;
	assert_int_equal(standing->n_reasons, 1);
	assert_int_equal(standing->reasons[0], REASON__REASON_RELATION_INACTIVE);
	assert_non_null(strstr(claims_of(standing), "\"entremise:standing\""));
	assert_non_null(strstr(claims_of(standing), "\"RELATION_INACTIVE\""));
	terms = world_terms();
	standing = standing_of(provider);
	assert_int_equal(standing->n_reasons, 2);
	assert_int_equal(standing->reasons[1], REASON__REASON_TERMS_NOT_ACCEPTED);
	world_join(world_accept_terms(provider, terms));
	standing = standing_of(provider);
	assert_int_equal(standing->n_reasons, 0);
	assert_int_equal(standing->relation, RELATION__RELATION_ACTIVE);
	world_terms();
	assert_int_equal(standing_of(provider)->reasons[0], REASON__REASON_TERMS_NOT_ACCEPTED);
}

/* The plan of a statement with `values` in place of its parameters, in order; to be freed. */
static char *explain(const struct db_statement *statement, const char *const *values)
{
	char *query = arena_text(arena, "EXPLAIN FORMAT=JSON ");

	for (const char *at = statement->sql; *at; at++)
		query = *at == '?' ? arena_text(arena, "%s%s", query, *values++)
				   : arena_text(arena, "%s%c", query, *at);
	return test_database_value(suite_schema(suite), query);
}

static void test_matching_reads_what_its_indexes_point_at(void **state)
{
	const char *const values[] = {"'test-a'", "'menage'", "''",	 "'test-a'", "'75'",
				      "'750'",	  "'7501'",   "'75011'", "'75011'",  "'75011'",
				      "'75011'",  "'75011'",  "'75011'", "'test-a'", "'75'",
				      "'750'",	  "'7501'",   "'75011'", "'75011'",  "'75011'",
				      "'75011'",  "'75011'",  "'75011'", "201"};
	char *plan;

	(void)state;
	test_database_execute(
	    suite_schema(suite),
	    "INSERT INTO provider_zone SELECT 'test-a', CONCAT('01zz', LPAD(seq, 22, '0')), "
	    "seq % 9 = 0, LPAD(seq % 95, 2, '0') FROM seq_1_to_5000; ANALYZE TABLE provider_zone");
	plan = explain(&statement_match_providers, values);
	assert_non_null(plan);
	print_message("%s\n", plan);
	assert_null(strstr(plan, "\"access_type\": \"index\""));
	assert_non_null(strstr(plan, "\"key\""));
	for (const char *at = strstr(plan, "\"access_type\": \"ALL\""); at;
	     at = strstr(at + 1, "\"access_type\": \"ALL\"")) {
		/* Only what the statement has gathered itself may be read whole. */
		assert_true(at - plan > 40);
		assert_non_null(memmem(at - 60, 60, "<subquery", 9));
	}
	free(plan);
	test_database_execute(suite_schema(suite),
			      "DELETE FROM provider_zone WHERE provider LIKE '01zz%'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_p1_only_active_providers_accepted_for_the_service_match),
	    cmocka_unit_test(test_p10_only_accepted_services_match),
	    cmocka_unit_test(test_p10_the_tab_lists_every_service_of_the_catalogue),
	    cmocka_unit_test(test_p12_own_zone_minus_what_the_platform_excludes),
	    cmocka_unit_test(test_p1_matches_come_page_by_page_each_once),
	    cmocka_unit_test(test_matching_reads_what_its_indexes_point_at),
	    cmocka_unit_test(test_x5_a_standing_is_signed_and_names_every_reason),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
