/* SPDX-License-Identifier: Apache-2.0 */
/* Requests held to the rules of their fields. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "contract/validate.h"
#include "desks.h"
#include "entremise/common/v1/reason.pb-c.h"
#include "violations.h"

static CreateDeskRequest *new_create(struct arena *arena)
{
	CreateDeskRequest *request = NEW(arena, CreateDeskRequest, create_desk_request__descriptor);

	request->parent = TEXT_OF(ROOM);
	request->desk = new_desk(arena);
	return request;
}

static MoveDeskRequest *new_move(struct arena *arena)
{
	static char *rooms[] = {(char *)(uintptr_t)ROOM};
	MoveDeskRequest *request = NEW(arena, MoveDeskRequest, move_desk_request__descriptor);

	request->name = TEXT_OF(DESK);
	request->rooms = rooms;
	request->n_rooms = 1;
	return request;
}

static struct status create(struct arena *arena, CreateDeskRequest *request)
{
	return validate_request(arena, desk_rule(CREATE_DESK), &request->base, false);
}

static struct status move(struct arena *arena, MoveDeskRequest *request, bool from_service)
{
	return validate_request(arena, desk_rule(MOVE_DESK), &request->base, from_service);
}

static void test_a_request_that_keeps_the_rules_passes(void **state)
{
	CreateDeskRequest *request = new_create(*state);
	Drawer *drawers[] = {new_drawer(*state, "a"), new_drawer(*state, "b")};
	char *tags[] = {TEXT_OF("x")};
	int32_t marks[] = {-5, 5};
	DeskKind kinds[] = {DESK_KIND__DESK_KIND_STANDING};

	request->desk_id = TEXT_OF("d1");
	request->request_id = TEXT_OF("0e8400-e29b_41d4");
	request->desk->owner = TEXT_OF(ROOM);
	request->desk->owner_email = TEXT_OF("ada@example.org");
	request->desk->drawers = drawers;
	request->desk->n_drawers = 2;
	request->desk->tags = tags;
	request->desk->n_tags = 1;
	request->desk->marks = marks;
	request->desk->n_marks = 2;
	request->desk->kinds = kinds;
	request->desk->n_kinds = 1;
	request->desk->picture = (ProtobufCBinaryData){4, (uint8_t *)TEXT_OF("abcd")};
	assert_ok(create(*state, request));
}

static void test_required_fields_must_be_there(void **state)
{
	CreateDeskRequest *request = new_create(*state);
	struct status status;

	request->parent = TEXT_OF("");
	request->desk->display_name = TEXT_OF("");
	request->desk->top = new_drawer(*state, "");
	status = create(*state, request);
	assert_int_equal(status.reason, REASON__REASON_INVALID_ARGUMENT);
	assert_string_equal(detail_of(status, "parent"), "is required");
	assert_string_equal(detail_of(status, "desk.display_name"), "is required");
	assert_string_equal(detail_of(status, "desk.top.label"), "is required");
	assert_string_equal(status.message, "parent is required");
	request->desk = NULL;
	request->parent = TEXT_OF(ROOM);
	assert_violation(create(*state, request), "desk", "is required");
}

static void test_a_required_list_has_an_item(void **state)
{
	MoveDeskRequest *request = new_move(*state);

	request->n_rooms = 0;
	assert_violation(move(*state, request, true), "rooms", "is required");
}

static void test_a_required_truth_value_may_be_false(void **state)
{
	CreateDeskRequest *request = new_create(*state);

	request->desk->used = 0;
	assert_ok(create(*state, request));
}

static void test_lengths_are_counted_in_characters(void **state)
{
	CreateDeskRequest *request = new_create(*state);

	request->desk->display_name = TEXT_OF("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
					      "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9");
	assert_ok(create(*state, request));
	request->desk->display_name = TEXT_OF("12345678901");
	assert_violation(create(*state, request), "desk.display_name",
			 "must have at most 10 characters");
	request->desk->display_name = TEXT_OF("\xC3\xA9");
	assert_violation(create(*state, request), "desk.display_name",
			 "must have at least 2 characters");
}

static void test_texts_without_a_rule_have_200_characters(void **state)
{
	CreateDeskRequest *request = new_create(*state);
	char remark[202];

	memset(remark, 'x', sizeof(remark));
	remark[200] = '\0';
	request->desk->remark = remark;
	assert_ok(create(*state, request));
	remark[200] = 'x';
	remark[201] = '\0';
	assert_violation(create(*state, request), "desk.remark",
			 "must have at most 200 characters");
}

static void test_page_tokens_may_be_long(void **state)
{
	ListDesksRequest *request = NEW(*state, ListDesksRequest, list_desks_request__descriptor);
	char token[1001];

	memset(token, 'x', sizeof(token));
	token[1000] = '\0';
	request->parent = TEXT_OF(ROOM);
	request->page_token = token;
	assert_ok(validate_request(*state, desk_rule(LIST_DESKS), &request->base, false));
}

static void test_outer_blanks_are_refused(void **state)
{
	CreateDeskRequest *request = new_create(*state);

	request->desk->display_name = TEXT_OF("oak ");
	assert_violation(create(*state, request), "desk.display_name",
			 "must not begin or end with a blank");
	request->desk->display_name = TEXT_OF("\xC2\xA0oak");
	assert_violation(create(*state, request), "desk.display_name",
			 "must not begin or end with a blank");
}

static void test_bytes_have_their_lengths(void **state)
{
	CreateDeskRequest *request = new_create(*state);

	request->desk->picture = (ProtobufCBinaryData){5, (uint8_t *)TEXT_OF(" bcd ")};
	assert_violation(create(*state, request), "desk.picture", "must have at most 4 bytes");
	request->desk->picture.len = 1;
	assert_violation(create(*state, request), "desk.picture", "must have at least 2 bytes");
	request->desk->picture.len = 0;
	assert_ok(create(*state, request));
}

static void test_numbers_keep_their_range_even_when_left_out(void **state)
{
	static const int32_t wrong[] = {0, 499, 1501, -1, INT32_MIN, INT32_MAX};
	CreateDeskRequest *request = new_create(*state);

	for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
		request->desk->height_mm = wrong[i];
		assert_violation(create(*state, request), "desk.height_mm",
				 "must be between 500 and 1500");
	}
	request->desk->height_mm = 500;
	assert_ok(create(*state, request));
	request->desk->height_mm = 1500;
	request->desk->serial = UINT64_MAX;
	assert_ok(create(*state, request));
	request->desk->stock = UINT64_MAX;
	assert_violation(create(*state, request), "desk.stock", "must be between 0 and 10");
}

static void test_reals_must_be_numbers(void **state)
{
	CreateDeskRequest *request = new_create(*state);

	request->desk->weight = NAN;
	assert_violation(create(*state, request), "desk.weight", "must be a number");
	request->desk->weight = INFINITY;
	assert_violation(create(*state, request), "desk.weight", "must be a number");
	request->desk->weight = -2.5;
	assert_ok(create(*state, request));
}

static void test_enum_values_must_be_known(void **state)
{
	CreateDeskRequest *request = new_create(*state);
	DeskKind kinds[] = {DESK_KIND__DESK_KIND_PLAIN, (DeskKind)7};

	request->desk->kind = (DeskKind)3;
	assert_violation(create(*state, request), "desk.kind", "is not a value that is known");
	request->desk->kind = DESK_KIND__DESK_KIND_PLAIN;
	request->desk->kinds = kinds;
	request->desk->n_kinds = 2;
	assert_violation(create(*state, request), "desk.kinds[1]", "is not a value that is known");
}

static void test_closed_sets_are_closed(void **state)
{
	ListDesksRequest *request = NEW(*state, ListDesksRequest, list_desks_request__descriptor);

	request->parent = TEXT_OF(ROOM);
	request->order_by = TEXT_OF("make_time desc");
	assert_ok(validate_request(*state, desk_rule(LIST_DESKS), &request->base, false));
	request->order_by = TEXT_OF("make_time");
	assert_violation(validate_request(*state, desk_rule(LIST_DESKS), &request->base, false),
			 "order_by", "must be one of: name, make_time desc");
}

static void test_names_must_fit_their_pattern(void **state)
{
	MoveDeskRequest *request = new_move(*state);
	char *rooms[] = {TEXT_OF(ROOM), TEXT_OF("rooms/blue")};

	request->name = TEXT_OF(ROOM);
	assert_violation(move(*state, request, true), "name",
			 "must be a name like platforms/{platform}/rooms/{room}/desks/{desk}");
	request->name = TEXT_OF(DESK);
	request->rooms = rooms;
	request->n_rooms = 2;
	assert_violation(move(*state, request, true), "rooms[1]",
			 "must be a name like platforms/{platform}/rooms/{room}");
}

static void test_items_are_checked_one_by_one(void **state)
{
	CreateDeskRequest *request = new_create(*state);
	Drawer *drawers[] = {new_drawer(*state, "a"), new_drawer(*state, "too long"),
			     new_drawer(*state, "c"), new_drawer(*state, "d")};
	char *tags[] = {TEXT_OF("x"), TEXT_OF("")};
	int32_t marks[] = {0, -6};
	struct status status;

	request->desk->drawers = drawers;
	request->desk->n_drawers = 3;
	request->desk->tags = tags;
	request->desk->n_tags = 2;
	request->desk->marks = marks;
	request->desk->n_marks = 2;
	status = create(*state, request);
	assert_string_equal(detail_of(status, "desk.drawers[1].label"),
			    "must have at most 5 characters");
	assert_string_equal(detail_of(status, "desk.tags[1]"), "must not be empty");
	assert_string_equal(detail_of(status, "desk.marks[1]"), "must be between -5 and 5");
	request->desk->n_drawers = 4;
	status = create(*state, request);
	assert_string_equal(detail_of(status, "desk.drawers"), "must have at most 3 items");
}

static void test_lists_without_a_rule_have_100_items(void **state)
{
	CreateDeskRequest *request = new_create(*state);
	char *tags[101];

	for (size_t i = 0; i < ARRAY_COUNT(tags); i++)
		tags[i] = TEXT_OF("x");
	request->desk->tags = tags;
	request->desk->n_tags = 100;
	assert_ok(create(*state, request));
	request->desk->n_tags = 101;
	assert_violation(create(*state, request), "desk.tags", "must have at most 100 items");
}

static void test_only_the_chosen_member_of_a_oneof_is_checked(void **state)
{
	CreateDeskRequest *request = new_create(*state);

	request->desk->place_case = DESK__PLACE_FLOOR;
	request->desk->floor = 3;
	assert_ok(create(*state, request));
	request->desk->place_case = DESK__PLACE_UNDER;
	request->desk->under = new_drawer(*state, "much too long");
	assert_violation(create(*state, request), "desk.under.label",
			 "must have at most 5 characters");
}

static void test_times_dates_and_durations_have_ranges(void **state)
{
	CreateDeskRequest *request = new_create(*state);
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
	Google__Type__Date date = GOOGLE__TYPE__DATE__INIT;
	Google__Protobuf__Duration rest = GOOGLE__PROTOBUF__DURATION__INIT;
	struct status status;

	request->desk->make_time = &time;
	request->desk->buy_date = &date;
	request->desk->rest = &rest;
	time.seconds = 253402300800;
	date.month = 2;
	date.day = 29;
	date.year = 2023;
	rest.seconds = 1;
	rest.nanos = -1;
	status = create(*state, request);
	assert_string_equal(detail_of(status, "desk.make_time"),
			    "is not a time of the years 1 to 9999");
	assert_string_equal(detail_of(status, "desk.buy_date"), "is not a date");
	assert_string_equal(detail_of(status, "desk.rest"),
			    "is not a duration of at most 10,000 years");
	time.seconds = -62135596800;
	time.nanos = 999999999;
	date.year = 2024;
	rest.nanos = 1;
	assert_ok(create(*state, request));
	time.nanos = 1000000000;
	assert_string_equal(detail_of(create(*state, request), "desk.make_time"),
			    "is not a time of the years 1 to 9999");
	time.nanos = 0;
	time.seconds = -62135596801;
	assert_string_equal(detail_of(create(*state, request), "desk.make_time"),
			    "is not a time of the years 1 to 9999");
}

static void test_what_only_the_server_says_is_dropped(void **state)
{
	CreateDeskRequest *request = new_create(*state);
	Google__Protobuf__Timestamp time = GOOGLE__PROTOBUF__TIMESTAMP__INIT;

	request->desk->name = TEXT_OF("whatever");
	request->desk->etag = TEXT_OF("3");
	request->desk->update_time = &time;
	request->desk->top = new_drawer(*state, "t");
	request->desk->top->serial = TEXT_OF("s1");
	assert_ok(create(*state, request));
	assert_string_equal(request->desk->name, "");
	assert_string_equal(request->desk->etag, "");
	assert_null(request->desk->update_time);
	assert_string_equal(request->desk->top->serial, "");
}

static void test_context_is_for_services(void **state)
{
	MoveDeskRequest *request = new_move(*state);
	struct status status;

	request->permit = TEXT_OF("yes");
	assert_ok(move(*state, request, true));
	status = move(*state, request, false);
	assert_int_equal(status.reason, REASON__REASON_PERMISSION_DENIED);
	assert_string_equal(detail_of(status, "field"), "permit");
	request->permit = TEXT_OF("");
	assert_ok(move(*state, request, false));
	request->extra = new_drawer(*state, "x");
	request->extra->hint = TEXT_OF("h");
	assert_string_equal(detail_of(move(*state, request, false), "field"), "extra.hint");
	request->permit = TEXT_OF("longer than is allowed");
	assert_string_equal(detail_of(move(*state, request, false), "field"), "permit");
	assert_violation(move(*state, request, true), "permit", "must have at most 20 characters");
}

static void test_a_resource_in_context_stays_whole(void **state)
{
	MoveDeskRequest *request = new_move(*state);

	request->known = new_desk(*state);
	request->known->etag = TEXT_OF("3");
	assert_ok(move(*state, request, true));
	assert_string_equal(request->known->name, DESK);
	assert_string_equal(request->known->etag, "3");
	request->known->name = TEXT_OF("d1");
	assert_int_equal(move(*state, request, true).reason, REASON__REASON_INVALID_ARGUMENT);
}

static void test_at_most_sixteen_violations_are_told(void **state)
{
	CreateDeskRequest *request = new_create(*state);
	char *tags[40];
	size_t told = 0;
	struct status status;

	for (size_t i = 0; i < ARRAY_COUNT(tags); i++)
		tags[i] = TEXT_OF("");
	request->desk->tags = tags;
	request->desk->n_tags = ARRAY_COUNT(tags);
	status = create(*state, request);
	for (const struct status_detail *at = status.details; at; at = at->next)
		told++;
	assert_int_equal(told, 16);
	assert_string_equal(status.details->key, "desk.tags[0]");
}

static void test_formats_are_held(void **state)
{
	static const struct {
		const char *field;
		const char *good;
		const char *bad[4];
	} cases[] = {
	    {"email", "ada@example.org", {"ada", "ada@", "ada@localhost"}},
	    {"phone", "+33612345678", {"0612345678", "+0612345678", "+336"}},
	    {"postcode", "75011", {"7", "75 011", "sw1a", "75011750117"}},
	    {"id", "blue-room", {"Blue", "9blue", "blue-", "a/b"}},
	    {"time_zone", "Europe/Paris", {"Paris", "../../etc/passwd", "Europe/"}},
	    {"currency", "EUR", {"eur", "EU", "EURO"}},
	    {"language", "fr", {"de", "FR", "fr-FR"}},
	    {"url", "https://example.org/a?b=c#d", {"ftp://x", "https://", "http://a b", "//x"}},
	    {"request_id", "A-z_09", {"a b", "a/b", "\xC3\xA9"}},
	};

	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		ProtobufCMessage *request = message_new(*state, &formats_request__descriptor);
		const ProtobufCFieldDescriptor *field =
		    protobuf_c_message_descriptor_get_field_by_name(request->descriptor,
								    cases[i].field);

		field_set_text(request, field, cases[i].good);
		assert_ok(validate_request(*state, desk_rule(CHECK_FORMATS), request, false));
		for (size_t bad = 0; bad < 4 && cases[i].bad[bad]; bad++) {
			field_set_text(request, field, cases[i].bad[bad]);
			if (validate_request(*state, desk_rule(CHECK_FORMATS), request, false)
				.reason != REASON__REASON_INVALID_ARGUMENT)
				fail_msg("%s: '%s' passes", cases[i].field, cases[i].bad[bad]);
		}
	}
}

static void test_formats_have_lengths_of_their_own(void **state)
{
	FormatsRequest *request = NEW(*state, FormatsRequest, formats_request__descriptor);
	char url[2002] = "https://example.org/";
	char request_id[66];

	memset(url + strlen(url), 'x', sizeof(url) - strlen(url));
	url[2000] = '\0';
	request->url = url;
	assert_ok(validate_request(*state, desk_rule(CHECK_FORMATS), &request->base, false));
	url[2000] = 'x';
	url[2001] = '\0';
	assert_violation(validate_request(*state, desk_rule(CHECK_FORMATS), &request->base, false),
			 "url", "must have at most 2000 characters");
	request->url = TEXT_OF("");
	memset(request_id, 'x', sizeof(request_id));
	request_id[65] = '\0';
	request->request_id = request_id;
	assert_int_equal(
	    validate_request(*state, desk_rule(CHECK_FORMATS), &request->base, false).reason,
	    REASON__REASON_INVALID_ARGUMENT);
	request_id[64] = '\0';
	assert_ok(validate_request(*state, desk_rule(CHECK_FORMATS), &request->base, false));
}

#define IN_ARENA(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_ARENA(test_a_request_that_keeps_the_rules_passes),
	    IN_ARENA(test_required_fields_must_be_there),
	    IN_ARENA(test_a_required_list_has_an_item),
	    IN_ARENA(test_a_required_truth_value_may_be_false),
	    IN_ARENA(test_lengths_are_counted_in_characters),
	    IN_ARENA(test_texts_without_a_rule_have_200_characters),
	    IN_ARENA(test_page_tokens_may_be_long),
	    IN_ARENA(test_outer_blanks_are_refused),
	    IN_ARENA(test_bytes_have_their_lengths),
	    IN_ARENA(test_numbers_keep_their_range_even_when_left_out),
	    IN_ARENA(test_reals_must_be_numbers),
	    IN_ARENA(test_enum_values_must_be_known),
	    IN_ARENA(test_closed_sets_are_closed),
	    IN_ARENA(test_names_must_fit_their_pattern),
	    IN_ARENA(test_items_are_checked_one_by_one),
	    IN_ARENA(test_lists_without_a_rule_have_100_items),
	    IN_ARENA(test_only_the_chosen_member_of_a_oneof_is_checked),
	    IN_ARENA(test_times_dates_and_durations_have_ranges),
	    IN_ARENA(test_what_only_the_server_says_is_dropped),
	    IN_ARENA(test_context_is_for_services),
	    IN_ARENA(test_a_resource_in_context_stays_whole),
	    IN_ARENA(test_at_most_sixteen_violations_are_told),
	    IN_ARENA(test_formats_are_held),
	    IN_ARENA(test_formats_have_lengths_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
