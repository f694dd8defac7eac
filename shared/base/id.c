/* SPDX-License-Identifier: Apache-2.0 */
/* ULIDs: 48 bits of milliseconds, 80 random ones, written five bits at a time. */
#include "base/id.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/fatal.h"
#include "base/time.h"

#define TIME_BYTES 6
#define RANDOM_BYTES 10

/* Crockford's alphabet: without i, l, o and u. */
static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

void id_make(char out[ID_SIZE], int64_t now_us, const uint8_t random[10])
{
	uint64_t now_ms = now_us < 0 ? 0 : (uint64_t)(now_us / TIME_MILLISECOND_US);
	uint8_t bytes[TIME_BYTES + RANDOM_BYTES];
	uint32_t bits = 0;
	unsigned held = 2; /* 128 bits fill 130: two zeros stand before them. */

	for (size_t i = 0; i < TIME_BYTES; i++)
		bytes[i] = (uint8_t)(now_ms >> (40 - 8 * i));
	memcpy(bytes + TIME_BYTES, random, RANDOM_BYTES);
	for (size_t i = 0; i < sizeof bytes; i++) {
		bits = (bits << 8 | bytes[i]) & 0xFFFF;
		held += 8;
		while (held >= 5) {
			held -= 5;
			*out++ = alphabet[bits >> held & 31];
		}
	}
	*out = '\0';
}

void id_random(void *bytes, size_t length)
{
	uint8_t *next = bytes;

	while (length > 0) {
		ssize_t got = getrandom(next, length, 0);

		if (got < 0) {
			if (errno == EINTR)
				continue;
			fatal("the kernel gives no random bytes");
		}
		next += got;
		length -= (size_t)got;
	}
}

/* One more; false when all bits were set. */
static bool increment(uint8_t random[RANDOM_BYTES])
{
	for (size_t i = RANDOM_BYTES; i-- > 0;) {
		if (++random[i] != 0)
			return true;
	}
	return false;
}

void id_new(char out[ID_SIZE], int64_t now_us)
{
	static _Thread_local int64_t former_ms = -1;
	static _Thread_local uint8_t random[RANDOM_BYTES];
	int64_t now_ms = now_us / TIME_MILLISECOND_US;

	if (now_ms != former_ms || !increment(random))
		id_random(random, sizeof random);
	former_ms = now_ms;
	id_make(out, now_us, random);
}

bool id_is_valid(struct text text)
{
	if (text.length != ID_LENGTH || text.start[0] > '7')
		return false;
	for (size_t i = 0; i < ID_LENGTH; i++) {
		if (!memchr(alphabet, text.start[i], sizeof alphabet - 1))
			return false;
	}
	return true;
}

bool id_is_chosen(struct text text)
{
	if (text.length < 1 || text.length > 30 || text.start[0] < 'a' || text.start[0] > 'z' ||
	    text.start[text.length - 1] == '-')
		return false;
	for (size_t i = 0; i < text.length; i++) {
		char c = text.start[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
			return false;
	}
	return true;
}
