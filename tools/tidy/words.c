/* SPDX-License-Identifier: Apache-2.0 */
/* What no text of the project says: marks of unfinished work, places of one machine, who wrote it.
 */
#include "tidy.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One letter of each stands in brackets, so that the patterns do not find themselves. */
static const struct {
	const char *pattern;
	bool any_case;
	const char *reason;
} refused[] = {
    {"F[I]XME|\\<(T[O]DO|X[X]X|H[A]CK)\\>", false, "it is to be finished first"},
    {"(^|[^[:alnum:]._}-])/([w]ork|[h]ome|[r]oot|[U]sers)/", false, "a path of one machine"},
    {"\\.\\./[s]hared/", false, "a path outside of the project"},
    {"\\<s[p]ikes?\\>", true, "the text speaks of what is, not of what was tried"},
    {"\\<(a[s]sistant|A[I]-generated|a[g]ent session|language m[o]del)\\>", true,
     "the text speaks of the project only"},
    {"[ \t]+$", false, "blanks at the end of the line"},
    {"^(<<<<<<<|>>>>>>>) ", false, "an unresolved merge"},
};

static void check_pattern(const struct source *source, size_t number)
{
	const char *at = source->text;
	regex_t expression;
	regmatch_t match;
	int flags = REG_EXTENDED | REG_NEWLINE | (refused[number].any_case ? REG_ICASE : 0);

	if (regcomp(&expression, refused[number].pattern, flags) != 0) {
		fprintf(stderr, "tidy: bad pattern %s\n", refused[number].pattern);
		exit(2);
	}
	while (regexec(&expression, at, 1, &match, 0) == 0) {
		at += match.rm_eo;
		refuse(source, (size_t)(at - source->text) - 1, "\"%.*s\": %s",
		       (int)(match.rm_eo - match.rm_so), at - (match.rm_eo - match.rm_so),
		       refused[number].reason);
		at += strcspn(at, "\n");
	}
	regfree(&expression);
}

void check_words(const struct source *source)
{
	for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
		check_pattern(source, i);
}
