/* SPDX-License-Identifier: Apache-2.0 */
/* Identifiers: ULIDs that the suite makes, and those that a person chooses (AIP-122). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* 26 characters and a NUL. */
#define ID_SIZE 27
#define ID_LENGTH 26

/*
 * The ULID of an instant and 80 random bits: Crockford base32 in lower case, so ids sort by time.
 * The instant is cut to milliseconds and must lie between 1970 and the year 10889.
 */
void id_make(char out[ID_SIZE], int64_t now_us, const uint8_t random[10]);

/*
 * A fresh id, greater than the thread's former one if that is of the same millisecond. Random
 * bits are the kernel's; it ends the process when there are none.
 */
void id_new(char out[ID_SIZE], int64_t now_us);

/* 26 characters of the alphabet in lower case, of at most 128 bits. */
bool id_is_valid(struct text text);

/* [a-z]([a-z0-9-]{0,28}[a-z0-9])? - an id that its maker chose, such as a platform's. */
bool id_is_chosen(struct text text);

/* Bytes from the kernel, for ids and keys; it ends the process when there are none. */
void id_random(void *bytes, size_t length);
