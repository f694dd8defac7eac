/* SPDX-License-Identifier: Apache-2.0 */
/* The table of services, and how bytes are passed on to the one that owns a method. */
#include "routes.h"

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "call/call.h"
#include "contract/contract.h"
#include "entremise/billing/v1/entitlement.pb-c.h"
#include "entremise/billing/v1/exemption.pb-c.h"
#include "entremise/billing/v1/journal.pb-c.h"
#include "entremise/billing/v1/payment.pb-c.h"
#include "entremise/billing/v1/payment_key.pb-c.h"
#include "entremise/billing/v1/plan_price.pb-c.h"
#include "entremise/billing/v1/subscription.pb-c.h"
#include "entremise/billing/v1/subscription_settings.pb-c.h"
#include "entremise/common/v1/work.pb-c.h"
#include "entremise/providers/v1/catalogue.pb-c.h"
#include "entremise/providers/v1/match.pb-c.h"
#include "entremise/providers/v1/notice.pb-c.h"
#include "entremise/providers/v1/platform.pb-c.h"
#include "entremise/providers/v1/qualification.pb-c.h"
#include "entremise/providers/v1/sign_up.pb-c.h"
#include "entremise/providers/v1/staff.pb-c.h"
#include "entremise/providers/v1/terms.pb-c.h"
#include "entremise/requests/v1/client.pb-c.h"
#include "entremise/requests/v1/gate.pb-c.h"
#include "entremise/requests/v1/intervention.pb-c.h"
#include "entremise/requests/v1/label.pb-c.h"
#include "entremise/requests/v1/message.pb-c.h"
#include "entremise/requests/v1/settings.pb-c.h"
#include "rpc/client.h"
#include "rpc/server.h"

#include "screens.h"
#include "upstream.h"
#include "work.h"

/* One service; its methods go where the contract says. */
struct route {
	const ProtobufCServiceDescriptor *service;
	ProtobufCService *screens; /* handlers of its COMPOSED methods; NULL: it has none */
};

static const struct route routes[] = {
    {.service = &catalogue_service__descriptor},
    {.service = &platform_service__descriptor},
    {.service = &provider_service__descriptor, .screens = &provider_screens.base},
    {.service = &qualification_service__descriptor},
    {.service = &sign_up_service__descriptor},
    {.service = &staff_service__descriptor},
    {.service = &terms_service__descriptor},

    {.service = &client_service__descriptor},
    {.service = &distribution_settings_service__descriptor},
    {.service = &intervention_service__descriptor},
    {.service = &label_service__descriptor},
    {.service = &message_service__descriptor},
    {.service = &offer_service__descriptor, .screens = &offer_screens.base},
    {.service = &service_request_service__descriptor, .screens = &service_request_screens.base},

    {.service = &exemption_service__descriptor},
    {.service = &journal_service__descriptor},
    {.service = &payment_key_service__descriptor},
    {.service = &payment_service__descriptor},
    {.service = &plan_price_service__descriptor},
    {.service = &subscription_service__descriptor},
    {.service = &subscription_settings_service__descriptor},
};

/* Services that are called, and not served. */
static const ProtobufCServiceDescriptor *const called[] = {
    &match_service__descriptor,	      &notice_service__descriptor,	  &gate_service__descriptor,
    &entitlement_service__descriptor, &platform_sync_service__descriptor, &work_service__descriptor,
};

/* Passes a call on as it is, and does at once what it left to be done. */
static struct status forward(struct call *call, const uint8_t *request, size_t length)
{
	enum upstream owner = upstream_owner(call->method->service->package);

	TRY(call_forward(call, upstream_of(owner), call->method->path, request, length,
			 &call->stored.bytes, &call->stored.length));
	if (!call->stored.bytes) /* An empty answer is an answer. */
		call->stored.bytes = arena_alloc(call->arena, 0);
	work_run_leased(call, owner);
	return STATUS_OK;
}

/* protobuf-c keeps a vtable's handlers in a row behind its base. */
static bool has_handler(const ProtobufCService *screens, unsigned index)
{
	void (*const *handlers)(void) = (void (*const *)(void))(const void *)(screens + 1);

	return screens && handlers[index] != NULL;
}

static _Noreturn void refuse_to_start(const char *path, const char *problem)
{
	char line[256];

	snprintf(line, sizeof(line), "%s: %s", path, problem);
	fatal(line);
}

static void check_screens(const struct route *route)
{
	for (unsigned i = 0; i < route->service->n_methods; i++) {
		const struct method_rule *rule = contract_method(route->service, i);
		bool composed = rule->rule->route == ROUTE__ROUTE_COMPOSED;

		if (composed != has_handler(route->screens, i))
			refuse_to_start(rule->path, composed ? "is composed and has no handler"
							     : "has a handler and is not composed");
	}
}

static void check_complete(void)
{
	size_t count;
	const struct method_rule *methods = contract_methods(&count);

	for (size_t i = 0; i < count; i++)
		if (methods[i].rule->route != ROUTE__ROUTE_UNSPECIFIED && !methods[i].service)
			refuse_to_start(methods[i].path, "its service has no route");
}

void routes_add(struct rpc_server *server)
{
	for (size_t i = 0; i < ARRAY_COUNT(routes); i++) {
		const struct route *route = &routes[i];

		contract_add_service(route->service);
		upstream_owner(route->service->package);
		check_screens(route);
		if (route->screens)
			rpc_server_add(server, route->screens);
		rpc_server_add_forward(server, route->service, forward);
	}
	for (size_t i = 0; i < ARRAY_COUNT(called); i++)
		contract_add_service(called[i]);
	check_complete();
}
