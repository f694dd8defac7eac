/* SPDX-License-Identifier: Apache-2.0 */
/* Foreign bytes before they are unpacked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "contract/wire.h"
#include "desks.h"
#include "google/protobuf/descriptor.pb-c.h"

#define BYTES(...) (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__})

/* A tag of one byte. */
#define TAG(number, type) ((number) << 3 | (type))

/* Tags of two bytes, for numbers from 16. */
#define LONG_TAG(number, type) (((number) << 3 | (type)) & 0x7F) | 0x80, (number) >> 4

static enum wire_result check(const uint8_t *bytes, size_t length)
{
	/* A copy of exactly that size, so that the sanitizer sees a step too far. */
	uint8_t *copy = malloc(length == 0 ? 1 : length);
	enum wire_result result;

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	result = wire_check(&desk__descriptor, copy, length);
	free(copy);
	return result;
}

static void test_what_was_packed_is_fine(void **state)
{
	Desk *desk = new_desk(*state);
	Drawer *drawers[] = {new_drawer(*state, "a"), new_drawer(*state, "b")};
	int32_t marks[] = {-1, 2, 300};
	uint32_t codes[] = {1, 2};
	DeskKind kinds[] = {DESK_KIND__DESK_KIND_PLAIN};
	size_t length;
	uint8_t *bytes;

	desk->drawers = drawers;
	desk->n_drawers = 2;
	desk->marks = marks;
	desk->n_marks = 3;
	desk->codes = codes;
	desk->n_codes = 2;
	desk->kinds = kinds;
	desk->n_kinds = 1;
	desk->weight = 1.5;
	desk->height_mm = -1;
	desk->picture = (ProtobufCBinaryData){2, (uint8_t *)TEXT_OF("\xFF\x00")};
	desk->place_case = DESK__PLACE_SHELF;
	desk->shelf = TEXT_OF("\xC3\xA9tag\xC3\xA8re");
	bytes = message_pack(*state, &desk->base, &length);
	assert_int_equal(check(bytes, length), WIRE_OK);
	assert_int_equal(check(bytes, 0), WIRE_OK);
}

static void test_what_is_cut_short_never_passes_as_whole(void **state)
{
	Desk *desk = new_desk(*state);
	size_t length;
	uint8_t *bytes;

	desk->top = new_drawer(*state, "pens");
	bytes = message_pack(*state, &desk->base, &length);
	for (size_t cut = 0; cut < length; cut++) {
		/* Cut between two fields it is a message still, as protobuf has it. */
		if (check(bytes, cut) == WIRE_OK)
			assert_non_null(message_unpack(*state, &desk__descriptor, bytes, cut));
	}
}

static void test_malformed_bytes_are_refused(void **state)
{
	const struct {
		const char *name;
		const uint8_t *bytes;
		size_t length;
	} cases[] = {
	    {"a tag without a value", BYTES(TAG(12, 0))},
	    {"field number 0", BYTES(TAG(0, 0), 1)},
	    {"a field number beyond 2^29", BYTES(0x80, 0x80, 0x80, 0x80, 0x10, 0)},
	    {"a length beyond the end", BYTES(TAG(1, 2), 3, 'a', 'b')},
	    {"a length beyond its message", BYTES(TAG(8, 2), 2, TAG(1, 2), 1, 'x')},
	    {"a length that overflows",
	     BYTES(TAG(1, 2), 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1)},
	    {"a varint of eleven bytes",
	     BYTES(TAG(12, 0), 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1)},
	    {"a varint above 64 bits",
	     BYTES(TAG(12, 0), 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2)},
	    {"a group", BYTES(TAG(12, 3), TAG(12, 4))},
	    {"a group that is unknown", BYTES(LONG_TAG(99, 3), LONG_TAG(99, 4))},
	    {"wire type 6", BYTES(TAG(12, 6), 0)},
	    {"wire type 7", BYTES(TAG(12, 7), 0)},
	    {"a number as text", BYTES(TAG(12, 2), 1, 1)},
	    {"text as a number", BYTES(TAG(1, 0), 1)},
	    {"32 bits cut short", BYTES(LONG_TAG(99, 5), 1, 2, 3)},
	    {"64 bits cut short", BYTES(LONG_TAG(19, 1), 1, 2, 3, 4, 5, 6, 7)},
	    {"packed varints cut short", BYTES(LONG_TAG(23, 2), 1, 0x80)},
	    {"packed 32 bits cut short", BYTES(LONG_TAG(25, 2), 3, 1, 2, 3)},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
		if (check(cases[i].bytes, cases[i].length) != WIRE_MALFORMED)
			fail_msg("%s passes", cases[i].name);
	}
}

static void test_numbers_of_ten_bytes_are_numbers(void **state)
{
	(void)state;
	assert_int_equal(
	    check(BYTES(TAG(12, 0), 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1)),
	    WIRE_OK);
}

static void test_unknown_fields_pass(void **state)
{
	(void)state;
	assert_int_equal(
	    check(BYTES(LONG_TAG(99, 0), 1, LONG_TAG(99, 2), 2, 0xFF, 0, LONG_TAG(99, 5), 1, 2, 3,
			4, LONG_TAG(99, 1), 1, 2, 3, 4, 5, 6, 7, 8)),
	    WIRE_OK);
}

static void test_repeated_numbers_pass_packed_and_not(void **state)
{
	(void)state;
	assert_int_equal(check(BYTES(LONG_TAG(23, 2), 2, 1, 2, LONG_TAG(23, 0), 3)), WIRE_OK);
	assert_int_equal(check(BYTES(LONG_TAG(25, 5), 1, 0, 0, 0)), WIRE_OK);
}

static void test_text_must_be_utf8_without_nul(void **state)
{
	(void)state;
	assert_int_equal(check(BYTES(TAG(1, 2), 2, 0xC3, 0xA9)), WIRE_OK);
	assert_int_equal(check(BYTES(TAG(1, 2), 1, 0xFF)), WIRE_NOT_UTF8);
	assert_int_equal(check(BYTES(TAG(1, 2), 3, 'a', 0, 'b')), WIRE_NOT_UTF8);
	/* In a list, and in a message below. */
	assert_int_equal(check(BYTES(TAG(10, 2), 1, 'a', TAG(10, 2), 1, 0xC0)), WIRE_NOT_UTF8);
	assert_int_equal(check(BYTES(TAG(8, 2), 3, TAG(1, 2), 1, 0x80)), WIRE_NOT_UTF8);
	/* Bytes may be anything. */
	assert_int_equal(check(BYTES(LONG_TAG(18, 2), 2, 0xFF, 0)), WIRE_OK);
}

/* `depth` messages within each other, of a type that can: DescriptorProto.nested_type is 3. */
static size_t nest(uint8_t *bytes, size_t depth)
{
	size_t length = 0;

	for (size_t i = 1; i < depth; i++) {
		uint8_t shorter[256];

		memcpy(shorter, bytes, length);
		bytes[0] = TAG(3, 2);
		bytes[1] = (uint8_t)length;
		memcpy(bytes + 2, shorter, length);
		length += 2;
	}
	return length;
}

static void test_messages_nest_sixteen_deep_and_no_deeper(void **state)
{
	uint8_t bytes[256];
	size_t length = nest(bytes, WIRE_DEPTH_MAX);

	(void)state;
	assert_int_equal(wire_check(&google__protobuf__descriptor_proto__descriptor, bytes, length),
			 WIRE_OK);
	length = nest(bytes, WIRE_DEPTH_MAX + 1);
	assert_int_equal(wire_check(&google__protobuf__descriptor_proto__descriptor, bytes, length),
			 WIRE_TOO_DEEP);
}

static void test_messages_that_end_together_are_closed_together(void **state)
{
	(void)state;
	/* desk.top.lock, all three at an end, then a field of the desk again. */
	assert_int_equal(check(BYTES(TAG(8, 2), 2, TAG(6, 2), 0, TAG(11, 0), 1)), WIRE_OK);
}

static void test_items_are_bounded_whatever_they_are(void **state)
{
	static uint8_t bytes[4 * (WIRE_ITEMS_MAX + 2)];
	size_t fields = WIRE_ITEMS_MAX;
	size_t most = WIRE_ITEMS_MAX - 1; /* The field itself is one. */

	(void)state;
	for (size_t i = 0; i <= fields; i++) { /* Empty drawers. */
		bytes[2 * i] = TAG(9, 2);
		bytes[2 * i + 1] = 0;
	}
	assert_int_equal(check(bytes, 2 * fields), WIRE_OK);
	assert_int_equal(check(bytes, 2 * (fields + 1)), WIRE_TOO_MANY);
	for (size_t i = 0; i <= fields; i++) { /* Unknown numbers. */
		bytes[3 * i] = (TAG(99, 0) & 0x7F) | 0x80;
		bytes[3 * i + 1] = 99 >> 4;
		bytes[3 * i + 2] = 0;
	}
	assert_int_equal(check(bytes, 3 * fields), WIRE_OK);
	assert_int_equal(check(bytes, 3 * (fields + 1)), WIRE_TOO_MANY);
	memset(bytes, 0, sizeof(bytes)); /* Packed numbers. */
	memcpy(bytes, (const uint8_t[]){LONG_TAG(23, 2)}, 2);
	for (size_t count = most; count <= most + 1; count++) {
		bytes[2] = (uint8_t)(count & 0x7F) | 0x80;
		bytes[3] = (uint8_t)(count >> 7 & 0x7F) | 0x80;
		bytes[4] = (uint8_t)(count >> 14);
		assert_int_equal(check(bytes, 5 + count), count == most ? WIRE_OK : WIRE_TOO_MANY);
	}
	memcpy(bytes, (const uint8_t[]){LONG_TAG(25, 2)}, 2); /* Four bytes each. */
	for (size_t count = most; count <= most + 1; count++) {
		bytes[2] = (uint8_t)(4 * count & 0x7F) | 0x80;
		bytes[3] = (uint8_t)(4 * count >> 7 & 0x7F) | 0x80;
		bytes[4] = (uint8_t)(4 * count >> 14);
		assert_int_equal(check(bytes, 5 + 4 * count),
				 count == most ? WIRE_OK : WIRE_TOO_MANY);
	}
}

static void test_whatever_passes_is_unpacked_without_a_fault(void **state)
{
	Desk *desk = new_desk(*state);
	uint64_t random = 88172645463325252ULL;
	size_t length;
	uint8_t *bytes;

	desk->top = new_drawer(*state, "pens");
	desk->weight = 2.5;
	bytes = message_pack(*state, &desk->base, &length);
	for (size_t round = 0; round < 20000; round++) {
		struct arena_mark mark = arena_mark(*state);
		uint8_t *changed = (uint8_t *)arena_copy(*state, bytes, length);

		for (size_t change = 0; change <= round % 3; change++) {
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			changed[random % length] = (uint8_t)(random >> 32);
		}
		if (check(changed, length) == WIRE_OK)
			message_unpack(*state, &desk__descriptor, changed, length);
		arena_rewind(*state, mark);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_was_packed_is_fine),
	    cmocka_unit_test(test_what_is_cut_short_never_passes_as_whole),
	    cmocka_unit_test(test_malformed_bytes_are_refused),
	    cmocka_unit_test(test_numbers_of_ten_bytes_are_numbers),
	    cmocka_unit_test(test_unknown_fields_pass),
	    cmocka_unit_test(test_repeated_numbers_pass_packed_and_not),
	    cmocka_unit_test(test_text_must_be_utf8_without_nul),
	    cmocka_unit_test(test_messages_nest_sixteen_deep_and_no_deeper),
	    cmocka_unit_test(test_messages_that_end_together_are_closed_together),
	    cmocka_unit_test(test_items_are_bounded_whatever_they_are),
	    cmocka_unit_test(test_whatever_passes_is_unpacked_without_a_fault),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
