/* SPDX-License-Identifier: Apache-2.0 */
/* The rules on counts, as P2 and P4b state them. */
#include "request_rules.h"

bool request_is_open(const ServiceRequest *request)
{
	bool alive = request->status == REQUEST_STATUS__REQUEST_STATUS_PENDING ||
		     request->status == REQUEST_STATUS__REQUEST_STATUS_IN_PROGRESS ||
		     request->status == REQUEST_STATUS__REQUEST_STATUS_CONFIRMED;

	return alive && request->fulfilment != FULFILMENT__FULFILMENT_ASSIGNED;
}

Fulfilment request_fulfilment(const ServiceRequest *request)
{
	int waiting = request->offer_count - request->application_count - request->refusal_count;

	if (request->application_count >= request->required_applications)
		return FULFILMENT__FULFILMENT_ANSWERED;
	if (waiting == 0 && !request->distributing)
		return request->application_count > 0 ? FULFILMENT__FULFILMENT_ANSWERED
						      : FULFILMENT__FULFILMENT_STUCK;
	if (request->application_count > 0 &&
	    request->fulfilment == FULFILMENT__FULFILMENT_ANSWERED)
		return FULFILMENT__FULFILMENT_ANSWERED;
	return FULFILMENT__FULFILMENT_OPEN;
}

bool request_is_distributable(const ServiceRequest *request)
{
	return request->terms &&
	       request->terms->price_policy != PRICE_POLICY__PRICE_POLICY_ON_QUOTE;
}
