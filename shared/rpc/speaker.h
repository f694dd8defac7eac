/* SPDX-License-Identifier: Apache-2.0 */
/* The tokens with which this server speaks to others: as itself, for the caller it acts for. */
#pragma once

struct call;
struct speaker;

/* A bounded store of signed tokens, one per caller; safe from any thread. */
struct speaker *speaker_create(void);
void speaker_destroy(struct speaker *speaker);

/*
 * The authorization header for call->actor, "Bearer ...", in the call's arena: good for at least a
 * minute and at most five. A service that acts on its own speaks for every platform. NULL when the
 * server signs nothing.
 */
const char *speaker_header(struct speaker *speaker, struct call *call);
