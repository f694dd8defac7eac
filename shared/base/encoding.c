/* SPDX-License-Identifier: Apache-2.0 */
/* Hex, base64 and base64url of base/text.h (RFC 4648). */
#include "base/text.h"

#include <string.h>

#include "base/arena.h"

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url_safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static const char hex_digits[] = "0123456789abcdef";

void text_hex_write(char *out, const void *bytes, size_t length)
{
	const uint8_t *from = bytes;

	for (size_t i = 0; i < length; i++) {
		out[2 * i] = hex_digits[from[i] >> 4];
		out[2 * i + 1] = hex_digits[from[i] & 15];
	}
	out[2 * length] = '\0';
}

char *text_hex_encode(struct arena *arena, const void *bytes, size_t length)
{
	char *out = arena_alloc(arena, 2 * length + 1);

	text_hex_write(out, bytes, length);
	return out;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool text_hex_read(struct text text, uint8_t *bytes, size_t length)
{
	if (text.length != 2 * length)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if (hex_value(text.start[i]) < 0)
			return false;
	}
	for (size_t i = 0; i < length; i++)
		bytes[i] =
		    (uint8_t)(hex_value(text.start[2 * i]) << 4 | hex_value(text.start[2 * i + 1]));
	return true;
}

static char *encode(struct arena *arena, const uint8_t *bytes, size_t length, const char *alphabet,
		    bool padded)
{
	char *out = arena_alloc(arena, (length + 2) / 3 * 4 + 1);
	char *next = out;

	for (size_t i = 0; i < length; i += 3) {
		size_t taken = length - i < 3 ? length - i : 3;
		uint32_t group = (uint32_t)bytes[i] << 16;

		if (taken > 1)
			group |= (uint32_t)bytes[i + 1] << 8;
		if (taken > 2)
			group |= bytes[i + 2];
		for (size_t digit = 0; digit <= taken; digit++)
			*next++ = alphabet[group >> (18 - 6 * digit) & 63];
		for (size_t digit = taken; padded && digit < 3; digit++)
			*next++ = '=';
	}
	return out;
}

char *text_base64_encode(struct arena *arena, const void *bytes, size_t length)
{
	return encode(arena, bytes, length, standard, true);
}

char *text_base64url_encode(struct arena *arena, const void *bytes, size_t length)
{
	return encode(arena, bytes, length, url_safe, false);
}

static int url_safe_value(char c)
{
	const char *found = c == '\0' ? NULL : strchr(url_safe, c);

	return found ? (int)(found - url_safe) : -1;
}

bool text_base64url_decode(struct arena *arena, struct text text, uint8_t **bytes, size_t *length)
{
	uint8_t *out;
	size_t written = 0;
	uint32_t bits = 0;
	unsigned held = 0;

	if (text.length % 4 == 1)
		return false;
	out = arena_alloc(arena, text.length / 4 * 3 + 3);
	for (size_t i = 0; i < text.length; i++) {
		int value = url_safe_value(text.start[i]);

		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		held += 6;
		if (held >= 8) {
			held -= 8;
			out[written++] = (uint8_t)(bits >> held);
			bits &= (1U << held) - 1;
		}
	}
	if (bits != 0)
		return false;
	*bytes = out;
	*length = written;
	return true;
}
