/* SPDX-License-Identifier: Apache-2.0 */
/* What the client reads of those who applied (P2): pure. */
#pragma once

#include <stddef.h>

#include "entremise/requests/v1/message.pb-c.h"

struct arena;

/* The whole text has at most so many characters, as the contract says of Message.text. */
#define ANSWER_TEXT_MAX 8000

/*
 * "- Nettoyage Durand: Dix ans de métier", one line a provider, in the arena. What providers wrote
 * stays on its own line, whatever is in it: nobody can make up another provider, or words of the
 * platform. A line has its share of the text, what is beyond is cut.
 */
const char *answer_text_of(struct arena *arena, ProviderIdentity *const *providers, size_t count);
