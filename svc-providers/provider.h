/* SPDX-License-Identifier: Apache-2.0 */
/* The records of providers, for the handlers of other files. */
#pragma once

#include "base/status.h"
#include "entremise/providers/v1/provider.pb-c.h"

struct call;

/* Fills a new record: what `wanted` says of the person, a new name, the times. */
void provider_fill(struct call *call, const Provider *wanted, Provider *provider);

/* Stores a record made by provider_fill, with its zone, and publishes it. ALREADY_EXISTS. */
struct status provider_add(struct call *call, Provider *provider);

/* The record that a resource name names, without its zone, or NOT_FOUND; in the call's arena. */
struct status provider_read(struct call *call, const char *name, Provider **provider);

/*
 * RELATION_INACTIVE when the caller is a provider that was deactivated: it reads only (P9). Staff
 * may still correct its record.
 */
struct status provider_check_writes(const struct call *call, const Provider *provider);

/* As provider_read, with its zone, its row locked until the transaction ends. */
struct status provider_hold(struct call *call, const char *name, Provider *provider);
