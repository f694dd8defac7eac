/* SPDX-License-Identifier: Apache-2.0 */
/* How rules are made for generated types: internal to this folder. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

struct field_rule;
struct message_rule;
struct method_rule;
struct resource_type;
struct set;

/* Rules under construction: finished all together, because types may refer to each other. */
struct bind_pending {
	struct message_rule *rule;
	struct field_rule *fields;
	struct bind_pending *next;
};

/* One round of binding. `find` gives the rule of a type that is bound already, or NULL. */
struct binding {
	const struct set *set;
	const struct message_rule *(*find)(const ProtobufCMessageDescriptor *descriptor);
	struct bind_pending *pending; /* Newest first. */
};

/* The rule of a type, made with those of all types it can reach if need be. */
const struct message_rule *bind_message(struct binding *binding,
					const ProtobufCMessageDescriptor *descriptor);

/* What can be said only when all types of the round are there. */
void bind_finish(struct binding *binding);

/* The resource that a message option or a reference speaks of; NULL for none or "*". */
const struct resource_type *bind_resource_of_message(const struct set *set,
						     const char *message_name);
const struct resource_type *bind_resource_of_field(const struct set *set, const char *place,
						   const ProtobufCMessage *options);

/* Holds a bound method to the rules of contract_add_service. */
void bind_check_method(const struct method_rule *method);
