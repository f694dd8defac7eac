/* SPDX-License-Identifier: Apache-2.0 */
/* For tests: the simulator as a process, a shop that takes its pings, and calls to both. */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <jansson.h>

struct arena;
struct http_client;
struct http_server;

#define SIMULATOR_PINGS_MAX 256

/* One ping as the shop got it. */
struct shop_ping {
	char method[16];
	char path[64];
	char content_type[80];
	char agent[80];
	char body[200];
};

struct simulator_fixture {
	struct arena *arena;
	struct http_client *client;
	pid_t process;
	char folder[64];
	char base[64]; /* "http://127.0.0.1:PORT" */
	char key[64];  /* of this test alone */

	struct http_server *shop;
	char webhook[80]; /* the shop's URL for pings */
	pthread_mutex_t lock;
	pthread_cond_t arrived;
	struct shop_ping pings[SIMULATOR_PINGS_MAX];
	size_t ping_count;
	unsigned failing; /* so many pings get a 500 first */

	/* Of the last call: */
	const char *replayed;	 /* header Idempotent-Replayed */
	const char *retry_after; /* header Retry-After */
	const char *type;	 /* header Content-Type */
};

/* For cmocka: starts all with `--allow-loopback-webhooks` and pauses of pings 1/2000 as long. */
int simulator_set_up(void **state);
int simulator_tear_down(void **state);

/* The same with options of its own (ended by NULL; at most 6). */
struct simulator_fixture *simulator_start(const char *const *options);
void simulator_stop(struct simulator_fixture *fixture);

/*
 * Calls the API below /v2/ with the fixture's key, or another path from its root when it begins
 * with '/'. `body` (reference taken; NULL for none) is sent as JSON. Fails the test when the status
 * is not `status`. The answer is owned by the caller; json_null() when there is no document.
 */
json_t *simulator_call(struct simulator_fixture *fixture, const char *method, const char *path,
		       json_t *body, int status);

/* The same with an Idempotency-Key. */
json_t *simulator_post_once(struct simulator_fixture *fixture, const char *key, const char *path,
			    json_t *body, int status);

/* A member, by path ("amount.value"), as text / as a number; "" or 0 when it is absent. */
const char *simulator_text(const json_t *object, const char *path);
json_int_t simulator_number(const json_t *object, const char *path);

/* Submits the checkout page of a payment; fails the test when the status is not `status`. */
void simulator_checkout(struct simulator_fixture *fixture, const char *payment, const char *form,
			int status);

/* A new customer's id (arena). */
const char *simulator_customer(struct simulator_fixture *fixture);

/* The input of a payment: sequence "oneoff", "first" or "recurring", with the shop's webhook. */
json_t *simulator_payment(struct simulator_fixture *fixture, const char *sequence,
			  const char *customer, const char *value);

/* Waits until the shop has got `count` pings (10 s at most) and until none waits any more. */
void simulator_await_pings(struct simulator_fixture *fixture, size_t count);
void simulator_await_silence(struct simulator_fixture *fixture);

/* How many pings of that payment the shop has got. */
size_t simulator_pings_of(struct simulator_fixture *fixture, const char *payment);

/* Sets the key's clock, "2026-11-22T18:33:20+00:00". */
void simulator_set_clock(struct simulator_fixture *fixture, const char *time);
