/* SPDX-License-Identifier: Apache-2.0 */
/* The queue of pings, its threads and its log. */
#include "pings.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "clock.h"
#include "form.h"
#include "http/http_client.h"

#define WAITING_MAX 10000
#define LOG_MAX 10000
#define ATTEMPTS_MAX 10
#define ANSWER_TIMEOUT_MS 15000
#define THREADS_MAX 16

/* Minutes before the second, third, ... attempt: 10 attempts within about 26 hours. */
static const unsigned pauses_minutes[ATTEMPTS_MAX - 1] = {1, 2, 4, 8, 16, 29, 60, 120, 1320};

struct ping {
	char *payment; /* owned */
	char *url;     /* owned */
	unsigned attempt;
	int64_t due_ms; /* monotonic */
};

struct pings {
	struct pings_options options;
	pthread_t threads[THREADS_MAX];
	unsigned thread_count;

	pthread_mutex_t lock; /* over all below */
	pthread_cond_t changed;
	bool is_stopping;
	unsigned generation; /* counts resets: what was under way before is forgotten */
	struct ping *waiting[WAITING_MAX]; /* owned, in no order */
	size_t waiting_count;
	unsigned under_way;
	json_t *log; /* owned */
};

static int64_t monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void free_ping(struct ping *ping)
{
	free(ping->payment);
	free(ping->url);
	free(ping);
}

/* The place of the ping that is due first; waiting_count when there is none. */
static size_t first_waiting(const struct pings *pings)
{
	size_t first = pings->waiting_count;

	for (size_t i = 0; i < pings->waiting_count; i++)
		if (first == pings->waiting_count ||
		    pings->waiting[i]->due_ms < pings->waiting[first]->due_ms)
			first = i;
	return first;
}

static struct ping *take_out(struct pings *pings, size_t place)
{
	struct ping *ping = pings->waiting[place];

	pings->waiting[place] = pings->waiting[--pings->waiting_count];
	return ping;
}

static void put_in(struct pings *pings, struct ping *ping)
{
	if (pings->waiting_count == WAITING_MAX)
		free_ping(take_out(pings, first_waiting(pings)));
	pings->waiting[pings->waiting_count++] = ping;
	pthread_cond_broadcast(&pings->changed);
}

static void note(struct pings *pings, const char *payment, const char *url, unsigned attempt,
		 const struct http_answer *answer, int64_t duration_ms)
{
	json_t *entry = json_object();

	json_object_set_new(entry, "payment", json_string(payment));
	json_object_set_new(entry, "url", json_string(url));
	json_object_set_new(entry, "attempt", json_integer(attempt));
	json_object_set_new(entry, "at", clock_instant(clock_real_us()));
	json_object_set_new(entry, "durationMs", json_integer(duration_ms));
	json_object_set_new(entry, "status", json_integer(answer->status));
	json_object_set_new(entry, "error",
			    answer->cause ? json_string(answer->cause) : json_null());
	if (json_array_size(pings->log) == LOG_MAX)
		json_array_remove(pings->log, 0);
	json_array_append_new(pings->log, entry);
}

static enum http_result send_ping(struct http_client *client, const struct ping *ping,
				  struct arena *arena, struct http_answer *answer)
{
	static const struct http_header headers[] = {
	    {"Content-Type", "application/x-www-form-urlencoded"},
	    {"Accept", "*/*"},
	};
	const char *body = arena_text(arena, "id=%s", form_escape(ping->payment, arena));
	struct http_outgoing outgoing = {
	    .method = "POST",
	    .url = ping->url,
	    .headers = headers,
	    .header_count = sizeof(headers) / sizeof(headers[0]),
	    .body = body,
	    .body_length = strlen(body),
	    .timeout_ms = ANSWER_TIMEOUT_MS,
	};

	return http_client_send(client, &outgoing, arena, answer);
}

/* After an attempt: only a 200 ends it, anything else is tried again, ten times in all. */
static void settle(struct pings *pings, struct ping *ping, bool is_taken)
{
	double pause_ms;

	if (is_taken || ping->attempt == ATTEMPTS_MAX) {
		free_ping(ping);
		return;
	}
	pause_ms = 60000.0 * pauses_minutes[ping->attempt - 1] * pings->options.retry_scale;
	ping->due_ms = monotonic_ms() + (int64_t)pause_ms;
	put_in(pings, ping);
}

/* Sends one ping, with the lock released meanwhile. */
static void attempt(struct pings *pings, struct ping *ping, struct http_client *client,
		    struct arena *arena)
{
	unsigned generation = pings->generation;
	int64_t start_ms = monotonic_ms();
	struct http_answer answer;

	ping->attempt++;
	pings->under_way++;
	pthread_mutex_unlock(&pings->lock);
	send_ping(client, ping, arena, &answer);
	pthread_mutex_lock(&pings->lock);
	pings->under_way--;
	if (generation == pings->generation) {
		note(pings, ping->payment, ping->url, ping->attempt, &answer,
		     monotonic_ms() - start_ms);
		settle(pings, ping, answer.status == 200);
	} else {
		free_ping(ping);
	}
	arena_reset(arena);
}

static void wait_until(struct pings *pings, int64_t due_ms)
{
	struct timespec until = {.tv_sec = (time_t)(due_ms / 1000),
				 .tv_nsec = (long)(due_ms % 1000) * 1000000};

	pthread_cond_timedwait(&pings->changed, &pings->lock, &until);
}

static void *work(void *data)
{
	struct pings *pings = data;
	struct arena *arena = arena_create();
	struct http_client *client = http_client_create(&(struct http_client_options){
	    .user_agent = "Mollie HTTP client/1.0",
	    .ca_file = pings->options.ca_file,
	    .allow_plain = pings->options.allow_plain,
	    .max_body = 65536,
	});

	pthread_mutex_lock(&pings->lock);
	while (!pings->is_stopping) {
		size_t first = first_waiting(pings);

		if (first == pings->waiting_count)
			pthread_cond_wait(&pings->changed, &pings->lock);
		else if (pings->waiting[first]->due_ms > monotonic_ms())
			wait_until(pings, pings->waiting[first]->due_ms);
		else
			attempt(pings, take_out(pings, first), client, arena);
	}
	pthread_mutex_unlock(&pings->lock);
	http_client_destroy(client);
	arena_destroy(arena);
	return NULL;
}

struct pings *pings_start(const struct pings_options *options)
{
	struct pings *pings = calloc(1, sizeof(*pings));
	pthread_condattr_t attributes;

	if (!pings)
		abort();
	pings->options = *options;
	pings->log = json_array();
	pthread_mutex_init(&pings->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&pings->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	while (pings->thread_count < options->threads && pings->thread_count < THREADS_MAX) {
		if (pthread_create(&pings->threads[pings->thread_count], NULL, work, pings) != 0)
			abort();
		pings->thread_count++;
	}
	return pings;
}

static void forget_all(struct pings *pings)
{
	pings->generation++;
	while (pings->waiting_count > 0)
		free_ping(take_out(pings, 0));
	json_array_clear(pings->log);
}

void pings_stop(struct pings *pings)
{
	if (!pings)
		return;
	pthread_mutex_lock(&pings->lock);
	pings->is_stopping = true;
	pthread_cond_broadcast(&pings->changed);
	pthread_mutex_unlock(&pings->lock);
	for (unsigned i = 0; i < pings->thread_count; i++)
		pthread_join(pings->threads[i], NULL);
	forget_all(pings);
	json_decref(pings->log);
	pthread_cond_destroy(&pings->changed);
	pthread_mutex_destroy(&pings->lock);
	free(pings);
}

void pings_add(struct pings *pings, const char *payment, const char *url, unsigned delay_ms)
{
	struct ping *ping = calloc(1, sizeof(*ping));

	if (!ping || !(ping->payment = strdup(payment)) || !(ping->url = strdup(url)))
		abort();
	ping->due_ms = monotonic_ms() + delay_ms;
	pthread_mutex_lock(&pings->lock);
	put_in(pings, ping);
	pthread_mutex_unlock(&pings->lock);
}

void pings_note_dropped(struct pings *pings, const char *payment, const char *url)
{
	pthread_mutex_lock(&pings->lock);
	note(pings, payment, url, 0, &(struct http_answer){.cause = "dropped"}, 0);
	pthread_mutex_unlock(&pings->lock);
}

json_t *pings_log(struct pings *pings, const char *payment)
{
	json_t *copy = json_array();
	size_t i;
	json_t *entry;

	pthread_mutex_lock(&pings->lock);
	json_array_foreach(pings->log, i, entry)
	{
		const char *id = json_string_value(json_object_get(entry, "payment"));

		if (!payment || strcmp(id, payment) == 0)
			json_array_append_new(copy, json_deep_copy(entry));
	}
	pthread_mutex_unlock(&pings->lock);
	return copy;
}

unsigned pings_waiting(struct pings *pings)
{
	unsigned count;

	pthread_mutex_lock(&pings->lock);
	count = (unsigned)pings->waiting_count + pings->under_way;
	pthread_mutex_unlock(&pings->lock);
	return count;
}

void pings_reset(struct pings *pings)
{
	pthread_mutex_lock(&pings->lock);
	forget_all(pings);
	pthread_mutex_unlock(&pings->lock);
}
