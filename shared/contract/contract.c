/* SPDX-License-Identifier: Apache-2.0 */
/* Rules by generated descriptor and by path: read without a lock, made under one. */
#include "contract/contract.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "contract/bind.h"
#include "contract/set.h"

/* The set itself, from api/descriptor_set.S. */
extern const char entremise_descriptor_set[];
extern const char entremise_descriptor_set_end[];

static struct {
	struct set set;
	/* Open addressing by the descriptor's address; NULL where there is none. */
	const struct message_rule *_Atomic *messages;
	size_t message_count;
	size_t mask;
	struct reason_rule *reasons; /* By number. */
	int reason_count;
	pthread_mutex_t binding; /* Held while rules are made. */
	bool loaded;
} contract = {.binding = PTHREAD_MUTEX_INITIALIZER};

/* Where the rule of this type is, or belongs. */
static const struct message_rule *_Atomic *slot_of(const ProtobufCMessageDescriptor *descriptor)
{
	size_t at =
	    (size_t)(((uint64_t)(uintptr_t)descriptor * UINT64_C(0x9E3779B97F4A7C15)) >> 32);

	for (;; at++) {
		const struct message_rule *_Atomic *slot = &contract.messages[at & contract.mask];
		const struct message_rule *there = atomic_load_explicit(slot, memory_order_acquire);

		if (!there || there->descriptor == descriptor)
			return slot;
	}
}

static const struct message_rule *find_message(const ProtobufCMessageDescriptor *descriptor)
{
	return atomic_load_explicit(slot_of(descriptor), memory_order_acquire);
}

static void publish(const struct message_rule *rule)
{
	/* A program has each type once, so this is a bound on types outside of the contract. */
	if (2 * ++contract.message_count > contract.mask)
		set_refuse("descriptor table", "more types than the contract has");
	atomic_store_explicit(slot_of(rule->descriptor), rule, memory_order_release);
}

/* A program links types that the set lacks, too (health, reflection): there is room for them. */
static void make_room(void)
{
	size_t size = 512;

	while (size < 4 * contract.set.message_count)
		size *= 2;
	contract.messages = arena_new(contract.set.arena, const struct message_rule *_Atomic, size);
	contract.mask = size - 1;
}

static void load_reasons(void)
{
	static const char prefix[] = "REASON_";
	const struct set *set = &contract.set;
	const Google__Protobuf__EnumDescriptorProto *reasons = set->reasons;

	for (size_t i = 0; i < reasons->n_value; i++) {
		int number = reasons->value[i]->number;

		if (number < 0 || number > 9999)
			set_refuse(reasons->value[i]->name, "a number out of range");
		if (number >= contract.reason_count)
			contract.reason_count = number + 1;
	}
	contract.reasons = arena_new(set->arena, struct reason_rule, (size_t)contract.reason_count);
	for (size_t i = 0; i < reasons->n_value; i++) {
		const Google__Protobuf__EnumValueDescriptorProto *value = reasons->value[i];
		const ReasonRule *rule =
		    set_option(set->arena, (const ProtobufCMessage *)value->options, SET_REASON,
			       &reason_rule__descriptor);

		if (strncmp(value->name, prefix, strlen(prefix)) != 0 ||
		    (!rule && value->number != 0))
			set_refuse(value->name, "a reason without prefix or rule");
		contract.reasons[value->number] = (struct reason_rule){
		    .name = value->name + strlen(prefix),
		    .code = rule ? rule->code : 0,
		    .text = rule ? rule->text : "",
		};
	}
	if (contract.reason_count <= REASON__REASON_INTERNAL)
		set_refuse("REASON_INTERNAL", "the enum lacks it");
}

void contract_load(void)
{
	if (contract.loaded)
		return;
	set_load(&contract.set, arena_create(), contract_descriptor_set());
	make_room();
	load_reasons();
	contract.loaded = true;
}

/* Makes the rules of a type and all it reaches, and publishes them when they are complete. */
static const struct message_rule *bind(const ProtobufCMessageDescriptor *descriptor)
{
	struct binding binding = {.set = &contract.set, .find = find_message};
	const struct message_rule *rule = bind_message(&binding, descriptor);

	bind_finish(&binding);
	for (struct bind_pending *at = binding.pending; at; at = at->next)
		publish(at->rule);
	return rule;
}

const struct message_rule *contract_message(const ProtobufCMessageDescriptor *descriptor)
{
	const struct message_rule *rule;

	assert(contract.loaded);
	rule = find_message(descriptor);
	if (rule)
		return rule;
	pthread_mutex_lock(&contract.binding);
	rule = bind(descriptor);
	pthread_mutex_unlock(&contract.binding);
	return rule;
}

static struct method_rule *find_method_of(const ProtobufCServiceDescriptor *service, unsigned index)
{
	char path[512];

	snprintf(path, sizeof(path), "/%s/%s", service->name, service->methods[index].name);
	return set_find_method(&contract.set, path);
}

static void bind_service(const ProtobufCServiceDescriptor *service)
{
	for (unsigned i = 0; i < service->n_methods; i++) {
		struct method_rule *method = find_method_of(service, i);

		if (i == 0 && (!method || method->service))
			return; /* Not ours, or bound before. */
		if (!method || method->index != i)
			set_refuse(service->name, "generated code and descriptor set differ");
		method->service = service;
		method->input = bind(service->methods[i].input);
		method->output = bind(service->methods[i].output);
		bind_check_method(method);
	}
}

void contract_add_service(const ProtobufCServiceDescriptor *service)
{
	assert(contract.loaded);
	pthread_mutex_lock(&contract.binding);
	bind_service(service);
	pthread_mutex_unlock(&contract.binding);
}

const struct method_rule *contract_method(const ProtobufCServiceDescriptor *service, unsigned index)
{
	assert(index < service->n_methods);
	contract_add_service(service);
	return find_method_of(service, index);
}

const struct method_rule *contract_method_by_path(struct text path)
{
	char copy[512];

	assert(contract.loaded);
	snprintf(copy, sizeof(copy), "%.*s", TEXT_ARGUMENTS(path));
	return strlen(copy) == path.length ? set_find_method(&contract.set, copy) : NULL;
}

const struct method_rule *contract_methods(size_t *count)
{
	assert(contract.loaded);
	*count = contract.set.method_count;
	return contract.set.methods;
}

const struct field_rule *contract_field(const struct message_rule *message, const char *name)
{
	const ProtobufCFieldDescriptor *field =
	    protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);

	return field ? &message->fields[field - message->descriptor->fields] : NULL;
}

const struct reason_rule *contract_reason(int reason)
{
	assert(contract.loaded);
	if (reason < 0 || reason >= contract.reason_count || !contract.reasons[reason].name)
		reason = REASON__REASON_INTERNAL;
	return &contract.reasons[reason];
}

struct text contract_descriptor_set(void)
{
	return (struct text){entremise_descriptor_set,
			     (size_t)(entremise_descriptor_set_end - entremise_descriptor_set)};
}

const char *contract_role_name(Role role)
{
	const ProtobufCEnumValue *value =
	    protobuf_c_enum_descriptor_get_value(&role__descriptor, (int)role);

	return value ? value->name + strlen("ROLE_") : "UNSPECIFIED";
}

Role contract_role_of(const char *name)
{
	const ProtobufCEnumValue *value;
	char full[64];

	snprintf(full, sizeof(full), "ROLE_%s", name);
	value = protobuf_c_enum_descriptor_get_value_by_name(&role__descriptor, full);
	return value ? (Role)value->value : ROLE__ROLE_UNSPECIFIED;
}
