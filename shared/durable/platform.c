/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps and reads the settings that travel from providers to the other services. */
#include "durable/platform.h"

#include "base/arena.h"
#include "call/call.h"
#include "contract/field.h"
#include "db/statement.h"
#include "entremise/common/v1/row.pb-c.h"

#include "platform.sql.h"

struct status platform_find(struct call *call, PlatformSettings **settings)
{
	PlatformRow *row =
	    (PlatformRow *)(void *)message_new(call->arena, &platform_row__descriptor);
	PlatformSettings *found;
	bool exists;

	TRY(sql_find_platform(call, row, &exists));
	if (!exists)
		return call_refuse(call, REASON__REASON_NOT_FOUND, "platform", call->platform);
	found =
	    (PlatformSettings *)(void *)message_new(call->arena, &platform_settings__descriptor);
	found->platform = arena_text(call->arena, "platforms/%s", call->platform);
	found->version = row->version;
	found->display_name = row->display_name;
	found->edition = (Edition)row->edition;
	found->time_zone = row->time_zone;
	found->currency = row->currency;
	found->language = row->language;
	found->modules = arena_new(call->arena, Module, 64);
	for (unsigned bit = 0; bit < 63; bit++)
		if (row->modules & (INT64_C(1) << bit))
			found->modules[found->n_modules++] = (Module)bit;
	*settings = found;
	return STATUS_OK;
}

struct status platform_apply(struct call *call, const PlatformSettings *settings, int64_t *version)
{
	PlatformRow *stored =
	    (PlatformRow *)(void *)message_new(call->arena, &platform_row__descriptor);
	PlatformRow row = PLATFORM_ROW__INIT;
	bool exists;

	TRY(sql_lock_platform(call, stored, &exists));
	*version = stored->version;
	if (exists && stored->version >= settings->version)
		return STATUS_OK;
	row.version = settings->version;
	row.display_name = settings->display_name;
	row.edition = (int32_t)settings->edition;
	row.time_zone = settings->time_zone;
	row.currency = settings->currency;
	row.language = settings->language;
	for (size_t i = 0; i < settings->n_modules; i++)
		row.modules |= INT64_C(1) << settings->modules[i];
	*version = row.version;
	return sql_put_platform(call, &row);
}

struct status platform_needs_module(struct call *call, const PlatformSettings *settings,
				    Module module)
{
	const ProtobufCEnumValue *value;

	for (size_t i = 0; i < settings->n_modules; i++)
		if (settings->modules[i] == module)
			return STATUS_OK;
	value = protobuf_c_enum_descriptor_get_value(&module__descriptor, (int)module);
	return call_refuse(call, REASON__REASON_MODULE_OFF, "module", value->name);
}

struct status platform_needs_edition(struct call *call, const PlatformSettings *settings,
				     Edition edition)
{
	const ProtobufCEnumValue *value;

	if (settings->edition >= edition)
		return STATUS_OK;
	value = protobuf_c_enum_descriptor_get_value(&edition__descriptor, (int)edition);
	return call_refuse(call, REASON__REASON_EDITION_TOO_LOW, "needed", value->name);
}
