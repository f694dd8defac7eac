/* SPDX-License-Identifier: Apache-2.0 */
/* What handlers ask of a call: refusals, names, instants, masks and pages. */
#include "call/call.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/text.h"
#include "base/time.h"
#include "contract/contract.h"
#include "contract/mask.h"
#include "contract/page.h"
#include "google/protobuf/timestamp.pb-c.h"

void call_finish(struct call *call, struct status status)
{
	assert(!call->finished);
	call->status = status;
	call->finished = true;
}

struct db_session *call_session(struct call *call)
{
	return &call->session;
}

struct status call_detail(struct call *call, struct status status, const char *key,
			  const char *value)
{
	struct status_detail *detail = arena_new(call->arena, struct status_detail, 1);

	detail->key = key;
	detail->value = arena_text(call->arena, "%s", value);
	detail->next = status.details;
	status.details = detail;
	return status;
}

struct status call_refuse(struct call *call, Reason reason, const char *key, const char *value)
{
	return call_detail(call, status_of((int)reason), key, value);
}

struct status call_invalid(struct call *call, const char *field, const char *problem)
{
	struct status status = status_with(REASON__REASON_INVALID_ARGUMENT,
					   arena_text(call->arena, "%s %s", field, problem));

	return call_detail(call, status, field, problem);
}

const char *call_caller(struct call *call)
{
	char *role;

	if (call->actor.role == ROLE__ROLE_ANONYMOUS)
		return "anonymous";
	role = arena_text(call->arena, "%s", contract_role_name(call->actor.role));
	text_fold_ascii(role, strlen(role));
	return arena_text(call->arena, "%ss/%s", role, call->actor.subject);
}

const char *call_self(struct call *call)
{
	const char *collection = call->actor.role == ROLE__ROLE_PROVIDER ? "providers"
				 : call->actor.role == ROLE__ROLE_CLIENT ? "clients"
									 : NULL;

	if (!collection)
		return "";
	return arena_text(call->arena, "platforms/%s/%s/%s", call->platform, collection,
			  call->actor.subject);
}

const char *call_id_of(struct call *call, const char *name)
{
	const char *slash = strrchr(name, '/');

	return arena_text(call->arena, "%s", slash ? slash + 1 : name);
}

const char *call_new_id(struct call *call)
{
	char *id = arena_alloc(call->arena, ID_SIZE);

	id_new(id, call->now_us);
	return id;
}

struct Google__Protobuf__Timestamp *call_timestamp(struct call *call, int64_t instant_us)
{
	Google__Protobuf__Timestamp *timestamp =
	    arena_new(call->arena, Google__Protobuf__Timestamp, 1);
	int64_t micros = instant_us % TIME_SECOND_US;

	google__protobuf__timestamp__init(timestamp);
	if (micros < 0)
		micros += TIME_SECOND_US;
	timestamp->seconds = (instant_us - micros) / TIME_SECOND_US;
	timestamp->nanos = (int32_t)(micros * 1000);
	return timestamp;
}

int64_t call_instant(const struct Google__Protobuf__Timestamp *timestamp)
{
	return timestamp ? timestamp->seconds * TIME_SECOND_US + timestamp->nanos / 1000 : 0;
}

struct status call_apply_update(struct call *call, ProtobufCMessage *stored)
{
	return mask_apply(call->arena, call->request, stored);
}

struct status call_page(struct call *call, struct PageCursor *cursor)
{
	return page_open(call->arena, call->environment->page_key, call->method, call->request,
			 call_caller(call), cursor);
}

void call_page_close(struct call *call, const struct PageCursor *cursor, ProtobufCMessage *reply,
		     const char *time_field, const char *text_field)
{
	page_close(call->arena, call->environment->page_key, cursor, reply, time_field, text_field);
}
