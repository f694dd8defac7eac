/* SPDX-License-Identifier: Apache-2.0 */
/* Pings to the shop's webhook: sent by threads of their own, repeated until a 200, all logged. */
#pragma once

#include <stdbool.h>

#include <jansson.h>

struct pings;

struct pings_options {
	unsigned threads;
	double retry_scale;  /* 1 for Mollie's pauses of minutes to hours; 0.001 for tests */
	const char *ca_file; /* NULL for the system's */
	bool allow_plain;    /* http:// webhooks */
};

struct pings *pings_start(const struct pings_options *options);

/* Ends the threads; pings not yet sent are lost. NULL is allowed. */
void pings_stop(struct pings *pings);

/* Queues a ping, to be sent after `delay_ms`. When the queue is full the oldest is dropped. */
void pings_add(struct pings *pings, const char *payment, const char *url, unsigned delay_ms);

/* Notes in the log that a ping was not sent at all (a fault). */
void pings_note_dropped(struct pings *pings, const char *payment, const char *url);

/* The log, newest last, for one payment or (NULL) all; and how many wait. Caller releases. */
json_t *pings_log(struct pings *pings, const char *payment);
unsigned pings_waiting(struct pings *pings);

/* Forgets the queue and the log. */
void pings_reset(struct pings *pings);
