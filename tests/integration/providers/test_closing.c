/* SPDX-License-Identifier: Apache-2.0 */
/* P9: deactivating begins here, is decided elsewhere, and ends here or goes back. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

#define DEACTIVATE METHOD("ProviderService", "DeactivateProvider")
#define REACTIVATE METHOD("ProviderService", "ReactivateProvider")
#define COMPLETE METHOD("ProviderService", "CompleteDeactivation")

static Provider *active(void)
{
	const char *const zone[] = {"75"};

	return world_join(world_provider(zone, 1));
}

static Provider *deactivate(const Provider *provider)
{
	DeactivateProviderRequest request = DEACTIVATE_PROVIDER_REQUEST__INIT;

	request.name = provider->name;
	return world_ok(manager, DEACTIVATE, &request.base);
}

static Provider *get(const Provider *provider)
{
	GetProviderRequest request = GET_PROVIDER_REQUEST__INIT;

	request.name = provider->name;
	return world_ok(manager, METHOD("ProviderService", "GetProvider"), &request.base);
}

/* A column of the provider's open work of a kind; NULL when there is none. */
static char *work_column(const Provider *provider, const char *kind, const char *column)
{
	return test_database_value(suite_schema(suite),
				   arena_text(arena,
					      "SELECT %s FROM work WHERE kind = '%s' AND "
					      "resource = '%s' AND state = 1",
					      column, kind, provider->name));
}

/* Its lease, as the call that made it got it; NULL when there is none. */
static WorkLease *lease_of(const Provider *provider, const char *kind)
{
	WorkLease *lease = arena_new(arena, WorkLease, 1);
	char *id = work_column(provider, kind, "id");
	char *fence = work_column(provider, kind, "fence");

	work_lease__init(lease);
	lease->id = arena_text(arena, "%s", id ? id : "");
	lease->fence = strtoll(fence ? fence : "0", NULL, 10);
	free(id);
	free(fence);
	return *lease->id ? lease : NULL;
}

/* The end of the deactivation that made the provider what it is. */
static CompleteDeactivationRequest completion(const Provider *provider, bool closed)
{
	CompleteDeactivationRequest request = COMPLETE_DEACTIVATION_REQUEST__INIT;

	request.name = provider->name;
	request.version = strtoll(provider->etag, NULL, 10);
	request.closed = closed;
	request.lease = lease_of(provider, "close_provider");
	assert_non_null(request.lease);
	return request;
}

static Standing *standing_of(const Provider *provider)
{
	BatchGetStandingsRequest request = BATCH_GET_STANDINGS_REQUEST__INIT;
	char *providers[] = {provider->name};
	BatchGetStandingsResponse *reply;

	request.parent = PARENT;
	request.providers = providers;
	request.n_providers = 1;
	reply = world_ok(gateway, METHOD("MatchService", "BatchGetStandings"), &request.base);
	assert_int_equal(reply->n_standings, 1);
	return reply->standings[0];
}

static void test_p9_without_open_work_a_provider_is_deactivated(void **state)
{
	Provider *provider = deactivate(active());
	CompleteDeactivationRequest request = completion(provider, true);

	(void)state;
	assert_int_equal(provider->relation, RELATION__RELATION_DEACTIVATING);
	assert_int_equal(standing_of(provider)->reasons[0], REASON__REASON_RELATION_INACTIVE);
	assert_string_equal(deactivate(provider)->etag, provider->etag);
	provider = world_ok(gateway, COMPLETE, &request.base);
	assert_int_equal(provider->relation, RELATION__RELATION_DEACTIVATED);
	assert_int_equal(standing_of(provider)->reasons[0], REASON__REASON_RELATION_INACTIVE);
	assert_null(lease_of(provider, "close_provider"));
	assert_string_equal(deactivate(provider)->etag, provider->etag);
	world_refused(REASON__REASON_RELATION_CONFLICT, gateway, COMPLETE, &request.base);
}

static void test_p9_open_work_takes_it_back_and_stays_readable(void **state)
{
	char *work[] = {(char *)"platforms/" PLATFORM "/interventions/1",
			(char *)"platforms/" PLATFORM "/serviceRequests/2/offers/3"};
	Provider *provider = deactivate(active());
	CompleteDeactivationRequest request = completion(provider, false);

	(void)state;
	request.open_work = work;
	request.n_open_work = 2;
	provider = world_ok(gateway, COMPLETE, &request.base);
	assert_int_equal(provider->relation, RELATION__RELATION_ACTIVE);
	assert_int_equal(standing_of(provider)->n_reasons, 0);
	provider = get(provider);
	assert_int_equal(provider->n_open_work, 2);
	assert_string_equal(provider->open_work[0], work[0]);
	assert_string_equal(provider->open_work[1], work[1]);

	provider = deactivate(provider); /* The next try begins afresh. */
	assert_int_equal(provider->n_open_work, 0);
	assert_int_equal(get(provider)->n_open_work, 0);
	request = completion(provider, true);
	request.open_work = work;
	request.n_open_work = 2;
	provider = world_ok(gateway, COMPLETE, &request.base);
	assert_int_equal(provider->relation, RELATION__RELATION_DEACTIVATED);
	assert_int_equal(get(provider)->n_open_work, 0);
}

static void test_p9_a_suspended_provider_goes_back_to_suspended(void **state)
{
	Provider *provider = active();
	CompleteDeactivationRequest request;

	(void)state;
	test_database_execute(suite_schema(suite),
			      arena_text(arena, "UPDATE provider SET relation = 7 WHERE id = '%s'",
					 strrchr(provider->name, '/') + 1));
	provider = deactivate(provider);
	assert_int_equal(provider->relation, RELATION__RELATION_DEACTIVATING);
	request = completion(provider, false);
	provider = world_ok(gateway, COMPLETE, &request.base);
	assert_int_equal(provider->relation, RELATION__RELATION_SUSPENDED);
}

static void test_p9_a_deactivated_provider_only_reads(void **state)
{
	UpdateProviderRequest update = UPDATE_PROVIDER_REQUEST__INIT;
	AcceptTermsRequest accept = ACCEPT_TERMS_REQUEST__INIT;
	ProposeQualificationRequest propose = PROPOSE_QUALIFICATION_REQUEST__INIT;
	Provider *provider = deactivate(active());
	CompleteDeactivationRequest request = completion(provider, true);

	(void)state;
	world_item("jardin", NULL, 0);
	provider = world_ok(gateway, COMPLETE, &request.base);
	update.provider = provider;
	update.provider->phone = (char *)"+33612345678";
	update.update_mask = world_mask("phone");
	accept.name = provider->name;
	accept.terms = arena_text(arena, "%s/terms/1", PARENT);
	propose.name = arena_text(arena, "%s/qualifications/jardin", provider->name);
	world_refused(REASON__REASON_RELATION_INACTIVE, world_as(provider),
		      METHOD("ProviderService", "UpdateProvider"), &update.base);
	world_refused(REASON__REASON_RELATION_INACTIVE, world_as(provider),
		      METHOD("ProviderService", "AcceptTerms"), &accept.base);
	world_refused(REASON__REASON_RELATION_INACTIVE, world_as(provider),
		      METHOD("QualificationService", "ProposeQualification"), &propose.base);
	world_ok(manager, METHOD("ProviderService", "UpdateProvider"), &update.base);
	world_ok(manager, METHOD("QualificationService", "ProposeQualification"), &propose.base);
}

static void test_p9_a_deactivated_provider_is_opened_again(void **state)
{
	ReactivateProviderRequest again = REACTIVATE_PROVIDER_REQUEST__INIT;
	Provider *provider = deactivate(active());
	CompleteDeactivationRequest request = completion(provider, true);

	(void)state;
	again.name = provider->name;
	world_refused(REASON__REASON_RELATION_CONFLICT, manager, REACTIVATE, &again.base);
	world_ok(gateway, COMPLETE, &request.base);
	provider = world_ok(manager, REACTIVATE, &again.base);
	assert_int_equal(provider->relation, RELATION__RELATION_ACTIVE);
	assert_int_equal(standing_of(provider)->n_reasons, 0);
	assert_non_null(lease_of(provider, "reopen_provider"));
	assert_string_equal(((Provider *)world_ok(manager, REACTIVATE, &again.base))->etag,
			    provider->etag);
}

static void test_p9_the_end_of_an_older_deactivation_changes_nothing(void **state)
{
	Provider *provider = deactivate(active());
	CompleteDeactivationRequest old = completion(provider, false);
	CompleteDeactivationRequest request;

	(void)state;
	world_ok(gateway, COMPLETE, &old.base);
	provider = deactivate(provider);
	request = completion(provider, true);
	old.lease = request.lease;
	world_refused(REASON__REASON_RELATION_CONFLICT, gateway, COMPLETE, &old.base);
	request.lease->fence++;
	world_refused(REASON__REASON_LEASE_LOST, gateway, COMPLETE, &request.base);
	assert_int_equal(get(provider)->relation, RELATION__RELATION_DEACTIVATING);
	request.lease->fence--;
	provider = world_ok(gateway, COMPLETE, &request.base);
	assert_int_equal(provider->relation, RELATION__RELATION_DEACTIVATED);
}

static void test_p9_a_change_meanwhile_does_not_hold_it_up(void **state)
{
	Provider *provider = deactivate(active());
	CompleteDeactivationRequest request = completion(provider, true);
	UpdateProviderRequest update = UPDATE_PROVIDER_REQUEST__INIT;

	(void)state;
	provider->company = (char *)"Durand & Co";
	update.provider = provider;
	update.update_mask = world_mask("company");
	world_ok(manager, METHOD("ProviderService", "UpdateProvider"), &update.base);
	provider = world_ok(gateway, COMPLETE, &request.base);
	assert_int_equal(provider->relation, RELATION__RELATION_DEACTIVATED);
	assert_string_equal(provider->company, "Durand & Co");
}

static void test_p9_who_deactivates_whom(void **state)
{
	DeactivateProviderRequest request = DEACTIVATE_PROVIDER_REQUEST__INIT;
	CompleteDeactivationRequest complete = COMPLETE_DEACTIVATION_REQUEST__INIT;
	WorkLease lease = WORK_LEASE__INIT;
	Provider *invited = world_provider(NULL, 0);

	(void)state;
	request.name = complete.name = invited->name;
	complete.version = 1;
	complete.lease = &lease;
	world_refused(REASON__REASON_RELATION_CONFLICT, manager, DEACTIVATE, &request.base);
	world_refused(REASON__REASON_PERMISSION_DENIED, agent, DEACTIVATE, &request.base);
	world_refused(REASON__REASON_PERMISSION_DENIED, world_as(invited), DEACTIVATE,
		      &request.base);
	world_refused(REASON__REASON_PERMISSION_DENIED, manager, COMPLETE, &complete.base);
	world_refused(REASON__REASON_NOT_FOUND, gateway, COMPLETE, &complete.base);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_p9_without_open_work_a_provider_is_deactivated),
	    cmocka_unit_test(test_p9_open_work_takes_it_back_and_stays_readable),
	    cmocka_unit_test(test_p9_a_suspended_provider_goes_back_to_suspended),
	    cmocka_unit_test(test_p9_a_deactivated_provider_only_reads),
	    cmocka_unit_test(test_p9_a_deactivated_provider_is_opened_again),
	    cmocka_unit_test(test_p9_the_end_of_an_older_deactivation_changes_nothing),
	    cmocka_unit_test(test_p9_a_change_meanwhile_does_not_hold_it_up),
	    cmocka_unit_test(test_p9_who_deactivates_whom),
	};

	return cmocka_run_group_tests_name("closing", tests, world_begin, world_end);
}
