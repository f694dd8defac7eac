/* SPDX-License-Identifier: Apache-2.0 */
/* Providers: their records, zones, terms, how they join a platform and are closed (P8, P9, P12). */
#include "provider.h"

#include <string.h>

#include "base/arena.h"
#include "call/call.h"
#include "closing.h"
#include "contract/field.h"
#include "durable/work.h"
#include "entremise/common/v1/page_token.pb-c.h"
#include "notice.h"
#include "postcode.h"
#include "relation_state.h"
#include "rpc/method.h"
#include "services.h"
#include "terms.h"

#include "provider.sql.h"

void provider_fill(struct call *call, const Provider *wanted, Provider *provider)
{
	*provider = *(Provider *)(void *)message_copy(call->arena, &wanted->base);
	provider->name =
	    arena_text(call->arena, "platforms/%s/providers/%s", call->platform, call_new_id(call));
	provider->etag = arena_text(call->arena, "%s", "");
	provider->create_time = call_timestamp(call, call->now_us);
	provider->update_time = provider->create_time;
}

static struct status store_zone(struct call *call, Provider *provider)
{
	provider->n_zone_prefixes =
	    postcode_list_normalize(provider->zone_prefixes, provider->n_zone_prefixes);
	return sql_add_own_zone(call, provider, provider);
}

struct status provider_add(struct call *call, Provider *provider)
{
	TRY(sql_add_provider(call, provider));
	TRY(store_zone(call, provider));
	return publish(call, &provider->base);
}

struct status provider_read(struct call *call, const char *name, Provider **provider)
{
	GetProviderRequest asked = GET_PROVIDER_REQUEST__INIT;

	asked.name = arena_text(call->arena, "%s", name);
	*provider = (Provider *)(void *)message_new(call->arena, &provider__descriptor);
	return sql_get_provider(call, &asked, *provider);
}

static struct status read_lists(struct call *call, Provider *provider)
{
	TRY(sql_list_own_zone(call, provider, provider));
	TRY(sql_list_exclusions(call, provider, provider));
	return closing_read_open_work(call, provider);
}

struct status provider_hold(struct call *call, const char *name, Provider *provider)
{
	GetProviderRequest asked = GET_PROVIDER_REQUEST__INIT;

	asked.name = arena_text(call->arena, "%s", name);
	TRY(sql_hold_provider(call, &asked, provider));
	return read_lists(call, provider);
}

struct status provider_check_writes(const struct call *call, const Provider *provider)
{
	bool reads_only = provider->relation == RELATION__RELATION_DEACTIVATED ||
			  provider->relation == RELATION__RELATION_DELETED;

	if (reads_only && call->actor.role == ROLE__ROLE_PROVIDER)
		return status_of(REASON__REASON_RELATION_INACTIVE);
	return STATUS_OK;
}

static struct status create_provider(struct call *call, const CreateProviderRequest *request,
				     Provider *provider)
{
	if (request->provider->kind == PROVIDER_KIND__PROVIDER_KIND_UNSPECIFIED)
		return call_invalid(call, "provider.kind", "must be set");
	provider_fill(call, request->provider, provider);
	provider->relation = provider->kind == PROVIDER_KIND__PROVIDER_KIND_EMPLOYEE
				 ? RELATION__RELATION_ACTIVE
				 : RELATION__RELATION_INVITED;

	return provider_add(call, provider); /* ALREADY_EXISTS. */
}
RPC_METHOD(ProviderService, create_provider, CreateProviderRequest, Provider);

static struct status get_provider(struct call *call, const GetProviderRequest *request,
				  Provider *provider)
{
	TRY(sql_get_provider(call, request, provider));
	return read_lists(call, provider);
}
RPC_METHOD(ProviderService, get_provider, GetProviderRequest, Provider);

static struct status batch_get_providers(struct call *call, const BatchGetProvidersRequest *request,
					 BatchGetProvidersResponse *reply)
{
	return sql_batch_get_providers(call, request, reply);
}
RPC_METHOD(ProviderService, batch_get_providers, BatchGetProvidersRequest,
	   BatchGetProvidersResponse);

/* Personal fields open as what they were sealed as, so the records are read and then cut down. */
static struct status batch_get_provider_profiles(struct call *call,
						 const BatchGetProviderProfilesRequest *request,
						 BatchGetProviderProfilesResponse *reply)
{
	BatchGetProvidersRequest asked = BATCH_GET_PROVIDERS_REQUEST__INIT;
	BatchGetProvidersResponse records = BATCH_GET_PROVIDERS_RESPONSE__INIT;

	asked.names = request->names;
	asked.n_names = request->n_names;
	TRY(sql_batch_get_providers(call, &asked, &records));
	reply->profiles = arena_new(call->arena, ProviderProfile *, records.n_providers);
	for (size_t i = 0; i < records.n_providers; i++) {
		ProviderProfile *profile = arena_new(call->arena, ProviderProfile, 1);

		provider_profile__init(profile);
		profile->name = records.providers[i]->name;
		profile->company = records.providers[i]->company;
		profile->first_name = records.providers[i]->first_name;
		profile->last_name = records.providers[i]->last_name;
		profile->presentation = records.providers[i]->presentation;
		reply->profiles[reply->n_profiles++] = profile;
	}
	return STATUS_OK;
}
RPC_METHOD(ProviderService, batch_get_provider_profiles, BatchGetProviderProfilesRequest,
	   BatchGetProviderProfilesResponse);

static struct status list_providers(struct call *call, const ListProvidersRequest *request,
				    ListProvidersResponse *reply)
{
	PageCursor page = PAGE_CURSOR__INIT;

	TRY(call_page(call, &page));
	TRY(sql_list_providers(call, &page, request, reply));
	call_page_close(call, &page, &reply->base, NULL, NULL);
	return STATUS_OK;
}
RPC_METHOD(ProviderService, list_providers, ListProvidersRequest, ListProvidersResponse);

static struct status update_provider(struct call *call, const UpdateProviderRequest *request,
				     Provider *provider)
{
	TRY(provider_hold(call, request->provider->name, provider));
	TRY(provider_check_writes(call, provider));    /* RELATION_INACTIVE. */
	TRY(call_apply_update(call, &provider->base)); /* ETAG_MISMATCH. */

	provider->update_time = call_timestamp(call, call->now_us);
	TRY(sql_set_provider(call, provider)); /* ALREADY_EXISTS. */
	TRY(sql_drop_own_zone(call, provider));
	TRY(store_zone(call, provider));
	return publish(call, &provider->base);
}
RPC_METHOD(ProviderService, update_provider, UpdateProviderRequest, Provider);

static struct status set_exclusions(struct call *call, const SetExclusionsRequest *request,
				    Provider *provider)
{
	TRY(provider_hold(call, request->name, provider));
	if (*request->etag && strcmp(request->etag, provider->etag) != 0)
		return status_of(REASON__REASON_ETAG_MISMATCH);

	provider->excluded_prefixes = request->excluded_prefixes;
	provider->n_excluded_prefixes =
	    postcode_list_normalize(request->excluded_prefixes, request->n_excluded_prefixes);
	provider->update_time = call_timestamp(call, call->now_us);
	TRY(sql_touch_provider(call, provider));
	TRY(sql_drop_exclusions(call, provider));
	TRY(sql_add_exclusions(call, provider, provider));
	return publish(call, &provider->base);
}
RPC_METHOD(ProviderService, set_exclusions, SetExclusionsRequest, Provider);

static struct status accept_terms(struct call *call, const AcceptTermsRequest *request,
				  Provider *provider)
{
	Terms *current;

	TRY(provider_hold(call, request->name, provider));
	TRY(provider_check_writes(call, provider)); /* RELATION_INACTIVE. */
	TRY(terms_current(call, &current));
	if (!current || strcmp(current->name, request->terms) != 0)
		return call_refuse(call, REASON__REASON_STATE_CONFLICT, "current",
				   current ? current->name : "");
	if (strcmp(provider->accepted_terms, current->name) == 0)
		return STATUS_OK;

	provider->accepted_terms = current->name;
	provider->accept_terms_time = call_timestamp(call, call->now_us);
	provider->update_time = provider->accept_terms_time;
	TRY(sql_set_accepted_terms(call, provider));
	return publish(call, &provider->base);
}
RPC_METHOD(ProviderService, accept_terms, AcceptTermsRequest, Provider);

/* Where `event` leads from where the provider stands; RELATION_CONFLICT when nowhere. */
static struct status find_next(struct call *call, const Provider *provider,
			       enum relation_event event, Relation *next)
{
	if (relation_state_next(provider->relation, event, next))
		return STATUS_OK;
	return call_refuse(call, REASON__REASON_RELATION_CONFLICT, "relation",
			   relation_state_name(provider->relation));
}

static struct status move(struct call *call, Provider *provider, Relation next)
{
	provider->relation = next;
	provider->update_time = call_timestamp(call, call->now_us);
	TRY(sql_set_relation(call, provider));
	return publish(call, &provider->base);
}

static struct status submit_candidature(struct call *call, const SubmitCandidatureRequest *request,
					Provider *provider)
{
	Terms *current;
	Relation next;

	TRY(provider_hold(call, request->name, provider));
	TRY(find_next(call, provider, RELATION_SUBMIT, &next));
	TRY(terms_current(call, &current));
	if (current && strcmp(provider->accepted_terms, current->name) != 0)
		return call_refuse(call, REASON__REASON_ACCOUNT_INCOMPLETE, "missing", "terms");
	if (next == provider->relation)
		return STATUS_OK;

	provider->refusal = arena_text(call->arena, "%s", "");
	return move(call, provider, next);
}
RPC_METHOD(ProviderService, submit_candidature, SubmitCandidatureRequest, Provider);

static struct status accept_provider(struct call *call, const AcceptProviderRequest *request,
				     Provider *provider)
{
	Relation next;

	TRY(provider_hold(call, request->name, provider));
	TRY(find_next(call, provider, RELATION_ACCEPT, &next));
	if (next == provider->relation)
		return STATUS_OK;

	TRY(move(call, provider, next));
	return notice_tell(call, provider, "accepted");
}
RPC_METHOD(ProviderService, accept_provider, AcceptProviderRequest, Provider);

static struct status refuse_provider(struct call *call, const RefuseProviderRequest *request,
				     Provider *provider)
{
	Relation next;

	TRY(provider_hold(call, request->name, provider));
	TRY(find_next(call, provider, RELATION_REFUSE, &next));
	if (next == provider->relation)
		return STATUS_OK;

	provider->refusal = request->refusal;
	TRY(move(call, provider, next));
	return notice_tell(call, provider, "refused");
}
RPC_METHOD(ProviderService, refuse_provider, RefuseProviderRequest, Provider);

static struct status
deactivate_provider(struct call *call, const DeactivateProviderRequest *request, Provider *provider)
{
	Relation former, next;

	TRY(provider_hold(call, request->name, provider));
	TRY(find_next(call, provider, RELATION_DEACTIVATE, &next));
	if (next == provider->relation)
		return STATUS_OK;

	former = provider->relation;
	provider->n_open_work = 0;
	TRY(move(call, provider, next));
	return closing_begin(call, provider, former);
}
RPC_METHOD(ProviderService, deactivate_provider, DeactivateProviderRequest, Provider);

static struct status
reactivate_provider(struct call *call, const ReactivateProviderRequest *request, Provider *provider)
{
	Relation next;

	TRY(provider_hold(call, request->name, provider));
	TRY(find_next(call, provider, RELATION_REACTIVATE, &next));
	if (next == provider->relation)
		return STATUS_OK;

	TRY(move(call, provider, next));
	return closing_reopen(call, provider);
}
RPC_METHOD(ProviderService, reactivate_provider, ReactivateProviderRequest, Provider);

static struct status complete_deactivation(struct call *call,
					   const CompleteDeactivationRequest *request,
					   Provider *provider)
{
	enum relation_event event;
	Relation next;

	TRY(provider_hold(call, request->name, provider));
	TRY(closing_event(call, request, &event));
	TRY(find_next(call, provider, event, &next));

	provider->open_work = request->open_work;
	provider->n_open_work = request->closed ? 0 : request->n_open_work;
	TRY(closing_keep_open_work(call, provider));
	TRY(move(call, provider, next));
	return work_finish(call, request->lease); /* LEASE_LOST. */
}
RPC_METHOD(ProviderService, complete_deactivation, CompleteDeactivationRequest, Provider);

ProviderService_Service provider_service = PROVIDER_SERVICE__INIT(serve_);
