/* SPDX-License-Identifier: Apache-2.0 */
/* A server that composes and forwards: cancellation, refusals and callers reach the far side. */
#include "two_servers.h"

static struct answer near_call(struct pair *pair, const char *path, const char *token,
			       const ProtobufCMessage *request,
			       const ProtobufCMessageDescriptor *type)
{
	return fixture_call(&pair->near, path, token, request, type);
}

static PriceItemRequest pricing(struct pair *pair, const char *name)
{
	PriceItemRequest request = PRICE_ITEM_REQUEST__INIT;

	request.name = arena_copy(pair->near.arena, name, strlen(name));
	request.postcode = arena_text(pair->near.arena, "75011");
	return request;
}

static void test_a_handler_composes(void **state)
{
	struct pair *pair = *state;
	PriceItemRequest request = pricing(pair, MENAGE);
	const char *token = fixture_token(&pair->near, "CLIENT", "c7", "acme");
	struct answer answer =
	    near_call(pair, CATALOGUE "PriceItem", token, &request.base, &item_price__descriptor);

	assert_int_equal(answer.code, GRPC_STATUS_OK);
	assert_string_equal(((const ItemPrice *)(const void *)answer.reply)->display_name, MENAGE);
	assert_string_equal(seen.subject, "c7");
	assert_string_equal(seen.speaker, "gateway");
}

static void test_the_callers_cancellation_reaches_the_far_server(void **state)
{
	struct pair *pair = *state;
	PriceItemRequest request = pricing(pair, "platforms/acme/items/held");
	const char *token = fixture_token(&pair->near, "CLIENT", "c7", "acme");
	struct flight *flight = fixture_send(&pair->near, CATALOGUE "PriceItem", token,
					     &request.base, &item_price__descriptor);

	while (!atomic_load(&seen.is_held))
		sched_yield();
	grpc_call_cancel(flight->call, NULL);
	assert_int_equal(fixture_wait(&pair->near, flight).code, GRPC_STATUS_CANCELLED);
	while (!atomic_load(&seen.was_cancelled))
		sched_yield();
}

static void test_a_route_is_forwarded_with_its_caller(void **state)
{
	struct pair *pair = *state;
	GetItemRequest request = asking(pair, MENAGE);
	const char *token = fixture_token(&pair->near, "PROVIDER", "p1", "acme");
	struct answer answer =
	    near_call(pair, CATALOGUE "GetItem", token, &request.base, &item__descriptor);

	assert_int_equal(answer.code, GRPC_STATUS_OK);
	assert_string_equal(((const Item *)(const void *)answer.reply)->name, MENAGE);
	assert_string_equal(seen.subject, "p1");
	assert_int_equal(seen.role, ROLE__ROLE_PROVIDER);
}

static void test_a_forwarded_refusal_keeps_reason_and_details(void **state)
{
	struct pair *pair = *state;
	GetItemRequest request = asking(pair, "platforms/acme/items/missing");
	const char *token = fixture_token(&pair->near, "PROVIDER", "p1", "acme");
	struct answer answer = near_call(pair, CATALOGUE "GetItem", token, &request.base, NULL);
	const Google__Rpc__ErrorInfo *info = fixture_error_info(&pair->near, answer.status);

	assert_int_equal(answer.code, GRPC_STATUS_NOT_FOUND);
	assert_string_equal(answer.reason, "NOT_FOUND");
	assert_int_equal(info->n_metadata, 2);
	request = asking(pair, "platforms/other/items/menage");
	answer = near_call(pair, CATALOGUE "GetItem", token, &request.base, NULL);
	assert_string_equal(answer.reason, "NOT_FOUND");
}

static void test_a_forward_is_refused_by_role_without_being_sent(void **state)
{
	struct pair *pair = *state;
	GetItemRequest request = asking(pair, MENAGE);
	const char *token = fixture_token(&pair->near, "OPERATOR", "o1", "*");
	struct answer answer = near_call(pair, CATALOGUE "GetItem", token, &request.base, NULL);

	assert_string_equal(answer.reason, "PERMISSION_DENIED");
	assert_int_equal(atomic_load(&seen.runs), 0);
	assert_string_equal(near_call(pair, CATALOGUE "GetItem", NULL, &request.base, NULL).reason,
			    "UNAUTHENTICATED");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_handler_composes),
	    TEST(test_the_callers_cancellation_reaches_the_far_server),
	    TEST(test_a_route_is_forwarded_with_its_caller),
	    TEST(test_a_forwarded_refusal_keeps_reason_and_details),
	    TEST(test_a_forward_is_refused_by_role_without_being_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
