/* SPDX-License-Identifier: Apache-2.0 */
/* Trace ids from a generator per thread: a call must not pay for a system call. */
#include "observe/trace.h"

#include <string.h>

#include "base/id.h"

/* xoshiro256** (Blackman, Vigna), seeded by the kernel once per thread. */
static uint64_t next_random(void)
{
	static _Thread_local uint64_t state[4];
	static _Thread_local bool seeded;
	uint64_t result;
	uint64_t shifted;

	if (!seeded) {
		id_random(state, sizeof state);
		seeded = true;
	}
	result = state[1] * 5;
	result = (result << 7 | result >> 57) * 9;
	shifted = state[1] << 17;
	state[2] ^= state[0];
	state[3] ^= state[1];
	state[1] ^= state[2];
	state[0] ^= state[3];
	state[2] ^= shifted;
	state[3] = state[3] << 45 | state[3] >> 19;
	return result;
}

/* Fills a span id or half a trace id; zero is no id. */
static void fill(uint8_t *bytes)
{
	uint64_t value = next_random();

	if (value == 0)
		value = 1;
	memcpy(bytes, &value, sizeof value);
}

struct trace trace_new(void)
{
	struct trace trace = {0};

	fill(trace.trace_id);
	fill(trace.trace_id + 8);
	fill(trace.span_id);
	return trace;
}

struct trace trace_child(const struct trace *parent)
{
	struct trace trace = *parent;

	fill(trace.span_id);
	return trace;
}

static bool is_zero(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] != 0)
			return false;
	}
	return true;
}

/* The norm allows lower-case digits only. */
static bool read_lower_hex(struct text header, size_t at, uint8_t *bytes, size_t length)
{
	struct text part = {header.start + at, 2 * length};

	for (size_t i = 0; i < part.length; i++) {
		if (part.start[i] >= 'A' && part.start[i] <= 'F')
			return false;
	}
	return text_hex_read(part, bytes, length);
}

bool trace_parse(struct text header, struct trace *trace)
{
	const size_t length = TRACE_PARENT_SIZE - 1;
	struct trace result;
	uint8_t version;
	uint8_t flags;

	if (header.length < length || header.start[2] != '-' || header.start[35] != '-' ||
	    header.start[52] != '-' || !read_lower_hex(header, 0, &version, 1) ||
	    !read_lower_hex(header, 3, result.trace_id, sizeof result.trace_id) ||
	    !read_lower_hex(header, 36, result.span_id, sizeof result.span_id) ||
	    !read_lower_hex(header, 53, &flags, 1))
		return false;
	if (version == 0xFF || (version == 0 && header.length != length) ||
	    (header.length > length && header.start[length] != '-'))
		return false;
	if (is_zero(result.trace_id, sizeof result.trace_id) ||
	    is_zero(result.span_id, sizeof result.span_id))
		return false;
	result.flags = flags & TRACE_SAMPLED;
	*trace = result;
	return true;
}

void trace_format(char out[TRACE_PARENT_SIZE], const struct trace *trace)
{
	memcpy(out, "00-", 3);
	text_hex_write(out + 3, trace->trace_id, sizeof trace->trace_id);
	out[35] = '-';
	text_hex_write(out + 36, trace->span_id, sizeof trace->span_id);
	out[52] = '-';
	text_hex_write(out + 53, &trace->flags, 1);
}

void trace_format_id(char out[TRACE_ID_SIZE], const struct trace *trace)
{
	text_hex_write(out, trace->trace_id, sizeof trace->trace_id);
}
