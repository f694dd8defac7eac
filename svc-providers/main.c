/* SPDX-License-Identifier: Apache-2.0 */
/* svc-providers: platforms, staff, catalogue, providers and who matches. */
#include <stddef.h>

#include "db/migrate.h"
#include "durable/mail.h"
#include "entremise/common/v1/mail.pb-c.h"
#include "service/service.h"
#include "services.h"

/* The schema and the mails of this folder, embedded in the build. */
extern const struct embedded_file service_files[];

static ProtobufCService *const services[] = {
    &platform_service.base,	 &staff_service.base,
    &catalogue_service.base,	 &terms_service.base,
    &sign_up_service.base,	 &provider_service.base,
    &match_service.base,	 &notice_service.base,
    &qualification_service.base, NULL,
};

static const struct runner_kind work[] = {
    {MAIL_KIND, &mail__descriptor, mail_attempt, NULL},
    {0},
};

int main(int argc, char **argv)
{
	static const struct service service = {
	    .name = "providers",
	    .services = services,
	    .migrations = service_files,
	    .work = work,
	};

	return service_main(&service, argc, argv);
}
