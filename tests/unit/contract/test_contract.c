/* SPDX-License-Identifier: Apache-2.0 */
/* What is read from a contract, and contracts that are refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contract/set.h"
#include "desks.h"
#include "foreign/v1/echo.pb-c.h"
#include "google/api/http.pb-c.h"
#include "google/protobuf/descriptor.pb-c.h"

static const struct field_rule *desk_field(const char *name)
{
	return contract_field(contract_message(&desk__descriptor), name);
}

static void test_a_method_has_its_rule(void **state)
{
	const struct method_rule *method = desk_rule(CREATE_DESK);

	(void)state;
	assert_string_equal(method->path, "/entremise.test.v1.DeskService/CreateDesk");
	assert_string_equal(method->service_name, "entremise.test.v1.DeskService");
	assert_string_equal(method->name, "CreateDesk");
	assert_ptr_equal(method->service, &desk_service__descriptor);
	assert_int_equal(method->index, CREATE_DESK);
	assert_int_equal(method->allow, 1U << ROLE__ROLE_MANAGER);
	assert_int_equal(method->rule->effect, EFFECT__EFFECT_MUTATION);
	assert_string_equal(method->rule->reasons[0], "SLOT_TAKEN");
	assert_ptr_equal(method->input->descriptor, &create_desk_request__descriptor);
	assert_ptr_equal(method->output->descriptor, &desk__descriptor);
	assert_int_equal(desk_rule(GET_DESK)->allow,
			 1U << ROLE__ROLE_MANAGER | 1U << ROLE__ROLE_CLIENT);
}

static void test_streams_are_known(void **state)
{
	(void)state;
	assert_true(desk_rule(WATCH_DESKS)->server_streaming);
	assert_false(desk_rule(WATCH_DESKS)->client_streaming);
	assert_false(desk_rule(GET_DESK)->server_streaming);
}

static void test_a_method_is_found_by_its_path(void **state)
{
	(void)state;
	assert_ptr_equal(contract_method_by_path(TEXT("/entremise.test.v1.DeskService/UpdateDesk")),
			 desk_rule(UPDATE_DESK));
	assert_null(contract_method_by_path(TEXT("/entremise.test.v1.DeskService/Update")));
	assert_null(contract_method_by_path(TEXT("/entremise.test.v1.DeskService/UpdateDeskX")));
	assert_null(contract_method_by_path(TEXT("")));
	assert_null(contract_method_by_path((struct text){0}));
}

static void test_every_method_of_ours_is_listed_once_and_by_path(void **state)
{
	size_t count;
	const struct method_rule *methods = contract_methods(&count);
	size_t desks = 0;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			assert_true(strcmp(methods[i - 1].path, methods[i].path) < 0);
		assert_ptr_equal(contract_method_by_path(text_of(methods[i].path)), &methods[i]);
		assert_null(strstr(methods[i].path, "foreign"));
		desks += strcmp(methods[i].service_name, "entremise.test.v1.DeskService") == 0;
	}
	assert_int_equal(desks, WATCH_DESKS + 1);
}

static void test_services_of_others_have_no_rules(void **state)
{
	(void)state;
	assert_null(contract_method(&foreign__v1__echo_service__descriptor, 0));
	assert_null(contract_method(&foreign__v1__echo_service__descriptor, 0));
}

static void test_a_field_has_what_its_options_say(void **state)
{
	(void)state;
	assert_true(desk_field("display_name")->required);
	assert_false(desk_field("display_name")->immutable);
	assert_true(desk_field("owner")->immutable);
	assert_true(desk_field("update_time")->output_only);
	assert_true(desk_field("tags")->repeated);
	assert_false(desk_field("name")->repeated);
	assert_int_equal(desk_field("owner_email")->rule->format, FORMAT__FORMAT_EMAIL);
	assert_null(desk_field("colour"));
}

static void test_options_given_piece_by_piece_are_one_rule(void **state)
{
	(void)state;
	assert_int_equal(desk_field("display_name")->rule->min_length, 2);
	assert_int_equal(desk_field("display_name")->rule->max_length, 10);
}

static void test_a_field_without_a_rule_has_an_empty_one(void **state)
{
	(void)state;
	assert_non_null(desk_field("kind")->rule);
	assert_int_equal(desk_field("kind")->rule->max_length, 0);
	assert_false(desk_field("kind")->personal);
}

static void test_personal_fields_name_the_person(void **state)
{
	(void)state;
	assert_true(desk_field("owner_email")->personal);
	assert_ptr_equal(desk_field("owner_email")->personal_of, desk_field("owner")->field);
	assert_true(desk_field("remark")->personal);
	assert_null(desk_field("remark")->personal_of);
}

static void test_resources_and_references_share_a_pattern(void **state)
{
	const struct message_rule *create = contract_message(&create_desk_request__descriptor);
	const struct message_rule *desk = contract_message(&desk__descriptor);

	(void)state;
	assert_string_equal(desk->resource->type, "entremise.test/Desk");
	assert_int_equal(desk->resource->part_count, 3);
	assert_string_equal(desk->resource->collections[1], "rooms");
	assert_string_equal(desk->resource->parts[2], "desk");
	assert_null(desk->resource->singleton);
	assert_true(desk_field("name")->is_name);
	assert_ptr_equal(desk->name, desk_field("name")->field);
	assert_false(
	    contract_field(contract_message(&get_desk_request__descriptor), "name")->is_name);
	assert_string_equal(desk_field("owner")->resource->pattern,
			    "platforms/{platform}/rooms/{room}");
	assert_string_equal(contract_field(create, "parent")->resource->pattern,
			    "platforms/{platform}/rooms/{room}");
	assert_null(contract_message(&drawer__descriptor)->resource);
}

static void test_fields_with_a_fixed_meaning_are_found(void **state)
{
	const struct message_rule *list = contract_message(&list_desks_request__descriptor);
	const struct message_rule *update = contract_message(&update_desk_request__descriptor);

	(void)state;
	assert_string_equal(list->page_size->name, "page_size");
	assert_string_equal(list->page_token->name, "page_token");
	assert_string_equal(list->request_id->name, "request_id");
	assert_null(list->name);
	assert_string_equal(update->update_mask->name, "update_mask");
	assert_string_equal(contract_message(&desk__descriptor)->etag->name, "etag");
}

static void test_context_and_names_are_seen_at_any_depth(void **state)
{
	(void)state;
	assert_true(contract_message(&drawer__descriptor)->has_context);
	assert_true(contract_message(&update_desk_request__descriptor)->has_context);
	assert_false(contract_message(&get_desk_request__descriptor)->has_context);
	assert_true(contract_message(&update_desk_request__descriptor)->has_names);
	assert_true(contract_message(&get_desk_request__descriptor)->has_names);
	assert_false(contract_message(&drawer__descriptor)->has_names);
}

static void test_types_that_reach_each_other_know_of_each_other(void **state)
{
	(void)state;
	assert_true(contract_message(&ring__descriptor)->has_context);
	assert_true(contract_message(&ring_link__descriptor)->has_context);
}

static void test_repeated_options_are_read_packed_and_not(void **state)
{
	uint8_t packed[] = {3, 2, 0x85, 1};
	uint8_t single[] = {7};
	ProtobufCMessageUnknownField fields[] = {
	    {SET_FIELD_BEHAVIOR, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, sizeof(packed), packed},
	    {SET_FIELD_BEHAVIOR, PROTOBUF_C_WIRE_TYPE_VARINT, sizeof(single), single},
	    {SET_RESOURCE, PROTOBUF_C_WIRE_TYPE_VARINT, sizeof(single), single},
	};
	ProtobufCMessage options = {.n_unknown_fields = 3, .unknown_fields = fields};

	(void)state;
	assert_true(set_option_has(&options, SET_FIELD_BEHAVIOR, 2));
	assert_true(set_option_has(&options, SET_FIELD_BEHAVIOR, 133));
	assert_true(set_option_has(&options, SET_FIELD_BEHAVIOR, 7));
	assert_false(set_option_has(&options, SET_FIELD_BEHAVIOR, 3));
	assert_false(set_option_has(&options, SET_RESOURCE_REFERENCE, 7));
	assert_false(set_option_has(NULL, SET_FIELD_BEHAVIOR, 2));
}

static void test_types_outside_of_the_contract_have_no_demands(void **state)
{
	const struct message_rule *rule = contract_message(&foreign__v1__echo__descriptor);

	(void)state;
	assert_ptr_equal(rule->descriptor, &foreign__v1__echo__descriptor);
	assert_false(rule->fields[0].required);
	/* This one is not even in the set. */
	rule = contract_message(&google__api__http_rule__descriptor);
	assert_ptr_equal(rule->descriptor, &google__api__http_rule__descriptor);
	assert_false(rule->fields[0].required);
}

/* Every type below, and its fields, have the rules that are theirs. */
static void check_types(const ProtobufCMessageDescriptor *type, unsigned depth)
{
	const struct message_rule *rule = contract_message(type);

	assert_ptr_equal(rule->descriptor, type);
	for (unsigned i = 0; i < type->n_fields; i++) {
		assert_ptr_equal(rule->fields[i].field, &type->fields[i]);
		if (type->fields[i].type == PROTOBUF_C_TYPE_MESSAGE && depth > 0) {
			assert_ptr_equal(rule->fields[i].message->descriptor,
					 type->fields[i].descriptor);
			check_types(type->fields[i].descriptor, depth - 1);
		}
	}
}

static void test_no_type_is_taken_for_another(void **state)
{
	(void)state;
	check_types(&google__protobuf__file_descriptor_set__descriptor, 6);
	for (unsigned i = 0; i < desk_service__descriptor.n_methods; i++) {
		check_types(desk_service__descriptor.methods[i].input, 6);
		check_types(desk_service__descriptor.methods[i].output, 6);
	}
}

static void *look_up(void *result)
{
	*(const struct message_rule **)result =
	    contract_message(&google__protobuf__file_descriptor_set__descriptor);
	return NULL;
}

static void test_threads_that_meet_a_type_first_get_the_same_rule(void **state)
{
	const struct message_rule *rules[8];
	pthread_t threads[8];

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, look_up, &rules[i]), 0);
	for (size_t i = 0; i < ARRAY_COUNT(threads); i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	for (size_t i = 0; i < ARRAY_COUNT(threads); i++)
		assert_ptr_equal(rules[i], rules[0]);
	assert_ptr_equal(rules[0],
			 contract_message(&google__protobuf__file_descriptor_set__descriptor));
}

static void test_reasons_have_code_and_text(void **state)
{
	const struct reason_rule *taken = contract_reason(REASON__REASON_SLOT_TAKEN);

	(void)state;
	assert_string_equal(taken->name, "SLOT_TAKEN");
	assert_int_equal(taken->code, 9);
	assert_string_equal(taken->text, "the provider has other work at that time");
	assert_string_equal(contract_reason(0)->name, "UNSPECIFIED");
	assert_int_equal(contract_reason(0)->code, 0);
}

static void test_an_unknown_reason_is_internal(void **state)
{
	static const int unknown[] = {-1, 99, 9998, INT32_MAX};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(unknown); i++)
		assert_string_equal(contract_reason(unknown[i])->name, "INTERNAL");
}

static void test_roles_have_names(void **state)
{
	(void)state;
	assert_string_equal(contract_role_name(ROLE__ROLE_MANAGER), "MANAGER");
	assert_int_equal(contract_role_of("ANONYMOUS"), ROLE__ROLE_ANONYMOUS);
	assert_int_equal(contract_role_of("manager"), ROLE__ROLE_UNSPECIFIED);
	assert_int_equal(contract_role_of(""), ROLE__ROLE_UNSPECIFIED);
	assert_string_equal(contract_role_name((Role)99), "UNSPECIFIED");
}

static void test_the_set_is_there_for_reflection(void **state)
{
	struct text set = contract_descriptor_set();

	(void)state;
	assert_true(set.length > 1000);
	assert_non_null(memmem(set.start, set.length, "DeskService", 11));
	/* Comments, which the rules are read without, are in it. */
	assert_non_null(memmem(set.start, set.length, "one service for each rule", 25));
}

/* Adds the service in a child; the line with which that ends. */
static void end_of(const ProtobufCServiceDescriptor *service, char *line, size_t size)
{
	int ends[2];
	int status = 0;
	size_t length = 0;
	ssize_t got;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		contract_add_service(service);
		_exit(0);
	}
	close(ends[1]);
	while ((got = read(ends[0], line + length, size - 1 - length)) > 0)
		length += (size_t)got;
	line[length] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_contracts_that_break_the_rules_are_refused(void **state)
{
	static const struct {
		const ProtobufCServiceDescriptor *service;
		const char *place;
		const char *problem;
	} cases[] = {
	    {&no_rule_service__descriptor, "NoRuleService/Try", "allows no role"},
	    {&no_role_service__descriptor, "NoRoleService/Try", "allows no role"},
	    {&no_effect_service__descriptor, "NoEffectService/Try", "has no effect"},
	    {&bad_reason_service__descriptor, "BadReasonService/Try", "enum Reason lacks"},
	    {&bad_platform_field_service__descriptor, "BadPlatformFieldService/Try",
	     "platform_field names no"},
	    {&loop_service__descriptor, "LoopService/Try", "can reach itself"},
	    {&bad_pattern_service__descriptor, "entremise.test/BadPattern", "does not parse"},
	    {&two_patterns_service__descriptor, "TwoPatterns", "one pattern"},
	    {&bad_person_service__descriptor, "BadPerson.street", "personal_of names no"},
	    {&bad_range_service__descriptor, "BadRange.count", "max is below min"},
	    {&bad_length_service__descriptor, "BadLength.text", "lengths that no value"},
	    {&bad_format_service__descriptor, "BadFormat.count", "a rule for text"},
	    {&bad_reference_service__descriptor, "BadReference.thing", "no message has"},
	    {&no_parent_service__descriptor, "NoParent.parent", "has none"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		char line[16384];

		end_of(cases[i].service, line, sizeof(line));
		assert_non_null(strstr(line, cases[i].place));
		assert_non_null(strstr(line, cases[i].problem));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_contracts_that_break_the_rules_are_refused),
	    cmocka_unit_test(test_threads_that_meet_a_type_first_get_the_same_rule),
	    cmocka_unit_test(test_a_method_has_its_rule),
	    cmocka_unit_test(test_streams_are_known),
	    cmocka_unit_test(test_a_method_is_found_by_its_path),
	    cmocka_unit_test(test_every_method_of_ours_is_listed_once_and_by_path),
	    cmocka_unit_test(test_services_of_others_have_no_rules),
	    cmocka_unit_test(test_a_field_has_what_its_options_say),
	    cmocka_unit_test(test_options_given_piece_by_piece_are_one_rule),
	    cmocka_unit_test(test_a_field_without_a_rule_has_an_empty_one),
	    cmocka_unit_test(test_personal_fields_name_the_person),
	    cmocka_unit_test(test_resources_and_references_share_a_pattern),
	    cmocka_unit_test(test_fields_with_a_fixed_meaning_are_found),
	    cmocka_unit_test(test_context_and_names_are_seen_at_any_depth),
	    cmocka_unit_test(test_types_that_reach_each_other_know_of_each_other),
	    cmocka_unit_test(test_repeated_options_are_read_packed_and_not),
	    cmocka_unit_test(test_types_outside_of_the_contract_have_no_demands),
	    cmocka_unit_test(test_no_type_is_taken_for_another),
	    cmocka_unit_test(test_reasons_have_code_and_text),
	    cmocka_unit_test(test_an_unknown_reason_is_internal),
	    cmocka_unit_test(test_roles_have_names),
	    cmocka_unit_test(test_the_set_is_there_for_reflection),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
