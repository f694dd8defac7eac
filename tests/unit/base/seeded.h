/* SPDX-License-Identifier: Apache-2.0 */
/* Random cases that can be had again: ENTREMISE_SEED=n repeats the run whose seed was printed. */
#pragma once

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* splitmix64 (S. Vigna): any seed will do. */
static uint64_t seeded_state;

static inline void seeded_begin(const char *name)
{
	const char *wanted = getenv("ENTREMISE_SEED");

	seeded_state = wanted ? strtoull(wanted, NULL, 10) : (uint64_t)time(NULL);
	printf("%s: ENTREMISE_SEED=%" PRIu64 "\n", name, seeded_state);
}

static inline uint64_t seeded_next(void)
{
	uint64_t z = seeded_state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

/* From least to most, both included; the range is below 2^63. */
static inline int64_t seeded_between(int64_t least, int64_t most)
{
	return least + (int64_t)(seeded_next() % ((uint64_t)(most - least) + 1));
}
