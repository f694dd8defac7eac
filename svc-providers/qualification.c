/* SPDX-License-Identifier: Apache-2.0 */
/* Which services a provider is accepted for (P10): every service of the catalogue has a state. */
#include "base/arena.h"
#include "call/call.h"
#include "contract/field.h"
#include "entremise/common/v1/page_token.pb-c.h"
#include "provider.h"
#include "qualification_state.h"
#include "rpc/method.h"
#include "services.h"

#include "qualification.sql.h"

static struct status list_qualifications(struct call *call,
					 const ListQualificationsRequest *request,
					 ListQualificationsResponse *reply)
{
	PageCursor page = PAGE_CURSOR__INIT;
	Provider *provider = (Provider *)(void *)message_new(call->arena, &provider__descriptor);

	TRY(call_page(call, &page));
	TRY(sql_find_own_provider(call, request, provider)); /* NOT_FOUND. */
	TRY(sql_list_qualifications(call, &page, request, reply));
	call_page_close(call, &page, &reply->base, NULL, NULL);
	return STATUS_OK;
}
RPC_METHOD(QualificationService, list_qualifications, ListQualificationsRequest,
	   ListQualificationsResponse);

/* Locks the row, does what the event asks, stores and publishes it; the same state changes nothing.
 */
static struct status take_event(struct call *call, char *name, enum qualification_event event,
				Qualification *qualification)
{
	Qualification asked = QUALIFICATION__INIT;
	QualificationState next;

	asked.name = name;
	TRY(sql_hold_qualification(call, &asked, qualification)); /* NOT_FOUND. */
	if (!qualification_state_next(qualification->state, event, &next))
		return call_refuse(call, REASON__REASON_STATE_CONFLICT, "state",
				   qualification_state_name(qualification->state));
	if (next == qualification->state)
		return STATUS_OK;

	qualification->state = next;
	qualification->update_time = call_timestamp(call, call->now_us);
	TRY(sql_set_qualification(call, qualification));
	return publish(call, &qualification->base);
}

static struct status propose_qualification(struct call *call,
					   const ProposeQualificationRequest *request,
					   Qualification *qualification)
{
	Provider *provider = (Provider *)(void *)message_new(call->arena, &provider__descriptor);
	Qualification asked = QUALIFICATION__INIT;

	asked.name = request->name;
	TRY(sql_share_provider(call, &asked, provider)); /* NOT_FOUND. */
	TRY(provider_check_writes(call, provider));	 /* RELATION_INACTIVE. */
	TRY(sql_seed_qualification(call, &asked));
	return take_event(call, request->name, QUALIFICATION_PROPOSE, qualification);
}
RPC_METHOD(QualificationService, propose_qualification, ProposeQualificationRequest, Qualification);

static struct status accept_qualification(struct call *call,
					  const AcceptQualificationRequest *request,
					  Qualification *qualification)
{
	return take_event(call, request->name, QUALIFICATION_ACCEPT, qualification);
}
RPC_METHOD(QualificationService, accept_qualification, AcceptQualificationRequest, Qualification);

static struct status reject_qualification(struct call *call,
					  const RejectQualificationRequest *request,
					  Qualification *qualification)
{
	return take_event(call, request->name, QUALIFICATION_REJECT, qualification);
}
RPC_METHOD(QualificationService, reject_qualification, RejectQualificationRequest, Qualification);

static struct status deactivate_qualification(struct call *call,
					      const DeactivateQualificationRequest *request,
					      Qualification *qualification)
{
	return take_event(call, request->name, QUALIFICATION_DEACTIVATE, qualification);
}
RPC_METHOD(QualificationService, deactivate_qualification, DeactivateQualificationRequest,
	   Qualification);

QualificationService_Service qualification_service = QUALIFICATION_SERVICE__INIT(serve_);
