/* SPDX-License-Identifier: Apache-2.0 */
/* Identifiers: their text, their order, and what is none. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "base/id.h"
#include "base/status.h"
#include "base/time.h"
#include "tests/unit/base/seeded.h"

static void test_known_ids_are_made(void **state)
{
	static const uint8_t none[10] = {0};
	static const uint8_t all[10] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
	static const uint8_t last_bit[10] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
	char id[ID_SIZE];

	(void)state;
	id_make(id, 0, none);
	assert_string_equal(id, "00000000000000000000000000");
	id_make(id, 0, last_bit);
	assert_string_equal(id, "00000000000000000000000001");
	id_make(id, INT64_C(281474976710655) * 1000, all);
	assert_string_equal(id, "7zzzzzzzzzzzzzzzzzzzzzzzzz");
	/* The specification's example: 1469918176385 is 01ARYZ6S41. */
	id_make(id, INT64_C(1469918176385) * 1000 + 999, none);
	assert_string_equal(id, "01aryz6s410000000000000000");
	id_make(id, -5, none);
	assert_string_equal(id, "00000000000000000000000000");
}

static void test_ids_sort_by_time(void **state)
{
	(void)state;
	seeded_begin("ids");
	for (int round = 0; round < 10000; round++) {
		int64_t early = seeded_between(0, INT64_C(281474976710654)) * 1000;
		int64_t late = early + seeded_between(1, 1000) * 1000;
		char former[ID_SIZE];
		char next[ID_SIZE];

		id_new(former, early);
		id_new(next, late < INT64_C(281474976710655) * 1000 ? late : early + 1000);
		assert_true(id_is_valid(text_of(former)));
		assert_true(id_is_valid(text_of(next)));
		assert_true(strcmp(former, next) < 0);
	}
}

static void test_ids_of_one_millisecond_rise(void **state)
{
	char former[ID_SIZE];
	char next[ID_SIZE];

	(void)state;
	id_new(former, 1000000);
	for (int round = 0; round < 100000; round++) {
		id_new(next, 1000000 + round % 1000);
		assert_true(strcmp(former, next) < 0);
		memcpy(former, next, sizeof next);
	}
}

#define THREADS 8
#define PER_THREAD 2000

static void *make_ids(void *data)
{
	char(*ids)[ID_SIZE] = data;

	for (size_t i = 0; i < PER_THREAD; i++)
		id_new(ids[i], 5000);
	return NULL;
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void test_threads_make_different_ids(void **state)
{
	static char ids[THREADS * PER_THREAD][ID_SIZE];
	pthread_t threads[THREADS];

	(void)state;
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, make_ids, ids[i * PER_THREAD]),
				 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	qsort(ids, ARRAY_COUNT(ids), ID_SIZE, compare);
	for (size_t i = 1; i < ARRAY_COUNT(ids); i++)
		assert_true(strcmp(ids[i - 1], ids[i]) < 0);
}

static void test_what_is_not_an_id(void **state)
{
	static const char *const bad[] = {"",
					  "0000000000000000000000000",
					  "000000000000000000000000000",
					  "80000000000000000000000000",
					  "01ARYZ6S410000000000000000",
					  "01aryz6s41000000000000000i",
					  "01aryz6s41000000000000000l",
					  "01aryz6s41000000000000000o",
					  "01aryz6s41000000000000000u",
					  "01aryz6s41000000000000000-",
					  "-1aryz6s410000000000000000",
					  NULL};

	(void)state;
	for (size_t i = 0; bad[i]; i++) {
		if (id_is_valid(text_of(bad[i])))
			fail_msg("\"%s\"", bad[i]);
	}
	assert_true(id_is_valid(TEXT("7zzzzzzzzzzzzzzzzzzzzzzzzz")));
	assert_false(id_is_valid((struct text){"0000000000000\0"
					       "000000000000",
					       26}));
}

static void test_chosen_ids_follow_aip_122(void **state)
{
	static const char *const good[] = {
	    "a", "acme", "test-domicile", "a-1", "a1", "abcdefghijklmnopqrstuvwxyz0123", NULL};
	static const char *const bad[] = {
	    "",	   "1a",  "-a",	 "a-", "A",
	    "a_b", "a.b", "a b", "é",  "abcdefghijklmnopqrstuvwxyz01234",
	    "a/b", NULL};

	(void)state;
	for (size_t i = 0; good[i]; i++) {
		if (!id_is_chosen(text_of(good[i])))
			fail_msg("\"%s\" is refused", good[i]);
	}
	for (size_t i = 0; bad[i]; i++) {
		if (id_is_chosen(text_of(bad[i])))
			fail_msg("\"%s\" is accepted", bad[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_known_ids_are_made),
	    cmocka_unit_test(test_ids_sort_by_time),
	    cmocka_unit_test(test_ids_of_one_millisecond_rise),
	    cmocka_unit_test(test_threads_make_different_ids),
	    cmocka_unit_test(test_what_is_not_an_id),
	    cmocka_unit_test(test_chosen_ids_follow_aip_122),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
