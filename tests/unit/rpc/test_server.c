/* SPDX-License-Identifier: Apache-2.0 */
/* A call's way through the server: token, role, platform, validation, handler, answer. */
#include "rpc_fixture.h"

#include "entremise/providers/v1/catalogue.pb-c.h"
#include "entremise/providers/v1/sign_up.pb-c.h"
#include "rpc/method.h"

#define SIGN_UP "/entremise.providers.v1.SignUpService/SignUp"
#define GET_ITEM "/entremise.providers.v1.CatalogueService/GetItem"

/* What the handler saw last. */
static struct {
	Role role;
	char platform[40];
	char subject[70];
	char owner[70];
	bool by_service;
	char trace[TRACE_PARENT_SIZE];
	int64_t left_us;
} seen;

static void look(const struct call *call)
{
	pthread_mutex_lock(&fixture_lock);
	seen.role = call->actor.role;
	seen.by_service = call->actor.by_service;
	snprintf(seen.platform, sizeof(seen.platform), "%s", call->platform);
	snprintf(seen.subject, sizeof(seen.subject), "%s", call->actor.subject);
	snprintf(seen.owner, sizeof(seen.owner), "%s",
		 call->session.owner ? call->session.owner : "");
	trace_format(seen.trace, &call->trace);
	seen.left_us = call->deadline_us - time_monotonic_us();
	pthread_mutex_unlock(&fixture_lock);
}

static struct status get_item(struct call *call, const GetItemRequest *request, Item *item)
{
	const char *id = call_id_of(call, request->name);

	look(call);
	if (strcmp(id, "missing") == 0)
		return call_refuse(call, REASON__REASON_NOT_FOUND, "name", request->name);
	if (strcmp(id, "broken") == 0)
		return status_with(REASON__REASON_INTERNAL, "table xyz has no column abc");
	if (strcmp(id, "busy") == 0)
		return status_of(REASON__REASON_UNAVAILABLE);
	if (strcmp(id, "leased") == 0) {
		call->leased.bytes = (const uint8_t *)"work";
		call->leased.length = 4;
	}
	if (strcmp(id, "stored") == 0) {
		call->stored.bytes = (const uint8_t *)"\x12\x01"
						      "7"; /* etag = "7" */
		call->stored.length = 3;
	}
	item->name = request->name;
	return STATUS_OK;
}
RPC_METHOD(CatalogueService, get_item, GetItemRequest, Item);

static CatalogueService_Service catalogue = {.base = CATALOGUE_SERVICE__BASE_INIT,
					     .get_item = serve_get_item};

static struct status sign_up(struct call *call, const SignUpRequest *request, Provider *provider)
{
	look(call);
	provider->last_name = request->provider->last_name;
	return STATUS_OK;
}
RPC_METHOD(SignUpService, sign_up, SignUpRequest, Provider);

static SignUpService_Service sign_ups = {.base = SIGN_UP_SERVICE__BASE_INIT,
					 .sign_up = serve_sign_up};

static int begin(void **state)
{
	static struct fixture fixture;

	memset(&seen, 0, sizeof(seen));
	fixture_begin(&fixture);
	rpc_server_add(fixture.server, &catalogue.base);
	rpc_server_add(fixture.server, &sign_ups.base);
	fixture_start(&fixture);
	*state = &fixture;
	return 0;
}

static int end(void **state)
{
	fixture_end(*state);
	return 0;
}

static struct answer get(struct fixture *fixture, const char *token, const char *name)
{
	GetItemRequest request = GET_ITEM_REQUEST__INIT;

	request.name = arena_copy(fixture->arena, name, strlen(name));
	return fixture_call(fixture, GET_ITEM, token, &request.base, &item__descriptor);
}

static const char *client(struct fixture *fixture)
{
	return fixture_token(fixture, "CLIENT", "01jd8w3m5x0000000000000001", "acme");
}

static void assert_refused(struct answer answer, grpc_status_code code, const char *reason)
{
	assert_string_equal(answer.reason, reason);
	assert_int_equal(answer.code, code);
	assert_null(answer.reply);
	assert_non_null(answer.status);
	assert_int_equal(answer.status->code, code);
	assert_string_equal(answer.status->message, answer.message);
}

static void test_a_call_is_answered(void **state)
{
	struct answer answer = get(*state, client(*state), "platforms/acme/items/menage");

	assert_int_equal(answer.code, GRPC_STATUS_OK);
	assert_string_equal(((const Item *)(const void *)answer.reply)->name,
			    "platforms/acme/items/menage");
	assert_int_equal(seen.role, ROLE__ROLE_CLIENT);
	assert_string_equal(seen.platform, "acme");
	assert_string_equal(seen.owner, "01jd8w3m5x0000000000000001");
	assert_false(seen.by_service);
}

static void test_an_unknown_method_is_answered_at_once(void **state)
{
	GetItemRequest request = GET_ITEM_REQUEST__INIT;
	int64_t begun_us;
	struct answer answer;

	get(*state, client(*state), "platforms/acme/items/menage"); /* The connection is there. */
	begun_us = time_monotonic_us();
	answer = fixture_call(*state, "/entremise.providers.v1.CatalogueService/NoSuchMethod", NULL,
			      &request.base, NULL);
	assert_refused(answer, GRPC_STATUS_UNIMPLEMENTED, "UNIMPLEMENTED");
	assert_true(time_monotonic_us() - begun_us < 50 * TIME_MILLISECOND_US);
}

static void test_a_method_without_a_handler_is_not_served(void **state)
{
	PriceItemRequest request = PRICE_ITEM_REQUEST__INIT;

	assert_refused(fixture_call(*state, "/entremise.providers.v1.CatalogueService/PriceItem",
				    client(*state), &request.base, NULL),
		       GRPC_STATUS_UNIMPLEMENTED, "UNIMPLEMENTED");
}

static void test_a_call_without_a_message_is_refused(void **state)
{
	struct flight *flight = fixture_send_bytes(*state, GET_ITEM, client(*state), NULL, 0, 5000);

	assert_refused(fixture_wait(*state, flight), GRPC_STATUS_INVALID_ARGUMENT,
		       "INVALID_ARGUMENT");
}

static void test_a_malformed_message_is_refused(void **state)
{
	struct flight *flight = fixture_send_bytes(*state, GET_ITEM, client(*state),
						   "\x0a\x7f"
						   "x",
						   3, 5000);

	assert_refused(fixture_wait(*state, flight), GRPC_STATUS_INVALID_ARGUMENT,
		       "INVALID_ARGUMENT");
}

static void test_a_message_over_the_limit_is_refused(void **state)
{
	struct fixture *fixture = *state;
	size_t length = 300 * 1024;
	char *bytes = calloc(1, length);
	struct flight *flight =
	    fixture_send_bytes(fixture, GET_ITEM, client(fixture), bytes, length, 5000);
	struct answer answer = fixture_wait(fixture, flight);

	free(bytes);
	assert_int_equal(answer.code, GRPC_STATUS_RESOURCE_EXHAUSTED);
}

static void test_no_token_is_unauthenticated(void **state)
{
	assert_refused(get(*state, NULL, "platforms/acme/items/menage"),
		       GRPC_STATUS_UNAUTHENTICATED, "UNAUTHENTICATED");
}

static void test_a_bad_token_is_unauthenticated_before_all_else(void **state)
{
	struct answer answer = get(*state, "a.b.c", "nonsense");
	const Google__Rpc__ErrorInfo *info = fixture_error_info(*state, answer.status);

	assert_refused(answer, GRPC_STATUS_UNAUTHENTICATED, "UNAUTHENTICATED");
	assert_string_equal(info->metadata[0]->key, "cause");
	assert_string_equal(info->metadata[0]->value, "token is malformed");
}

static void test_an_expired_token_is_refused_though_it_was_accepted_before(void **state)
{
	struct fixture *fixture = *state;
	struct token_claims claims = {.subject = "x",
				      .audience = FIXTURE_AUDIENCE,
				      .role = "CLIENT",
				      .platform = "acme",
				      .expires_us = time_real_us() + 2 * TIME_SECOND_US};
	const char *token = token_sign(fixture->callers, &claims, fixture->arena);
	struct answer answer = {0};

	assert_int_equal(get(fixture, token, "platforms/acme/items/menage").code, GRPC_STATUS_OK);
	while (time_real_us() < claims.expires_us)
		answer = get(fixture, token, "platforms/acme/items/menage");
	answer = get(fixture, token, "platforms/acme/items/menage");
	assert_refused(answer, GRPC_STATUS_UNAUTHENTICATED, "UNAUTHENTICATED");
}

static void test_a_token_for_another_audience_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct token_claims claims = {.subject = "x",
				      .audience = "another",
				      .role = "CLIENT",
				      .platform = "acme",
				      .expires_us = time_real_us() + TIME_HOUR_US};

	assert_refused(get(fixture, token_sign(fixture->callers, &claims, fixture->arena),
			   "platforms/acme/items/menage"),
		       GRPC_STATUS_UNAUTHENTICATED, "UNAUTHENTICATED");
}

static void test_a_role_that_may_not_is_told_so_before_its_platform(void **state)
{
	const char *token = fixture_token(*state, "OPERATOR", "op", "*");

	assert_refused(get(*state, token, "platforms/other/items/menage"),
		       GRPC_STATUS_PERMISSION_DENIED, "PERMISSION_DENIED");
}

static void test_another_platforms_name_is_not_found_before_validation(void **state)
{
	assert_refused(get(*state, client(*state), "platforms/other/items/menage"),
		       GRPC_STATUS_NOT_FOUND, "NOT_FOUND");
	assert_refused(get(*state, client(*state), "platforms/other/nothing/at all"),
		       GRPC_STATUS_NOT_FOUND, "NOT_FOUND");
	assert_refused(get(*state, client(*state), "platforms/acme/nothing/at all"),
		       GRPC_STATUS_INVALID_ARGUMENT, "INVALID_ARGUMENT");
}

static void test_a_violation_is_told_as_bad_request(void **state)
{
	struct answer answer = get(*state, client(*state), "");
	const Google__Rpc__BadRequest *bad =
	    (const void *)fixture_detail(*state, &answer, &google__rpc__bad_request__descriptor);

	assert_refused(answer, GRPC_STATUS_INVALID_ARGUMENT, "INVALID_ARGUMENT");
	assert_non_null(bad);
	assert_int_equal(bad->n_field_violations, 1);
	assert_string_equal(bad->field_violations[0]->field, "name");
}

static void test_a_handlers_refusal_carries_its_details(void **state)
{
	struct answer answer = get(*state, client(*state), "platforms/acme/items/missing");
	const Google__Rpc__ErrorInfo *info = fixture_error_info(*state, answer.status);

	assert_refused(answer, GRPC_STATUS_NOT_FOUND, "NOT_FOUND");
	assert_int_equal(info->n_metadata, 1);
	assert_string_equal(info->metadata[0]->value, "platforms/acme/items/missing");
}

static void test_an_internal_fault_tells_nothing_but_the_trace(void **state)
{
	struct answer answer = get(*state, client(*state), "platforms/acme/items/broken");
	const Google__Rpc__ErrorInfo *info = fixture_error_info(*state, answer.status);

	assert_refused(answer, GRPC_STATUS_INTERNAL, "INTERNAL");
	assert_string_equal(answer.message, "internal error");
	assert_int_equal(info->n_metadata, 1);
	assert_string_equal(info->metadata[0]->key, "trace");
}

static void test_unavailable_says_when_to_try_again(void **state)
{
	struct answer answer = get(*state, client(*state), "platforms/acme/items/busy");
	const Google__Rpc__RetryInfo *retry =
	    (const void *)fixture_detail(*state, &answer, &google__rpc__retry_info__descriptor);

	assert_refused(answer, GRPC_STATUS_UNAVAILABLE, "UNAVAILABLE");
	assert_non_null(retry);
	assert_int_equal(retry->retry_delay->seconds, 1);
}

static void test_a_stored_reply_is_sent_as_it_is(void **state)
{
	struct answer answer = get(*state, client(*state), "platforms/acme/items/stored");

	assert_int_equal(answer.code, GRPC_STATUS_OK);
	assert_string_equal(((const Item *)(const void *)answer.reply)->etag, "7");
}

static const char *service_token(struct fixture *fixture, const char *role, const char *subject,
				 const char *platform)
{
	const struct token_claims claims = {.subject = "gateway",
					    .audience = FIXTURE_AUDIENCE,
					    .role = "SERVICE",
					    .platform = role ? NULL : "*",
					    .expires_us = time_real_us() + TIME_HOUR_US,
					    .act_role = role,
					    .act_subject = subject,
					    .act_platform = platform};

	return token_sign(fixture->gateway, &claims, fixture->arena);
}

static void test_leased_work_goes_to_services_only(void **state)
{
	const char *token = service_token(*state, NULL, NULL, NULL);
	struct answer answer = get(*state, token, "platforms/acme/items/leased");

	assert_int_equal(answer.code, GRPC_STATUS_OK);
	assert_string_equal(answer.work, "work");
	assert_int_equal(seen.role, ROLE__ROLE_SERVICE);
	assert_true(seen.by_service);
	assert_string_equal(seen.platform, "acme"); /* Of the name: its token says "*". */
	answer = get(*state, client(*state), "platforms/acme/items/leased");
	assert_int_equal(answer.code, GRPC_STATUS_OK);
	assert_null(answer.work);
}

static void test_a_service_speaks_for_its_caller(void **state)
{
	const char *token = service_token(*state, "PROVIDER", "p1", "acme");

	assert_int_equal(get(*state, token, "platforms/acme/items/menage").code, GRPC_STATUS_OK);
	assert_int_equal(seen.role, ROLE__ROLE_PROVIDER);
	assert_string_equal(seen.subject, "p1");
	assert_string_equal(seen.owner, "p1");
	assert_true(seen.by_service);
	assert_refused(get(*state, token, "platforms/other/items/menage"), GRPC_STATUS_NOT_FOUND,
		       "NOT_FOUND");
	assert_refused(
	    get(*state, service_token(*state, "OPERATOR", "o", "*"), "platforms/acme/items/menage"),
	    GRPC_STATUS_PERMISSION_DENIED, "PERMISSION_DENIED");
}

static void test_only_a_service_may_say_service(void **state)
{
	assert_refused(get(*state, fixture_token(*state, "SERVICE", "gateway", "*"),
			   "platforms/acme/items/menage"),
		       GRPC_STATUS_UNAUTHENTICATED, "UNAUTHENTICATED");
}

static void test_an_open_method_takes_nobody_but_no_false_token(void **state)
{
	struct fixture *fixture = *state;
	SignUpRequest request = SIGN_UP_REQUEST__INIT;
	struct answer answer;

	/* Refused by validation, the last step before the handler: it lacks all but the platform.
	 */
	request.parent = arena_text(fixture->arena, "platforms/acme");
	answer = fixture_call(fixture, SIGN_UP, NULL, &request.base, NULL);
	assert_refused(answer, GRPC_STATUS_INVALID_ARGUMENT, "INVALID_ARGUMENT");
	answer = fixture_call(fixture, SIGN_UP, "a.b.c", &request.base, NULL);
	assert_refused(answer, GRPC_STATUS_UNAUTHENTICATED, "UNAUTHENTICATED");
	answer = fixture_call(fixture, SIGN_UP, client(fixture), &request.base, NULL);
	assert_refused(answer, GRPC_STATUS_PERMISSION_DENIED, "PERMISSION_DENIED");
}

static void test_nobody_acts_on_the_platform_of_the_name(void **state)
{
	struct fixture *fixture = *state;
	SignUpRequest request = SIGN_UP_REQUEST__INIT;
	Provider provider = PROVIDER__INIT;
	struct answer answer;

	request.parent = arena_text(fixture->arena, "platforms/acme");
	request.token = arena_text(fixture->arena, "t");
	request.provider = &provider;
	provider.last_name = arena_text(fixture->arena, "Nadia");
	provider.email = arena_text(fixture->arena, "nadia@example.org");
	provider.language = arena_text(fixture->arena, "fr");
	answer = fixture_call(fixture, SIGN_UP, NULL, &request.base, &provider__descriptor);
	assert_string_equal(answer.reason, "");
	assert_int_equal(seen.role, ROLE__ROLE_ANONYMOUS);
	assert_string_equal(seen.platform, "acme");
	assert_string_equal(seen.owner, "");
}

static void test_two_authorization_headers_are_none(void **state)
{
	struct fixture *fixture = *state;
	GetItemRequest request = GET_ITEM_REQUEST__INIT;
	const char *twice;

	/* The core joins what a client sends twice with a comma. */
	request.name = arena_text(fixture->arena, "platforms/acme/items/menage");
	twice = arena_text(fixture->arena, "%s,Bearer %s", client(fixture), client(fixture));
	assert_refused(fixture_call(fixture, GET_ITEM, twice, &request.base, NULL),
		       GRPC_STATUS_UNAUTHENTICATED, "UNAUTHENTICATED");
}

static void test_the_callers_deadline_is_capped(void **state)
{
	GetItemRequest request = GET_ITEM_REQUEST__INIT;
	struct fixture *fixture = *state;
	size_t length;
	uint8_t *bytes;

	request.name = arena_text(fixture->arena, "platforms/acme/items/menage");
	bytes = message_pack(fixture->arena, &request.base, &length);
	fixture_wait(fixture,
		     fixture_send_bytes(fixture, GET_ITEM, client(fixture), bytes, length, 2000));
	assert_in_range(seen.left_us, 1000000, 2000000);
	fixture_wait(fixture,
		     fixture_send_bytes(fixture, GET_ITEM, client(fixture), bytes, length, 0));
	assert_in_range(seen.left_us, 9000000, 10000000);
	fixture_wait(fixture, fixture_send_bytes(fixture, GET_ITEM, client(fixture), bytes, length,
						 3600000));
	assert_in_range(seen.left_us, 9000000, 10000000);
}

static void test_a_port_that_is_taken_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct fixture first;
	struct fixture second;

	(void)fixture;
	fixture_begin(&first);
	first.settings.listen = "127.0.0.1:0";
	assert_true(rpc_server_start(first.server));
	assert_true(rpc_server_port(first.server) > 0);
	fixture_begin(&second);
	snprintf(second.listen, sizeof(second.listen), "127.0.0.1:%d",
		 rpc_server_port(first.server));
	assert_false(rpc_server_start(second.server));
	fixture_end(&second);
	fixture_end(&first);
}

static void test_a_server_that_never_started_can_be_destroyed(void **state)
{
	struct fixture fixture;

	(void)state;
	fixture_begin(&fixture);
	fixture_end(&fixture);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_call_is_answered),
	    TEST(test_an_unknown_method_is_answered_at_once),
	    TEST(test_a_method_without_a_handler_is_not_served),
	    TEST(test_a_call_without_a_message_is_refused),
	    TEST(test_a_malformed_message_is_refused),
	    TEST(test_a_message_over_the_limit_is_refused),
	    TEST(test_no_token_is_unauthenticated),
	    TEST(test_a_bad_token_is_unauthenticated_before_all_else),
	    TEST(test_an_expired_token_is_refused_though_it_was_accepted_before),
	    TEST(test_a_token_for_another_audience_is_refused),
	    TEST(test_a_role_that_may_not_is_told_so_before_its_platform),
	    TEST(test_another_platforms_name_is_not_found_before_validation),
	    TEST(test_a_violation_is_told_as_bad_request),
	    TEST(test_a_handlers_refusal_carries_its_details),
	    TEST(test_an_internal_fault_tells_nothing_but_the_trace),
	    TEST(test_unavailable_says_when_to_try_again),
	    TEST(test_a_stored_reply_is_sent_as_it_is),
	    TEST(test_leased_work_goes_to_services_only),
	    TEST(test_a_service_speaks_for_its_caller),
	    TEST(test_only_a_service_may_say_service),
	    TEST(test_an_open_method_takes_nobody_but_no_false_token),
	    TEST(test_nobody_acts_on_the_platform_of_the_name),
	    TEST(test_two_authorization_headers_are_none),
	    TEST(test_the_callers_deadline_is_capped),
	    cmocka_unit_test(test_a_server_that_never_started_can_be_destroyed),
	    TEST(test_a_port_that_is_taken_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
