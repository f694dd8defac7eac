/* SPDX-License-Identifier: Apache-2.0 */
/* A platform with clients, providers and requests, as the tests of svc-requests want it. */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/status.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "entremise/requests/v1/client.pb-c.h"
#include "entremise/requests/v1/gate.pb-c.h"
#include "entremise/requests/v1/intervention.pb-c.h"
#include "entremise/requests/v1/label.pb-c.h"
#include "entremise/requests/v1/message.pb-c.h"
#include "entremise/requests/v1/offer.pb-c.h"
#include "entremise/requests/v1/service_request.pb-c.h"
#include "entremise/requests/v1/settings.pb-c.h"
#include "support/database.h"
#include "support/suite.h"

#define PLATFORM "test-a"
#define METHOD(service, method) "/entremise.requests.v1." service "/" method

extern struct suite *suite; /* Of this test program. */
extern struct arena *arena; /* Of the test at hand. */

extern const struct suite_caller gateway, manager, agent;

/* cmocka's group fixtures. */
int world_begin(void **state);
int world_end(void **state);

/* Distribution on or off, N applications needed. */
void world_settings(bool distribution, int required);

/* A provider's id by number, 26 characters: equal numbers give equal ids. */
const char *world_provider_id(struct arena *memory, unsigned number);
const char *world_provider(struct arena *memory, unsigned number);
struct suite_caller world_as_provider(struct arena *memory, unsigned number);

/* A new client; and one as a caller. */
const char *world_client(void);
struct suite_caller world_as_client(const char *client);

/* A request of a client, from `start_hour` hours from now on, three hours long. */
ServiceRequest *world_request(const char *client, int start_hour);

/* What it asks for; and a request that says so. */
ServiceRequest world_wish(int start_hour);
ServiceRequest *world_ask(const char *client, ServiceRequest *wish);

/* The lease of the request's open work of this kind, made with the call that has left it. */
WorkLease *world_lease(const char *kind, const char *request);

/* Distributes it to providers 1..count by the leased work; returns the request. */
ServiceRequest *world_distribute(const char *request, unsigned count);

/* The offer's name; an application with good statements; the status of it. */
const char *world_offer(struct arena *memory, const char *request, unsigned provider);
struct status world_apply(struct arena *memory, const char *request, unsigned provider,
			  Offer **offer);
struct status world_choose(struct arena *memory, const char *request, unsigned provider,
			   struct suite_caller caller, Offer **offer);

/* Closes the provider to new work by this version of its. */
CloseProviderResponse *world_close(unsigned provider, int64_t version);

/* The request as staff see it. */
ServiceRequest *world_get(const char *request);

/* A standing / an entitlement for a provider; `reasons` "" = may apply. */
char *world_standing(struct arena *memory, unsigned provider, const char *reasons);
char *world_entitlement(struct arena *memory, unsigned provider);

/* Calls and asserts success / a reason. */
ProtobufCMessage *world_ok(struct suite_caller caller, const char *path,
			   const ProtobufCMessage *request);
void world_refused(int reason, struct suite_caller caller, const char *path,
		   const ProtobufCMessage *request);
