/* SPDX-License-Identifier: Apache-2.0 */
/* The gRPC services of this server, one per resource file. */
#pragma once

#include "entremise/billing/v1/entitlement.pb-c.h"
#include "entremise/billing/v1/exemption.pb-c.h"
#include "entremise/billing/v1/journal.pb-c.h"
#include "entremise/billing/v1/payment.pb-c.h"
#include "entremise/billing/v1/payment_key.pb-c.h"
#include "entremise/billing/v1/plan_price.pb-c.h"
#include "entremise/billing/v1/subscription.pb-c.h"
#include "entremise/billing/v1/subscription_settings.pb-c.h"

extern EntitlementService_Service entitlement_service;
extern ExemptionService_Service exemption_service;
extern JournalService_Service journal_service;
extern PaymentKeyService_Service payment_key_service;
extern PaymentService_Service payment_service;
extern PlanPriceService_Service plan_price_service;
extern SubscriptionService_Service subscription_service;
extern SubscriptionSettingsService_Service subscription_settings_service;
