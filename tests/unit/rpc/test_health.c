/* SPDX-License-Identifier: Apache-2.0 */
/* Health: Check, and Watch from the first status to the server's end. */
#include "rpc_fixture.h"

#include "grpc/health/v1/health.pb-c.h"

#define CHECK "/grpc.health.v1.Health/Check"
#define WATCH "/grpc.health.v1.Health/Watch"
#define STATUS(name) GRPC__HEALTH__V1__HEALTH_CHECK_RESPONSE__SERVING_STATUS__##name

/* A Watch stream, read step by step. */
struct watch {
	grpc_call *call;
	grpc_metadata_array initial;
	grpc_metadata_array trailing;
	grpc_status_code code;
	grpc_slice message;
	grpc_byte_buffer *received;
	char status_tag;
	char message_tag;
};

static int begin(void **state)
{
	static struct fixture fixture;

	fixture_begin(&fixture);
	fixture_start(&fixture);
	*state = &fixture;
	return 0;
}

static int end(void **state)
{
	fixture_end(*state);
	return 0;
}

static void start_batch(struct watch *watch, const grpc_op *ops, size_t count, void *tag)
{
	RPC_TAG_GIVEN(tag);
	assert_int_equal(grpc_call_start_batch(watch->call, ops, count, tag, NULL), GRPC_CALL_OK);
}

static void open_watch(struct fixture *fixture, struct watch *watch, const char *service)
{
	Grpc__Health__V1__HealthCheckRequest request = GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
	grpc_op first[4] = {{.op = GRPC_OP_SEND_INITIAL_METADATA},
			    {.op = GRPC_OP_SEND_MESSAGE},
			    {.op = GRPC_OP_SEND_CLOSE_FROM_CLIENT},
			    {.op = GRPC_OP_RECV_INITIAL_METADATA}};
	grpc_op last = {.op = GRPC_OP_RECV_STATUS_ON_CLIENT};
	grpc_byte_buffer *sent;
	grpc_slice slice;
	size_t length;
	const uint8_t *bytes;

	memset(watch, 0, sizeof(*watch));
	request.service = arena_copy(fixture->arena, service, strlen(service));
	bytes = message_pack(fixture->arena, &request.base, &length);
	slice = grpc_slice_from_copied_buffer((const char *)bytes, length);
	sent = grpc_raw_byte_buffer_create(&slice, 1);
	grpc_slice_unref(slice);
	watch->call = grpc_channel_create_call(fixture->channel, NULL, GRPC_PROPAGATE_DEFAULTS,
					       fixture->queue, grpc_slice_from_static_string(WATCH),
					       NULL, gpr_inf_future(GPR_CLOCK_MONOTONIC), NULL);
	grpc_metadata_array_init(&watch->initial);
	grpc_metadata_array_init(&watch->trailing);
	first[1].data.send_message.send_message = sent;
	first[3].data.recv_initial_metadata.recv_initial_metadata = &watch->initial;
	last.data.recv_status_on_client.trailing_metadata = &watch->trailing;
	last.data.recv_status_on_client.status = &watch->code;
	last.data.recv_status_on_client.status_details = &watch->message;
	start_batch(watch, &last, 1, &watch->status_tag);
	start_batch(watch, first, 4, watch);
	assert_ptr_equal(fixture_next(fixture), watch);
	grpc_byte_buffer_destroy(sent);
}

static void ask_message(struct watch *watch)
{
	grpc_op op = {.op = GRPC_OP_RECV_MESSAGE};

	op.data.recv_message.recv_message = &watch->received;
	start_batch(watch, &op, 1, &watch->message_tag);
}

/* The status in the message that was asked for. */
static int take_message(struct fixture *fixture, struct watch *watch)
{
	const Grpc__Health__V1__HealthCheckResponse *response;
	grpc_byte_buffer_reader reader;
	grpc_slice all;

	assert_ptr_equal(fixture_next(fixture), &watch->message_tag);
	assert_non_null(watch->received);
	grpc_byte_buffer_reader_init(&reader, watch->received);
	all = grpc_byte_buffer_reader_readall(&reader);
	response = (const void *)message_unpack(
	    fixture->arena, &grpc__health__v1__health_check_response__descriptor,
	    GRPC_SLICE_START_PTR(all), GRPC_SLICE_LENGTH(all));
	grpc_slice_unref(all);
	grpc_byte_buffer_reader_destroy(&reader);
	grpc_byte_buffer_destroy(watch->received);
	return (int)response->status;
}

static int read_status(struct fixture *fixture, struct watch *watch)
{
	ask_message(watch);
	return take_message(fixture, watch);
}

static void close_watch(struct watch *watch)
{
	grpc_call_unref(watch->call);
	grpc_slice_unref(watch->message);
	grpc_metadata_array_destroy(&watch->initial);
	grpc_metadata_array_destroy(&watch->trailing);
}

static void test_check_knows_the_servers_services_and_no_others(void **state)
{
	static const struct {
		const char *service;
		grpc_status_code code;
	} cases[] = {{"", GRPC_STATUS_OK},
		     {"grpc.health.v1.Health", GRPC_STATUS_OK},
		     {"no.such.Service", GRPC_STATUS_NOT_FOUND}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		Grpc__Health__V1__HealthCheckRequest request =
		    GRPC__HEALTH__V1__HEALTH_CHECK_REQUEST__INIT;
		struct answer answer;

		request.service =
		    arena_text(((struct fixture *)*state)->arena, "%s", cases[i].service);
		answer = fixture_call(*state, CHECK, NULL, &request.base,
				      &grpc__health__v1__health_check_response__descriptor);
		assert_int_equal(answer.code, cases[i].code);
		if (answer.code == GRPC_STATUS_OK)
			assert_int_equal(
			    ((const Grpc__Health__V1__HealthCheckResponse *)(const void *)
				 answer.reply)
				->status,
			    STATUS(SERVING));
	}
}

static void test_watch_tells_the_end_before_the_server_ends(void **state)
{
	struct fixture *fixture = *state;
	struct watch whole;

	open_watch(fixture, &whole, "");
	assert_int_equal(read_status(fixture, &whole), STATUS(SERVING));
	ask_message(&whole);
	rpc_server_drain(fixture->server, 200, 5000);
	assert_int_equal(take_message(fixture, &whole), STATUS(NOT_SERVING));
	assert_ptr_equal(fixture_next(fixture), &whole.status_tag);
	assert_int_equal(whole.code, GRPC_STATUS_UNAVAILABLE);
	close_watch(&whole);
}

static void test_watch_of_an_unknown_service_stays_open(void **state)
{
	struct fixture *fixture = *state;
	struct watch unknown;
	struct watch known;

	open_watch(fixture, &unknown, "no.such.Service");
	assert_int_equal(read_status(fixture, &unknown), STATUS(SERVICE_UNKNOWN));
	open_watch(fixture, &known, "grpc.health.v1.Health"); /* No status came in between. */
	assert_int_equal(read_status(fixture, &known), STATUS(SERVING));
	grpc_call_cancel(unknown.call, NULL);
	assert_ptr_equal(fixture_next(fixture), &unknown.status_tag);
	assert_int_equal(unknown.code, GRPC_STATUS_CANCELLED);
	grpc_call_cancel(known.call, NULL);
	assert_ptr_equal(fixture_next(fixture), &known.status_tag);
	close_watch(&unknown);
	close_watch(&known);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_check_knows_the_servers_services_and_no_others),
	    TEST(test_watch_tells_the_end_before_the_server_ends),
	    TEST(test_watch_of_an_unknown_service_stays_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
