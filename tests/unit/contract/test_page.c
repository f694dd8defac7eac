/* SPDX-License-Identifier: Apache-2.0 */
/* Page tokens: made, read, forged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract/page.h"
#include "crypto/key.h"
#include "desks.h"
#include "entremise/common/v1/reason.pb-c.h"

static const struct crypto_key key = {{1, 2, 3}};

static ListDesksRequest *new_list(struct arena *arena)
{
	ListDesksRequest *request = NEW(arena, ListDesksRequest, list_desks_request__descriptor);

	request->parent = TEXT_OF(ROOM);
	return request;
}

static struct status begin(struct arena *arena, const ListDesksRequest *request, PageCursor *cursor)
{
	return page_open(arena, &key, desk_rule(LIST_DESKS), &request->base, "clients/a", cursor);
}

/* A reply of `count` desks, d1 and so on, made a second after each other. */
static ListDesksResponse *new_reply(struct arena *arena, size_t count)
{
	ListDesksResponse *reply = NEW(arena, ListDesksResponse, list_desks_response__descriptor);

	for (size_t i = 1; i <= count; i++) {
		Desk *desk = new_desk(arena);

		desk->name = arena_text(arena, ROOM "/desks/d%zu", i);
		desk->remark = arena_text(arena, "remark %zu", i);
		desk->make_time = NEW(arena, Google__Protobuf__Timestamp,
				      google__protobuf__timestamp__descriptor);
		desk->make_time->seconds = (int64_t)i;
		desk->make_time->nanos = 5000;
		field_append(
		    arena, &reply->base,
		    contract_field(contract_message(reply->base.descriptor), "desks")->field,
		    &desk->base);
	}
	return reply;
}

static void test_the_page_size_has_a_default_and_a_maximum(void **state)
{
	static const struct {
		int32_t page_size;
		int32_t limit;
	} cases[] = {{0, 51}, {1, 2}, {200, 201}, {201, 201}, {INT32_MAX, 201}};
	ListDesksRequest *request = new_list(*state);
	PageCursor cursor;

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		request->page_size = cases[i].page_size;
		assert_int_equal(begin(*state, request, &cursor).reason, 0);
		assert_int_equal(cursor.limit, cases[i].limit);
		assert_string_equal(cursor.id, "");
		assert_int_equal(cursor.fingerprint.len, 16);
	}
}

static void test_a_negative_page_size_is_refused(void **state)
{
	ListDesksRequest *request = new_list(*state);
	PageCursor cursor = PAGE_CURSOR__INIT;
	struct status status;

	request->page_size = -1;
	status = begin(*state, request, &cursor);
	assert_int_equal(status.reason, REASON__REASON_INVALID_ARGUMENT);
	assert_string_equal(detail_of(status, "page_size"), "must not be negative");
	assert_int_equal(cursor.limit, 0);
}

static void test_a_last_page_has_no_token(void **state)
{
	ListDesksRequest *request = new_list(*state);
	ListDesksResponse *reply = new_reply(*state, 2);
	PageCursor cursor;

	request->page_size = 2;
	assert_int_equal(begin(*state, request, &cursor).reason, 0);
	page_close(*state, &key, &cursor, &reply->base, NULL, NULL);
	assert_int_equal(reply->n_desks, 2);
	assert_string_equal(reply->next_page_token, "");
	reply = new_reply(*state, 0);
	page_close(*state, &key, &cursor, &reply->base, NULL, NULL);
	assert_string_equal(reply->next_page_token, "");
}

/* The token of a first page of two. */
static const char *first_token(struct arena *arena)
{
	ListDesksRequest *request = new_list(arena);
	ListDesksResponse *reply = new_reply(arena, 3);
	PageCursor cursor;

	request->page_size = 2;
	assert_int_equal(begin(arena, request, &cursor).reason, 0);
	page_close(arena, &key, &cursor, &reply->base, "make_time", "remark");
	assert_int_equal(reply->n_desks, 2);
	return reply->next_page_token;
}

static void test_a_token_leads_on_from_the_last_row(void **state)
{
	ListDesksRequest *request = new_list(*state);
	PageCursor cursor;

	request->page_token = TEXT_OF(first_token(*state));
	request->page_size = 10;
	assert_int_equal(begin(*state, request, &cursor).reason, 0);
	assert_string_equal(cursor.id, "d2");
	assert_int_equal(cursor.time_us, 2000005);
	assert_string_equal(cursor.text, "remark 2");
	assert_int_equal(cursor.limit, 11);
}

static void test_a_token_without_time_and_text_has_the_id_alone(void **state)
{
	ListDesksRequest *request = new_list(*state);
	ListDesksResponse *reply = new_reply(*state, 2);
	PageCursor cursor;

	request->page_size = 1;
	assert_int_equal(begin(*state, request, &cursor).reason, 0);
	page_close(*state, &key, &cursor, &reply->base, NULL, NULL);
	request->page_token = reply->next_page_token;
	assert_int_equal(begin(*state, request, &cursor).reason, 0);
	assert_string_equal(cursor.id, "d1");
	assert_int_equal(cursor.time_us, 0);
	assert_string_equal(cursor.text, "");
}

static void test_a_token_is_of_one_query(void **state)
{
	static const struct crypto_key other_key = {{9}};
	ListDesksRequest *request = new_list(*state);
	PageCursor cursor;

	request->page_token = TEXT_OF(first_token(*state));
	assert_int_equal(
	    page_open(*state, &key, desk_rule(LIST_ALL_DESKS), &request->base, "clients/a", &cursor)
		.reason,
	    REASON__REASON_PAGE_TOKEN_INVALID);
	assert_int_equal(
	    page_open(*state, &key, desk_rule(LIST_DESKS), &request->base, "clients/b", &cursor)
		.reason,
	    REASON__REASON_PAGE_TOKEN_INVALID);
	assert_int_equal(page_open(*state, &other_key, desk_rule(LIST_DESKS), &request->base,
				   "clients/a", &cursor)
			     .reason,
			 REASON__REASON_PAGE_TOKEN_INVALID);
	request->order_by = TEXT_OF("name");
	assert_int_equal(begin(*state, request, &cursor).reason, REASON__REASON_PAGE_TOKEN_INVALID);
}

static void test_tokens_that_were_changed_are_refused(void **state)
{
	ListDesksRequest *request = new_list(*state);
	const char *token = first_token(*state);
	size_t length = strlen(token);
	PageCursor cursor;

	for (size_t i = 0; i < length; i++) {
		char *forged = arena_copy(*state, token, length);

		forged[i] = forged[i] == 'A' ? 'B' : 'A';
		request->page_token = forged;
		assert_int_equal(begin(*state, request, &cursor).reason,
				 REASON__REASON_PAGE_TOKEN_INVALID);
		request->page_token = arena_copy(*state, token, i);
		if (i > 0)
			assert_int_equal(begin(*state, request, &cursor).reason,
					 REASON__REASON_PAGE_TOKEN_INVALID);
	}
	request->page_token = TEXT_OF("not base64!");
	assert_int_equal(begin(*state, request, &cursor).reason, REASON__REASON_PAGE_TOKEN_INVALID);
}

static void test_every_row_is_seen_once(void **state)
{
	ListDesksRequest *request = new_list(*state);
	size_t seen = 0;
	PageCursor cursor;

	request->page_size = 3;
	do {
		ListDesksResponse *reply;
		size_t from = seen;
		size_t rest = 10 - from;

		assert_int_equal(begin(*state, request, &cursor).reason, 0);
		if (from > 0)
			assert_string_equal(cursor.id, arena_text(*state, "d%zu", from));
		reply = new_reply(*state, 10);
		reply->desks += from;
		reply->n_desks = rest < (size_t)cursor.limit ? rest : (size_t)cursor.limit;
		page_close(*state, &key, &cursor, &reply->base, NULL, NULL);
		seen += reply->n_desks;
		request->page_token = reply->next_page_token;
	} while (*request->page_token);
	assert_int_equal(seen, 10);
}

#define IN_ARENA(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_ARENA(test_the_page_size_has_a_default_and_a_maximum),
	    IN_ARENA(test_a_negative_page_size_is_refused),
	    IN_ARENA(test_a_last_page_has_no_token),
	    IN_ARENA(test_a_token_leads_on_from_the_last_row),
	    IN_ARENA(test_a_token_without_time_and_text_has_the_id_alone),
	    IN_ARENA(test_a_token_is_of_one_query),
	    IN_ARENA(test_tokens_that_were_changed_are_refused),
	    IN_ARENA(test_every_row_is_seen_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
