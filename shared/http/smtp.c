/* SPDX-License-Identifier: Apache-2.0 */
/* The client of SMTP, over libcurl's mime interface. */
#include "http/smtp.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "http/curl_setup.h"
#include "http/mail_header.h"

#define DEFAULT_TIMEOUT_MS 30000L
#define CONNECT_TIMEOUT_MS 5000L

static CURL *handle_of(const struct smtp_options *options)
{
	CURL *curl = curl_setup_handle();

	CURL_SET(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	CURL_SET(curl, CURLOPT_URL, options->url);
	CURL_SET(curl, CURLOPT_TIMEOUT_MS,
		 options->timeout_ms > 0 ? options->timeout_ms : DEFAULT_TIMEOUT_MS);
	CURL_SET(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
	return curl;
}

/* The headers, or NULL when one of them can't be written. */
static struct curl_slist *list_headers(const struct smtp_mail *mail, struct arena *arena)
{
	const char *headers[5];
	struct curl_slist *list = NULL;

	if (!mail_header_is_address(mail->message_id)) /* Of the same form. */
		return NULL;
	headers[0] = mail_header_date(mail->date_us, arena);
	headers[1] = mail_header_address("From", mail->from_name, mail->from_address, arena);
	headers[2] = mail_header_address("To", NULL, mail->to_address, arena);
	headers[3] = mail_header_text("Subject", mail->subject, arena);
	headers[4] = arena_text(arena, "Message-ID: <%s>", mail->message_id);
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		if (!headers[i]) {
			curl_slist_free_all(list);
			return NULL;
		}
		list = curl_slist_append(list, headers[i]);
		if (!list)
			abort();
	}
	return list;
}

/* The text with CR LF at the end of each line, as mail wants it. */
static const char *with_line_ends(const char *text, struct arena *arena)
{
	char *lines = arena_alloc(arena, 2 * strlen(text) + 1);
	char *at = lines;

	for (; *text; text++) {
		if (*text == '\r')
			continue;
		if (*text == '\n')
			*at++ = '\r';
		*at++ = *text;
	}
	return lines;
}

static curl_mime *mime_of(CURL *curl, const struct smtp_mail *mail, struct arena *arena)
{
	curl_mime *mime = curl_mime_init(curl);
	curl_mimepart *part = mime ? curl_mime_addpart(mime) : NULL;

	if (!part)
		abort();
	curl_setup_check(
	    curl_mime_data(part, with_line_ends(mail->text, arena), CURL_ZERO_TERMINATED));
	curl_setup_check(curl_mime_type(part, "text/plain; charset=utf-8"));
	curl_setup_check(curl_mime_encoder(part, "quoted-printable"));
	return mime;
}

/* 354 is the server's leave to send the text: whatever fails after it leaves the outcome open. */
static enum smtp_outcome outcome_of(CURLcode code, long reply)
{
	if (code == CURLE_OK)
		return SMTP_SENT;
	if (reply >= 500 && reply < 600)
		return SMTP_PERMANENT;
	if (reply == 354)
		return SMTP_UNKNOWN;
	return SMTP_TRANSIENT;
}

enum smtp_outcome smtp_send(const struct smtp_options *options, const struct smtp_mail *mail,
			    struct arena *arena, const char **cause)
{
	struct curl_slist *headers = list_headers(mail, arena);
	struct curl_slist *recipients;
	enum smtp_outcome outcome;
	CURLcode code;
	curl_mime *mime;
	CURL *curl;
	long reply = 0;

	if (!headers) {
		*cause = "an address, the subject or the Message-ID is malformed";
		return SMTP_PERMANENT;
	}
	recipients = curl_slist_append(NULL, arena_text(arena, "<%s>", mail->to_address));
	if (!recipients)
		abort();
	curl = handle_of(options);
	mime = mime_of(curl, mail, arena);
	CURL_SET(curl, CURLOPT_HTTPHEADER, headers);
	CURL_SET(curl, CURLOPT_MAIL_FROM, arena_text(arena, "<%s>", mail->from_address));
	CURL_SET(curl, CURLOPT_MAIL_RCPT, recipients);
	CURL_SET(curl, CURLOPT_MIMEPOST, mime);
	code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply);
	outcome = outcome_of(code, reply);
	if (outcome != SMTP_SENT)
		*cause = arena_text(arena, "%s (last reply %ld)", curl_easy_strerror(code), reply);
	curl_easy_cleanup(curl);
	curl_mime_free(mime);
	curl_slist_free_all(recipients);
	curl_slist_free_all(headers);
	return outcome;
}
