/* SPDX-License-Identifier: Apache-2.0 */
/* Which platform a request speaks of: asked before anything else is checked. */
#include <string.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/text.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "contract/name.h"
#include "contract/update.h"
#include "contract/validate.h"
#include "entremise/common/v1/reason.pb-c.h"

struct search {
	const struct field_rule *update; /* The resource's field; NULL: no Update. */
	struct text platform;		 /* Empty until one is found. */
};

/* False when the text speaks of another platform than those before it, or of none there can be. */
static bool add_platform(struct search *search, struct text platform)
{
	if (!id_is_chosen(platform))
		return false;
	if (search->platform.length == 0)
		search->platform = platform;
	return text_equal(search->platform, platform);
}

/* What is no name at all is left to validation. */
static bool add_name(struct search *search, const char *name)
{
	return !text_starts_with(text_of(name), "platforms/") ||
	       add_platform(search, name_platform(text_of(name)));
}

static bool search_message(struct search *search, const ProtobufCMessage *message,
			   const struct message_rule *rule, bool trusted);

static bool search_items(struct search *search, const ProtobufCMessage *message,
			 const struct field_rule *field, bool trusted)
{
	for (size_t i = 0; i < field_count(message, field->field); i++) {
		bool fits =
		    field->message
			? search_message(search, field_item(message, field->field, i),
					 field->message, trusted)
			: add_name(search, (*(char ***)field_slot(message, field->field))[i]);

		if (!fits)
			return false;
	}
	return true;
}

/* `trusted`: within the resource of an Update, or in context, a resource's own name counts. */
static bool search_message(struct search *search, const ProtobufCMessage *message,
			   const struct message_rule *rule, bool trusted)
{
	for (unsigned i = 0; i < rule->descriptor->n_fields; i++) {
		const struct field_rule *field = &rule->fields[i];
		bool below = trusted || field->rule->context || field == search->update;

		if (field->is_name ? !trusted : field->output_only)
			continue;
		if (!field->resource && !(field->message && field->message->has_names))
			continue;
		if (field->repeated) {
			if (!search_items(search, message, field, below))
				return false;
		} else if (field->resource) {
			if (!add_name(search, field_text(message, field->field)))
				return false;
		} else if (field_message(message, field->field)) {
			if (!search_message(search, field_message(message, field->field),
					    field->message, below))
				return false;
		}
	}
	return true;
}

/* The field that the method names for it; an id that can't be one is left to validation. */
static bool search_platform_field(struct search *search, const struct method_rule *method,
				  const ProtobufCMessage *request)
{
	const char *name = method->rule->platform_field;
	const char *platform;

	if (*name == '\0')
		return true;
	platform = field_text(request, contract_field(method->input, name)->field);
	return !id_is_chosen(text_of(platform)) || add_platform(search, text_of(platform));
}

struct status validate_platform(struct arena *arena, const struct method_rule *method,
				const ProtobufCMessage *request, const char *expected,
				const char **platform)
{
	struct search search = {.update = update_resource(method->input)};

	if (!search_platform_field(&search, method, request))
		return status_of(REASON__REASON_NOT_FOUND);
	if (!method->rule->all_platforms) {
		if (!search_message(&search, request, method->input, false))
			return status_of(REASON__REASON_NOT_FOUND);
		if (search.platform.length > 0 && strcmp(expected, "*") != 0 &&
		    !text_equal_string(search.platform, expected))
			return status_of(REASON__REASON_NOT_FOUND);
	}
	*platform = search.platform.length == 0
			? ""
			: arena_copy(arena, search.platform.start, search.platform.length);
	return STATUS_OK;
}
