/* SPDX-License-Identifier: Apache-2.0 */
/* The handlers of COMPOSED methods; what these services lack here is forwarded, or not served. */
#pragma once

#include "entremise/providers/v1/provider.pb-c.h"
#include "entremise/requests/v1/offer.pb-c.h"
#include "entremise/requests/v1/service_request.pb-c.h"

extern ServiceRequestService_Service service_request_screens;
extern OfferService_Service offer_screens;
extern ProviderService_Service provider_screens;
