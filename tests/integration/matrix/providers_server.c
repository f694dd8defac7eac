/* SPDX-License-Identifier: Apache-2.0 */
/* svc-providers for the matrix: a catalogue and a provider from sign-up to its work on platform A.
 */
#include "world.h"

#include <string.h>

#include "matrix.h"

const char *const server_package = "entremise.providers.v1";
const bool server_is_gateway = false;

struct suite *server_begin(void)
{
	world_begin(NULL);
	return suite;
}

void server_end(void)
{
	world_end(NULL);
}

static Provider *add_provider(void)
{
	static char *prefixes[] = {(char *)"75"};
	CreateProviderRequest request = CREATE_PROVIDER_REQUEST__INIT;
	Provider provider = PROVIDER__INIT;

	provider.kind = PROVIDER_KIND__PROVIDER_KIND_INDEPENDENT;
	provider.first_name = provider.last_name = (char *)"Geheimnis";
	provider.email = (char *)"Geheimnis@example.org";
	provider.zone_prefixes = prefixes;
	provider.n_zone_prefixes = 1;
	request.parent = (char *)"platforms/" PLATFORM_A;
	request.provider = &provider;
	return world_ok(manager, METHOD("ProviderService", "CreateProvider"), &request.base);
}

void server_populate(struct matrix *matrix)
{
	static const char *const prefixes[] = {"75"};
	Provider *provider = add_provider();
	SignUpToken *token;
	Terms *terms;

	matrix_add_name(matrix, "platforms/" PLATFORM_A, false);
	matrix_add_name(matrix, world_item("menage", prefixes, 1)->name, false);
	terms = world_terms();
	world_qualify(provider, "menage");
	world_join(world_accept_terms(provider, terms));
	world_sign_up_token(&token);
	matrix_add_name(matrix, provider->name, true);
	matrix_add_name(matrix, terms->name, false);
	matrix_add_name(matrix, token->name, false);
	matrix_add_name(
	    matrix, arena_text(matrix->arena, "%s/qualifications/menage", provider->name), true);
	matrix->subjects[ROLE__ROLE_PROVIDER] = world_as(provider).subject;
	world_platform(PLATFORM_B);
}
