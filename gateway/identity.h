/* SPDX-License-Identifier: Apache-2.0 */
/* Who applied, as the client shall see them (P2): providers knows it, requests only their names. */
#pragma once

#include <stddef.h>

#include "base/status.h"
#include "entremise/providers/v1/provider.pb-c.h"
#include "entremise/requests/v1/offer.pb-c.h"

struct call;

/*
 * Reads the profiles behind these offers, at least one, in the gateway's own name: whose names a
 * client may see is decided by the offers that requests has shown it.
 */
struct status identities_read(struct call *call, const ListOffersResponse *offers,
			      BatchGetProviderProfilesResponse **profiles);

/* The public identity of a provider, in the call's arena; NULL when it has gone. */
ProviderIdentity *identity_find(struct call *call, const BatchGetProviderProfilesResponse *profiles,
				const char *provider);
