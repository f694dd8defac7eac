/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of modules, and which of them a platform may switch on. Pure. */
#include "module_set.h"

#include <string.h>

#include "base/status.h"
#include "entremise/common/v1/reason.pb-c.h"

/* The lowest edition that includes the module; modules not listed are in every edition. */
static const Edition editions[MODULE_SET_MAX] = {
    [MODULE__MODULE_NETWORK] = EDITION__EDITION_PRO,
};

uint32_t module_set_of(const Module *modules, size_t count)
{
	uint32_t set = 0;

	for (size_t i = 0; i < count; i++)
		if (modules[i] > 0 && modules[i] < MODULE_SET_MAX)
			set |= UINT32_C(1) << modules[i];
	return set;
}

size_t module_set_list(uint32_t set, Module modules[MODULE_SET_MAX])
{
	size_t count = 0;

	for (int module = 1; module < MODULE_SET_MAX; module++)
		if (set & UINT32_C(1) << module)
			modules[count++] = (Module)module;
	return count;
}

uint32_t module_set_of_edition(Edition edition)
{
	uint32_t set = 0;

	for (int module = 1; module < MODULE_SET_MAX; module++)
		if (editions[module] <= edition)
			set |= UINT32_C(1) << module;
	return set;
}

int module_set_switch(const struct module_switch *wanted, uint32_t *next, Module *culprit)
{
	uint32_t enable = wanted->enable & ~wanted->disable & ~wanted->on;
	uint32_t refused = enable & ~wanted->allowed;
	int reason = REASON__REASON_MODULE_NOT_ALLOWED;
	Module modules[MODULE_SET_MAX];

	if (refused == 0) {
		refused = enable & ~module_set_of_edition(wanted->edition);
		reason = REASON__REASON_EDITION_TOO_LOW;
	}
	if (module_set_list(refused, modules) > 0) {
		*culprit = modules[0];
		return reason;
	}
	*next = (wanted->on | enable) & ~wanted->disable;
	return 0;
}

const char *module_set_name(Module module)
{
	const ProtobufCEnumValue *value =
	    protobuf_c_enum_descriptor_get_value(&module__descriptor, (int)module);

	return value ? value->name + strlen("MODULE_") : "";
}
