/* SPDX-License-Identifier: Apache-2.0 */
/* What svc-providers serves: one vtable per resource file. */
#pragma once

#include "entremise/providers/v1/catalogue.pb-c.h"
#include "entremise/providers/v1/match.pb-c.h"
#include "entremise/providers/v1/notice.pb-c.h"
#include "entremise/providers/v1/platform.pb-c.h"
#include "entremise/providers/v1/provider.pb-c.h"
#include "entremise/providers/v1/qualification.pb-c.h"
#include "entremise/providers/v1/sign_up.pb-c.h"
#include "entremise/providers/v1/staff.pb-c.h"
#include "entremise/providers/v1/terms.pb-c.h"

extern PlatformService_Service platform_service;
extern StaffService_Service staff_service;
extern CatalogueService_Service catalogue_service;
extern TermsService_Service terms_service;
extern SignUpService_Service sign_up_service;
extern ProviderService_Service provider_service;
extern QualificationService_Service qualification_service;
extern MatchService_Service match_service;
extern NoticeService_Service notice_service;
