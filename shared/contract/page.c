/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens: a packed PageCursor and its tag, in base64url. */
#include "contract/page.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "contract/fingerprint.h"
#include "contract/update.h"
#include "crypto/hash.h"
#include "entremise/common/v1/reason.pb-c.h"
#include "google/protobuf/timestamp.pb-c.h"

static const char purpose[] = "page";

static int32_t limit_of(int32_t page_size)
{
	if (page_size == 0)
		return PAGE_SIZE_DEFAULT + 1;
	return page_size > PAGE_SIZE_MAX ? PAGE_SIZE_MAX + 1 : page_size + 1;
}

/* NULL when the token is not of our making. */
static const PageCursor *read_token(struct arena *arena, const struct crypto_key *key,
				    const char *token)
{
	uint8_t *bytes;
	size_t length;

	if (!text_base64url_decode(arena, text_of(token), &bytes, &length) ||
	    length < CRYPTO_MAC_BYTES)
		return NULL;
	length -= CRYPTO_MAC_BYTES;
	if (!crypto_mac_verify(key, purpose, bytes, length, bytes + length, CRYPTO_MAC_BYTES))
		return NULL;
	return (const PageCursor *)message_unpack(arena, &page_cursor__descriptor, bytes, length);
}

struct status page_open(struct arena *arena, const struct crypto_key *key,
			const struct method_rule *method, const ProtobufCMessage *request,
			const char *caller, PageCursor *cursor)
{
	const struct message_rule *rule = method->input;
	PageCursor opened = PAGE_CURSOR__INIT;
	uint8_t *fingerprint = arena_alloc(arena, FINGERPRINT_BYTES);
	const PageCursor *former;
	struct violations violations = {.arena = arena};
	int32_t page_size;

	assert(rule->page_size && rule->page_token);
	page_size = *(const int32_t *)field_slot(request, rule->page_size);
	if (page_size < 0) {
		violations_add(&violations, "page_size", "must not be negative");
		return violations_status(&violations);
	}
	fingerprint_list(arena, method, request, caller, fingerprint);
	opened.fingerprint = (ProtobufCBinaryData){FINGERPRINT_BYTES, fingerprint};
	opened.limit = limit_of(page_size);
	if (!field_is_empty(request, rule->page_token)) {
		former = read_token(arena, key, field_text(request, rule->page_token));
		if (!former || former->fingerprint.len != FINGERPRINT_BYTES ||
		    memcmp(former->fingerprint.data, fingerprint, FINGERPRINT_BYTES) != 0)
			return status_of(REASON__REASON_PAGE_TOKEN_INVALID);
		opened.id = former->id;
		opened.time_us = former->time_us;
		opened.text = former->text;
	}
	*cursor = opened;
	return STATUS_OK;
}

static const ProtobufCFieldDescriptor *find_list(const ProtobufCMessageDescriptor *reply)
{
	for (unsigned i = 0; i < reply->n_fields; i++) {
		if (reply->fields[i].label == PROTOBUF_C_LABEL_REPEATED &&
		    reply->fields[i].type == PROTOBUF_C_TYPE_MESSAGE)
			return &reply->fields[i];
	}
	return NULL;
}

static const ProtobufCFieldDescriptor *find_field(const ProtobufCMessageDescriptor *type,
						  const char *name)
{
	const ProtobufCFieldDescriptor *field =
	    protobuf_c_message_descriptor_get_field_by_name(type, name);

	assert(field);
	return field;
}

/* Its name's last part. */
static char *id_of(const ProtobufCMessage *row)
{
	const struct message_rule *rule = contract_message(row->descriptor);
	const char *name;
	const char *slash;

	assert(rule->name);
	name = field_text(row, rule->name);
	slash = strrchr(name, '/');
	return (char *)(uintptr_t)(slash ? slash + 1 : name);
}

static int64_t time_of(const ProtobufCMessage *row, const char *field)
{
	const Google__Protobuf__Timestamp *time =
	    (const Google__Protobuf__Timestamp *)field_message(row,
							       find_field(row->descriptor, field));

	return time ? time->seconds * 1000000 + time->nanos / 1000 : 0;
}

static char *make_token(struct arena *arena, const struct crypto_key *key, const PageCursor *place)
{
	size_t length = page_cursor__get_packed_size(place);
	uint8_t *bytes = arena_alloc(arena, length + CRYPTO_MAC_BYTES);

	page_cursor__pack(place, bytes);
	crypto_mac(key, purpose, bytes, length, bytes + length);
	return text_base64url_encode(arena, bytes, length + CRYPTO_MAC_BYTES);
}

void page_close(struct arena *arena, const struct crypto_key *key, const PageCursor *cursor,
		ProtobufCMessage *reply, const char *time_field, const char *text_field)
{
	const ProtobufCFieldDescriptor *list = find_list(reply->descriptor);
	const ProtobufCFieldDescriptor *token = find_field(reply->descriptor, "next_page_token");
	size_t kept = (size_t)cursor->limit - 1;
	const ProtobufCMessage *last;
	PageCursor place = PAGE_CURSOR__INIT;

	assert(list && cursor->limit > 1);
	if (field_count(reply, list) <= kept)
		return;
	*(size_t *)field_quantifier(reply, list) = kept;
	last = field_item(reply, list, kept - 1);
	place.fingerprint = cursor->fingerprint;
	place.id = id_of(last);
	if (time_field)
		place.time_us = time_of(last, time_field);
	if (text_field)
		place.text =
		    (char *)(uintptr_t)field_text(last, find_field(last->descriptor, text_field));
	field_set_text(reply, token, make_token(arena, key, &place));
}
