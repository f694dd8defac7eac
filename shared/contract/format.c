/* SPDX-License-Identifier: Apache-2.0 */
/* Formats, most of them as base/ knows them. */
#include "contract/format.h"

#include <string.h>

#include "base/id.h"
#include "base/money.h"
#include "base/time_zone.h"

#define LENGTH_DEFAULT 200
#define LENGTH_EMAIL 254
#define LENGTH_URL 2000
#define LENGTH_REQUEST_ID 64

/* Compared by prefix, so there is one spelling: no blanks, no small letters. */
static bool is_postcode(struct text text)
{
	for (size_t i = 0; i < text.length; i++) {
		char c = text.start[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z'))
			return false;
	}
	return text.length >= 2 && text.length <= 10;
}

/* Every mutation has one, so without a branch a character. */
static bool is_request_id(struct text text)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.start[i];
		unsigned letter = (c | 0x20U) - 'a';

		wrong |= (letter > 'z' - 'a') & (c - (unsigned)'0' > 9) & (c != '-') & (c != '_');
	}
	return wrong == 0 && text.length >= 1 && text.length <= LENGTH_REQUEST_ID;
}

/* RFC 3986: printable ASCII but these. */
static bool is_url_character(char c)
{
	switch (c) {
	case '"':
	case '<':
	case '>':
	case '\\':
	case '^':
	case '`':
	case '{':
	case '|':
	case '}':
		return false;
	default:
		return c > ' ' && c <= '~';
	}
}

/* A scheme, a host, and only characters that may stand in a URL. */
static bool is_url(struct text text)
{
	size_t scheme = text_starts_with(text, "https://")  ? strlen("https://")
			: text_starts_with(text, "http://") ? strlen("http://")
							    : 0;

	if (scheme == 0 || text.length == scheme || text.length > LENGTH_URL ||
	    strchr("/?#:@", text.start[scheme]))
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if (!is_url_character(text.start[i]))
			return false;
	}
	return true;
}

/* The loader wants a string; longer names than this are none. */
static bool is_time_zone(struct text text)
{
	char name[64];

	if (text.length >= sizeof(name))
		return false;
	memcpy(name, text.start, text.length);
	name[text.length] = '\0';
	return time_zone_load(name) != NULL;
}

const char *format_problem(Format format, struct text text)
{
	switch (format) {
	case FORMAT__FORMAT_EMAIL:
		return text_is_email(text) ? NULL : "is not an e-mail address";
	case FORMAT__FORMAT_PHONE:
		return text_is_phone(text) ? NULL : "is not a phone number like +33612345678";
	case FORMAT__FORMAT_POSTCODE:
		return is_postcode(text) ? NULL : "is not a postcode: 2 to 10 of A-Z and 0-9";
	case FORMAT__FORMAT_ID:
		return id_is_chosen(text) ? NULL
					  : "is not an id: 1 to 30 of a-z, 0-9 and '-', "
					    "beginning with a letter, not ending with '-'";
	case FORMAT__FORMAT_TIME_ZONE:
		return is_time_zone(text) ? NULL : "is not a time zone like Europe/Paris";
	case FORMAT__FORMAT_CURRENCY:
		return money_is_currency(text) ? NULL : "is not a currency code like EUR";
	case FORMAT__FORMAT_LANGUAGE:
		return text_equal_string(text, "fr") || text_equal_string(text, "en")
			   ? NULL
			   : "must be one of: fr, en";
	case FORMAT__FORMAT_URL:
		return is_url(text) ? NULL : "is not an http or https URL";
	case FORMAT__FORMAT_REQUEST_ID:
		return is_request_id(text) ? NULL
					   : "is not a request id: 1 to 64 of A-Z, a-z, 0-9, "
					     "'-' and '_'";
	default:
		return NULL;
	}
}

size_t format_length(Format format)
{
	switch (format) {
	case FORMAT__FORMAT_EMAIL:
		return LENGTH_EMAIL;
	case FORMAT__FORMAT_URL:
		return LENGTH_URL;
	default:
		return LENGTH_DEFAULT;
	}
}
