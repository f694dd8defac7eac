/* SPDX-License-Identifier: Apache-2.0 */
/* What the client reads of those who applied (P2): pure. */
#pragma once

#include <stddef.h>

#include "entremise/requests/v1/message.pb-c.h"

struct arena;

/* Of the 8,000 characters of Message.text; the others are for the line of the price before it. */
#define ANSWER_TEXT_MAX 7700

/*
 * "- Nettoyage Durand: Dix ans de métier", one line a provider, in the arena. What providers wrote
 * stays on its own line, whatever is in it: nobody can make up another provider, or words of the
 * platform. A line has its share of the text, what is beyond is cut.
 */
const char *answer_text_of(struct arena *arena, ProviderIdentity *const *providers, size_t count);
