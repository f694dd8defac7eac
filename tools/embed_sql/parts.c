/* SPDX-License-Identifier: Apache-2.0 */
/* Parts: SQL that several statements share, such as the columns of a resource, written once. */
#include "embed_sql.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define PARTS_MAX 32
#define MARK "-- part: "

struct part {
	char name[WORD_MAX];
	const char *body;
	size_t length;
};

struct parts {
	struct part items[PARTS_MAX];
	size_t count;
};

static size_t name_length(const char *text)
{
	size_t length = 0;

	while (islower((unsigned char)text[length]) || text[length] == '_')
		length++;
	return length;
}

/* Reads the part that begins at `text` (behind its mark); returns where its ';' is. */
static const char *read_part(const struct file *file, unsigned line, const char *text,
			     struct parts *parts)
{
	struct part *part = &parts->items[parts->count];
	size_t length = name_length(text);

	if (parts->count == PARTS_MAX)
		fail(file, line, "too many parts");
	if (length == 0 || length >= WORD_MAX || text[length] != '\n')
		fail(file, line, "expected -- part: name");
	memcpy(part->name, text, length);
	part->name[length] = 0;
	part->body = text + length + 1;
	part->length = strcspn(part->body, ";");
	if (part->body[part->length] == 0)
		fail(file, line, "the part %s has no ;", part->name);
	parts->count++;
	return part->body + part->length;
}

/* The part named at `text` ("{name}"); NULL when these are other braces. */
static const struct part *find_part(const struct parts *parts, const char *text)
{
	size_t length = name_length(text + 1);

	for (size_t i = 0; i < parts->count; i++)
		if (text[1 + length] == '}' && strlen(parts->items[i].name) == length &&
		    memcmp(parts->items[i].name, text + 1, length) == 0)
			return &parts->items[i];
	return NULL;
}

/* The body on one line, so that the lines of the file stay where they are. */
static size_t write_part(char *out, const struct part *part)
{
	for (size_t i = 0; i < part->length; i++)
		out[i] = part->body[i] == '\n' || part->body[i] == '\t' ? ' ' : part->body[i];
	return part->length;
}

char *expand_parts(const struct file *file, const char *text)
{
	struct parts parts = {0};
	unsigned line = 1;
	size_t size = 0;
	/* Every brace could become the whole file: a bound that such files never come near. */
	char *out = malloc(strlen(text) * 64 + 1);

	if (!out)
		fail(file, line, "no memory");
	for (const char *at = text; *at; at++) {
		const struct part *part = *at == '{' ? find_part(&parts, at) : NULL;

		line += *at == '\n';
		if (strncmp(at, MARK, strlen(MARK)) == 0 && (at == text || at[-1] == '\n')) {
			const char *end = read_part(file, line, at + strlen(MARK), &parts);

			for (; at < end; at++) {
				if (*at == '\n') {
					out[size++] = '\n';
					line++;
				}
			}
		} else if (part) {
			if (size + part->length > strlen(text) * 63)
				fail(file, line, "the parts make the file too long");
			size += write_part(out + size, part);
			at += strlen(part->name) + 1;
		} else {
			out[size++] = *at;
		}
	}
	out[size] = 0;
	return out;
}
