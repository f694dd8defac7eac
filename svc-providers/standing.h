/* SPDX-License-Identifier: Apache-2.0 */
/* Why a provider may not apply, as far as providers knows (P1, X5). Pure. */
#pragma once

#include <stddef.h>

#include "entremise/common/v1/reason.pb-c.h"
#include "entremise/providers/v1/row.pb-c.h"

/* Most reasons one standing can have. */
#define STANDING_REASONS_MAX 2

/*
 * Writes every reason that forbids applying, in the order in which they are checked (relation,
 * terms), and returns how many; 0: nothing here forbids it.
 */
size_t standing_reasons(const StandingRow *row, Reason reasons[STANDING_REASONS_MAX]);
