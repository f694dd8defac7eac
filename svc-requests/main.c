/* SPDX-License-Identifier: Apache-2.0 */
/* svc-requests: clients, requests, offers, choices and the agenda. */
#include "clear_slot.h"
#include "db/migrate.h"
#include "durable/mail.h"
#include "entremise/common/v1/mail.pb-c.h"
#include "entremise/requests/v1/row.pb-c.h"
#include "service/service.h"
#include "service/work_service.h"
#include "services.h"
#include "withdraw_applications.h"

extern const struct embedded_file service_files[];

static ProtobufCService *const services[] = {&distribution_settings_service.base,
					     &client_service.base,
					     &label_service.base,
					     &service_request_service.base,
					     &offer_service.base,
					     &intervention_service.base,
					     &message_service.base,
					     &gate_service.base,
					     &platform_sync_service.base,
					     NULL};

static const struct runner_kind work[] = {
    {MAIL_KIND, &mail__descriptor, mail_attempt, NULL},
    {"clear_slot", &clash_row__descriptor, clear_slot_attempt, clear_slot_report},
    {WITHDRAW_APPLICATIONS, &closed_row__descriptor, withdraw_applications_attempt,
     withdraw_applications_report},
    {0},
};

int main(int argc, char **argv)
{
	static const struct service service = {
	    .name = "requests",
	    .services = services,
	    .migrations = service_files,
	    .work = work,
	};

	return service_main(&service, argc, argv);
}
