/* SPDX-License-Identifier: Apache-2.0 */
/* Reads TZif: skips the old 32-bit block, takes the 64-bit one and the footer. */
#include "base/tzif.h"

#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"

#define HEADER_SIZE 44
#define TYPE_SIZE 6
#define TIMES_MAX 10000
#define OFFSET_MAX_S (26 * 3600)

struct header {
	uint32_t utc_count;
	uint32_t standard_count;
	uint32_t leap_count;
	uint32_t time_count;
	uint32_t type_count;
	uint32_t char_count;
};

struct input {
	const uint8_t *bytes;
	size_t length;
};

static uint64_t big_endian(const uint8_t *bytes, size_t size)
{
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | bytes[i];
	return value;
}

static const uint8_t *take(struct input *input, size_t size)
{
	const uint8_t *taken = input->bytes;

	if (input->length < size)
		return NULL;
	input->bytes += size;
	input->length -= size;
	return taken;
}

static bool take_header(struct input *input, struct header *header)
{
	const uint8_t *bytes = take(input, HEADER_SIZE);

	if (!bytes || memcmp(bytes, "TZif", 4) != 0 || bytes[4] < '2')
		return false;
	header->utc_count = (uint32_t)big_endian(bytes + 20, 4);
	header->standard_count = (uint32_t)big_endian(bytes + 24, 4);
	header->leap_count = (uint32_t)big_endian(bytes + 28, 4);
	header->time_count = (uint32_t)big_endian(bytes + 32, 4);
	header->type_count = (uint32_t)big_endian(bytes + 36, 4);
	header->char_count = (uint32_t)big_endian(bytes + 40, 4);
	return header->time_count <= TIMES_MAX && header->type_count >= 1 &&
	       header->type_count <= 256 && header->char_count <= 1024 && header->leap_count == 0 &&
	       header->utc_count <= 256 && header->standard_count <= 256;
}

static size_t block_size(const struct header *header, size_t time_size)
{
	return header->time_count * (time_size + 1) + (size_t)header->type_count * TYPE_SIZE +
	       header->char_count + header->standard_count + header->utc_count;
}

static bool read_offset(const uint8_t *type, int32_t *offset)
{
	*offset = (int32_t)(uint32_t)big_endian(type, 4);
	return *offset >= -OFFSET_MAX_S && *offset <= OFFSET_MAX_S;
}

/* The 64-bit block: times, the index of a type for each, the types. */
static bool read_block(const uint8_t *block, const struct header *header, struct tzif *tzif)
{
	size_t count = header->time_count;
	const uint8_t *indices = block + 8 * count;
	const uint8_t *types = indices + count;

	tzif->count = count;
	tzif->transitions = fatal_calloc(count, sizeof *tzif->transitions);
	tzif->offsets = fatal_calloc(count + 1, sizeof *tzif->offsets);
	if (!read_offset(types, &tzif->offsets[0]))
		return false;
	for (size_t i = 0; i < count; i++) {
		tzif->transitions[i] = (int64_t)big_endian(block + 8 * i, 8);
		if (indices[i] >= header->type_count ||
		    (i > 0 && tzif->transitions[i] <= tzif->transitions[i - 1]) ||
		    !read_offset(types + TYPE_SIZE * indices[i], &tzif->offsets[i + 1]))
			return false;
	}
	return true;
}

/* "\nTZ string\n"; an empty one says that the last transition's offset stays. */
static bool read_footer(struct input input, struct tzif_rule *rule)
{
	const uint8_t *end;

	if (input.length < 2 || input.bytes[0] != '\n')
		return false;
	end = memchr(input.bytes + 1, '\n', input.length - 1);
	if (!end)
		return false;
	if (end == input.bytes + 1)
		return true;
	return tzif_rule_parse((const char *)input.bytes + 1, (size_t)(end - input.bytes) - 1,
			       rule);
}

bool tzif_parse(const uint8_t *bytes, size_t length, struct tzif *tzif)
{
	struct input input = {bytes, length};
	struct header header;
	struct tzif result = {0};
	const uint8_t *block;

	if (!take_header(&input, &header) || !take(&input, block_size(&header, 4)) ||
	    !take_header(&input, &header))
		return false;
	block = take(&input, block_size(&header, 8));
	if (!block)
		return false;
	if (!read_block(block, &header, &result) || !read_footer(input, &result.rule)) {
		tzif_release(&result);
		return false;
	}
	*tzif = result;
	return true;
}

void tzif_release(struct tzif *tzif)
{
	free(tzif->transitions);
	free(tzif->offsets);
	*tzif = (struct tzif){0};
}

int32_t tzif_offset(const struct tzif *tzif, int64_t instant_s)
{
	size_t low = 0;
	size_t high = tzif->count;

	/* How many transitions are not after the instant. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (tzif->transitions[middle] <= instant_s)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == tzif->count && tzif->rule.present)
		return tzif_rule_offset(&tzif->rule, instant_s);
	return tzif->offsets[low];
}
