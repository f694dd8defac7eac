/* SPDX-License-Identifier: Apache-2.0 */
/* The embedded descriptor set as this folder reads it: messages, methods, reasons, their options.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "base/text.h"
#include "google/protobuf/descriptor.pb-c.h"

struct arena;
struct method_rule;

/* Numbers of the extensions that carry options. */
enum set_option {
	SET_FIELD_BEHAVIOR = 1052,     /* google.api.field_behavior, repeated */
	SET_RESOURCE = 1053,	       /* google.api.resource */
	SET_RESOURCE_REFERENCE = 1055, /* google.api.resource_reference */
	SET_METHOD = 51100,	       /* entremise.common.v1.method */
	SET_FIELD = 51101,	       /* entremise.common.v1.field */
	SET_REASON = 51102	       /* entremise.common.v1.reason */
};

struct set_message {
	const char *name; /* "entremise.common.v1.Money" */
	const Google__Protobuf__DescriptorProto *proto;
};

/*
 * Everything lives in the arena, which must stay. A set that does not unpack ends the process:
 * it was made by this very build.
 */
struct set {
	struct arena *arena;
	struct set_message *messages; /* By name. */
	size_t message_count;
	struct method_rule *methods; /* By path; of `entremise.*`, or of a service with a rule. */
	size_t method_count;
	const Google__Protobuf__EnumDescriptorProto *reasons;
};

void set_load(struct set *set, struct arena *arena, struct text bytes);

/* NULL when the set has no such message, or method. */
const struct set_message *set_find_message(const struct set *set, const char *name);
struct method_rule *set_find_method(const struct set *set, const char *path);

/*
 * An option that is a message, unpacked as `descriptor`; NULL when it is not given. Options given
 * piece by piece ("(field).min = 1, (field).max = 2") come as several values, which protobuf
 * merges.
 */
void *set_option(struct arena *arena, const ProtobufCMessage *options, enum set_option option,
		 const ProtobufCMessageDescriptor *descriptor);

/* True when a repeated enum option has the value; packed and unpacked forms are read. */
bool set_option_has(const ProtobufCMessage *options, enum set_option option, uint64_t value);

/* Ends the process: "contract: PLACE: PROBLEM". */
_Noreturn void set_refuse(const char *place, const char *problem);
