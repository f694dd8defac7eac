/* SPDX-License-Identifier: Apache-2.0 */
/* Mails to providers and staff: once per person and cause, in the person's language. */
#include "notice.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "call/call.h"
#include "contract/field.h"
#include "crypto/hash.h"
#include "db/migrate.h"
#include "durable/mail.h"
#include "entremise/common/v1/row.pb-c.h"
#include "entremise/providers/v1/notice.pb-c.h"
#include "entremise/providers/v1/row.pb-c.h"
#include "entremise/providers/v1/staff.pb-c.h"
#include "notice_template.h"
#include "provider.h"
#include "rpc/method.h"
#include "services.h"

#include "notice.sql.h"

extern const struct embedded_file service_files[];

/* What is sent, whoever gets it. */
struct notice {
	char *template;
	const char *key;
	const PlatformRow *sender;
	struct mail_parameter *parameters; /* The first is `platform`. */
	size_t count;
};

/* Who gets it. An address is empty when the person was erased. */
struct recipient {
	char *name;
	const char *address;
	const char *language;
};

/* Fills `notice` for the call's platform. */
static struct status begin(struct call *call, const char *template, const char *key,
			   NoticeParameter *const *parameters, size_t count, struct notice *notice)
{
	PlatformRow *sender =
	    (PlatformRow *)(void *)message_new(call->arena, &platform_row__descriptor);

	TRY(sql_find_sender(call, sender));
	*notice = (struct notice){.template = arena_text(call->arena, "%s", template),
				  .key = key,
				  .sender = sender,
				  .count = count + 1};
	notice->parameters = arena_new(call->arena, struct mail_parameter, notice->count);
	notice->parameters[0] = (struct mail_parameter){"platform", sender->display_name};
	for (size_t i = 0; i < count; i++)
		notice->parameters[i + 1] =
		    (struct mail_parameter){parameters[i]->key, parameters[i]->value};
	return STATUS_OK;
}

static char *cause_of(struct call *call, const struct notice *notice)
{
	struct crypto_digest_state state;
	uint8_t hash[CRYPTO_DIGEST_SHORT];

	crypto_digest_begin(&state, sizeof(hash));
	crypto_digest_add_field(&state, notice->template, strlen(notice->template));
	crypto_digest_add_field(&state, notice->key, strlen(notice->key));
	crypto_digest_finish(&state, hash, sizeof(hash));
	return text_hex_encode(call->arena, hash, sizeof(hash));
}

/* Puts one mail on its way, unless this cause has mailed the person before. */
static struct status enqueue(struct call *call, const struct notice *notice,
			     const struct recipient *recipient, int32_t *mails)
{
	const char *language =
	    *recipient->language ? recipient->language : notice->sender->language;
	NoticeRow row = NOTICE_ROW__INIT;
	struct status added;

	if (*recipient->address == 0)
		return STATUS_OK;
	row.recipient = recipient->name;
	row.template_ = notice->template;
	row.cause = cause_of(call, notice);
	added = sql_add_notice(call, &row);
	if (added.reason == REASON__REASON_ALREADY_EXISTS)
		return STATUS_OK;
	TRY(added);
	++*mails;
	return mail_add(call, service_files, notice->template, language, recipient->address, NULL,
			notice->parameters, notice->count);
}

struct status notice_tell(struct call *call, const Provider *provider, const char *template)
{
	struct recipient recipient = {provider->name, provider->email, provider->language};
	struct notice notice;
	int32_t mails = 0;

	TRY(begin(call, template, provider->etag, NULL, 0, &notice));
	return enqueue(call, &notice, &recipient, &mails);
}

static struct status send_to_provider(struct call *call, const SendNoticeRequest *request,
				      const struct notice *notice, int32_t *mails)
{
	struct recipient recipient;
	Provider *provider;

	TRY(provider_read(call, request->provider, &provider)); /* NOT_FOUND. */
	recipient = (struct recipient){provider->name, provider->email, provider->language};
	return enqueue(call, notice, &recipient, mails);
}

static struct status send_to_group(struct call *call, const SendNoticeRequest *request,
				   const struct notice *notice, int32_t *mails)
{
	ListStaffResponse people = LIST_STAFF_RESPONSE__INIT;

	TRY(sql_list_group(call, request, &people));
	for (size_t i = 0; i < people.n_staff; i++) {
		const Staff *staff = people.staff[i];
		struct recipient recipient = {staff->name, staff->email, staff->language};

		TRY(enqueue(call, notice, &recipient, mails));
	}
	return STATUS_OK;
}

static struct status send_notice(struct call *call, const SendNoticeRequest *request,
				 SendNoticeResponse *reply)
{
	const char *text = notice_template_find(service_files, request->template_);
	struct notice notice;
	struct text missing;

	if ((*request->provider != 0) == (request->group != STAFF_GROUP__STAFF_GROUP_UNSPECIFIED))
		return call_invalid(call, "provider", "or group must be set, and not both");
	if (!text)
		return call_invalid(call, "template", "is not one of the texts");
	TRY(begin(call, request->template_, request->key, request->parameters,
		  request->n_parameters, &notice));
	missing = notice_template_missing(text, notice.parameters, notice.count);
	if (missing.length > 0)
		return call_invalid(
		    call, "parameters",
		    arena_text(call->arena, "must have the key %.*s", TEXT_ARGUMENTS(missing)));
	if (*request->provider != 0)
		return send_to_provider(call, request, &notice, &reply->mails);
	return send_to_group(call, request, &notice, &reply->mails);
}
RPC_METHOD(NoticeService, send_notice, SendNoticeRequest, SendNoticeResponse);

NoticeService_Service notice_service = NOTICE_SERVICE__INIT(serve_);
