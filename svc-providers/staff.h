/* SPDX-License-Identifier: Apache-2.0 */
/* Staff, for the handlers that make some. */
#pragma once

#include "base/status.h"
#include "entremise/providers/v1/staff.pb-c.h"

struct call;

/* A record with a new id and this role, the rest from `wanted`; in the call's arena. */
Staff *staff_new(struct call *call, const Staff *wanted, Staff__StaffRole role);

/* Stores a record made by staff_new and publishes it. ALREADY_EXISTS. */
struct status staff_add(struct call *call, Staff *staff);
