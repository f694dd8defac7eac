/* SPDX-License-Identifier: Apache-2.0 */
/* Sends one mail by SMTP and says what became of it, as far as that can be known. */
#pragma once

#include <stdint.h>

struct arena;

struct smtp_options {
	const char *url; /* smtp://host:port or smtps://host:port */
	long timeout_ms; /* for one whole mail; 0 for 30,000 */
};

struct smtp_mail {
	const char *from_address; /* ASCII address */
	const char *from_name;	  /* UTF-8; NULL for none */
	const char *to_address;	  /* ASCII address */
	const char *subject;	  /* UTF-8, one line */
	const char *text;	  /* UTF-8, lines ended by \n */
	const char *message_id;	  /* "left@right", without brackets: the same again on a resend */
	int64_t date_us;	  /* microseconds since 1970, for the header Date */
};

enum smtp_outcome {
	SMTP_SENT = 0,
	SMTP_TRANSIENT, /* not taken, worth another try: no connection, or a 4xx */
	SMTP_PERMANENT, /* not taken, and never will be: a 5xx, or a mail that can't be written */
	SMTP_UNKNOWN,	/* the text went out, but no answer came: it may have been taken */
};

/*
 * Sends `mail` over a connection of its own and waits for the server's word. `*cause` (arena) tells
 * why it was not SENT, for a log line; it never holds the mail's addresses or text.
 */
enum smtp_outcome smtp_send(const struct smtp_options *options, const struct smtp_mail *mail,
			    struct arena *arena, const char **cause);
