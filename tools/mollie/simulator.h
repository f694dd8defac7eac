/* SPDX-License-Identifier: Apache-2.0 */
/* The simulator as a whole: its settings, its switches for faults, and one lock over everything. */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct account;
struct pings;

/* Switches for what goes wrong; each counts down. */
struct faults {
	unsigned drop_pings;
	unsigned duplicate_pings;
	unsigned delay_pings;
	unsigned delay_ms;
	unsigned too_many; /* 429 */
	unsigned retry_after_s;
	unsigned hang; /* executes, waits, closes the connection without an answer */
	unsigned hang_ms;
	unsigned slow; /* waits first, then executes and answers; its key is busy meanwhile */
	unsigned slow_ms;
};

struct settings {
	char base_url[300]; /* "http://127.0.0.1:8080" */
	bool allow_loopback_webhooks;
	bool ping_pending;	/* sources disagree whether `pending` is told */
	unsigned idempotency_s; /* how long answers are kept */
	unsigned sepa_days;	/* business days from creation to the debit */
};

struct simulator {
	pthread_mutex_t lock;	/* over everything here */
	pthread_cond_t changed; /* stopping */
	bool is_stopping;
	struct account *accounts; /* owned */
	size_t account_count;
	json_t *outcomes; /* owned; list of rules */
	struct faults faults;
	struct settings settings;
	struct pings *pings; /* owned */
};
