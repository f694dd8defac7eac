/* SPDX-License-Identifier: Apache-2.0 */
/* The conversation about a request, and the answer that the client gets in it (P2). */
#include "entremise/requests/v1/message.pb-c.h"

#include "answer_text.h"
#include "base/arena.h"
#include "base/money.h"
#include "call/call.h"
#include "client.h"
#include "db/migrate.h"
#include "durable/mail.h"
#include "durable/platform.h"
#include "durable/work.h"
#include "entremise/common/v1/page_token.pb-c.h"
#include "request_rules.h"
#include "request_store.h"
#include "rpc/method.h"
#include "services.h"

#include "message.sql.h"

extern const struct embedded_file service_files[];

static struct status list_messages(struct call *call, const ListMessagesRequest *request,
				   ListMessagesResponse *reply)
{
	PageCursor page = PAGE_CURSOR__INIT;

	TRY(call_page(call, &page));
	TRY(sql_list_messages(call, request, &page, reply));
	call_page_close(call, &page, &reply->base, NULL, NULL);
	return STATUS_OK;
}
RPC_METHOD(MessageService, list_messages, ListMessagesRequest, ListMessagesResponse);

/* "28.00 EUR/h": the request's price, the same for all who apply (P2). */
static const char *price_of(struct call *call, const ItemTerms *terms)
{
	char amount[MONEY_TEXT_SIZE];

	if (!terms->price) /* On quote. */
		return "-";
	money_format(amount, terms->price->minor, terms->price->currency);
	return arena_text(call->arena, "%s %s%s", amount, terms->price->currency,
			  terms->price_policy == PRICE_POLICY__PRICE_POLICY_HOURLY ? "/h" : "");
}

static struct status write_message(struct call *call, const ServiceRequest *asked,
				   const char *providers, Message *message)
{
	message->name = arena_text(call->arena, "%s/messages/%s", asked->name, call_new_id(call));
	message->client = asked->client;
	message->author = arena_text(call->arena, "platform");
	message->text = arena_text(call->arena, "%s: %s\n%s", asked->terms->title,
				   price_of(call, asked->terms), providers);
	message->create_time = call_timestamp(call, call->now_us);
	TRY(sql_add_message(call, message));
	return publish(call, &message->base);
}

static struct status mail_answer(struct call *call, const ServiceRequest *asked,
				 const AnswerClientRequest *request, const char *providers)
{
	PlatformSettings *platform;
	Client *client;

	TRY(platform_find(call, &platform));
	TRY(client_read(call, asked->client, &client));
	if (*client->email == 0)
		return STATUS_OK;
	const struct mail_parameter parameters[] = {
	    {"client", client->first_name}, {"platform", platform->display_name},
	    {"item", asked->terms->title},  {"price", price_of(call, asked->terms)},
	    {"providers", providers},
	};

	return mail_add(call, service_files, "answer",
			*client->language ? client->language : platform->language, client->email,
			arena_text(call->arena, "answer/%s", request->lease->id), parameters,
			ARRAY_COUNT(parameters));
}

static struct status answer_client(struct call *call, const AnswerClientRequest *request,
				   Message *message)
{
	ServiceRequest *asked = arena_new(call->arena, ServiceRequest, 1);
	const char *providers =
	    answer_text_of(call->arena, request->providers, request->n_providers);

	service_request__init(asked);
	TRY(request_lock(call, request->service_request, asked));
	if (!request_is_open(asked) || asked->fulfilment != FULFILMENT__FULFILMENT_ANSWERED)
		return work_finish(call, request->lease); /* It ended, or nobody is left. */
	TRY(write_message(call, asked, providers, message));
	TRY(mail_answer(call, asked, request, providers));
	return work_finish(call, request->lease); /* LEASE_LOST. */
}
RPC_METHOD(MessageService, answer_client, AnswerClientRequest, Message);

MessageService_Service message_service = MESSAGE_SERVICE__INIT(serve_);
