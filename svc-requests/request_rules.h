/* SPDX-License-Identifier: Apache-2.0 */
/* What the counts of a request mean for its fulfilment (P2): pure. */
#pragma once

#include <stdbool.h>

#include "entremise/requests/v1/service_request.pb-c.h"

/* True while offers may be answered and one may be chosen: nobody assigned, nothing ended. */
bool request_is_open(const ServiceRequest *request);

/*
 * The fulfilment that follows from the counts of an open request: ANSWERED with enough
 * applications, or when everybody who was asked has answered and somebody applied; STUCK when
 * everybody has answered and nobody applies; else OPEN, but ANSWERED stays while an application
 * stands.
 */
Fulfilment request_fulfilment(const ServiceRequest *request);

/* True when an hourly or fixed price is known, so that the request may be distributed (B11). */
bool request_is_distributable(const ServiceRequest *request);
