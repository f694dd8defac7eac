/* SPDX-License-Identifier: Apache-2.0 */
/* Locking and storing a request, for every handler whose decision touches one. */
#pragma once

#include "base/status.h"
#include "entremise/requests/v1/service_request.pb-c.h"

struct call;

/* Locks the request of this name; NOT_FOUND when there is none, or it is another client's. */
struct status request_lock(struct call *call, const char *name, ServiceRequest *request);

/*
 * Settles the fulfilment from the counts, stores and publishes the request; when it has become
 * ANSWERED the work `answer` is added, so that the client hears of it (P2).
 */
struct status request_settle(struct call *call, ServiceRequest *request);

/* Stores and publishes the request as it is. */
struct status request_store(struct call *call, ServiceRequest *request);

/* Adds the work that asks the providers who match. */
struct status request_distribute(struct call *call, const ServiceRequest *request);

/* Adds the work that tells providers what became of their offers: a template of svc-providers. */
struct status request_tell(struct call *call, const ServiceRequest *request, const char *template,
			   char **providers, size_t count);
