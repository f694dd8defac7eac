/* SPDX-License-Identifier: Apache-2.0 */
/* Mails to providers, put on their way within the mutation that is their cause. */
#pragma once

#include "base/status.h"
#include "entremise/providers/v1/provider.pb-c.h"

struct call;

/*
 * Mails a text that names nothing but the platform to a provider, once per template and version of
 * the record: call it after publish.
 */
struct status notice_tell(struct call *call, const Provider *provider, const char *template);
