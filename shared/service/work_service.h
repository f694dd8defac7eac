/* SPDX-License-Identifier: Apache-2.0 */
/* The RPCs that every service with tables serves: its work, and its platforms' settings. */
#pragma once

#include "entremise/common/v1/work.pb-c.h"

extern WorkService_Service work_service;
extern PlatformSyncService_Service platform_sync_service;
