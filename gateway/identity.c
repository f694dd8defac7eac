/* SPDX-License-Identifier: Apache-2.0 */
/* One batch of profiles, and what of a profile makes an identity. */
#include "identity.h"

#include <string.h>

#include "base/arena.h"
#include "call/call.h"
#include "rpc/client.h"

#include "upstream.h"

static struct actor self(const struct call *call)
{
	return (struct actor){.role = ROLE__ROLE_SERVICE,
			      .subject = call->environment->service,
			      .platform = call->platform,
			      .by_service = true,
			      .speaker = call->environment->service};
}

struct status identities_read(struct call *call, const ListOffersResponse *offers,
			      BatchGetProviderProfilesResponse **profiles)
{
	ProtobufCService *service =
	    call_remote(call, upstream_of(UPSTREAM_PROVIDERS), &provider_service__descriptor);
	BatchGetProviderProfilesRequest request = BATCH_GET_PROVIDER_PROFILES_REQUEST__INIT;
	const struct actor caller = call->actor;

	request.parent = arena_text(call->arena, "platforms/%s", call->platform);
	request.n_names = offers->n_offers;
	request.names = arena_new(call->arena, char *, offers->n_offers);
	for (size_t i = 0; i < offers->n_offers; i++)
		request.names[i] = offers->offers[i]->provider;
	call->actor = self(call);
	RPC_SEND(service, provider_service__batch_get_provider_profiles, &request, profiles);
	call->actor = caller;
	return call_await(call);
}

static ProviderIdentity *identity_of(struct call *call, const ProviderProfile *profile)
{
	ProviderIdentity *identity = arena_new(call->arena, ProviderIdentity, 1);
	const char *name = arena_text(call->arena, "%s%s%s", profile->first_name,
				      *profile->first_name ? " " : "", profile->last_name);

	provider_identity__init(identity);
	identity->provider = profile->name;
	identity->presentation = profile->presentation;
	if (*profile->company)
		identity->title = arena_text(call->arena, "%s (%s)", profile->company, name);
	else
		identity->title = arena_text(call->arena, "%s", name);
	return identity;
}

ProviderIdentity *identity_find(struct call *call, const BatchGetProviderProfilesResponse *profiles,
				const char *provider)
{
	for (size_t i = 0; i < profiles->n_profiles; i++)
		if (strcmp(profiles->profiles[i]->name, provider) == 0)
			return identity_of(call, profiles->profiles[i]);
	return NULL;
}
