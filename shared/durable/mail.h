/* SPDX-License-Identifier: Apache-2.0 */
/* Mails: rendered from a template within a mutation, sent by LOCAL work, once per cause. */
#pragma once

#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

#include "base/status.h"
#include "entremise/common/v1/work.pb-c.h"

struct call;
struct embedded_file;

#define MAIL_KIND "mail"

/* What stands for {{key}} in a template. */
struct mail_parameter {
	const char *key;
	const char *value;
};

/*
 * Adds a mail to the mutation at hand: template `name` of `files` ("answer.fr.txt": the subject on
 * the first line, an empty line, the text) in `language` ("fr" or "en"; else "en"). A key without a
 * parameter is a bug: INTERNAL. `cause` is unique: a second mail for it is not sent. The Message-ID
 * is the work's id, so a resend carries the same.
 */
struct status mail_add(struct call *call, const struct embedded_file *files, const char *name,
		       const char *language, const char *to, const char *cause,
		       const struct mail_parameter *parameters, size_t count);

/* For a service's table of LOCAL work: {MAIL_KIND, &mail__descriptor, mail_attempt, NULL}. */
struct status mail_attempt(struct call *call, const Work *work, const ProtobufCMessage *payload,
			   void **outcome);
