/* SPDX-License-Identifier: Apache-2.0 */
/* Writes what a transaction changed: event feed, audit trail and repeatable answer in one row. */
#include "durable/change.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "call/call.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "db/statement.h"
#include "durable/redact.h"
#include "entremise/common/v1/change.pb-c.h"

#include "change.sql.h"

/* An answer begins with this byte, so that an empty message differs from a dropped answer. */
#define REPLY_PRESENT 1

struct call_change {
	Change change;
	struct call_change *next;
};

static Change *add_change(struct call *call)
{
	struct call_change *entry = arena_new(call->arena, struct call_change, 1);
	Change *change = &entry->change;
	char *trace = arena_alloc(call->arena, TRACE_ID_SIZE);

	change__init(change);
	trace_format_id(trace, &call->trace);
	change->id = (char *)(uintptr_t)call_new_id(call);
	change->change_time = call_timestamp(call, call->now_us);
	change->record_time = call_timestamp(call, call->real_us);
	change->method = (char *)(uintptr_t)(call->method ? call->method->path : "");
	change->actor = (char *)(uintptr_t)call_caller(call);
	change->speaker = (char *)(uintptr_t)(call->actor.by_service ? call->actor.speaker : "");
	change->trace = trace;
	if (!call->changes)
		call->changes_tail = &call->changes;
	*call->changes_tail = entry;
	call->changes_tail = &entry->next;
	return change;
}

/* The version after this change: one above the etag that was read; a new row had none. */
static int64_t raise_version(struct call *call, ProtobufCMessage *resource,
			     const struct message_rule *rule)
{
	int64_t version = 1;

	if (!rule->etag)
		return version;
	version += strtoll(field_text(resource, rule->etag), NULL, 10);
	field_set_text(resource, rule->etag, arena_text(call->arena, "%lld", (long long)version));
	return version;
}

struct status publish(struct call *call, ProtobufCMessage *resource)
{
	const struct message_rule *rule = contract_message(resource->descriptor);
	Change *change;
	ProtobufCMessage *sealed;

	assert(rule->resource && rule->name && call->in_transaction);
	change = add_change(call);
	change->version = raise_version(call, resource, rule);
	change->resource = arena_text(call->arena, "%s", field_text(resource, rule->name));
	change->type = (char *)(uintptr_t)resource->descriptor->name;
	TRY(redact_message(&call->session, resource, &sealed));
	change->data.data = message_pack(call->arena, sealed, &change->data.len);
	return STATUS_OK;
}

/* The packed reply is both what is stored and what is sent. */
static void keep_reply(struct call *call, Change *first, const struct change_key *key)
{
	size_t length = protobuf_c_message_get_packed_size(call->reply);
	uint8_t *bytes = arena_alloc(call->arena, length + 1);

	bytes[0] = REPLY_PRESENT;
	protobuf_c_message_pack(call->reply, bytes + 1);
	call->stored.bytes = bytes + 1;
	call->stored.length = length;
	first->reply.data = bytes;
	first->reply.len = length + 1;
	first->request_key.data = arena_alloc(call->arena, sizeof(key->key));
	first->request_key.len = sizeof(key->key);
	memcpy(first->request_key.data, key->key, sizeof(key->key));
	first->fingerprint.data = arena_alloc(call->arena, sizeof(key->fingerprint));
	first->fingerprint.len = sizeof(key->fingerprint);
	memcpy(first->fingerprint.data, key->fingerprint, sizeof(key->fingerprint));
}

struct status change_write(struct call *call, const struct change_key *key)
{
	ChangeBatch batch = CHANGE_BATCH__INIT;
	size_t count = 0;

	if (!call->changes) {
		if (!key)
			return STATUS_OK;
		add_change(call);
	}
	if (key)
		keep_reply(call, &call->changes->change, key);
	for (struct call_change *entry = call->changes; entry; entry = entry->next)
		count++;
	batch.changes = arena_new(call->arena, Change *, count);
	for (struct call_change *entry = call->changes; entry; entry = entry->next)
		batch.changes[batch.n_changes++] = &entry->change;
	return sql_add_changes(call, &batch);
}

struct status change_find_reply(struct call *call, const struct change_key *key, bool *found)
{
	Change asked = CHANGE__INIT;
	Change *kept = (Change *)(void *)message_new(call->arena, &change__descriptor);

	asked.request_key.data = (uint8_t *)(uintptr_t)key->key;
	asked.request_key.len = sizeof(key->key);
	TRY(sql_find_reply(call, &asked, kept, found));
	if (!*found)
		return STATUS_OK;
	if (kept->fingerprint.len != sizeof(key->fingerprint) ||
	    memcmp(kept->fingerprint.data, key->fingerprint, sizeof(key->fingerprint)) != 0)
		return status_of(REASON__REASON_REQUEST_ID_REUSED);
	if (kept->reply.len == 0 || kept->reply.data[0] != REPLY_PRESENT)
		return status_of(REASON__REASON_REQUEST_ID_EXPIRED);
	call->stored.bytes = kept->reply.data + 1;
	call->stored.length = kept->reply.len - 1;
	return STATUS_OK;
}
