/* SPDX-License-Identifier: Apache-2.0 */
/* Headers of a mail (RFC 5322), with text beyond ASCII as encoded words (RFC 2047). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct arena;

/* The longest text that mail_header_text takes, in bytes. */
#define MAIL_HEADER_TEXT_MAX 998

/*
 * "Name: text" in the arena. Printable ASCII stands as it is, everything else becomes encoded words
 * of at most 75 characters, each holding whole characters, folded over lines. NULL for a control
 * character, bytes that are not UTF-8, or a text that is too long.
 */
const char *mail_header_text(const char *name, const char *text, struct arena *arena);

/* "Name: display <address>", or without a display name; NULL as above or for a wrong address. */
const char *mail_header_address(const char *name, const char *display, const char *address,
				struct arena *arena);

/* "Date: Sun, 22 Nov 2026 18:33:20 +0000". */
const char *mail_header_date(int64_t date_us, struct arena *arena);

/* Printable ASCII, one '@' with something on both sides, no brackets, quotes or blanks, <= 254. */
bool mail_header_is_address(const char *address);
