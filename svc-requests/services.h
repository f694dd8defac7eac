/* SPDX-License-Identifier: Apache-2.0 */
/* The vtables that this server serves, one per resource file. */
#pragma once

#include "entremise/requests/v1/client.pb-c.h"
#include "entremise/requests/v1/gate.pb-c.h"
#include "entremise/requests/v1/intervention.pb-c.h"
#include "entremise/requests/v1/label.pb-c.h"
#include "entremise/requests/v1/message.pb-c.h"
#include "entremise/requests/v1/offer.pb-c.h"
#include "entremise/requests/v1/service_request.pb-c.h"
#include "entremise/requests/v1/settings.pb-c.h"

extern DistributionSettingsService_Service distribution_settings_service;
extern ClientService_Service client_service;
extern LabelService_Service label_service;
extern ServiceRequestService_Service service_request_service;
extern OfferService_Service offer_service;
extern InterventionService_Service intervention_service;
extern GateService_Service gate_service;
extern MessageService_Service message_service;
