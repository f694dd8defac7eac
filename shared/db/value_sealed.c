/* SPDX-License-Identifier: Apache-2.0 */
/* Personal and secret fields: sealed on their way to a row, opened on their way back. */
#include "db/value.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "contract/field.h"
#include "crypto/seal.h"
#include "db/path.h"
#include "db/session.h"
#include "entremise/common/v1/reason.pb-c.h"
#include "observe/log.h"

/* The key of a sealed field, and what it is bound to. */
struct lock {
	const struct crypto_key *key; /* NULL: destroyed */
	struct text associated;
};

static struct status fault(const struct path *path, const char *problem)
{
	LOG_ERROR("a sealed field failed", LOG_TEXT("field", path->text),
		  LOG_TEXT("problem", problem));
	return status_of(REASON__REASON_INTERNAL);
}

static struct status find_lock(struct db_session *session, const struct path *path,
			       const ProtobufCMessage *root, bool create, struct lock *lock)
{
	const ProtobufCMessage *beside;
	const char *subject = "";

	if (path->secret) {
		lock->key = session->secret_key;
		if (lock->key == NULL)
			return fault(path, "the service has no key for secrets");
	} else {
		beside = path_message(path, root, 0, path->subject_step);
		subject = beside != NULL ? field_text(beside, path->subject) : "";
		if (*subject == 0 || session->subject_keys == NULL)
			return fault(path, "the person is not known");
		TRY(session->subject_keys->find(session, subject, create, &lock->key));
	}
	/* By the field's name alone: two messages may read the same column. */
	lock->associated = text_of(arena_text(session->arena, "%s\n%s\n%s", session->platform,
					      path->steps[path->depth - 1]->name, subject));
	return STATUS_OK;
}

/* What is sealed of the field. */
static struct text plain_of(struct arena *arena, const ProtobufCFieldDescriptor *field,
			    const void *slot)
{
	const ProtobufCBinaryData *bytes = slot;
	struct text plain = {0};

	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		return text_of(*(const char *const *)slot);
	case PROTOBUF_C_TYPE_BYTES:
		return (struct text){(const char *)bytes->data, bytes->len};
	default:
		if (*(ProtobufCMessage *const *)slot != NULL)
			plain.start = (const char *)message_pack(
			    arena, *(ProtobufCMessage *const *)slot, &plain.length);
		return plain;
	}
}

struct status value_seal(struct db_session *session, const struct path *path,
			 const ProtobufCMessage *root, const struct place *place,
			 struct value *value)
{
	struct arena *arena = session->arena;
	struct text plain = plain_of(arena, path->steps[path->depth - 1], place->slot);
	struct lock lock = {0};
	uint8_t *sealed;

	*value = (struct value){.type = VALUE_TYPE_TEXT, .text = TEXT("")};
	if (plain.length == 0)
		return STATUS_OK;
	TRY(find_lock(session, path, root, true, &lock));
	if (lock.key == NULL)
		return STATUS_OK;
	sealed = arena_alloc(arena, plain.length + SEAL_OVERHEAD);
	seal_make(lock.key, lock.associated.start, lock.associated.length, plain.start,
		  plain.length, sealed);
	value->text = text_of(text_base64_encode(arena, sealed, plain.length + SEAL_OVERHEAD));
	return STATUS_OK;
}

static bool put_plain(struct arena *arena, const ProtobufCFieldDescriptor *field, uint8_t *plain,
		      size_t length, void *slot)
{
	switch (field->type) {
	case PROTOBUF_C_TYPE_STRING:
		*(char **)slot = (char *)plain;
		return true;
	case PROTOBUF_C_TYPE_BYTES:
		*(ProtobufCBinaryData *)slot = (ProtobufCBinaryData){length, plain};
		return true;
	default:
		*(ProtobufCMessage **)slot =
		    message_unpack(arena, field->descriptor, plain, length);
		return *(ProtobufCMessage **)slot != NULL;
	}
}

struct status value_open(struct db_session *session, const struct path *path,
			 ProtobufCMessage *root, const struct value *value)
{
	struct arena *arena = session->arena;
	const uint8_t *sealed = (const uint8_t *)value->text.start;
	size_t length = value->text.length;
	struct lock lock = {0};
	uint8_t *plain;

	if (length == 0)
		return STATUS_OK;
	TRY(find_lock(session, path, root, false, &lock));
	if (lock.key == NULL)
		return STATUS_OK;
	if (length < SEAL_OVERHEAD)
		return fault(path, "too short");
	plain = arena_alloc(arena, length - SEAL_OVERHEAD + 1);
	if (!seal_open(lock.key, lock.associated.start, lock.associated.length, sealed, length,
		       plain) ||
	    !put_plain(arena, path->steps[path->depth - 1], plain, length - SEAL_OVERHEAD,
		       path_make(arena, path, root).slot))
		return fault(path, "it does not open");
	return STATUS_OK;
}
