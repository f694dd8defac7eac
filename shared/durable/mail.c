/* SPDX-License-Identifier: Apache-2.0 */
/* Renders templates with {{keys}} and hands mails to an SMTP server. */
#include "durable/mail.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/time.h"
#include "call/call.h"
#include "db/migrate.h"
#include "durable/work.h"
#include "entremise/common/v1/mail.pb-c.h"
#include "http/smtp.h"
#include "observe/log.h"

#define NAME_MAX_LENGTH 80

static const char *find_template(const struct embedded_file *files, const char *name,
				 const char *language)
{
	char file[NAME_MAX_LENGTH];

	snprintf(file, sizeof(file), "%s.%s.txt", name, strcmp(language, "fr") == 0 ? "fr" : "en");
	for (; files->name; files++)
		if (strcmp(files->name, file) == 0)
			return files->text;
	return NULL;
}

static const char *find_value(const struct mail_parameter *parameters, size_t count,
			      struct text key)
{
	for (size_t i = 0; i < count; i++)
		if (text_equal_string(key, parameters[i].key))
			return parameters[i].value;
	return NULL;
}

/* The template with every {{key}} replaced; NULL when one has no value. */
static const char *render(struct arena *arena, const char *template,
			  const struct mail_parameter *parameters, size_t count)
{
	const char *done = "";
	const char *open;

	while ((open = strstr(template, "{{")) != NULL) {
		const char *close = strstr(open, "}}");
		const char *value;

		if (!close)
			return NULL;
		value = find_value(parameters, count,
				   (struct text){open + 2, (size_t)(close - open) - 2});
		if (!value)
			return NULL;
		done = arena_text(arena, "%s%.*s%s", done, (int)(open - template), template, value);
		template = close + 2;
	}
	return arena_text(arena, "%s%s", done, template);
}

struct status mail_add(struct call *call, const struct embedded_file *files, const char *name,
		       const char *language, const char *to, const char *cause,
		       const struct mail_parameter *parameters, size_t count)
{
	Mail mail = MAIL__INIT;
	const char *template = find_template(files, name, language);
	const char *text = template ? render(call->arena, template, parameters, count) : NULL;
	char *end;

	if (!text) {
		LOG_ERROR("mail can not be rendered", LOG_TEXT("template", name));
		return status_of(REASON__REASON_INTERNAL);
	}
	mail.to = arena_text(call->arena, "%s", to);
	mail.subject = arena_text(call->arena, "%s", text);
	end = strchr(mail.subject, '\n');
	mail.text = end ? end + strspn(end, "\n") : mail.subject + strlen(mail.subject);
	if (end)
		*end = 0;
	return work_add(call, LANE__LANE_LOCAL, MAIL_KIND, "", cause, &mail.base);
}

struct status mail_attempt(struct call *call, const Work *work, const ProtobufCMessage *payload,
			   void **outcome)
{
	const Mail *mail = (const Mail *)(const void *)payload;
	const struct call_environment *environment = call->environment;
	const struct smtp_options options = {
	    .url = environment->smtp_url,
	    .timeout_ms = (long)((call->deadline_us - time_monotonic_us()) / 1000)};
	const struct smtp_mail letter = {
	    .from_address = environment->mail_from,
	    .to_address = mail->to,
	    .subject = mail->subject,
	    .text = mail->text,
	    .message_id = arena_text(call->arena, "%s.%s@entremise", work->platform, work->id),
	    .date_us = call->real_us};
	const char *cause = NULL;
	enum smtp_outcome sent;

	*outcome = NULL;
	if (!environment->smtp_url || !environment->mail_from)
		return status_with(REASON__REASON_UNAVAILABLE, "no mail server is set");
	sent = smtp_send(&options, &letter, call->arena, &cause);
	if (sent == SMTP_SENT)
		return STATUS_OK;
	/* An unknown outcome is tried again: a duplicate carries the same Message-ID. */
	return status_with(REASON__REASON_UNAVAILABLE, cause);
}
