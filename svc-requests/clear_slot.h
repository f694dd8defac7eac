/* SPDX-License-Identifier: Apache-2.0 */
/* Local work: a provider's other applications at a time that was taken leave their answers (P2b).
 */
#pragma once

#include <protobuf-c/protobuf-c.h>

#include "base/status.h"
#include "entremise/common/v1/work.pb-c.h"

struct call;

/* Finds one such application outside of a transaction; *outcome is its name, NULL when none is
 * left. */
struct status clear_slot_attempt(struct call *call, const Work *work,
				 const ProtobufCMessage *payload, void **outcome);

/* Withdraws it under its own locks, and adds the work again for the next. */
struct status clear_slot_report(struct call *call, const Work *work,
				const ProtobufCMessage *payload, void *outcome);
