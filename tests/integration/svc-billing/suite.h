/* SPDX-License-Identifier: Apache-2.0 */
/* For tests: svc-billing with its database and the payment simulator, and calls to it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <protobuf-c/protobuf-c.h>

#include "base/status.h"
#include "call/call.h"
#include "entremise/billing/v1/entitlement.pb-c.h"
#include "entremise/billing/v1/payment.pb-c.h"
#include "entremise/billing/v1/subscription.pb-c.h"
#include "rpc/client.h"
#include "simulator.h"

#define SUITE_PLATFORM "test-domicile"
#define SUITE_PARENT "platforms/" SUITE_PLATFORM

struct suite {
	struct simulator_fixture *simulator;
	char folder[64];
	pid_t process;
	unsigned port;
	unsigned webhook_port;
	struct token_key *gateway;
	struct token_keyset *keys;
	struct call_environment environment; /* of the caller: the gateway */
	struct rpc_upstream *billing;
	struct arena *arena;
	unsigned providers; /* how many were named */
};

/* For cmocka's groups: starts all, with the platform PRO in Paris and its module on. */
int suite_set_up(void **state);
int suite_tear_down(void **state);

/* The way to a service as this role and subject on the suite's platform. */
ProtobufCService *suite_as(struct suite *suite, Role role, const char *subject,
			   const ProtobufCServiceDescriptor *service);

/*
 * The call made by the last suite_as, which must be awaited with suite_await. SUITE_CALL sends one
 * RPC and waits; `expected` is the reason of the refusal, or 0.
 */
struct status suite_await(struct suite *suite);
#define SUITE_CALL(suite, service, stub, request, reply, expected)                                 \
	do {                                                                                       \
		RPC_SEND(service, stub, request, reply);                                           \
		suite_expect(suite, #stub, expected);                                              \
	} while (0)
void suite_expect(struct suite *suite, const char *what, int expected);

/* A new provider's id, in the suite's arena; its resource name. */
const char *suite_provider(struct suite *suite);
char *suite_provider_name(struct suite *suite, const char *id);

/* Sends the platform's settings as the gateway would. */
void suite_apply_platform(struct suite *suite, int64_t version, int edition, bool independent);

/* Switches subscriptions on at 29.00 a month and 290.00 a year, VAT 20 %, with the payment key. */
void suite_open(struct suite *suite);

/* Subscribes a provider; the reason of the refusal, or 0. */
int suite_subscribe(struct suite *suite, const char *provider, Interval interval,
		    const char *request_id, Subscription **subscription);

/* Reads them as the provider. */
Subscription *suite_subscription(struct suite *suite, const char *provider, char *name);
Payment *suite_payment(struct suite *suite, const char *provider, char *name);

/* The payment once it has left the state, 30 s at most. */
Payment *suite_await_payment(struct suite *suite, const char *provider, char *name,
			     PaymentState left);

/* What the gateway is told of one provider. */
Entitlement *suite_entitlement(struct suite *suite, const char *provider);

/* A number out of billing's tables: the first column of the query's first row; 0 for none. */
int64_t suite_count(const char *query);
