/* SPDX-License-Identifier: Apache-2.0 */
/* The agenda: interventions that were planned (P14). */
#include "entremise/requests/v1/intervention.pb-c.h"

#include "call/call.h"
#include "entremise/common/v1/page_token.pb-c.h"
#include "rpc/method.h"
#include "services.h"

#include "intervention.sql.h"

static struct status get_intervention(struct call *call, const GetInterventionRequest *request,
				      Intervention *intervention)
{
	return sql_get_intervention(call, request, intervention);
}
RPC_METHOD(InterventionService, get_intervention, GetInterventionRequest, Intervention);

static struct status list_interventions(struct call *call, const ListInterventionsRequest *request,
					ListInterventionsResponse *reply)
{
	PageCursor page = PAGE_CURSOR__INIT;

	TRY(call_page(call, &page));
	if (call->actor.role == ROLE__ROLE_PROVIDER)
		TRY(sql_list_interventions_of_provider(call, request, &page, reply));
	else if (call->actor.role == ROLE__ROLE_CLIENT)
		TRY(sql_list_interventions_of_client(call, request, &page, reply));
	else
		TRY(sql_list_interventions(call, request, &page, reply));
	call_page_close(call, &page, &reply->base, "start_time", NULL);
	return STATUS_OK;
}
RPC_METHOD(InterventionService, list_interventions, ListInterventionsRequest,
	   ListInterventionsResponse);

InterventionService_Service intervention_service = INTERVENTION_SERVICE__INIT(serve_);
