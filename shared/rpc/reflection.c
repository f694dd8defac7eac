/* SPDX-License-Identifier: Apache-2.0 */
/* grpc.reflection v1 and v1alpha: the contract told from the embedded descriptor sets. */
#include "base/arena.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "contract/wire.h"
#include "entremise/common/v1/reason.pb-c.h"
#include "grpc/reflection/v1/reflection.pb-c.h"
#include "rpc/server_state.h"
#include "rpc/stream.h"
#include "rpc/symbols.h"

#define SERVICE_V1 "grpc.reflection.v1.ServerReflection"
#define SERVICE_V1ALPHA "grpc.reflection.v1alpha.ServerReflection"
#define EXTENSIONS_MOST 64

/* The generated names, shortened; both versions have the same messages. */
#define REQUEST Grpc__Reflection__V1__ServerReflectionRequest
#define RESPONSE Grpc__Reflection__V1__ServerReflectionResponse
#define ASKED(what) GRPC__REFLECTION__V1__SERVER_REFLECTION_REQUEST__MESSAGE_REQUEST_##what
#define FOUND(what) GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__MESSAGE_RESPONSE_##what

extern const char rpc_descriptor_set[];
extern const char rpc_descriptor_set_end[];

static void answer_error(struct arena *arena, RESPONSE *response)
{
	Grpc__Reflection__V1__ErrorResponse *error =
	    arena_new(arena, Grpc__Reflection__V1__ErrorResponse, 1);

	grpc__reflection__v1__error_response__init(error);
	error->error_code = GRPC_STATUS_NOT_FOUND;
	error->error_message = arena_text(arena, "not found");
	response->message_response_case = FOUND(ERROR_RESPONSE);
	response->error_response = error;
}

static void answer_file(struct arena *arena, RESPONSE *response, struct text file)
{
	Grpc__Reflection__V1__FileDescriptorResponse *found;

	if (!file.start) {
		answer_error(arena, response);
		return;
	}
	found = arena_new(arena, Grpc__Reflection__V1__FileDescriptorResponse, 1);
	grpc__reflection__v1__file_descriptor_response__init(found);
	found->n_file_descriptor_proto = 1;
	found->file_descriptor_proto = arena_new(arena, ProtobufCBinaryData, 1);
	found->file_descriptor_proto[0].len = file.length;
	found->file_descriptor_proto[0].data =
	    (uint8_t *)arena_copy(arena, file.start, file.length);
	response->message_response_case = FOUND(FILE_DESCRIPTOR_RESPONSE);
	response->file_descriptor_response = found;
}

/* An empty list for a known type: an error there makes grpcurl print details as raw bytes. */
static void answer_numbers(struct arena *arena, RESPONSE *response,
			   const struct rpc_symbols *symbols, char *type)
{
	Grpc__Reflection__V1__ExtensionNumberResponse *found;

	if (!rpc_symbols_find(symbols, type, SYMBOL_DECLARED).start) {
		answer_error(arena, response);
		return;
	}
	found = arena_new(arena, Grpc__Reflection__V1__ExtensionNumberResponse, 1);
	grpc__reflection__v1__extension_number_response__init(found);
	found->base_type_name = type;
	found->extension_number = arena_new(arena, int32_t, EXTENSIONS_MOST);
	found->n_extension_number =
	    rpc_symbols_extensions(symbols, type, found->extension_number, EXTENSIONS_MOST);
	response->message_response_case = FOUND(ALL_EXTENSION_NUMBERS_RESPONSE);
	response->all_extension_numbers_response = found;
}

static void answer_services(struct arena *arena, RESPONSE *response,
			    const struct rpc_server *server)
{
	Grpc__Reflection__V1__ListServiceResponse *found =
	    arena_new(arena, Grpc__Reflection__V1__ListServiceResponse, 1);

	grpc__reflection__v1__list_service_response__init(found);
	found->n_service = server->service_count;
	found->service =
	    arena_new(arena, Grpc__Reflection__V1__ServiceResponse *, server->service_count);
	for (size_t i = 0; i < server->service_count; i++) {
		found->service[i] = arena_new(arena, Grpc__Reflection__V1__ServiceResponse, 1);
		grpc__reflection__v1__service_response__init(found->service[i]);
		found->service[i]->name = arena_text(arena, "%s", server->services[i]);
	}
	response->message_response_case = FOUND(LIST_SERVICES_RESPONSE);
	response->list_services_response = found;
}

static void answer(struct arena *arena, const struct rpc_server *server, REQUEST *request,
		   RESPONSE *response)
{
	const struct rpc_symbols *symbols = server->symbols;
	const char *name = NULL;
	int32_t number = SYMBOL_DECLARED;

	switch (request->message_request_case) {
	case ASKED(FILE_BY_FILENAME):
		name = request->file_by_filename;
		number = SYMBOL_FILE;
		break;
	case ASKED(FILE_CONTAINING_SYMBOL):
		name = request->file_containing_symbol;
		break;
	case ASKED(FILE_CONTAINING_EXTENSION):
		name = request->file_containing_extension->containing_type;
		number = request->file_containing_extension->extension_number;
		break;
	case ASKED(ALL_EXTENSION_NUMBERS_OF_TYPE):
		answer_numbers(arena, response, symbols, request->all_extension_numbers_of_type);
		return;
	case ASKED(LIST_SERVICES):
		answer_services(arena, response, server);
		return;
	default:
		answer_error(arena, response);
		return;
	}
	answer_file(arena, response, rpc_symbols_find(symbols, name, number));
}

static void question(struct rpc_stream *stream, struct text bytes)
{
	const ProtobufCMessageDescriptor *type =
	    &grpc__reflection__v1__server_reflection_request__descriptor;
	struct arena *arena = rpc_stream_arena(stream);
	RESPONSE response = GRPC__REFLECTION__V1__SERVER_REFLECTION_RESPONSE__INIT;
	REQUEST *request = NULL;

	if (wire_check(type, (const uint8_t *)bytes.start, bytes.length) == WIRE_OK)
		request = (void *)message_unpack(arena, type, bytes.start, bytes.length);
	if (!request) {
		rpc_stream_end(stream, status_of(REASON__REASON_INVALID_ARGUMENT));
		return;
	}
	response.valid_host = request->host;
	response.original_request = request;
	answer(arena, rpc_stream_server(stream), request, &response);
	rpc_stream_write(stream, &response.base);
}

static void half_closed(struct rpc_stream *stream)
{
	rpc_stream_end(stream, STATUS_OK);
}

/* The next question is read when the answer is out: who does not read is not answered. */
static const struct rpc_stream_kind reflection_kind = {
    .message = question, .half_closed = half_closed, .written = rpc_stream_read};

void rpc_reflection_add(struct rpc_server *server)
{
	const struct text sets[] = {
	    contract_descriptor_set(),
	    {rpc_descriptor_set, (size_t)(rpc_descriptor_set_end - rpc_descriptor_set)},
	};

	server->symbols = rpc_symbols_create(sets, ARRAY_COUNT(sets));
	rpc_service_add(server, SERVICE_V1);
	rpc_service_add(server, SERVICE_V1ALPHA);
	rpc_method_add(server, "/" SERVICE_V1 "/ServerReflectionInfo")->stream = &reflection_kind;
	rpc_method_add(server, "/" SERVICE_V1ALPHA "/ServerReflectionInfo")->stream =
	    &reflection_kind;
}
