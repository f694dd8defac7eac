/* SPDX-License-Identifier: Apache-2.0 */
/* Local work: the open applications of a provider that was closed to new work leave their answers
 * (P9).
 */
#pragma once

#include <protobuf-c/protobuf-c.h>

#include "base/status.h"
#include "entremise/common/v1/work.pb-c.h"

struct call;

/* The work's kind; its payload is a ClosedRow. */
#define WITHDRAW_APPLICATIONS "withdraw_applications"

/* Finds one such application outside of a transaction; *outcome is its name, NULL when none is
 * left, or the provider is open again. */
struct status withdraw_applications_attempt(struct call *call, const Work *work,
					    const ProtobufCMessage *payload, void **outcome);

/* Withdraws it under its own locks, and adds the work again for the next. */
struct status withdraw_applications_report(struct call *call, const Work *work,
					   const ProtobufCMessage *payload, void *outcome);
