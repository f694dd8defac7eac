/* SPDX-License-Identifier: Apache-2.0 */
/* Seals the personal fields of a message, at every depth, in a copy. */
#include "durable/redact.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "crypto/seal.h"
#include "db/session.h"

static bool is_hidden(const struct field_rule *rule)
{
	return rule->personal || rule->rule->secret;
}

static bool has_hidden(const struct message_rule *message)
{
	for (unsigned i = 0; i < message->descriptor->n_fields; i++)
		if (is_hidden(&message->fields[i]) ||
		    (message->fields[i].message && has_hidden(message->fields[i].message)))
			return true;
	return false;
}

static struct status seal_text(struct db_session *session, ProtobufCMessage *message,
			       const struct field_rule *rule)
{
	const char *text = field_text(message, rule->field);
	const char *subject = rule->personal_of ? field_text(message, rule->personal_of) : "";
	const struct crypto_key *key = NULL;
	const char *associated;
	uint8_t *sealed;

	if (*text == 0 || *subject == 0) {
		field_clear(message, rule->field);
		return STATUS_OK;
	}
	TRY(session->subject_keys->find(session, subject, true, &key));
	associated = arena_text(session->arena, "change/%s/%s/%s", message->descriptor->name,
				rule->field->name, subject);
	sealed = arena_alloc(session->arena, strlen(text) + SEAL_OVERHEAD);
	seal_make(key, associated, strlen(associated), text, strlen(text), sealed);
	field_set_text(message, rule->field,
		       text_base64url_encode(session->arena, sealed, strlen(text) + SEAL_OVERHEAD));
	return STATUS_OK;
}

static struct status redact_here(struct db_session *session, ProtobufCMessage *message)
{
	const struct message_rule *rule = contract_message(message->descriptor);

	for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
		const struct field_rule *field = &rule->fields[i];

		if (field->rule->secret)
			field_clear(message, field->field);
		else if (field->personal && field->field->type == PROTOBUF_C_TYPE_STRING &&
			 !field->repeated)
			TRY(seal_text(session, message, field));
		else if (field->personal)
			field_clear(message, field->field);
		else if (field->message && field->repeated)
			for (size_t k = 0; k < field_count(message, field->field); k++)
				TRY(redact_here(session, field_item(message, field->field, k)));
		else if (field->message && field_message(message, field->field))
			TRY(redact_here(session, field_message(message, field->field)));
	}
	return STATUS_OK;
}

struct status redact_message(struct db_session *session, ProtobufCMessage *message,
			     ProtobufCMessage **redacted)
{
	*redacted = message;
	if (!has_hidden(contract_message(message->descriptor)))
		return STATUS_OK;
	*redacted = message_copy(session->arena, message);
	return redact_here(session, *redacted);
}
