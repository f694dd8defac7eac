/* SPDX-License-Identifier: Apache-2.0 */
/* What the client reads of those who applied (P2): pure. */
#include "answer_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

#define CUT "..."

/* The controls of ASCII and Latin-1, and Unicode's two separators of lines. */
static bool ends_line(uint32_t code_point)
{
	return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) ||
	       code_point == 0x2028 || code_point == 0x2029;
}

/* Such characters of the text become blanks, one for each of their bytes. */
static void put_on_one_line(char *line)
{
	uint32_t code_point;

	for (size_t bytes; (bytes = text_decode(text_of(line), &code_point)) > 0; line += bytes)
		if (ends_line(code_point))
			memset(line, ' ', bytes);
}

/* Ends the line after so many characters, if it is longer. */
static void cut(char *line, size_t most)
{
	uint32_t ignored;

	if (text_code_points(text_of(line)) <= most)
		return;
	for (most -= strlen(CUT); most > 0; most--)
		line += text_decode(text_of(line), &ignored);
	memcpy(line, CUT, sizeof(CUT));
}

const char *answer_text_of(struct arena *arena, ProviderIdentity *const *providers, size_t count)
{
	const char *text = "";

	for (size_t i = 0; i < count; i++) {
		const ProviderIdentity *one = providers[i];
		char *line = arena_text(arena, "- %s%s%s", one->title,
					*one->presentation ? ": " : "", one->presentation);

		put_on_one_line(line);
		cut(line, ANSWER_TEXT_MAX / count - 1);
		text = arena_text(arena, "%s%s\n", text, line);
	}
	return text;
}
