/* SPDX-License-Identifier: Apache-2.0 */
/* Deactivating a provider, as far as it is more than a step of its relation (P9). */
#pragma once

#include "base/status.h"
#include "entremise/providers/v1/provider.pb-c.h"
#include "relation_state.h"

struct call;

/*
 * After the provider became DEACTIVATING, from `former`, and was published: remembers where it may
 * have to go back to, and has the gateway ask requests to close it (work `close_provider`).
 */
struct status closing_begin(struct call *call, Provider *provider, Relation former);

/* The event by which this deactivation ends. RELATION_CONFLICT when it is not the last one begun.
 */
struct status closing_event(struct call *call, const CompleteDeactivationRequest *request,
			    enum relation_event *event);

/* Keeps the provider's `open_work` in place of what was kept before / reads it into the record. */
struct status closing_keep_open_work(struct call *call, const Provider *provider);
struct status closing_read_open_work(struct call *call, Provider *provider);

/* After the provider became ACTIVE again and was published: has requests open it (work
 * `reopen_provider`). */
struct status closing_reopen(struct call *call, const Provider *provider);
