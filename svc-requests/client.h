/* SPDX-License-Identifier: Apache-2.0 */
/* Clients, for the handlers that speak of one. */
#pragma once

#include "base/status.h"
#include "entremise/requests/v1/client.pb-c.h"

struct call;

/* The client of this name, in the call's arena; NOT_FOUND when there is none. */
struct status client_read(struct call *call, const char *name, Client **client);
