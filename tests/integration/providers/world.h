/* SPDX-License-Identifier: Apache-2.0 */
/* A platform with a catalogue and providers, as the tests of svc-providers want it. */
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
#include "entremise/providers/v1/row.pb-c.h"
#include "google/protobuf/field_mask.pb-c.h"
#include "services.h"
#include "support/database.h"
#include "support/suite.h"

#define PLATFORM "test-a"
#define PARENT (char *)"platforms/" PLATFORM
#define METHOD(service, method) "/entremise.providers.v1." service "/" method

extern struct suite *suite; /* Of this test program. */
extern struct arena *arena; /* Of the test program; never reset. */

extern const struct suite_caller gateway, operator, manager, agent, anonymous;

/* cmocka's group fixtures: the platform PLATFORM with modules `providers` allowed and one manager.
 */
int world_begin(void **state);
int world_end(void **state);

/* Calls and asserts success / a reason. */
void *world_ok(struct suite_caller caller, const char *path, const ProtobufCMessage *request);
void world_refused(int reason, struct suite_caller caller, const char *path,
		   const ProtobufCMessage *request);

/* The first column of the first row as a number; -1 when there is none. */
long world_count(const char *query);

/* A mask of one field. */
Google__Protobuf__FieldMask *world_mask(const char *path);

/* A platform created by the operator. */
Platform *world_platform(const char *id);

/* A service with prices in these zones, 1,000 minor units each and one more with every zone. */
Item *world_item(const char *id, const char *const *prefixes, size_t count);

/* A provider made by hand, with its own zone; and one as a caller. */
Provider *world_provider(const char *const *prefixes, size_t count);
struct suite_caller world_as(const Provider *provider);

/* Has the provider propose the item, and a manager accept it. */
void world_qualify(const Provider *provider, const char *item);

/* Has the provider ask to join, and a manager accept it. */
Provider *world_join(const Provider *provider);

/* New terms in force; and has the provider accept them. */
Terms *world_terms(void);
Provider *world_accept_terms(const Provider *provider, const Terms *terms);

/* The token itself of a new sign-up token of PLATFORM, whose record goes to *record. */
char *world_sign_up_token(SignUpToken **record);
