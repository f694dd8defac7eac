/* SPDX-License-Identifier: Apache-2.0 */
/* What the contract says about methods, messages, fields and reasons, read once from the embedded
 * descriptor set. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "base/text.h"
#include "entremise/common/v1/options.pb-c.h"
#include "entremise/common/v1/reason.pb-c.h"

/* A resource type: google.api.resource of a message. */
struct resource_type {
	const char *type; /* "entremise.dev/Offer" */
	const char
	    *pattern; /* "platforms/{platform}/serviceRequests/{service_request}/offers/{offer}" */
	size_t part_count;	    /* How many variables: 3. */
	const char *parts[8];	    /* "platform", "service_request", "offer" */
	const char *collections[8]; /* The literal before each variable: "platforms", ... */
};

/* What field_behavior and the field's own rule say; one per field, found by its index. */
struct field_rule {
	const ProtobufCFieldDescriptor *field;
	const FieldRule *rule; /* Never NULL; a field without a rule has all zeros. */
	bool required;
	bool immutable;
	bool output_only;
	bool repeated;
	bool is_name; /* The resource's own name (field "name" of a resource). */
	const struct resource_type *resource; /* Of a name or a google.api.resource_reference. */
	const struct message_rule *message;   /* Of a message field. */
	const ProtobufCFieldDescriptor
	    *personal_of; /* The field that names the person; NULL if not personal. */
};

/* One per message type. */
struct message_rule {
	const ProtobufCMessageDescriptor *descriptor;
	const struct resource_type *resource; /* NULL when it is no resource. */
	const struct field_rule *fields;      /* In the order of descriptor->fields. */
	/* Fields with a fixed meaning, NULL when absent. */
	const ProtobufCFieldDescriptor *name, *etag, *request_id, *update_mask, *page_size,
	    *page_token;
	bool has_context; /* Some field (at any depth) is marked `context`. */
};

/* One per method. */
struct method_rule {
	const char *path;	  /* "/entremise.requests.v1.OfferService/SubmitApplication" */
	const char *service_name; /* "entremise.requests.v1.OfferService" */
	const char *name;	  /* "SubmitApplication" */
	const ProtobufCServiceDescriptor *service;
	unsigned index;		/* In service->methods. */
	const MethodRule *rule; /* Never NULL. */
	uint32_t allow;		/* Bit r is set when Role r may call. */
	bool server_streaming;
	bool client_streaming;
	const struct message_rule *input;
	const struct message_rule *output;
};

/* One per value of Reason. */
struct reason_rule {
	const char *name; /* Without prefix: "SLOT_TAKEN". */
	int code;	  /* google.rpc.Code */
	const char *text;
};

/*
 * Reads the embedded descriptor set; once per process, before threads start. A contract that breaks
 * its own rules (a request type that can reach itself, a method without `allow`, an unknown reason
 * name, a pattern that does not parse) ends the process with a line that names the place.
 */
void contract_load(void);

/* The rule of method `index` of a service; NULL for services that are not ours (health,
 * reflection). */
const struct method_rule *contract_method(const ProtobufCServiceDescriptor *service,
					  unsigned index);

/* The rule by path, "/package.Service/Method"; NULL when unknown. */
const struct method_rule *contract_method_by_path(struct text path);

/* All methods of the contract, for tests and the gateway's table; *count tells how many. */
const struct method_rule *contract_methods(size_t *count);

/* The rule of a message type that is part of the contract or imported by it; never NULL. */
const struct message_rule *contract_message(const ProtobufCMessageDescriptor *descriptor);

/* The rule of a field by its name; NULL when there is none. */
const struct field_rule *contract_field(const struct message_rule *message, const char *name);

/* The rule of a reason; of an unknown number INTERNAL's. */
const struct reason_rule *contract_reason(int reason);

/* The raw FileDescriptorSet, for reflection. */
struct text contract_descriptor_set(void);

/* "MANAGER" for ROLE_MANAGER; and back, ROLE_UNSPECIFIED when unknown. */
const char *contract_role_name(Role role);
Role contract_role_of(const char *name);
