/* SPDX-License-Identifier: Apache-2.0 */
/* Builds each line on the stack and hands it to the kernel in one piece; never allocates. */
#include "observe/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/time.h"
#include "observe/trace.h"

/* What must always fit behind the last field. */
#define TAIL ",\"truncated\":true}\n"
#define ROOM (LOG_LINE_MAX - sizeof TAIL)

/* The longest form of one code point in a line: "\u0000". */
#define ESCAPE_SIZE 8

struct line {
	char bytes[LOG_LINE_MAX];
	size_t length;
	bool truncated;
};

static const char *service_name = "";
static atomic_int least_level = LOG_LEVEL_INFO;
static atomic_int output = STDERR_FILENO;
static _Thread_local const struct log_context *current_context;

static const char *const level_names[] = {"debug", "info", "warn", "error"};

void log_init(const char *service, enum log_level level)
{
	service_name = service;
	atomic_store_explicit(&least_level, (int)level, memory_order_relaxed);
}

bool log_level_parse(struct text text, enum log_level *level)
{
	for (int i = LOG_LEVEL_DEBUG; i <= LOG_LEVEL_ERROR; i++) {
		if (text_equal_string(text, level_names[i])) {
			*level = (enum log_level)i;
			return true;
		}
	}
	return false;
}

bool log_enabled(enum log_level level)
{
	return (int)level >= atomic_load_explicit(&least_level, memory_order_relaxed);
}

const struct log_context *log_context_set(const struct log_context *context)
{
	const struct log_context *former = current_context;

	current_context = context;
	return former;
}

const struct log_context *log_context_get(void)
{
	return current_context;
}

void log_set_descriptor(int descriptor)
{
	atomic_store_explicit(&output, descriptor, memory_order_relaxed);
}

/* Appends all of it or nothing. */
static bool append(struct line *line, struct text part)
{
	if (line->length + part.length > ROOM) {
		line->truncated = true;
		return false;
	}
	memcpy(line->bytes + line->length, part.start, part.length);
	line->length += part.length;
	return true;
}

/* How one character stands in a JSON string (RFC 8259, section 7). */
static struct text escape(struct text character, uint32_t code_point, char out[ESCAPE_SIZE])
{
	static const char short_forms[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	int length;

	for (size_t i = 0; i + 1 < sizeof short_forms; i += 2) {
		if ((uint32_t)short_forms[i] == code_point) {
			out[0] = '\\';
			out[1] = short_forms[i + 1];
			return (struct text){out, 2};
		}
	}
	if (code_point >= 0x20 && code_point != 0x7F)
		return character;
	length = snprintf(out, ESCAPE_SIZE, "\\u%04x", (unsigned)code_point & 0xFFFFU);
	return (struct text){out, (size_t)length};
}

/* The text between quotes; what does not fit is cut, at a character. */
static void append_quoted(struct line *line, struct text text)
{
	/* Room for the closing quote is the caller's to have checked. */
	line->bytes[line->length++] = '"';
	while (text.length > 0) {
		char buffer[ESCAPE_SIZE];
		uint32_t code_point;
		size_t taken = text_decode(text, &code_point);
		struct text character = {text.start, taken};

		if (taken == 0) {
			taken = 1;
			character = TEXT("\xEF\xBF\xBD");
		} else {
			character = escape(character, code_point, buffer);
		}
		if (line->length + character.length + 1 > ROOM) {
			line->truncated = true;
			break;
		}
		append(line, character);
		text.start += taken;
		text.length -= taken;
	}
	line->bytes[line->length++] = '"';
}

static void append_value(struct line *line, const struct log_field *field)
{
	char number[24];

	switch (field->kind) {
	case LOG_KIND_TEXT:
		if (field->text.start)
			append_quoted(line, field->text);
		else
			append(line, TEXT("null"));
		break;
	case LOG_KIND_INT:
		snprintf(number, sizeof number, "%" PRId64, field->number);
		append(line, text_of(number));
		break;
	case LOG_KIND_BOOL:
		append(line, field->number ? TEXT("true") : TEXT("false"));
		break;
	case LOG_KIND_END:
		break;
	}
}

/* `,"key":value`; keys are the program's own words and need no escaping. */
static void append_field(struct line *line, const struct log_field *field)
{
	struct text key = text_of(field->key);
	const size_t least = 24; /* A number, or the quotes around nothing. */

	if (line->truncated)
		return;
	if (line->length + key.length + 4 + least > ROOM) {
		line->truncated = true;
		return;
	}
	append(line, line->length == 0 ? TEXT("{\"") : TEXT(",\""));
	append(line, key);
	append(line, TEXT("\":"));
	append_value(line, field);
}

static void append_context(struct line *line, const struct log_context *context)
{
	char trace_id[TRACE_ID_SIZE];

	if (context->trace) {
		trace_format_id(trace_id, context->trace);
		append_field(line, &LOG_TEXT("trace_id", trace_id));
	}
	if (context->platform)
		append_field(line, &LOG_TEXT("platform", context->platform));
	if (context->method)
		append_field(line, &LOG_TEXT("method", context->method));
	if (context->request_id)
		append_field(line, &LOG_TEXT("request_id", context->request_id));
}

static void write_all(const char *bytes, size_t length)
{
	int descriptor = atomic_load_explicit(&output, memory_order_relaxed);

	while (length > 0) {
		ssize_t written = write(descriptor, bytes, length);

		if (written < 0) {
			if (errno == EINTR)
				continue;
			return; /* Nobody is left to be told. */
		}
		bytes += written;
		length -= (size_t)written;
	}
}

void log_write(enum log_level level, const char *message, const struct log_field *fields)
{
	int former_errno = errno;
	char now[TIME_TEXT_SIZE];
	struct line line;

	if (!log_enabled(level))
		return;
	line.length = 0;
	line.truncated = false;
	time_format(now, time_real_us());
	append_field(&line, &LOG_TEXT("time", now));
	append_field(&line, &LOG_TEXT("level", level_names[level]));
	append_field(&line, &LOG_TEXT("service", service_name));
	if (current_context)
		append_context(&line, current_context);
	append_field(&line, &LOG_TEXT("message", message));
	for (; fields->kind != LOG_KIND_END; fields++)
		append_field(&line, fields);
	if (line.truncated) {
		memcpy(line.bytes + line.length, TAIL, sizeof TAIL - 1);
		line.length += sizeof TAIL - 1;
	} else {
		memcpy(line.bytes + line.length, "}\n", 2);
		line.length += 2;
	}
	write_all(line.bytes, line.length);
	errno = former_errno;
}
