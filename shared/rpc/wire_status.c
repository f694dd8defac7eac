/* SPDX-License-Identifier: Apache-2.0 */
/* Builds and reads google.rpc.Status. */
#include "rpc/wire_status.h"

#include <grpc/status.h>

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "entremise/common/v1/reason.pb-c.h"
#include "google/rpc/error_details.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "observe/metrics.h"

#define TYPE_PREFIX "type.googleapis.com/"
#define TEXT_MOST 1000 /* bytes of a message or of one detail */
#define DETAILS_MOST 64

/* protobuf-c's struct members are not const; nothing is written through them when packing. */
static char *borrow(const char *text)
{
	return (char *)(uintptr_t)text;
}

/* The text, or its beginning up to a whole character. */
static const char *bounded(struct arena *arena, const char *text)
{
	size_t length = strnlen(text, TEXT_MOST + 1);

	if (length <= TEXT_MOST)
		return text;
	length = TEXT_MOST;
	while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
		length--;
	return arena_copy(arena, text, length);
}

static Google__Protobuf__Any *any_of(struct arena *arena, const ProtobufCMessage *message)
{
	Google__Protobuf__Any *any = arena_new(arena, Google__Protobuf__Any, 1);

	google__protobuf__any__init(any);
	any->type_url = arena_text(arena, TYPE_PREFIX "%s", message->descriptor->name);
	any->value.data = message_pack(arena, message, &any->value.len);
	return any;
}

static void add_pair(struct arena *arena, Google__Rpc__ErrorInfo *info, const char *key,
		     const char *value)
{
	Google__Rpc__ErrorInfo__MetadataEntry *entry =
	    arena_new(arena, Google__Rpc__ErrorInfo__MetadataEntry, 1);

	google__rpc__error_info__metadata_entry__init(entry);
	entry->key = borrow(key);
	entry->value = borrow(bounded(arena, value));
	info->metadata[info->n_metadata++] = entry;
}

static Google__Protobuf__Any *error_info(struct arena *arena, struct status status, size_t most,
					 size_t cut, const struct trace *trace)
{
	Google__Rpc__ErrorInfo info = GOOGLE__RPC__ERROR_INFO__INIT;
	const struct status_detail *detail = status.details;
	char id[TRACE_ID_SIZE];

	info.reason = borrow(contract_reason(status.reason)->name);
	info.domain = borrow(WIRE_STATUS_DOMAIN);
	info.metadata = arena_new(arena, Google__Rpc__ErrorInfo__MetadataEntry *, most + 2);
	if (status.reason != REASON__REASON_INVALID_ARGUMENT)
		for (size_t i = 0; i < most && detail; i++, detail = detail->next)
			add_pair(arena, &info, detail->key, detail->value);
	if (cut > 0)
		add_pair(arena, &info, "cut", arena_text(arena, "%zu", cut));
	if (status.reason == REASON__REASON_INTERNAL && trace) {
		trace_format_id(id, trace);
		add_pair(arena, &info, "trace", arena_copy(arena, id, strlen(id)));
	}
	return any_of(arena, &info.base);
}

static Google__Protobuf__Any *bad_request(struct arena *arena, struct status status, size_t most)
{
	Google__Rpc__BadRequest bad = GOOGLE__RPC__BAD_REQUEST__INIT;
	const struct status_detail *detail = status.details;

	bad.field_violations = arena_new(arena, Google__Rpc__BadRequest__FieldViolation *, most);
	for (; detail && bad.n_field_violations < most; detail = detail->next) {
		Google__Rpc__BadRequest__FieldViolation *violation =
		    arena_new(arena, Google__Rpc__BadRequest__FieldViolation, 1);

		google__rpc__bad_request__field_violation__init(violation);
		violation->field = borrow(bounded(arena, detail->key));
		violation->description = borrow(bounded(arena, detail->value));
		bad.field_violations[bad.n_field_violations++] = violation;
	}
	return any_of(arena, &bad.base);
}

/* When trying again may help, in milliseconds; 0 = it will not. */
static int retry_delay_ms(int reason)
{
	switch (reason) {
	case REASON__REASON_OVERLOADED:
	case REASON__REASON_UNAVAILABLE:
		return 1000;
	case REASON__REASON_CONFLICT:
		return 100;
	default:
		return 0;
	}
}

static Google__Protobuf__Any *retry_info(struct arena *arena, int delay_ms)
{
	Google__Rpc__RetryInfo retry = GOOGLE__RPC__RETRY_INFO__INIT;
	Google__Protobuf__Duration delay = GOOGLE__PROTOBUF__DURATION__INIT;

	delay.seconds = delay_ms / 1000;
	delay.nanos = delay_ms % 1000 * 1000000;
	retry.retry_delay = &delay;
	return any_of(arena, &retry.base);
}

static void pack(struct arena *arena, struct status status, size_t most, size_t cut,
		 const struct trace *trace, struct wire_status *wire)
{
	Google__Rpc__Status whole = GOOGLE__RPC__STATUS__INIT;
	Google__Protobuf__Any *details[3];
	int delay_ms = retry_delay_ms(status.reason);

	whole.code = wire->code;
	whole.message = borrow(wire->message);
	whole.details = details;
	details[whole.n_details++] = error_info(arena, status, most, cut, trace);
	if (status.reason == REASON__REASON_INVALID_ARGUMENT && status.details)
		details[whole.n_details++] = bad_request(arena, status, most);
	if (delay_ms > 0)
		details[whole.n_details++] = retry_info(arena, delay_ms);
	wire->packed = message_pack(arena, &whole.base, &wire->length);
}

#define REASONS_MAX 256

static struct metric refusals_metric =
    METRIC_COUNTER("entremise_refusals_total", "Calls refused.", "reason");

/* The handle is asked for once per reason. */
static struct metric_series *refusals_of(int reason)
{
	static struct metric_series *_Atomic handles[REASONS_MAX];
	unsigned index = reason > 0 && reason < REASONS_MAX ? (unsigned)reason : 0;
	struct metric_series *series = atomic_load(&handles[index]);

	if (!series) {
		series = METRIC_SERIES(&refusals_metric, contract_reason(reason)->name);
		atomic_store(&handles[index], series);
	}
	return series;
}

int64_t wire_status_count(int reason)
{
	return metric_value(refusals_of(reason));
}

struct wire_status wire_status_make(struct arena *arena, struct status status,
				    const struct trace *trace)
{
	const struct reason_rule *rule = contract_reason(status.reason);
	struct wire_status wire = {.code = rule->code};
	size_t count = 0;
	size_t most;

	if (strcmp(rule->name, "INTERNAL") == 0) /* Also of a number that the contract lacks. */
		status = (struct status){.reason = REASON__REASON_INTERNAL};
	metric_add(refusals_of(status.reason), 1);
	wire.message = bounded(arena, status.message ? status.message : rule->text);
	for (const struct status_detail *detail = status.details; detail; detail = detail->next)
		count++;
	most = count > DETAILS_MOST ? DETAILS_MOST : count;
	pack(arena, status, most, count - most, trace, &wire);
	while (wire.length > WIRE_STATUS_MOST && most > 0) {
		most--;
		pack(arena, status, most, count - most, trace, &wire);
	}
	return wire;
}

/* The number of a reason's name on the wire; 0 when it is not one of ours. */
static int reason_of(const char *name)
{
	char full[96];
	const ProtobufCEnumValue *value;

	if (snprintf(full, sizeof(full), "REASON_%s", name) >= (int)sizeof(full))
		return 0;
	value = protobuf_c_enum_descriptor_get_value_by_name(&reason__descriptor, full);
	return value ? value->value : 0;
}

static int reason_of_code(int code)
{
	switch (code) {
	case GRPC_STATUS_CANCELLED:
	case GRPC_STATUS_UNAVAILABLE:
		return REASON__REASON_UNAVAILABLE;
	case GRPC_STATUS_DEADLINE_EXCEEDED:
		return REASON__REASON_DEADLINE_EXCEEDED;
	case GRPC_STATUS_RESOURCE_EXHAUSTED:
		return REASON__REASON_OVERLOADED;
	case GRPC_STATUS_UNIMPLEMENTED:
		return REASON__REASON_UNIMPLEMENTED;
	default:
		return REASON__REASON_INTERNAL;
	}
}

static ProtobufCMessage *unpack_any(struct arena *arena, const Google__Protobuf__Any *any,
				    const ProtobufCMessageDescriptor *type)
{
	struct text url = text_of(any->type_url);

	if (!text_starts_with(url, TYPE_PREFIX) ||
	    strcmp(url.start + strlen(TYPE_PREFIX), type->name) != 0)
		return NULL;
	return message_unpack(arena, type, any->value.data, any->value.len);
}

static const struct status_detail **append(struct arena *arena, const struct status_detail **tail,
					   const char *key, const char *value)
{
	struct status_detail *detail = arena_new(arena, struct status_detail, 1);

	detail->key = key;
	detail->value = value;
	*tail = detail;
	return &detail->next;
}

/* Reads one detail into the status; the tail goes on. */
static const struct status_detail **take_detail(struct arena *arena,
						const Google__Protobuf__Any *any,
						struct status *status,
						const struct status_detail **tail)
{
	ProtobufCMessage *message;

	message = unpack_any(arena, any, &google__rpc__error_info__descriptor);
	if (message) {
		const Google__Rpc__ErrorInfo *info = (const void *)message;

		if (strcmp(info->domain, WIRE_STATUS_DOMAIN) != 0 || status->reason != 0)
			return tail;
		status->reason = reason_of(info->reason);
		for (size_t i = 0; i < info->n_metadata; i++)
			tail =
			    append(arena, tail, info->metadata[i]->key, info->metadata[i]->value);
		return tail;
	}
	message = unpack_any(arena, any, &google__rpc__bad_request__descriptor);
	if (message) {
		const Google__Rpc__BadRequest *bad = (const void *)message;

		for (size_t i = 0; i < bad->n_field_violations; i++)
			tail = append(arena, tail, bad->field_violations[i]->field,
				      bad->field_violations[i]->description);
	}
	return tail;
}

struct status wire_status_read(struct arena *arena, int code, struct text message,
			       const uint8_t *packed, size_t length)
{
	struct status status = {0};
	const struct status_detail **tail = &status.details;
	ProtobufCMessage *unpacked = NULL;

	if (code == GRPC_STATUS_OK)
		return STATUS_OK;
	if (packed)
		unpacked = message_unpack(arena, &google__rpc__status__descriptor, packed, length);
	if (unpacked) {
		const Google__Rpc__Status *whole = (const void *)unpacked;

		for (size_t i = 0; i < whole->n_details; i++)
			tail = take_detail(arena, whole->details[i], &status, tail);
	}
	if (status.reason == 0 || contract_reason(status.reason)->code != code)
		status = (struct status){.reason = reason_of_code(code)};
	status.message = arena_copy(arena, message.start ? message.start : "", message.length);
	return status;
}
