/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of an Update request (AIP-134), and what is wrong with a request: for this folder. */
#pragma once

#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

#include "base/status.h"
#include "google/protobuf/field_mask.pb-c.h"

struct arena;
struct field_rule;
struct message_rule;

/* The field of an Update request that holds the resource; NULL when it is no Update request. */
const struct field_rule *update_resource(const struct message_rule *request);

/* The mask; NULL when it is absent or names nothing. */
const Google__Protobuf__FieldMask *update_mask(const struct message_rule *rule,
					       const ProtobufCMessage *request);

#define VIOLATIONS_MAX 16

/* Violations in the order in which they were found; those beyond VIOLATIONS_MAX are dropped. */
struct violations {
	struct arena *arena;
	struct status_detail *first;
	struct status_detail *last;
	size_t count;
};

/* Both texts are borrowed for the life of the call. */
void violations_add(struct violations *violations, const char *path, const char *problem);

/* OK when there are none, else INVALID_ARGUMENT with the text of the first. */
struct status violations_status(const struct violations *violations);
