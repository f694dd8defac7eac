/* SPDX-License-Identifier: Apache-2.0 */
/* Seven bits a byte, the lowest first. */
#include "contract/varint.h"

bool varint_read_long(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
	const uint8_t *byte = *at;
	uint64_t result = 0;

	for (unsigned shift = 0; shift < 70; shift += 7) {
		if (byte == end)
			return false;
		/* The tenth byte has room for one bit. */
		if (shift == 63 && *byte > 1)
			return false;
		result |= (uint64_t)(*byte & 0x7F) << shift;
		if (*byte++ < 0x80) {
			*value = result;
			*at = byte;
			return true;
		}
	}
	return false;
}
