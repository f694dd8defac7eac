/* SPDX-License-Identifier: Apache-2.0 */
/* Work `tell` of requests: providers learn by mail what became of their offer. */
#include "base/arena.h"
#include "call/call.h"
#include "entremise/providers/v1/notice.pb-c.h"
#include "entremise/requests/v1/message.pb-c.h"
#include "rpc/client.h"

#include "work.h"

#define AT_ONCE 16 /* notices in flight; more would take the workers of providers */

static NoticeParameter *parameter(struct call *call, const char *key, char *value)
{
	NoticeParameter *made = arena_new(call->arena, NoticeParameter, 1);

	notice_parameter__init(made);
	made->key = arena_text(call->arena, "%s", key);
	made->value = value;
	return made;
}

/* What all providers are told; the key holds for the work, so an attempt made again sends no mail.
 */
static SendNoticeRequest notice_of(struct call *call, const Work *work, const TellWork *wanted)
{
	SendNoticeRequest notice = SEND_NOTICE_REQUEST__INIT;

	notice.parent = arena_text(call->arena, "platforms/%s", call->platform);
	notice.template_ = wanted->template_;
	notice.key = arena_text(call->arena, "%s/%s", wanted->template_, work->id);
	notice.n_parameters = 2;
	notice.parameters = arena_new(call->arena, NoticeParameter *, notice.n_parameters);
	notice.parameters[0] = parameter(call, "item", wanted->item_title);
	notice.parameters[1] = parameter(call, "start", wanted->start);
	return notice;
}

/* One that has gone needs no mail. */
static struct status check_sent(const struct call *call, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct status status = call_sent_status(call, i);

		if (status.reason != 0 && status.reason != REASON__REASON_NOT_FOUND)
			return status;
	}
	return STATUS_OK;
}

static struct status send_notices(struct call *call, const Work *work, SendNoticeRequest *notice,
				  char *const *providers, size_t count)
{
	ProtobufCService *service =
	    call_remote(call, upstream_of(UPSTREAM_PROVIDERS), &notice_service__descriptor);
	SendNoticeResponse *replies[AT_ONCE];

	for (size_t i = 0; i < count; i++) {
		notice->provider = providers[i];
		notice->request_id = work_request_id(call, work, call_id_of(call, providers[i]));
		RPC_SEND(service, notice_service__send_notice, notice, &replies[i]);
	}
	call_await_any(call);
	return check_sent(call, count);
}

static struct status run(struct call *call, const Work *work, const ProtobufCMessage *payload)
{
	const TellWork *wanted = (const TellWork *)(const void *)payload;
	SendNoticeRequest notice = notice_of(call, work, wanted);

	for (size_t i = 0; i < wanted->n_providers; i += AT_ONCE) {
		size_t left = wanted->n_providers - i;

		TRY(send_notices(call, work, &notice, wanted->providers + i,
				 left < AT_ONCE ? left : AT_ONCE));
	}
	return work_done(call, UPSTREAM_REQUESTS, work);
}

const struct work_kind work_tell = {
    .owner = UPSTREAM_REQUESTS,
    .kind = "tell",
    .payload = &tell_work__descriptor,
    .run = run,
};
