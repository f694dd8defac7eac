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
	const char *type;	    /* "entremise.dev/Offer" */
	const char *pattern;	    /* "platforms/{platform}/clients/{client}/notes/{note}" */
	size_t part_count;	    /* How many variables: 3. */
	const char *parts[8];	    /* "platform", "client", "note" */
	const char *collections[8]; /* The literal before each variable: "platforms", ... */
	const char *singleton; /* The literal behind the last variable (AIP-156); often NULL. */
};

/* What field_behavior and the field's own rule say; one per field, found by its index. */
struct field_rule {
	const ProtobufCFieldDescriptor *field;
	const FieldRule *rule; /* Never NULL; a field without a rule has all zeros. */
	Format format;	       /* The rule's; of a request_id always FORMAT_REQUEST_ID. */
	uint32_t longest;      /* The longest text or bytes: the rule's, or the default. */
	bool required;
	bool demanded; /* Matters even when left out: REQUIRED, a range without 0, is_name. */
	bool immutable;
	bool output_only;
	bool repeated;
	bool personal; /* Sealed with the key of a person: of personal_of, or else of the caller. */
	bool is_name;  /* The resource's own name (field "name" of a resource). */
	const struct resource_type *resource; /* Of a name or a google.api.resource_reference. */
	const struct message_rule *message;   /* Of a message field. */
	const ProtobufCFieldDescriptor *personal_of; /* Who; NULL: nobody, or the caller. */
};

/* One per message type. */
struct message_rule {
	const ProtobufCMessageDescriptor *descriptor;
	const struct resource_type *resource; /* NULL when it is no resource. */
	const struct field_rule *fields;      /* In the order of descriptor->fields. */
	/* Fields with a fixed meaning, NULL when absent; `name` only if it is a resource name. */
	const ProtobufCFieldDescriptor *name, *etag, *request_id, *update_mask;
	const ProtobufCFieldDescriptor *page_size, *page_token;
	bool has_context; /* At any depth: a field marked `context`. */
	bool has_names;	  /* At any depth: a resource name. */
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

/* Reads the embedded descriptor set; before threads start. A second call does nothing. */
void contract_load(void);

/*
 * Binds a generated service, and the messages it takes and gives, to their rules; before threads
 * start, for each service that is served or called. A contract that breaks its own rules (a method
 * of ours without `allow` or effect, an unknown reason name, a request type that can reach itself,
 * a pattern that does not parse, `personal_of` naming no field, a range that is none) ends the
 * process with a line that names the place.
 */
void contract_add_service(const ProtobufCServiceDescriptor *service);

/*
 * The rule of method `index` of a service; NULL for services that are not ours (health,
 * reflection): outside `entremise.*` and without any method rule. Adds a service that was not.
 */
const struct method_rule *contract_method(const ProtobufCServiceDescriptor *service,
					  unsigned index);

/* The rule by path, "/package.Service/Method"; NULL when unknown. */
const struct method_rule *contract_method_by_path(struct text path);

/*
 * All methods of the contract by path, for tests and the gateway's table; *count tells how many.
 * `service`, `input` and `output` are NULL of services that were not added.
 */
const struct method_rule *contract_methods(size_t *count);

/* The rule of a message type; never NULL, and without any demands when the contract lacks it. */
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
