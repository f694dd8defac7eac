/* SPDX-License-Identifier: Apache-2.0 */
/* What a server tells of itself: by our own questions, and to grpcurl. */
#include "rpc_fixture.h"

#include "entremise/providers/v1/catalogue.pb-c.h"
#include "google/protobuf/descriptor.pb-c.h"
#include "grpc/reflection/v1/reflection.pb-c.h"
#include "rpc/method.h"

#define V1 "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
#define V1ALPHA "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"
#define REQUEST Grpc__Reflection__V1__ServerReflectionRequest
#define RESPONSE Grpc__Reflection__V1__ServerReflectionResponse
#define ASKED(what) GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_##what
#define FOUND(what) GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_##what

static struct status get_item(struct call *call, const GetItemRequest *request, Item *item)
{
	item->name = request->name;
	return call_refuse(call, REASON__REASON_NOT_FOUND, "name", request->name);
}
RPC_METHOD(CatalogueService, get_item, GetItemRequest, Item);

static CatalogueService_Service catalogue = {.base = CATALOGUE_SERVICE__BASE_INIT,
					     .get_item = serve_get_item};

static int begin(void **state)
{
	static struct fixture fixture;

	fixture_begin(&fixture);
	rpc_server_add(fixture.server, &catalogue.base);
	fixture_start(&fixture);
	*state = &fixture;
	return 0;
}

static int end(void **state)
{
	fixture_end(*state);
	return 0;
}

static const RESPONSE *ask(struct fixture *fixture, const char *path, REQUEST *question)
{
	struct answer answer =
	    fixture_call(fixture, path, NULL, &question->base,
			 &grpc__reflection__v1__server_reflection_response__descriptor);

	assert_int_equal(answer.code, GRPC_STATUS_OK);
	assert_non_null(answer.reply);
	return (const void *)answer.reply;
}

static const RESPONSE *ask_text(struct fixture *fixture, int what, const char *text)
{
	REQUEST question = GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__INIT;

	question.message_request_case =
	    (Grpc__Reflection__V1__ServerReflectionRequest__MessageRequestCase)what;
	question.list_services = arena_copy(fixture->arena, text, strlen(text)); /* Any member. */
	return ask(fixture, V1, &question);
}

static const Google__Protobuf__FileDescriptorProto *file_of(struct fixture *fixture,
							    const RESPONSE *response)
{
	const ProtobufCBinaryData *bytes;

	assert_int_equal(response->message_response_case, FOUND(FILE_DESCRIPTOR_RESPONSE));
	assert_int_equal(response->file_descriptor_response->n_file_descriptor_proto, 1);
	bytes = &response->file_descriptor_response->file_descriptor_proto[0];
	return (const void *)message_unpack(fixture->arena,
					    &google__protobuf__file_descriptor_proto__descriptor,
					    bytes->data, bytes->len);
}

static void test_services_are_listed_in_both_versions(void **state)
{
	static const char *const paths[] = {V1, V1ALPHA};
	static const char *const names[] = {
	    "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
	    "grpc.reflection.v1alpha.ServerReflection", "entremise.providers.v1.CatalogueService"};

	for (size_t i = 0; i < 2; i++) {
		REQUEST question = GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__INIT;
		const RESPONSE *response;

		question.message_request_case = ASKED(LIST_SERVICES);
		question.list_services = arena_text(((struct fixture *)*state)->arena, "*");
		response = ask(*state, paths[i], &question);
		assert_int_equal(response->list_services_response->n_service, 4);
		for (size_t k = 0; k < 4; k++)
			assert_string_equal(response->list_services_response->service[k]->name,
					    names[k]);
	}
}

static void test_every_kind_of_symbol_is_found(void **state)
{
	static const struct {
		const char *symbol;
		const char *file;
	} cases[] = {
	    {"entremise.providers.v1.CatalogueService", "entremise/providers/v1/catalogue.proto"},
	    {"entremise.providers.v1.CatalogueService.GetItem",
	     "entremise/providers/v1/catalogue.proto"},
	    {"entremise.providers.v1.Item", "entremise/providers/v1/catalogue.proto"},
	    {"entremise.providers.v1.ItemKind", "entremise/providers/v1/catalogue.proto"},
	    {"entremise.common.v1.method", "entremise/common/v1/options.proto"},
	    {"google.rpc.BadRequest.FieldViolation", "google/rpc/error_details.proto"},
	    {"grpc.health.v1.HealthCheckResponse.ServingStatus", "grpc/health/v1/health.proto"},
	    {"grpc.reflection.v1alpha.ServerReflection",
	     "grpc/reflection/v1alpha/reflection.proto"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const RESPONSE *response =
		    ask_text(*state, ASKED(FILE_CONTAINING_SYMBOL), cases[i].symbol);

		assert_string_equal(file_of(*state, response)->name, cases[i].file);
	}
}

static void test_files_are_found_by_name(void **state)
{
	const RESPONSE *response =
	    ask_text(*state, ASKED(FILE_BY_FILENAME), "google/protobuf/timestamp.proto");

	assert_string_equal(file_of(*state, response)->package, "google.protobuf");
}

static void test_extensions_are_found(void **state)
{
	REQUEST question = GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__INIT;
	Grpc__Reflection__V1__ExtensionRequest extension =
	    GRPC__REFLECTION__V1__EXTENSION_REQUEST__INIT;
	const RESPONSE *response =
	    ask_text(*state, ASKED(ALL_EXTENSION_NUMBERS_OF_TYPE), "google.protobuf.MethodOptions");
	bool found = false;

	for (size_t i = 0; i < response->all_extension_numbers_response->n_extension_number; i++)
		found |= response->all_extension_numbers_response->extension_number[i] == 51100;
	assert_true(found);
	question.message_request_case = ASKED(FILE_CONTAINING_EXTENSION);
	question.file_containing_extension = &extension;
	extension.containing_type =
	    arena_text(((struct fixture *)*state)->arena, "%s", "google.protobuf.MethodOptions");
	extension.extension_number = 51100;
	assert_string_equal(file_of(*state, ask(*state, V1, &question))->name,
			    "entremise/common/v1/options.proto");
}

static void test_a_known_type_without_extensions_has_an_empty_list(void **state)
{
	const RESPONSE *response =
	    ask_text(*state, ASKED(ALL_EXTENSION_NUMBERS_OF_TYPE), "google.rpc.ErrorInfo");

	assert_int_equal(response->message_response_case, FOUND(ALL_EXTENSION_NUMBERS_RESPONSE));
	assert_int_equal(response->all_extension_numbers_response->n_extension_number, 0);
	response = ask_text(*state, ASKED(ALL_EXTENSION_NUMBERS_OF_TYPE), "no.such.Type");
	assert_int_equal(response->message_response_case, FOUND(ERROR_RESPONSE));
}

static void test_what_is_not_there_is_told_within_the_stream(void **state)
{
	const RESPONSE *response = ask_text(*state, ASKED(FILE_CONTAINING_SYMBOL), "no.such.Name");

	assert_int_equal(response->message_response_case, FOUND(ERROR_RESPONSE));
	assert_int_equal(response->error_response->error_code, 5);
	assert_string_equal(response->original_request->file_containing_symbol, "no.such.Name");
}

/* What grpcurl prints, both streams; the test is skipped where there is no grpcurl. */
static const char *grpcurl(struct fixture *fixture, const char *options, const char *words)
{
	char *output = arena_alloc(fixture->arena, 65536);
	const char *command;
	FILE *pipe;
	size_t length;

	if (system("command -v grpcurl >/dev/null 2>&1") != 0)
		skip();
	command = arena_text(fixture->arena, "grpcurl -plaintext -unix %s %s %s 2>&1", options,
			     fixture->listen + strlen("unix:"), words);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	length = fread(output, 1, 65535, pipe);
	output[length] = '\0';
	pclose(pipe);
	return output;
}

static void assert_contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in: %s", part, text);
}

static void test_grpcurl_lists_and_describes(void **state)
{
	assert_contains(grpcurl(*state, "", "list"), "entremise.providers.v1.CatalogueService\n");
	assert_contains(grpcurl(*state, "", "describe entremise.providers.v1.CatalogueService"),
			"rpc GetItem ( .entremise.providers.v1.GetItemRequest )");
	assert_contains(grpcurl(*state, "", "describe entremise.providers.v1.Item"),
			"What it is called");
	assert_contains(grpcurl(*state, "", "describe grpc.health.v1.Health"), "rpc Check");
	assert_contains(grpcurl(*state, "", "describe grpc.reflection.v1alpha.ServerReflection"),
			"rpc ServerReflectionInfo");
}

static void test_grpcurl_prints_details_as_json(void **state)
{
	const char *header =
	    arena_text(((struct fixture *)*state)->arena,
		       "-H 'authorization: Bearer %s' -d '{\"name\":\"%s\"}'",
		       fixture_token(*state, "CLIENT", "c1", "acme"), "platforms/acme/items/x");
	const char *output =
	    grpcurl(*state, header, "entremise.providers.v1.CatalogueService/GetItem");

	assert_contains(output, "Code: NotFound");
	assert_contains(output, "\"reason\": \"NOT_FOUND\"");
	header =
	    arena_text(((struct fixture *)*state)->arena, "-H 'authorization: Bearer %s' -d '{}'",
		       fixture_token(*state, "CLIENT", "c1", "acme"));
	output = grpcurl(*state, header, "entremise.providers.v1.CatalogueService/GetItem");
	assert_contains(output, "\"fieldViolations\"");
}

static void test_grpcurl_checks_health(void **state)
{
	assert_contains(grpcurl(*state, "", "grpc.health.v1.Health/Check"), "\"SERVING\"");
	assert_contains(grpcurl(*state, "-d '{\"service\":\"no.such.Service\"}'",
				"grpc.health.v1.Health/Check"),
			"Code: NotFound");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_services_are_listed_in_both_versions),
	    TEST(test_every_kind_of_symbol_is_found),
	    TEST(test_files_are_found_by_name),
	    TEST(test_extensions_are_found),
	    TEST(test_a_known_type_without_extensions_has_an_empty_list),
	    TEST(test_what_is_not_there_is_told_within_the_stream),
	    TEST(test_grpcurl_lists_and_describes),
	    TEST(test_grpcurl_prints_details_as_json),
	    TEST(test_grpcurl_checks_health),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
