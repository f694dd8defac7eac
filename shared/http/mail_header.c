/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the headers of a mail so that nothing in a value can become a header of its own. */
#include "http/mail_header.h"

#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/text.h"

/* Bytes in one encoded word: 75 characters less "=?UTF-8?B?" and "?=" leave 63, so 45 bytes fit. */
#define WORD_BYTES 45

static bool is_printable_ascii(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

static bool has_control(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return true;
	return false;
}

/* The part of `text` that fits one word without cutting a character. */
static size_t word_length(const char *text, size_t length)
{
	size_t cut = WORD_BYTES;

	if (length <= WORD_BYTES)
		return length;
	while (cut > 0 && ((unsigned char)text[cut] & 0xc0) == 0x80)
		cut--;
	return cut;
}

/* The text as encoded words; NULL when it can't stand in a header. */
static const char *encode(const char *text, struct arena *arena)
{
	size_t length = strlen(text);
	const char *encoded = "";

	if (length > MAIL_HEADER_TEXT_MAX || has_control(text) || !text_is_utf8(text, length))
		return NULL;
	/* "=?" in plain text would be read as an encoded word. */
	if (is_printable_ascii(text) && !strstr(text, "=?") && length <= 900)
		return text;
	while (length > 0) {
		size_t part = word_length(text, length);

		encoded = arena_text(arena, "%s%s=?UTF-8?B?%s?=", encoded,
				     encoded[0] != '\0' ? "\r\n " : "",
				     text_base64_encode(arena, text, part));
		text += part;
		length -= part;
	}
	return encoded;
}

const char *mail_header_text(const char *name, const char *text, struct arena *arena)
{
	const char *encoded = encode(text, arena);

	return encoded ? arena_text(arena, "%s: %s", name, encoded) : NULL;
}

/* A display name is a quoted string unless it is encoded. */
static const char *quote(const char *display, struct arena *arena)
{
	const char *encoded = encode(display, arena);
	char *quoted;
	char *at;

	if (!encoded || encoded != display)
		return encoded;
	quoted = arena_alloc(arena, 2 * strlen(display) + 3);
	at = quoted;
	*at++ = '"';
	for (; *display; display++) {
		if (*display == '"' || *display == '\\')
			*at++ = '\\';
		*at++ = *display;
	}
	*at = '"';
	return quoted;
}

const char *mail_header_address(const char *name, const char *display, const char *address,
				struct arena *arena)
{
	const char *quoted;

	if (!mail_header_is_address(address))
		return NULL;
	if (!display || display[0] == '\0')
		return arena_text(arena, "%s: <%s>", name, address);
	quoted = quote(display, arena);
	return quoted ? arena_text(arena, "%s: %s <%s>", name, quoted, address) : NULL;
}

const char *mail_header_date(int64_t date_us, struct arena *arena)
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t seconds = (time_t)(date_us / 1000000);
	struct tm date;

	gmtime_r(&seconds, &date);
	return arena_text(arena, "Date: %s, %d %s %d %02d:%02d:%02d +0000", days[date.tm_wday],
			  date.tm_mday, months[date.tm_mon], date.tm_year + 1900, date.tm_hour,
			  date.tm_min, date.tm_sec);
}

bool mail_header_is_address(const char *address)
{
	const char *at = strchr(address, '@');

	return at && at > address && at[1] != '\0' && !strchr(at + 1, '@') &&
	       strlen(address) <= 254 && is_printable_ascii(address) &&
	       !strpbrk(address, " <>\"(),:;[\\]");
}
