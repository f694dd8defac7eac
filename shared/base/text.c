/* SPDX-License-Identifier: Apache-2.0 */
/* Views, UTF-8, numbers and the checks of what people type; ASCII only, no locale. */
#include "base/text.h"

#include <string.h>

struct text text_of(const char *string)
{
	return (struct text){string, string ? strlen(string) : 0};
}

bool text_equal(struct text a, struct text b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.start, b.start, a.length) == 0);
}

bool text_equal_string(struct text text, const char *string)
{
	return text_equal(text, text_of(string));
}

bool text_starts_with(struct text text, const char *prefix)
{
	size_t length = strlen(prefix);

	return text.length >= length && (length == 0 || memcmp(text.start, prefix, length) == 0);
}

bool text_ends_with(struct text text, const char *suffix)
{
	size_t length = strlen(suffix);

	return text.length >= length &&
	       (length == 0 || memcmp(text.start + text.length - length, suffix, length) == 0);
}

bool text_next(struct text *rest, char separator, struct text *part)
{
	const char *end;

	if (!rest->start)
		return false;
	end = rest->length > 0 ? memchr(rest->start, separator, rest->length) : NULL;
	if (!end) {
		*part = *rest;
		*rest = (struct text){0};
		return true;
	}
	*part = (struct text){rest->start, (size_t)(end - rest->start)};
	rest->length -= part->length + 1;
	rest->start = end + 1;
	return true;
}

bool text_take(struct text *rest, char expected)
{
	if (rest->length == 0 || rest->start[0] != expected)
		return false;
	rest->start++;
	rest->length--;
	return true;
}

static bool is_continuation(unsigned char byte)
{
	return (byte & 0xC0) == 0x80;
}

size_t text_decode(struct text text, uint32_t *code_point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *bytes = (const unsigned char *)text.start;
	size_t length;
	uint32_t value;

	if (text.length == 0)
		return 0;
	if (bytes[0] < 0x80) {
		*code_point = bytes[0];
		return 1;
	}
	if (bytes[0] < 0xC2 || bytes[0] > 0xF4)
		return 0;
	length = bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
	if (text.length < length)
		return 0;
	value = bytes[0] & (0x7FU >> length);
	for (size_t i = 1; i < length; i++) {
		if (!is_continuation(bytes[i]))
			return 0;
		value = value << 6 | (bytes[i] & 0x3F);
	}
	if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
		return 0;
	*code_point = value;
	return length;
}

/* How many of the first bytes are ASCII and not NUL, looking at eight at a time. */
static size_t plain_run(const char *bytes, size_t length)
{
	size_t done = 0;
	uint64_t word;

	while (length - done >= sizeof word) {
		memcpy(&word, bytes + done, sizeof word);
		if ((word | (word - UINT64_C(0x0101010101010101))) & UINT64_C(0x8080808080808080))
			break;
		done += sizeof word;
	}
	return done;
}

bool text_is_utf8(const void *bytes, size_t length)
{
	struct text rest = {bytes, length};

	while (rest.length > 0) {
		uint32_t code_point = 0;
		size_t taken = plain_run(rest.start, rest.length);

		if (taken == 0)
			taken = text_decode(rest, &code_point);
		else
			code_point = 1;
		if (taken == 0 || code_point == 0)
			return false;
		rest.start += taken;
		rest.length -= taken;
	}
	return true;
}

size_t text_code_points(struct text text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.length; i++)
		count += !is_continuation((unsigned char)text.start[i]);
	return count;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_alphanumeric(char c)
{
	return is_digit(c) || is_letter(c);
}

bool text_to_int64(struct text text, int64_t *value)
{
	bool negative = text.length > 0 && text.start[0] == '-';
	size_t first = negative ? 1 : 0;
	int64_t result = 0;

	/* One text per number: no "-0", no "007". */
	if (text.length == first ||
	    (text.start[first] == '0' && (negative || text.length > first + 1)))
		return false;
	for (size_t i = first; i < text.length; i++) {
		int digit = text.start[i] - '0';

		if (!is_digit(text.start[i]) || __builtin_mul_overflow(result, 10, &result) ||
		    __builtin_sub_overflow(result, digit, &result))
			return false;
	}
	/* Summed up below zero, where there is one number more. */
	if (!negative && __builtin_sub_overflow(0, result, &result))
		return false;
	*value = result;
	return true;
}

static bool is_dot_atom(struct text text)
{
	struct text part;

	while (text_next(&text, '.', &part)) {
		if (part.length == 0)
			return false;
		for (size_t i = 0; i < part.length; i++) {
			char c = part.start[i];

			if (!is_alphanumeric(c) && (c == '\0' || !strchr("!#$%&'*+-/=?^_`{|}~", c)))
				return false;
		}
	}
	return true;
}

static bool is_domain_label(struct text label)
{
	if (label.length < 1 || label.length > 63 || label.start[0] == '-' ||
	    label.start[label.length - 1] == '-')
		return false;
	for (size_t i = 0; i < label.length; i++) {
		if (!is_alphanumeric(label.start[i]) && label.start[i] != '-')
			return false;
	}
	return true;
}

/* Two labels at least; the last begins with a letter, so an IP address is none. */
static bool is_domain(struct text text)
{
	struct text label = {0};
	size_t labels = 0;

	while (text_next(&text, '.', &label)) {
		if (!is_domain_label(label))
			return false;
		labels++;
	}
	return labels >= 2 && label.length >= 2 && is_letter(label.start[0]);
}

bool text_is_email(struct text text)
{
	struct text domain = text;
	struct text local;

	if (text.length < 3 || text.length > 254 || !text_next(&domain, '@', &local))
		return false;
	return local.length >= 1 && local.length <= 64 && is_dot_atom(local) && domain.start &&
	       is_domain(domain);
}

bool text_is_phone(struct text text)
{
	if (text.length < 8 || text.length > 16 || text.start[0] != '+' || text.start[1] == '0')
		return false;
	for (size_t i = 1; i < text.length; i++) {
		if (!is_digit(text.start[i]))
			return false;
	}
	return true;
}

static bool is_blank(uint32_t code_point)
{
	return code_point <= 0x20 || (code_point >= 0x7F && code_point <= 0xA0) ||
	       code_point == 0x1680 || (code_point >= 0x2000 && code_point <= 0x200B) ||
	       code_point == 0x2028 || code_point == 0x2029 || code_point == 0x202F ||
	       code_point == 0x205F || code_point == 0x3000 || code_point == 0xFEFF;
}

bool text_has_outer_blanks(struct text text)
{
	size_t last = text.length;
	uint32_t code_point;

	if (text.length == 0)
		return false;
	if (text_decode(text, &code_point) > 0 && is_blank(code_point))
		return true;
	do
		last--;
	while (last > 0 && is_continuation((unsigned char)text.start[last]));
	text = (struct text){text.start + last, text.length - last};
	return text_decode(text, &code_point) > 0 && is_blank(code_point);
}

void text_fold_ascii(char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] >= 'A' && bytes[i] <= 'Z')
			bytes[i] = (char)(bytes[i] | 0x20);
	}
}
