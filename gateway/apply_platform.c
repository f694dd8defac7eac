/* SPDX-License-Identifier: Apache-2.0 */
/* Work `apply_platform` of providers: a platform's settings travel to the other servers. */
#include "call/call.h"
#include "entremise/common/v1/platform.pb-c.h"
#include "rpc/client.h"

#include "work.h"

/* The targets keep the newer version, so the order of attempts does not matter. */
static struct status run(struct call *call, const Work *work, const ProtobufCMessage *payload)
{
	static const enum upstream targets[] = {UPSTREAM_REQUESTS, UPSTREAM_BILLING};
	PlatformSettings settings = *(const PlatformSettings *)(const void *)payload;
	ApplyPlatformRequest request = APPLY_PLATFORM_REQUEST__INIT;
	ApplyPlatformResponse *replies[ARRAY_COUNT(targets)];

	request.settings = &settings;
	for (size_t i = 0; i < ARRAY_COUNT(targets); i++) {
		ProtobufCService *service =
		    call_remote(call, upstream_of(targets[i]), &platform_sync_service__descriptor);

		RPC_SEND(service, platform_sync_service__apply_platform, &request, &replies[i]);
	}
	TRY(call_await(call));
	return work_done(call, UPSTREAM_PROVIDERS, work);
}

const struct work_kind work_apply_platform = {
    .owner = UPSTREAM_PROVIDERS,
    .kind = "apply_platform",
    .payload = &platform_settings__descriptor,
    .run = run,
};
