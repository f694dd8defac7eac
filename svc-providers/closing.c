/* SPDX-License-Identifier: Apache-2.0 */
/* What a deactivation remembers, and the work by which requests closes and opens the provider (P9).
 */
#include "closing.h"

#include "base/arena.h"
#include "base/text.h"
#include "call/call.h"
#include "durable/work.h"
#include "entremise/providers/v1/row.pb-c.h"

#include "closing.sql.h"

/* The published version: requests and the end of the deactivation go by it. */
static int64_t version_of(const Provider *provider)
{
	int64_t version = 0;

	text_to_int64(text_of(provider->etag), &version);
	return version;
}

static struct status carry(struct call *call, const Provider *provider, const char *kind)
{
	ClosingWork work = CLOSING_WORK__INIT;

	work.provider = provider->name;
	work.version = version_of(provider);
	return work_add(call, LANE__LANE_GATEWAY, kind, provider->name, NULL, &work.base);
}

struct status closing_begin(struct call *call, Provider *provider, Relation former)
{
	ClosingRow row = CLOSING_ROW__INIT;

	row.provider = provider->name;
	row.former = former;
	row.version = version_of(provider);
	TRY(sql_put_closing(call, &row));
	TRY(sql_drop_open_work(call, provider));
	return carry(call, provider, "close_provider");
}

struct status closing_event(struct call *call, const CompleteDeactivationRequest *request,
			    enum relation_event *event)
{
	ClosingRow row = CLOSING_ROW__INIT;

	TRY(sql_find_closing(call, request, &row));
	if (row.version != request->version)
		return status_of(REASON__REASON_RELATION_CONFLICT);
	if (request->closed)
		*event = RELATION_CLOSE;
	else if (row.former == RELATION__RELATION_SUSPENDED)
		*event = RELATION_KEEP_SUSPENDED;
	else
		*event = RELATION_KEEP_ACTIVE;
	return STATUS_OK;
}

struct status closing_keep_open_work(struct call *call, const Provider *provider)
{
	TRY(sql_drop_open_work(call, provider));
	return provider->n_open_work == 0 ? STATUS_OK : sql_add_open_work(call, provider, provider);
}

struct status closing_read_open_work(struct call *call, Provider *provider)
{
	return sql_list_open_work(call, provider, provider);
}

struct status closing_reopen(struct call *call, const Provider *provider)
{
	return carry(call, provider, "reopen_provider");
}
