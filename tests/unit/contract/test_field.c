/* SPDX-License-Identifier: Apache-2.0 */
/* Fields read and written through descriptors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "desks.h"

static const ProtobufCFieldDescriptor *desk_field(const char *name)
{
	return protobuf_c_message_descriptor_get_field_by_name(&desk__descriptor, name);
}

static void test_a_new_message_is_empty(void **state)
{
	ProtobufCMessage *desk = message_new(*state, &desk__descriptor);

	assert_ptr_equal(desk->descriptor, &desk__descriptor);
	for (unsigned i = 0; i < desk__descriptor.n_fields; i++)
		assert_true(field_is_empty(desk, &desk__descriptor.fields[i]));
}

static void test_text_is_set_and_read(void **state)
{
	ProtobufCMessage *desk = message_new(*state, &desk__descriptor);

	assert_string_equal(field_text(desk, desk_field("remark")), "");
	field_set_text(desk, desk_field("remark"), "old");
	assert_string_equal(((Desk *)desk)->remark, "old");
	assert_string_equal(field_text(desk, desk_field("remark")), "old");
	assert_false(field_is_empty(desk, desk_field("remark")));
	field_set_text(desk, desk_field("remark"), NULL);
	assert_true(field_is_empty(desk, desk_field("remark")));
	/* protobuf-c packs no NULL strings of proto3. */
	assert_non_null(((Desk *)desk)->remark);
}

static void test_a_sub_message_is_made_once(void **state)
{
	ProtobufCMessage *desk = message_new(*state, &desk__descriptor);
	ProtobufCMessage *made;

	assert_null(field_message(desk, desk_field("top")));
	made = field_make_message(*state, desk, desk_field("top"));
	assert_ptr_equal(made->descriptor, &drawer__descriptor);
	assert_ptr_equal(field_message(desk, desk_field("top")), made);
	assert_ptr_equal(field_make_message(*state, desk, desk_field("top")), made);
}

static void test_members_of_a_oneof_exclude_each_other(void **state)
{
	Desk *desk = NEW(*state, Desk, desk__descriptor);
	ProtobufCMessage *message = &desk->base;

	field_set_text(message, desk_field("shelf"), "top");
	assert_int_equal(desk->place_case, DESK__PLACE_SHELF);
	assert_string_equal(field_text(message, desk_field("shelf")), "top");
	assert_true(field_is_empty(message, desk_field("floor")));
	assert_null(field_message(message, desk_field("under")));

	field_make_message(*state, message, desk_field("under"));
	assert_int_equal(desk->place_case, DESK__PLACE_UNDER);
	assert_string_equal(field_text(message, desk_field("shelf")), "");

	field_clear(message, desk_field("shelf"));
	assert_int_equal(desk->place_case, DESK__PLACE_UNDER);
	field_clear(message, desk_field("under"));
	assert_int_equal(desk->place_case, DESK__PLACE__NOT_SET);
}

static void test_a_chosen_member_with_a_default_value_is_there(void **state)
{
	Desk *desk = NEW(*state, Desk, desk__descriptor);

	desk->place_case = DESK__PLACE_FLOOR;
	assert_false(field_is_empty(&desk->base, desk_field("floor")));
}

static void test_fields_are_copied_and_cleared(void **state)
{
	Desk *from = new_desk(*state);
	Desk *to = NEW(*state, Desk, desk__descriptor);
	char *tags[] = {TEXT_OF("a"), TEXT_OF("b")};

	from->tags = tags;
	from->n_tags = 2;
	from->top = new_drawer(*state, "pens");
	from->picture = (ProtobufCBinaryData){3, (uint8_t *)TEXT_OF("abc")};
	from->place_case = DESK__PLACE_FLOOR;
	from->floor = 4;
	for (unsigned i = 0; i < desk__descriptor.n_fields; i++)
		field_copy(&to->base, &from->base, &desk__descriptor.fields[i]);
	assert_string_equal(to->name, DESK);
	assert_int_equal(to->n_tags, 2);
	assert_ptr_equal(to->tags, tags);
	assert_ptr_equal(to->top, from->top);
	assert_int_equal(to->picture.len, 3);
	assert_int_equal(to->floor, 4);
	for (unsigned i = 0; i < desk__descriptor.n_fields; i++)
		field_clear(&to->base, &desk__descriptor.fields[i]);
	assert_int_equal(protobuf_c_message_get_packed_size(&to->base), 0);
	assert_string_equal(to->name, "");
}

static void test_copying_an_empty_field_clears(void **state)
{
	Desk *from = NEW(*state, Desk, desk__descriptor);
	Desk *to = new_desk(*state);

	field_copy(&to->base, &from->base, desk_field("display_name"));
	assert_string_equal(to->display_name, "");
}

static void test_items_are_appended_without_end(void **state)
{
	Desk *desk = NEW(*state, Desk, desk__descriptor);

	for (size_t i = 0; i < 100; i++) {
		Drawer *drawer = new_drawer(*state, "x");

		drawer->slots = (int32_t)i;
		field_append(*state, &desk->base, desk_field("drawers"), &drawer->base);
	}
	assert_int_equal(field_count(&desk->base, desk_field("drawers")), 100);
	for (size_t i = 0; i < 100; i++) {
		Drawer *drawer = (Drawer *)field_item(&desk->base, desk_field("drawers"), i);

		assert_int_equal(drawer->slots, i);
	}
}

static void test_items_may_be_appended_to_a_copy(void **state)
{
	for (size_t count = 1; count < 20; count++) {
		Desk *desk = NEW(*state, Desk, desk__descriptor);
		Desk *copy;

		for (size_t i = 0; i < count; i++)
			field_append(*state, &desk->base, desk_field("drawers"),
				     &new_drawer(*state, "x")->base);
		copy = (Desk *)message_copy(*state, &desk->base);
		/* The sanitizer sees an array that is too short. */
		for (size_t i = 0; i < 10; i++)
			field_append(*state, &copy->base, desk_field("drawers"),
				     &new_drawer(*state, "y")->base);
		assert_int_equal(copy->n_drawers, count + 10);
		assert_int_equal(desk->n_drawers, count);
	}
}

static void test_a_copy_is_deep_but_for_text(void **state)
{
	Desk *desk = new_desk(*state);
	Drawer *drawers[] = {new_drawer(*state, "a"), new_drawer(*state, "b")};
	int32_t marks[] = {1, 2, 3};
	Desk *copy;

	desk->drawers = drawers;
	desk->n_drawers = 2;
	desk->marks = marks;
	desk->n_marks = 3;
	desk->place_case = DESK__PLACE_UNDER;
	desk->under = new_drawer(*state, "u");
	desk->top = new_drawer(*state, "t");
	desk->top->lock = NEW(*state, Drawer__Lock, drawer__lock__descriptor);

	copy = (Desk *)message_copy(*state, &desk->base);
	assert_ptr_equal(copy->name, desk->name);
	copy->top->lock->pins = 9;
	copy->under->slots = 9;
	copy->drawers[1]->slots = 9;
	copy->marks[2] = 9;
	assert_int_equal(desk->top->lock->pins, 0);
	assert_int_equal(desk->under->slots, 2);
	assert_int_equal(drawers[1]->slots, 2);
	assert_int_equal(marks[2], 3);
}

static void test_a_copy_of_an_unchosen_member_is_not_followed(void **state)
{
	Desk *desk = new_desk(*state);

	/* The union holds a number where the message member would have its pointer. */
	desk->place_case = DESK__PLACE_FLOOR;
	desk->floor = 7;
	assert_int_equal(((Desk *)message_copy(*state, &desk->base))->floor, 7);
}

static void test_messages_are_packed_and_unpacked(void **state)
{
	Desk *desk = new_desk(*state);
	size_t length;
	uint8_t *bytes = message_pack(*state, &desk->base, &length);
	Desk *again = (Desk *)message_unpack(*state, &desk__descriptor, bytes, length);

	assert_non_null(again);
	assert_string_equal(again->name, DESK);
	assert_int_equal(again->height_mm, 700);
	assert_null(message_unpack(*state, &desk__descriptor, bytes, length - 1));
}

static void test_unpacking_stops_at_the_limit_of_the_arena(void **state)
{
	uint8_t bytes[1000];
	struct arena *arena = *state;

	/* Five hundred empty drawers: 56 bytes of struct for two on the wire. */
	for (size_t i = 0; i < sizeof(bytes); i += 2) {
		bytes[i] = 9 << 3 | 2;
		bytes[i + 1] = 0;
	}
	assert_non_null(message_unpack(arena, &desk__descriptor, bytes, sizeof(bytes)));
	arena_limit(arena, 10000);
	assert_null(message_unpack(arena, &desk__descriptor, bytes, sizeof(bytes)));
}

static void test_copies_drop_unknown_fields(void **state)
{
	static const uint8_t bytes[] = {0xF8, 0x3F, 0x01};
	ProtobufCMessage *drawer =
	    message_unpack(*state, &drawer__descriptor, bytes, sizeof(bytes));

	assert_non_null(drawer);
	assert_int_equal(drawer->n_unknown_fields, 1);
	assert_int_equal(message_copy(*state, drawer)->n_unknown_fields, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_a_new_message_is_empty, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_text_is_set_and_read, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_sub_message_is_made_once, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_members_of_a_oneof_exclude_each_other, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_a_chosen_member_with_a_default_value_is_there,
					    set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_fields_are_copied_and_cleared, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_copying_an_empty_field_clears, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_items_are_appended_without_end, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_items_may_be_appended_to_a_copy, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_a_copy_is_deep_but_for_text, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_a_copy_of_an_unchosen_member_is_not_followed,
					    set_up, tear_down),
	    cmocka_unit_test_setup_teardown(test_messages_are_packed_and_unpacked, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_unpacking_stops_at_the_limit_of_the_arena, set_up,
					    tear_down),
	    cmocka_unit_test_setup_teardown(test_copies_drop_unknown_fields, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
