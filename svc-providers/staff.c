/* SPDX-License-Identifier: Apache-2.0 */
/* The people who run a platform; there is always a manager. */
#include "staff.h"

#include <string.h>

#include "base/arena.h"
#include "call/call.h"
#include "contract/field.h"
#include "entremise/common/v1/page_token.pb-c.h"
#include "google/protobuf/empty.pb-c.h"
#include "rpc/method.h"
#include "services.h"

#include "staff.sql.h"

Staff *staff_new(struct call *call, const Staff *wanted, Staff__StaffRole role)
{
	Staff *staff = (Staff *)(void *)message_new(call->arena, &staff__descriptor);

	staff->name =
	    arena_text(call->arena, "platforms/%s/staff/%s", call->platform, call_new_id(call));
	staff->display_name = wanted->display_name;
	staff->email = wanted->email;
	staff->role = role;
	staff->language = wanted->language;
	staff->create_time = call_timestamp(call, call->now_us);
	return staff;
}

struct status staff_add(struct call *call, Staff *staff)
{
	TRY(sql_add_staff(call, staff));
	return publish(call, &staff->base);
}

static struct status create_staff(struct call *call, const CreateStaffRequest *request,
				  Staff *staff)
{
	Staff *made;

	if (request->staff->role == STAFF__STAFF_ROLE__STAFF_ROLE_UNSPECIFIED)
		return call_invalid(call, "staff.role", "must be set");
	made = staff_new(call, request->staff, request->staff->role);
	TRY(staff_add(call, made)); /* ALREADY_EXISTS. */
	*staff = *made;
	return STATUS_OK;
}
RPC_METHOD(StaffService, create_staff, CreateStaffRequest, Staff);

static struct status get_staff(struct call *call, const GetStaffRequest *request, Staff *staff)
{
	return sql_get_staff(call, request, staff);
}
RPC_METHOD(StaffService, get_staff, GetStaffRequest, Staff);

static struct status list_staff(struct call *call, const ListStaffRequest *request,
				ListStaffResponse *reply)
{
	PageCursor page = PAGE_CURSOR__INIT;

	(void)request;
	TRY(call_page(call, &page));
	TRY(sql_list_staff(call, &page, reply));
	call_page_close(call, &page, &reply->base, NULL, NULL);
	return STATUS_OK;
}
RPC_METHOD(StaffService, list_staff, ListStaffRequest, ListStaffResponse);

static struct status delete_staff(struct call *call, const DeleteStaffRequest *request,
				  Google__Protobuf__Empty *empty)
{
	ListStaffResponse managers = LIST_STAFF_RESPONSE__INIT;
	Staff *staff = (Staff *)(void *)message_new(call->arena, &staff__descriptor);

	(void)empty;
	TRY(sql_hold_managers(call, &managers));
	TRY(sql_hold_staff(call, request, staff));
	if (*request->etag && strcmp(request->etag, staff->etag) != 0)
		return status_of(REASON__REASON_ETAG_MISMATCH);
	if (staff->role == STAFF__STAFF_ROLE__STAFF_ROLE_MANAGER && managers.n_staff == 1)
		return status_of(REASON__REASON_LAST_MANAGER);

	TRY(sql_drop_staff(call, staff));
	return publish(call, &staff->base);
}
RPC_METHOD(StaffService, delete_staff, DeleteStaffRequest, Google__Protobuf__Empty);

StaffService_Service staff_service = STAFF_SERVICE__INIT(serve_);
