/* SPDX-License-Identifier: Apache-2.0 */
/* The arena's promises, which hold for single items (debug) and for chunks (test_arena_chunks). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"

#if defined(ENTREMISE_DEBUG) && defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

static void test_items_are_zeroed_aligned_and_apart(void **state)
{
	struct arena *arena = arena_create();
	uint8_t *items[2000];

	(void)state;
	for (size_t i = 0; i < 2000; i++) {
		items[i] = arena_alloc(arena, i % 300);
		assert_int_equal((uintptr_t)items[i] % 16, 0);
		for (size_t b = 0; b < i % 300; b++)
			assert_int_equal(items[i][b], 0);
		memset(items[i], (int)(i & 0xFF), i % 300);
	}
	for (size_t i = 0; i < 2000; i++) {
		for (size_t b = 0; b < i % 300; b++)
			assert_int_equal(items[i][b], i & 0xFF);
	}
	arena_destroy(arena);
}

static void test_used_memory_is_zeroed_again(void **state)
{
	struct arena *arena = arena_create();

	(void)state;
	for (int round = 0; round < 3; round++) {
		uint8_t *bytes = arena_alloc(arena, 5000);

		for (size_t i = 0; i < 5000; i++)
			assert_int_equal(bytes[i], 0);
		memset(bytes, 0xAA, 5000);
		arena_reset(arena);
	}
	arena_destroy(arena);
}

static void test_an_item_larger_than_a_chunk_is_served(void **state)
{
	struct arena *arena = arena_create();
	uint8_t *small = arena_alloc(arena, 10);
	uint8_t *large = arena_alloc(arena, 3000000);
	uint8_t *next = arena_alloc(arena, 10);

	(void)state;
	memset(large, 1, 3000000);
	assert_int_equal(small[9], 0);
	assert_int_equal(next[0], 0);
	assert_true(arena_used(arena) >= 3000020);
	arena_destroy(arena);
}

static void test_copies_end_with_a_nul(void **state)
{
	struct arena *arena = arena_create();

	(void)state;
	assert_string_equal(arena_copy(arena, "abcdef", 3), "abc");
	assert_string_equal(arena_copy(arena, NULL, 0), "");
	assert_string_equal(arena_text(arena, "%s/%d", "a", 7), "a/7");
	arena_destroy(arena);
}

static char cleaned[8];
static char letters[] = {'a', 'b', 'c', 'k', 'r'};

static void note(void *data)
{
	strncat(cleaned, data, 1);
}

static void test_cleanups_run_in_reverse_order(void **state)
{
	struct arena *arena = arena_create();

	(void)state;
	cleaned[0] = '\0';
	arena_on_reset(arena, note, &letters[0]);
	arena_on_reset(arena, note, &letters[1]);
	arena_reset(arena);
	assert_string_equal(cleaned, "ba");
	arena_reset(arena);
	assert_string_equal(cleaned, "ba");
	arena_on_reset(arena, note, &letters[2]);
	arena_destroy(arena);
	assert_string_equal(cleaned, "bac");
	arena_destroy(NULL);
}

static void test_a_rewind_frees_and_cleans_what_came_after_the_mark(void **state)
{
	struct arena *arena = arena_create();
	char *kept = arena_copy(arena, "kept", 4);
	struct arena_mark mark;
	size_t used;

	(void)state;
	cleaned[0] = '\0';
	arena_on_reset(arena, note, &letters[3]);
	mark = arena_mark(arena);
	used = arena_used(arena);
	for (int round = 0; round < 3; round++) {
		arena_on_reset(arena, note, &letters[4]);
		for (int i = 0; i < 100; i++)
			memset(arena_alloc(arena, 1000), 0xBB, 1000);
		arena_rewind(arena, mark);
		assert_int_equal(arena_used(arena), used);
		assert_string_equal(kept, "kept");
	}
	assert_string_equal(cleaned, "rrr");
	arena_destroy(arena);
	assert_string_equal(cleaned, "rrrk");
}

static void test_a_mark_of_the_empty_arena_can_be_returned_to(void **state)
{
	struct arena *arena = arena_create();
	struct arena_mark mark = arena_mark(arena);

	(void)state;
	arena_alloc(arena, 100);
	arena_alloc(arena, 100000);
	arena_rewind(arena, mark);
	assert_int_equal(arena_used(arena), 0);
	assert_non_null(arena_alloc(arena, 100));
	arena_destroy(arena);
}

static void test_a_mark_in_a_later_chunk_keeps_the_count(void **state)
{
	struct arena *arena = arena_create();
	struct arena_mark mark;
	size_t used;

	(void)state;
	for (int i = 0; i < 50; i++)
		arena_alloc(arena, 1000);
	mark = arena_mark(arena);
	used = arena_used(arena);
	for (int i = 0; i < 50; i++)
		arena_alloc(arena, 1000);
	arena_rewind(arena, mark);
	assert_int_equal(arena_used(arena), used);
	arena_destroy(arena);
}

static void test_a_kept_chunk_that_is_too_small_is_not_used(void **state)
{
	struct arena *arena = arena_create();

	(void)state;
	for (int i = 0; i < 40; i++)
		arena_alloc(arena, 1000);
	arena_reset(arena);
	memset(arena_alloc(arena, 20000), 1, 20000);
	memset(arena_alloc(arena, 1000), 2, 1000);
	memset(arena_alloc(arena, 40000), 3, 40000);
	for (int i = 0; i < 40; i++)
		memset(arena_alloc(arena, 1000), 4, 1000);
	arena_destroy(arena);
}

static void test_the_limit_binds_only_those_who_try(void **state)
{
	struct arena *arena = arena_create();
	struct arena_mark mark;

	(void)state;
	arena_alloc(arena, 1000);
	mark = arena_mark(arena);
	arena_limit(arena, 160);
	assert_non_null(arena_try_alloc(arena, 100));
	assert_null(arena_try_alloc(arena, 100));
	assert_non_null(arena_alloc(arena, 100));
	assert_null(arena_try_alloc(arena, 1));
	arena_rewind(arena, mark);
	assert_non_null(arena_try_alloc(arena, 160));
	assert_null(arena_try_alloc(arena, 1));
	arena_limit(arena, 0);
	assert_non_null(arena_try_alloc(arena, 100000));
	assert_null(arena_try_alloc(arena, SIZE_MAX - 3));
	arena_destroy(arena);
}

static void test_a_reset_arena_has_handed_out_nothing(void **state)
{
	struct arena *arena = arena_create();

	(void)state;
	arena_alloc(arena, 50000);
	arena_reset(arena);
	assert_int_equal(arena_used(arena), 0);
	arena_destroy(arena);
}

static void test_protobuf_c_takes_from_the_arena_within_its_limit(void **state)
{
	struct arena *arena = arena_create();
	ProtobufCAllocator allocator = arena_allocator(arena);

	(void)state;
	arena_limit(arena, 64);
	assert_non_null(allocator.alloc(allocator.allocator_data, 64));
	assert_null(allocator.alloc(allocator.allocator_data, 1));
	allocator.free(allocator.allocator_data, arena);
	assert_int_equal(arena_used(arena), 64);
	arena_destroy(arena);
}

static void test_an_array_that_overflows_ends_the_process(void **state)
{
	int status;
	pid_t child = fork();

	(void)state;
	if (child == 0) {
		struct arena *arena = arena_create();

		close(STDERR_FILENO);
		arena_new(arena, uint64_t, SIZE_MAX / 4);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

#if defined(ENTREMISE_DEBUG) && defined(__SANITIZE_ADDRESS__)
static void test_asan_sees_the_byte_behind_each_item(void **state)
{
	struct arena *arena = arena_create();
	struct arena_mark mark = arena_mark(arena);
	char *item = arena_alloc(arena, 13);

	(void)state;
	arena_alloc(arena, 13);
	assert_false(__asan_address_is_poisoned(item + 12));
	assert_true(__asan_address_is_poisoned(item + 13));
	arena_rewind(arena, mark);
	assert_true(__asan_address_is_poisoned(item));
	arena_destroy(arena);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_items_are_zeroed_aligned_and_apart),
		cmocka_unit_test(test_used_memory_is_zeroed_again),
		cmocka_unit_test(test_an_item_larger_than_a_chunk_is_served),
		cmocka_unit_test(test_copies_end_with_a_nul),
		cmocka_unit_test(test_cleanups_run_in_reverse_order),
		cmocka_unit_test(test_a_rewind_frees_and_cleans_what_came_after_the_mark),
		cmocka_unit_test(test_a_mark_of_the_empty_arena_can_be_returned_to),
		cmocka_unit_test(test_a_mark_in_a_later_chunk_keeps_the_count),
		cmocka_unit_test(test_a_kept_chunk_that_is_too_small_is_not_used),
		cmocka_unit_test(test_the_limit_binds_only_those_who_try),
		cmocka_unit_test(test_a_reset_arena_has_handed_out_nothing),
		cmocka_unit_test(test_protobuf_c_takes_from_the_arena_within_its_limit),
		cmocka_unit_test(test_an_array_that_overflows_ends_the_process),
#if defined(ENTREMISE_DEBUG) && defined(__SANITIZE_ADDRESS__)
		cmocka_unit_test(test_asan_sees_the_byte_behind_each_item),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
