/* SPDX-License-Identifier: Apache-2.0 */
/* When two calls are the same call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract/fingerprint.h"
#include "desks.h"

static MoveDeskRequest *new_move(struct arena *arena)
{
	MoveDeskRequest *request = NEW(arena, MoveDeskRequest, move_desk_request__descriptor);

	request->name = TEXT_OF(DESK);
	request->extra = new_drawer(arena, "x");
	return request;
}

static bool same(struct arena *arena, enum desk_method method, const ProtobufCMessage *a,
		 const ProtobufCMessage *b)
{
	uint8_t one[FINGERPRINT_BYTES];
	uint8_t two[FINGERPRINT_BYTES];

	fingerprint_request(arena, desk_rule(method), a, one);
	fingerprint_request(arena, desk_rule(method), b, two);
	return memcmp(one, two, sizeof(one)) == 0;
}

static void test_equal_wishes_have_equal_fingerprints(void **state)
{
	MoveDeskRequest *one = new_move(*state);
	MoveDeskRequest *two = new_move(*state);

	assert_true(same(*state, MOVE_DESK, &one->base, &two->base));
	two->extra->slots = 3;
	assert_false(same(*state, MOVE_DESK, &one->base, &two->base));
}

static void test_the_request_id_is_left_out(void **state)
{
	MoveDeskRequest *one = new_move(*state);
	MoveDeskRequest *two = new_move(*state);

	one->request_id = TEXT_OF("r1");
	two->request_id = TEXT_OF("r2");
	assert_true(same(*state, MOVE_DESK, &one->base, &two->base));
}

static void test_context_is_left_out_at_every_depth(void **state)
{
	MoveDeskRequest *one = new_move(*state);
	MoveDeskRequest *two = new_move(*state);
	Drawer *ones[] = {new_drawer(*state, "e")};
	Drawer *twos[] = {new_drawer(*state, "e")};

	one->permit = TEXT_OF("p1");
	one->known = new_desk(*state);
	two->extra->hint = TEXT_OF("h");
	one->extras = ones;
	one->n_extras = 1;
	two->extras = twos;
	two->n_extras = 1;
	twos[0]->hint = TEXT_OF("h2");
	assert_true(same(*state, MOVE_DESK, &one->base, &two->base));
	twos[0]->label = TEXT_OF("f");
	assert_false(same(*state, MOVE_DESK, &one->base, &two->base));
}

static void test_unknown_fields_are_left_out_at_every_depth(void **state)
{
	/* MoveDeskRequest {name: "d"  extra {label: "x"  99: 1}  99: 1}. */
	static const uint8_t more[] = {0x0A, 1,	   'd',	 0x2A, 6,    0x0A, 1,
				       'x',  0x98, 0x06, 1,    0x98, 0x06, 1};
	static const uint8_t less[] = {0x0A, 1, 'd', 0x2A, 3, 0x0A, 1, 'x'};
	ProtobufCMessage *one =
	    message_unpack(*state, &move_desk_request__descriptor, more, sizeof(more));
	ProtobufCMessage *two =
	    message_unpack(*state, &move_desk_request__descriptor, less, sizeof(less));

	assert_non_null(one);
	assert_non_null(two);
	assert_int_equal(one->n_unknown_fields, 1);
	assert_true(same(*state, MOVE_DESK, one, two));
}

static void test_the_order_on_the_wire_does_not_matter(void **state)
{
	static const uint8_t one[] = {0x0A, 1, 'd', 0x2A, 3, 0x0A, 1, 'x'};
	static const uint8_t two[] = {0x2A, 3, 0x0A, 1, 'x', 0x0A, 1, 'c', 0x0A, 1, 'd'};

	assert_true(same(*state, MOVE_DESK,
			 message_unpack(*state, &move_desk_request__descriptor, one, sizeof(one)),
			 message_unpack(*state, &move_desk_request__descriptor, two, sizeof(two))));
}

static void test_the_request_itself_is_left_as_it_was(void **state)
{
	MoveDeskRequest *request = new_move(*state);
	uint8_t fingerprint[FINGERPRINT_BYTES];
	size_t used;

	request->permit = TEXT_OF("p");
	request->request_id = TEXT_OF("r");
	request->extra->hint = TEXT_OF("h");
	used = arena_used(*state);
	fingerprint_request(*state, desk_rule(MOVE_DESK), &request->base, fingerprint);
	assert_string_equal(request->permit, "p");
	assert_string_equal(request->request_id, "r");
	assert_string_equal(request->extra->hint, "h");
	assert_int_equal(arena_used(*state), used);
}

static bool same_list(struct arena *arena, const ListDesksRequest *a, const char *caller_a,
		      const ListDesksRequest *b, const char *caller_b)
{
	uint8_t one[FINGERPRINT_BYTES];
	uint8_t two[FINGERPRINT_BYTES];

	fingerprint_list(arena, desk_rule(LIST_DESKS), &a->base, caller_a, one);
	fingerprint_list(arena, desk_rule(LIST_DESKS), &b->base, caller_b, two);
	return memcmp(one, two, sizeof(one)) == 0;
}

static void test_a_list_is_the_same_on_every_page(void **state)
{
	ListDesksRequest *one = NEW(*state, ListDesksRequest, list_desks_request__descriptor);
	ListDesksRequest *two = NEW(*state, ListDesksRequest, list_desks_request__descriptor);

	two->page_size = 7;
	two->page_token = TEXT_OF("t");
	two->hint = TEXT_OF("h");
	assert_true(same_list(*state, one, "clients/a", two, "clients/a"));
	assert_false(same_list(*state, one, "clients/a", two, "clients/b"));
	two->order_by = TEXT_OF("name");
	assert_false(same_list(*state, one, "clients/a", two, "clients/a"));
}

static void test_lists_of_two_methods_differ(void **state)
{
	ListDesksRequest *request = NEW(*state, ListDesksRequest, list_desks_request__descriptor);
	uint8_t one[FINGERPRINT_BYTES];
	uint8_t two[FINGERPRINT_BYTES];

	fingerprint_list(*state, desk_rule(LIST_DESKS), &request->base, "c", one);
	fingerprint_list(*state, desk_rule(LIST_ALL_DESKS), &request->base, "c", two);
	assert_memory_not_equal(one, two, sizeof(one));
}

static void test_a_key_is_of_platform_caller_method_and_id(void **state)
{
	static const struct {
		const char *platform;
		const char *caller;
		enum desk_method method;
		const char *request_id;
	} others[] = {
	    {"acme2", "c", MOVE_DESK, "r"},  {"acme", "d", MOVE_DESK, "r"},
	    {"acme", "c", CREATE_DESK, "r"}, {"acme", "c", MOVE_DESK, "s"},
	    {"acm", "ec", MOVE_DESK, "r"},
	};
	uint8_t key[FINGERPRINT_BYTES];
	uint8_t other[FINGERPRINT_BYTES];

	(void)state;
	fingerprint_key("acme", "c", desk_rule(MOVE_DESK), "r", key);
	fingerprint_key("acme", "c", desk_rule(MOVE_DESK), "r", other);
	assert_memory_equal(key, other, sizeof(key));
	for (size_t i = 0; i < ARRAY_COUNT(others); i++) {
		fingerprint_key(others[i].platform, others[i].caller, desk_rule(others[i].method),
				others[i].request_id, other);
		assert_memory_not_equal(key, other, sizeof(key));
	}
}

#define IN_ARENA(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_ARENA(test_equal_wishes_have_equal_fingerprints),
	    IN_ARENA(test_the_request_id_is_left_out),
	    IN_ARENA(test_context_is_left_out_at_every_depth),
	    IN_ARENA(test_unknown_fields_are_left_out_at_every_depth),
	    IN_ARENA(test_the_order_on_the_wire_does_not_matter),
	    IN_ARENA(test_the_request_itself_is_left_as_it_was),
	    IN_ARENA(test_a_list_is_the_same_on_every_page),
	    IN_ARENA(test_lists_of_two_methods_differ),
	    IN_ARENA(test_a_key_is_of_platform_caller_method_and_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
