/* SPDX-License-Identifier: Apache-2.0 */
/* Protobuf's variable-length integers, for the walks that this folder makes over foreign bytes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads at *at, which moves on; false when it ends before `end` or is longer than ten bytes. */
bool varint_read_long(const uint8_t **at, const uint8_t *end, uint64_t *value);

/* The same; almost all are one byte long. */
static inline bool varint_read(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
	if (*at < end && **at < 0x80) {
		*value = *(*at)++;
		return true;
	}
	return varint_read_long(at, end, value);
}
