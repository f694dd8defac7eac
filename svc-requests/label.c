/* SPDX-License-Identifier: Apache-2.0 */
/* Labels by which staff sort requests (B2): the plain life of a resource. */
#include <string.h>

#include "base/arena.h"
#include "call/call.h"
#include "contract/field.h"
#include "entremise/common/v1/page_token.pb-c.h"
#include "entremise/requests/v1/label.pb-c.h"
#include "rpc/method.h"
#include "services.h"

#include "label.sql.h"

static struct status create_label(struct call *call, const CreateLabelRequest *request,
				  Label *label)
{
	label->name =
	    arena_text(call->arena, "platforms/%s/labels/%s", call->platform, call_new_id(call));
	label->title = request->label->title;
	label->color = request->label->color;
	label->state = LABEL__STATE__STATE_ACTIVE;
	label->create_time = call_timestamp(call, call->now_us);

	TRY(sql_add_label(call, label)); /* ALREADY_EXISTS. */
	return publish(call, &label->base);
}
RPC_METHOD(LabelService, create_label, CreateLabelRequest, Label);

static struct status get_label(struct call *call, const GetLabelRequest *request, Label *label)
{
	return sql_get_label(call, request, label);
}
RPC_METHOD(LabelService, get_label, GetLabelRequest, Label);

static struct status list_labels(struct call *call, const ListLabelsRequest *request,
				 ListLabelsResponse *reply)
{
	PageCursor page = PAGE_CURSOR__INIT;

	(void)request;
	TRY(call_page(call, &page));
	TRY(sql_list_labels(call, &page, reply));
	call_page_close(call, &page, &reply->base, NULL, "title");
	return STATUS_OK;
}
RPC_METHOD(LabelService, list_labels, ListLabelsRequest, ListLabelsResponse);

static struct status update_label(struct call *call, const UpdateLabelRequest *request,
				  Label *label)
{
	TRY(sql_lock_label(call, request->label, label));
	if (label->state == LABEL__STATE__STATE_DELETED)
		return status_of(REASON__REASON_STATE_CONFLICT);
	TRY(call_apply_update(call, &label->base)); /* ETAG_MISMATCH. */

	TRY(sql_set_label(call, label)); /* ALREADY_EXISTS. */
	return publish(call, &label->base);
}
RPC_METHOD(LabelService, update_label, UpdateLabelRequest, Label);

/* Deleting twice gives the same label. */
static struct status delete_label(struct call *call, const DeleteLabelRequest *request,
				  Label *label)
{
	Label asked = LABEL__INIT;

	asked.name = request->name;
	TRY(sql_lock_label(call, &asked, label));
	if (label->state == LABEL__STATE__STATE_DELETED)
		return STATUS_OK;
	if (*request->etag && strcmp(request->etag, label->etag) != 0)
		return status_of(REASON__REASON_ETAG_MISMATCH);

	label->state = LABEL__STATE__STATE_DELETED;
	TRY(sql_delete_label(call, label));
	return publish(call, &label->base);
}
RPC_METHOD(LabelService, delete_label, DeleteLabelRequest, Label);

LabelService_Service label_service = LABEL_SERVICE__INIT(serve_);
