/* SPDX-License-Identifier: Apache-2.0 */
/* Digests of requests, packed again from a copy that has only the caller's own wish. */
#include "contract/fingerprint.h"

#include <string.h>

#include "base/arena.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "crypto/hash.h"

_Static_assert(FINGERPRINT_BYTES == CRYPTO_DIGEST_SHORT, "a fingerprint is a short digest");

/* What the gateway says may differ from one sending to the next. */
static void clear_context(ProtobufCMessage *message, const struct message_rule *rule)
{
	if (!rule->has_context)
		return;
	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const struct field_rule *field = &rule->fields[i];

		if (field->rule->context) {
			field_clear(message, field->field);
		} else if (field->message && field->repeated) {
			for (size_t item = 0; item < field_count(message, field->field); item++)
				clear_context(field_item(message, field->field, item),
					      field->message);
		} else if (field->message && field_message(message, field->field)) {
			clear_context(field_message(message, field->field), field->message);
		}
	}
}

static void clear_if_there(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
	if (field)
		field_clear(message, field);
}

static ProtobufCMessage *wish_of(struct arena *arena, const struct message_rule *rule,
				 const ProtobufCMessage *request)
{
	ProtobufCMessage *wish = message_copy(arena, request);

	clear_context(wish, rule);
	clear_if_there(wish, rule->request_id);
	return wish;
}

void fingerprint_request(struct arena *arena, const struct method_rule *method,
			 const ProtobufCMessage *request, uint8_t out[FINGERPRINT_BYTES])
{
	struct arena_mark mark = arena_mark(arena);
	size_t length;
	const uint8_t *bytes = message_pack(arena, wish_of(arena, method->input, request), &length);

	crypto_digest(bytes, length, out, FINGERPRINT_BYTES);
	arena_rewind(arena, mark);
}

static void add_string(struct crypto_digest_state *digest, const char *string)
{
	crypto_digest_add_field(digest, string, strlen(string));
}

void fingerprint_list(struct arena *arena, const struct method_rule *method,
		      const ProtobufCMessage *request, const char *caller,
		      uint8_t out[FINGERPRINT_BYTES])
{
	struct arena_mark mark = arena_mark(arena);
	ProtobufCMessage *wish = wish_of(arena, method->input, request);
	struct crypto_digest_state digest;
	const uint8_t *bytes;
	size_t length;

	clear_if_there(wish, method->input->page_size);
	clear_if_there(wish, method->input->page_token);
	bytes = message_pack(arena, wish, &length);
	crypto_digest_begin(&digest, FINGERPRINT_BYTES);
	add_string(&digest, method->path);
	add_string(&digest, caller);
	crypto_digest_add_field(&digest, bytes, length);
	crypto_digest_finish(&digest, out, FINGERPRINT_BYTES);
	arena_rewind(arena, mark);
}

void fingerprint_key(const char *platform, const char *caller, const struct method_rule *method,
		     const char *request_id, uint8_t out[FINGERPRINT_BYTES])
{
	struct crypto_digest_state digest;

	crypto_digest_begin(&digest, FINGERPRINT_BYTES);
	add_string(&digest, platform);
	add_string(&digest, caller);
	add_string(&digest, method->path);
	add_string(&digest, request_id);
	crypto_digest_finish(&digest, out, FINGERPRINT_BYTES);
}
