/* SPDX-License-Identifier: Apache-2.0 */
/* Typed calls to another server: answers, refusals, deadlines, tokens. */
#include "two_servers.h"

#include "rpc/speaker.h"

static void test_answers_come_back_in_parallel_and_typed(void **state)
{
	struct pair *pair = *state;
	ProtobufCService *service = call_remote(&pair->call, far, &catalogue_service__descriptor);
	Item *items[20];
	char name[60];

	for (int i = 0; i < 20; i++) {
		GetItemRequest request;

		snprintf(name, sizeof(name), "platforms/acme/items/i%d", i);
		request = asking(pair, name);
		RPC_SEND(service, catalogue_service__get_item, &request, &items[i]);
	}
	assert_int_equal(await(pair).reason, 0);
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "platforms/acme/items/i%d", i);
		assert_string_equal(items[i]->name, name);
	}
}

static void test_a_refusal_arrives_as_it_was_given(void **state)
{
	Item *item;
	struct status status = get(*state, "platforms/acme/items/missing", &item);

	assert_int_equal(status.reason, REASON__REASON_NOT_FOUND);
	assert_null(item);
	assert_string_equal(status.details->value, "detail"); /* The newest first, as it was. */
	assert_string_equal(status.details->next->value, "platforms/acme/items/missing");
	status = get(*state, "platforms/acme/items/invalid", &item);
	assert_int_equal(status.reason, REASON__REASON_INVALID_ARGUMENT);
	assert_string_equal(status.details->key, "name");
	assert_string_equal(status.details->value, "is not nice");
}

static void test_the_first_failure_in_order_of_sending_counts(void **state)
{
	struct pair *pair = *state;
	ProtobufCService *service = call_remote(&pair->call, far, &catalogue_service__descriptor);
	static const char *const names[] = {MENAGE, "platforms/acme/items/invalid",
					    "platforms/acme/items/missing"};
	Item *items[3];

	for (int i = 0; i < 3; i++) {
		GetItemRequest request = asking(pair, names[i]);

		RPC_SEND(service, catalogue_service__get_item, &request, &items[i]);
	}
	assert_int_equal(await(pair).reason, REASON__REASON_INVALID_ARGUMENT);
	assert_non_null(items[0]);
	assert_int_equal(call_sent_status(&pair->call, 0).reason, 0);
	assert_int_equal(call_sent_status(&pair->call, 2).reason, REASON__REASON_NOT_FOUND);
}

static void test_a_fault_of_the_far_server_tells_no_cause(void **state)
{
	Item *item;
	struct status status = get(*state, "platforms/acme/items/broken", &item);

	assert_int_equal(status.reason, REASON__REASON_INTERNAL);
	assert_null(strstr(status.message, "secret"));
}

static void test_the_callee_learns_actor_trace_and_deadline(void **state)
{
	struct pair *pair = *state;
	char trace_id[TRACE_ID_SIZE];
	Item *item;

	assert_int_equal(get(pair, MENAGE, &item).reason, 0);
	assert_int_equal(seen.role, ROLE__ROLE_CLIENT);
	assert_string_equal(seen.subject, "c1");
	assert_string_equal(seen.platform, "acme");
	assert_string_equal(seen.speaker, "gateway");
	assert_true(seen.by_service);
	trace_format_id(trace_id, &pair->call.trace);
	assert_string_equal(seen.trace_id, trace_id);
	assert_in_range(seen.left_us, 3000000, 3800000); /* 4 s less 5 %. */
}

static void test_an_operator_acts_on_the_one_platform_of_its_call(void **state)
{
	struct pair *pair = *state;
	struct speaker *speaker = speaker_create();
	struct token_claims claims = {0};
	const char *header;

	pair->call.actor = (struct actor){
	    .role = ROLE__ROLE_OPERATOR, .subject = "o1", .platform = "*", .speaker = "o1"};
	header = speaker_header(speaker, &pair->call);
	assert_int_equal(token_verify(pair->near.keys, header + 7, strlen(header + 7),
				      FIXTURE_AUDIENCE, time_real_us(), pair->near.arena, &claims),
			 TOKEN_OK);
	assert_string_equal(claims.role, "SERVICE");
	assert_string_equal(claims.subject, "gateway");
	assert_string_equal(claims.act_role, "OPERATOR");
	assert_string_equal(claims.act_subject, "o1");
	assert_string_equal(claims.act_platform, "acme");
	assert_null(claims.platform);
	assert_true(claims.expires_us <= time_real_us() + 5 * TIME_MINUTE_US);
	assert_string_equal(speaker_header(speaker, &pair->call), header); /* Signed once. */
	pair->call.platform = "other";
	assert_string_not_equal(speaker_header(speaker, &pair->call), header);
	speaker_destroy(speaker);
}

static void test_a_service_on_its_own_speaks_for_all_platforms(void **state)
{
	struct pair *pair = *state;
	Item *item;

	pair->call.actor = (struct actor){.role = ROLE__ROLE_SERVICE,
					  .subject = "gateway",
					  .platform = "*",
					  .by_service = true,
					  .speaker = "gateway"};
	assert_int_equal(get(pair, MENAGE, &item).reason, 0);
	assert_int_equal(seen.role, ROLE__ROLE_SERVICE);
	assert_string_equal(seen.platform, "*");
}

static void test_nobody_stays_nobody(void **state)
{
	struct pair *pair = *state;
	Item *item;

	pair->call.actor = (struct actor){
	    .role = ROLE__ROLE_ANONYMOUS, .subject = "", .platform = "*", .speaker = ""};
	assert_int_equal(get(pair, MENAGE, &item).reason, REASON__REASON_INTERNAL);
	assert_int_equal(atomic_load(&seen.runs), 0);
}

static void test_a_mutation_without_request_id_gets_one(void **state)
{
	struct pair *pair = *state;
	CreateItemRequest request = CREATE_ITEM_REQUEST__INIT;
	Item item = ITEM__INIT;
	ProtobufCService *service = call_remote(&pair->call, far, &catalogue_service__descriptor);
	Item *created;

	pair->call.actor.role = ROLE__ROLE_MANAGER;
	request.parent = arena_text(pair->near.arena, "platforms/acme");
	request.item_id = arena_text(pair->near.arena, "menage");
	request.item = &item;
	item.display_name = arena_text(pair->near.arena, "M\xc3\xa9nage");
	item.kind = ITEM_KIND__ITEM_KIND_SERVICE;
	item.price_policy = ITEM_PRICE_POLICY__ITEM_PRICE_POLICY_ON_QUOTE;
	RPC_SEND(service, catalogue_service__create_item, &request, &created);
	assert_int_equal(await(pair).reason, 0);
	assert_string_equal(created->display_name, item.display_name);
	assert_int_equal(strlen(seen.request_id), 26);
	request.request_id = arena_text(pair->near.arena, "mine");
	RPC_SEND(service, catalogue_service__create_item, &request, &created);
	assert_int_equal(await(pair).reason, 0);
	assert_string_equal(seen.request_id, "mine");
}

static void test_leased_work_is_read_from_the_trailer(void **state)
{
	struct pair *pair = *state;
	struct text work;
	Item *item;

	assert_null(call_leased_work(&pair->call).start);
	assert_int_equal(get(pair, "platforms/acme/items/leased", &item).reason, 0);
	work = call_leased_work(&pair->call);
	assert_int_equal(work.length, 4);
	assert_memory_equal(work.start, "work", 4);
	assert_int_equal(get(pair, MENAGE, &item).reason, 0);
	assert_null(call_leased_work(&pair->call).start);
}

static void test_an_upstream_that_is_not_there_is_unavailable(void **state)
{
	struct pair *pair = *state;
	struct rpc_upstream *gone = rpc_upstream_create("gone", "unix:/tmp/entremise-no-such.sock");
	ProtobufCService *service = call_remote(&pair->call, gone, &catalogue_service__descriptor);
	GetItemRequest request = asking(pair, MENAGE);
	struct status status;
	Item *item;

	RPC_SEND(service, catalogue_service__get_item, &request, &item);
	status = await(pair);
	assert_int_equal(status.reason, REASON__REASON_UNAVAILABLE);
	assert_null(status.message); /* Nothing of sockets and addresses. */
	arena_reset(pair->near.arena);
	rpc_upstream_destroy(gone);
}

static void test_a_deadline_that_has_passed_is_not_sent(void **state)
{
	struct pair *pair = *state;
	Item *item;

	pair->call.deadline_us = time_monotonic_us() + 10 * TIME_MILLISECOND_US;
	assert_int_equal(get(pair, MENAGE, &item).reason, REASON__REASON_DEADLINE_EXCEEDED);
	assert_int_equal(atomic_load(&seen.runs), 0);
}

static void test_a_slow_upstream_ends_with_the_deadline(void **state)
{
	struct pair *pair = *state;
	Item *item;

	pair->call.deadline_us = time_monotonic_us() + 200 * TIME_MILLISECOND_US;
	assert_int_equal(get(pair, "platforms/acme/items/held", &item).reason,
			 REASON__REASON_DEADLINE_EXCEEDED);
}

static void test_more_callers_than_the_limit_are_refused(void **state)
{
	struct pair *pair = *state;
	struct call other = pair->call;
	ProtobufCService *service;
	GetItemRequest request = asking(pair, "platforms/acme/items/held");
	int64_t begun_us;
	Item *item;

	rpc_upstream_limit(far, 1);
	service = call_remote(&pair->call, far, &catalogue_service__descriptor);
	RPC_SEND(service, catalogue_service__get_item, &request, &item);
	RPC_SEND(service, catalogue_service__get_item, &request, &item); /* The same caller. */
	other.arena = arena_create();
	service = call_remote(&other, far, &catalogue_service__descriptor);
	RPC_SEND(service, catalogue_service__get_item, &request, &item);
	assert_int_equal(call_await(&other).reason, REASON__REASON_OVERLOADED);
	arena_destroy(other.arena);
	/* What was not awaited is cancelled with the memory of the call. */
	while (!atomic_load(&seen.is_held))
		sched_yield();
	begun_us = time_monotonic_us();
	arena_reset(pair->near.arena);
	while (!atomic_load(&seen.was_cancelled))
		sched_yield();
	assert_true(time_monotonic_us() - begun_us < 2 * TIME_SECOND_US); /* Not by its deadline. */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_answers_come_back_in_parallel_and_typed),
	    TEST(test_a_refusal_arrives_as_it_was_given),
	    TEST(test_the_first_failure_in_order_of_sending_counts),
	    TEST(test_a_fault_of_the_far_server_tells_no_cause),
	    TEST(test_the_callee_learns_actor_trace_and_deadline),
	    TEST(test_an_operator_acts_on_the_one_platform_of_its_call),
	    TEST(test_a_service_on_its_own_speaks_for_all_platforms),
	    TEST(test_nobody_stays_nobody),
	    TEST(test_a_mutation_without_request_id_gets_one),
	    TEST(test_leased_work_is_read_from_the_trailer),
	    TEST(test_an_upstream_that_is_not_there_is_unavailable),
	    TEST(test_a_deadline_that_has_passed_is_not_sent),
	    TEST(test_a_slow_upstream_ends_with_the_deadline),
	    TEST(test_more_callers_than_the_limit_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
