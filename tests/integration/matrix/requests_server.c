/* SPDX-License-Identifier: Apache-2.0 */
/* svc-requests for the matrix: a request from asking to intervention on platform A. */
#include "world.h"

#include <string.h>

#include "matrix.h"

#define PROVIDER 1

const char *const server_package = "entremise.requests.v1";
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

static void add_label(struct matrix *matrix)
{
	CreateLabelRequest request = CREATE_LABEL_REQUEST__INIT;
	Label label = LABEL__INIT;

	label.title = (char *)"Geheimnis";
	request.parent = (char *)"platforms/" PLATFORM_A;
	request.label = &label;
	matrix_add_name(matrix,
			((Label *)(void *)world_ok(manager, METHOD("LabelService", "CreateLabel"),
						   &request.base))
			    ->name,
			false);
}

static void add_intervention(struct matrix *matrix)
{
	ListInterventionsRequest request = LIST_INTERVENTIONS_REQUEST__INIT;
	ListInterventionsResponse *page;

	request.parent = (char *)"platforms/" PLATFORM_A;
	page = (ListInterventionsResponse *)(void *)world_ok(
	    manager, METHOD("InterventionService", "ListInterventions"), &request.base);
	assert_int_equal(page->n_interventions, 1);
	matrix_add_name(matrix, page->interventions[0]->name, true);
}

/* A client whose every personal field has the marker. */
static const char *add_client(void)
{
	CreateClientRequest request = CREATE_CLIENT_REQUEST__INIT;
	Client client = CLIENT__INIT;

	client.first_name = client.last_name = client.street = (char *)"Geheimnis";
	client.email = (char *)"geheimnis@example.org";
	client.postcode = (char *)"75011";
	request.parent = (char *)"platforms/" PLATFORM_A;
	request.client = &client;
	return ((Client *)(void *)world_ok(manager, METHOD("ClientService", "CreateClient"),
					   &request.base))
	    ->name;
}

void server_populate(struct matrix *matrix)
{
	const char *client = add_client();
	ServiceRequest *waiting, *assigned;
	Offer *offer;

	world_settings(true, 2);
	waiting = world_request(client, 48);
	assigned = world_request(client, 24);
	world_distribute(waiting->name, 2);
	world_distribute(assigned->name, 2);
	assert_int_equal(world_apply(arena, assigned->name, PROVIDER, &offer).reason, 0);
	assert_int_equal(world_choose(arena, assigned->name, PROVIDER, manager, &offer).reason, 0);
	assert_int_equal(world_apply(arena, waiting->name, PROVIDER, &offer).reason, 0);

	matrix_add_name(matrix, client, true);
	matrix_add_name(matrix, waiting->name, true);
	matrix_add_name(matrix, world_offer(arena, waiting->name, PROVIDER), true);
	matrix_add_name(matrix, world_provider(arena, PROVIDER), true);
	add_label(matrix);
	add_intervention(matrix);
	matrix->subjects[ROLE__ROLE_CLIENT] = world_as_client(client).subject;
	matrix->subjects[ROLE__ROLE_PROVIDER] = world_provider_id(arena, PROVIDER);
}
