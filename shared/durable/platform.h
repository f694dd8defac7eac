/* SPDX-License-Identifier: Apache-2.0 */
/* The platform's settings as a service that does not own them keeps them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "entremise/common/v1/platform.pb-c.h"

struct call;

/* The settings of the call's platform, or NOT_FOUND when they have not arrived. Lives in the arena.
 */
struct status platform_find(struct call *call, PlatformSettings **settings);

/* Stores settings if they are newer; *version is what holds then. */
struct status platform_apply(struct call *call, const PlatformSettings *settings, int64_t *version);

/* MODULE_OFF unless the module is switched on. */
struct status platform_needs_module(struct call *call, const PlatformSettings *settings,
				    Module module);

/* EDITION_TOO_LOW unless the edition is at least this one. */
struct status platform_needs_edition(struct call *call, const PlatformSettings *settings,
				     Edition edition);
