/* SPDX-License-Identifier: Apache-2.0 */
/* Two batches of one, in parallel; positive answers go to the table of permits. */
#include "permission.h"

#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "call/call.h"
#include "rpc/client.h"

#include "upstream.h"

static char *parent_of(struct call *call)
{
	return arena_text(call->arena, "platforms/%s", call->platform);
}

static char **list_of_one(struct call *call, const char *name)
{
	char **list = arena_new(call->arena, char *, 1);

	list[0] = arena_text(call->arena, "%s", name);
	return list;
}

static void send(struct call *call, struct permission *permission)
{
	ProtobufCService *match =
	    call_remote(call, upstream_of(UPSTREAM_PROVIDERS), &match_service__descriptor);
	ProtobufCService *billing =
	    call_remote(call, upstream_of(UPSTREAM_BILLING), &entitlement_service__descriptor);
	BatchGetStandingsRequest standings = BATCH_GET_STANDINGS_REQUEST__INIT;
	BatchGetEntitlementsRequest entitlements = BATCH_GET_ENTITLEMENTS_REQUEST__INIT;

	standings.parent = entitlements.parent = parent_of(call);
	standings.n_providers = entitlements.n_providers = 1;
	standings.providers = entitlements.providers = list_of_one(call, permission->provider);
	RPC_SEND(match, match_service__batch_get_standings, &standings, &permission->standings);
	RPC_SEND(billing, entitlement_service__batch_get_entitlements, &entitlements,
		 &permission->entitlements);
}

void permission_ask(struct call *call, const char *provider, bool anew,
		    struct permission *permission)
{
	*permission = (struct permission){.provider = provider};
	permission->permit = (struct permit){.entitlement = "", .standing = ""};
	if (anew)
		permit_forget(provider);
	else
		permission->kept =
		    permit_find(call->arena, provider, time_monotonic_us(), &permission->permit);
	if (!permission->kept)
		send(call, permission);
}

static const Standing *find_standing(const struct permission *permission)
{
	const BatchGetStandingsResponse *all = permission->standings;

	for (size_t i = 0; all && i < all->n_standings; i++)
		if (strcmp(all->standings[i]->provider, permission->provider) == 0)
			return all->standings[i];
	return NULL;
}

static const Entitlement *find_entitlement(const struct permission *permission)
{
	const BatchGetEntitlementsResponse *all = permission->entitlements;

	for (size_t i = 0; all && i < all->n_entitlements; i++)
		if (strcmp(all->entitlements[i]->provider, permission->provider) == 0)
			return all->entitlements[i];
	return NULL;
}

/* How long the answer may be used: shorter when a statement ends before, by platform time. */
static int64_t life_us(const struct call *call, const Standing *standing,
		       const Entitlement *entitlement)
{
	int64_t life = PERMIT_LIFE_US;

	if (standing->until_time && call_instant(standing->until_time) - call->now_us < life)
		life = call_instant(standing->until_time) - call->now_us;
	if (entitlement && entitlement->until_time &&
	    call_instant(entitlement->until_time) - call->now_us < life)
		life = call_instant(entitlement->until_time) - call->now_us;
	return life;
}

void permission_read(struct call *call, struct permission *permission)
{
	const Standing *standing = find_standing(permission);
	const Entitlement *entitlement = find_entitlement(permission);

	if (permission->kept)
		return;
	permission->reason_count = refusals_of(standing, entitlement, permission->reasons);
	if (standing)
		permission->permit.standing = standing->statement;
	if (entitlement)
		permission->permit.entitlement = entitlement->statement;
	if (permission->reason_count == 0)
		permit_keep(permission->provider, &permission->permit,
			    time_monotonic_us() + life_us(call, standing, entitlement));
}

struct status permission_get(struct call *call, const char *provider, bool anew,
			     struct permission *permission)
{
	permission_ask(call, provider, anew, permission);
	if (!permission->kept)
		TRY(call_await(call));
	permission_read(call, permission);
	return STATUS_OK;
}
