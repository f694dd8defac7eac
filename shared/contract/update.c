/* SPDX-License-Identifier: Apache-2.0 */
/* Masks by path, violations in a row. */
#include "contract/update.h"

#include <string.h>

#include "base/arena.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "entremise/common/v1/reason.pb-c.h"

const struct field_rule *update_resource(const struct message_rule *request)
{
	if (!request->update_mask)
		return NULL;
	for (unsigned i = 0; i < request->descriptor->n_fields; i++) {
		const struct field_rule *field = &request->fields[i];

		if (field->message && !field->repeated && field->message->resource)
			return field;
	}
	return NULL;
}

const Google__Protobuf__FieldMask *update_mask(const struct message_rule *rule,
					       const ProtobufCMessage *request)
{
	const Google__Protobuf__FieldMask *mask;

	if (!rule->update_mask)
		return NULL;
	mask = (const Google__Protobuf__FieldMask *)field_message(request, rule->update_mask);
	return mask && mask->n_paths > 0 ? mask : NULL;
}

void violations_add(struct violations *violations, const char *path, const char *problem)
{
	struct status_detail *detail;

	if (violations->count == VIOLATIONS_MAX)
		return;
	violations->count++;
	detail = arena_new(violations->arena, struct status_detail, 1);
	detail->key = path;
	detail->value = problem;
	if (violations->last)
		violations->last->next = detail;
	else
		violations->first = detail;
	violations->last = detail;
}

struct status violations_status(const struct violations *violations)
{
	const struct status_detail *first = violations->first;

	if (!first)
		return STATUS_OK;
	return (struct status){
	    .reason = REASON__REASON_INVALID_ARGUMENT,
	    .message = arena_text(violations->arena, "%s %s", first->key, first->value),
	    .details = first,
	};
}
