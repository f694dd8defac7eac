/* SPDX-License-Identifier: Apache-2.0 */
/* Work `close_provider` and `reopen_provider` of providers: requests has the lock that decides
 * (P9). */
#include "call/call.h"
#include "entremise/providers/v1/provider.pb-c.h"
#include "entremise/requests/v1/gate.pb-c.h"
#include "rpc/client.h"

#include "work.h"

static ProtobufCService *gates(struct call *call)
{
	return call_remote(call, upstream_of(UPSTREAM_REQUESTS), &gate_service__descriptor);
}

/*
 * Decided once for the work: an attempt that was thought lost can't close the gate after another
 * one was refused, and the provider taken back.
 */
static struct status close_gate(struct call *call, const Work *work, const ClosingWork *wanted,
				CloseProviderResponse **reply)
{
	CloseProviderRequest request = CLOSE_PROVIDER_REQUEST__INIT;

	request.provider = wanted->provider;
	request.version = wanted->version;
	request.request_id = work_request_id(call, work, "close");
	RPC_SEND(gates(call), gate_service__close_provider, &request, reply);
	return call_await(call);
}

static struct status complete(struct call *call, const Work *work, const ClosingWork *wanted,
			      const CloseProviderResponse *decided)
{
	ProtobufCService *providers =
	    call_remote(call, upstream_of(UPSTREAM_PROVIDERS), &provider_service__descriptor);
	CompleteDeactivationRequest request = COMPLETE_DEACTIVATION_REQUEST__INIT;
	WorkLease lease = work_lease_of(work);
	Provider *reply;

	request.name = wanted->provider;
	request.version = wanted->version;
	request.closed = decided->closed;
	request.open_work = decided->open_work;
	request.n_open_work = decided->n_open_work;
	request.lease = &lease;
	request.request_id = work_attempt_id(call, work, 0);
	RPC_SEND(providers, provider_service__complete_deactivation, &request, &reply);
	return call_await(call);
}

/* Between the two calls the gate is closed and the provider DEACTIVATING: nothing new can come in.
 */
static struct status run_close(struct call *call, const Work *work, const ProtobufCMessage *payload)
{
	const ClosingWork *wanted = (const ClosingWork *)(const void *)payload;
	CloseProviderResponse *decided;

	TRY(close_gate(call, work, wanted, &decided));
	return complete(call, work, wanted, decided);
}

static struct status run_reopen(struct call *call, const Work *work,
				const ProtobufCMessage *payload)
{
	const ClosingWork *wanted = (const ClosingWork *)(const void *)payload;
	OpenProviderRequest request = OPEN_PROVIDER_REQUEST__INIT;
	OpenProviderResponse *reply;

	request.provider = wanted->provider;
	request.version = wanted->version;
	request.request_id = work_request_id(call, work, "open");
	RPC_SEND(gates(call), gate_service__open_provider, &request, &reply);
	TRY(call_await(call));
	return work_done(call, UPSTREAM_PROVIDERS, work);
}

const struct work_kind work_close_provider = {
    .owner = UPSTREAM_PROVIDERS,
    .kind = "close_provider",
    .payload = &closing_work__descriptor,
    .run = run_close,
};

const struct work_kind work_reopen_provider = {
    .owner = UPSTREAM_PROVIDERS,
    .kind = "reopen_provider",
    .payload = &closing_work__descriptor,
    .run = run_reopen,
};
