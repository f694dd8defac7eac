/* SPDX-License-Identifier: Apache-2.0 */
/* Views on text (pointer and length), and the syntax checks and encodings that the suite needs. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* A borrowed run of bytes, not NUL-terminated; `start` may be NULL when `length` is 0. */
struct text {
	const char *start; /* borrowed */
	size_t length;
};

/* The view of a string literal, known when compiling. */
#define TEXT(literal) ((struct text){(literal), sizeof(literal) - 1})

/* For printf's "%.*s". */
#define TEXT_ARGUMENTS(text) (int)(text).length, (text).start

/* The view of a string; NULL gives the empty view. */
struct text text_of(const char *string);

bool text_equal(struct text a, struct text b);
bool text_equal_string(struct text text, const char *string);
bool text_starts_with(struct text text, const char *prefix);
bool text_ends_with(struct text text, const char *suffix);

/*
 * Takes the part before the next `separator` (or all that is left) off `rest`. False when nothing
 * is left: "a//b" gives "a", "", "b"; "" gives "" once. After the last part rest->start is NULL,
 * which is what ends the walk; begin with a view whose start is not NULL.
 */
bool text_next(struct text *rest, char separator, struct text *part);

/* Takes one character off the front; false when another or none is there. */
bool text_take(struct text *rest, char expected);

/* Well-formed UTF-8 (RFC 3629: nothing overlong, no surrogates, at most U+10FFFF) without NUL. */
bool text_is_utf8(const void *bytes, size_t length);

/* Bytes of the first code point; 0 when there is none or it is malformed. */
size_t text_decode(struct text text, uint32_t *code_point);

/* How many code points; the text must be valid UTF-8. */
size_t text_code_points(struct text text);

/* Decimal digits with an optional leading '-', no '+', blanks or leading zeros, within int64. */
bool text_to_int64(struct text text, int64_t *value);

/* Conservative: one '@', ASCII dot-atom of at most 64, a domain with a dot, 254 at most. */
bool text_is_email(struct text text);

/* E.164: '+', then 7 to 15 digits of which the first is not 0. */
bool text_is_phone(struct text text);

/* Begins or ends with what shows as nothing: Unicode's blanks, controls, U+200B, U+FEFF. */
bool text_has_outer_blanks(struct text text);

/* Folds A-Z to a-z where it stands; other bytes stay. */
void text_fold_ascii(char *bytes, size_t length);

/*
 * Encodings into the arena, NUL-terminated: hex in lower case; base64 (RFC 4648 section 4, padded,
 * for SQL's FROM_BASE64); base64url (section 5, not padded, for JWT and page tokens).
 */
char *text_hex_encode(struct arena *arena, const void *bytes, size_t length);
char *text_base64_encode(struct arena *arena, const void *bytes, size_t length);
char *text_base64url_encode(struct arena *arena, const void *bytes, size_t length);

/* The same without an arena; `out` has room for 2 * length + 1. */
void text_hex_write(char *out, const void *bytes, size_t length);

/* Exactly `length` bytes from 2 * length hex digits, either case. */
bool text_hex_read(struct text text, uint8_t *bytes, size_t length);

/*
 * Decodes into the arena (one NUL follows the bytes). Strict: no other characters, no spare bits
 * set, no padding, so that every value has exactly one text.
 */
bool text_base64url_decode(struct arena *arena, struct text text, uint8_t **bytes, size_t *length);
