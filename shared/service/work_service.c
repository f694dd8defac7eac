/* SPDX-License-Identifier: Apache-2.0 */
/* Handlers of the services that all servers with tables share. */
#include "service/work_service.h"

#include "call/call.h"
#include "durable/platform.h"
#include "durable/work.h"
#include "rpc/method.h"

static struct status lease_work(struct call *call, const LeaseWorkRequest *request,
				LeaseWorkResponse *reply)
{
	return work_lease(call, LANE__LANE_GATEWAY, request->limit, reply);
}
RPC_METHOD(WorkService, lease_work, LeaseWorkRequest, LeaseWorkResponse);

static struct status report_work(struct call *call, const ReportWorkRequest *request,
				 ReportWorkResponse *reply)
{
	(void)reply;
	return work_report(call, request->lease, request->error);
}
RPC_METHOD(WorkService, report_work, ReportWorkRequest, ReportWorkResponse);

WorkService_Service work_service = WORK_SERVICE__INIT(serve_);

static struct status apply_platform(struct call *call, const ApplyPlatformRequest *request,
				    ApplyPlatformResponse *reply)
{
	return platform_apply(call, request->settings, &reply->version);
}
RPC_METHOD(PlatformSyncService, apply_platform, ApplyPlatformRequest, ApplyPlatformResponse);

PlatformSyncService_Service platform_sync_service = PLATFORM_SYNC_SERVICE__INIT(serve_);
