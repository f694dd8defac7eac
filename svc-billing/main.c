/* SPDX-License-Identifier: Apache-2.0 */
/* svc-billing: provider subscriptions, payments at the payment provider, the journal. */
#include "db/migrate.h"
#include "payment_work.h"
#include "service/service.h"
#include "service/work_service.h"
#include "services.h"
#include "settings.h"
#include "webhook.h"

/* The schema of this folder, embedded in the build. */
extern const struct embedded_file service_files[];

int main(int argc, char **argv)
{
	static struct billing_settings settings;
	static ProtobufCService *const services[] = {
	    &entitlement_service.base,	 &exemption_service.base,
	    &journal_service.base,	 &payment_key_service.base,
	    &payment_service.base,	 &plan_price_service.base,
	    &subscription_service.base,	 &subscription_settings_service.base,
	    &platform_sync_service.base, NULL,
	};
	const struct service billing = {
	    .name = "billing",
	    .services = services,
	    .settings_rows = billing_settings_rows,
	    .settings_count = billing_settings_count,
	    .settings = &settings,
	    .migrations = service_files,
	    .work = payment_work_kinds,
	    .begin = webhook_begin,
	    .end = webhook_end,
	};

	return service_main(&billing, argc, argv);
}
