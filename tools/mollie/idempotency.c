/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the answers to POSTs by key, in the account. */
#include "idempotency.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "base/arena.h"
#include "clock.h"
#include "http/http_server.h"
#include "simulator.h"

#define KEY_MAX 255
#define ANSWERS_MAX 20000 /* in one account */

/* What makes two requests the same: the path, and the body as JSON with its members in order. */
static json_t *fingerprint_of(const struct call *call)
{
	char *body = json_dumps(call->input, JSON_COMPACT | JSON_SORT_KEYS);
	json_t *fingerprint = json_sprintf("%s %s", call->request->path, body ? body : "");

	free(body);
	return fingerprint;
}

static bool is_expired(const struct call *call, const json_t *answer)
{
	int64_t until = json_integer_value(json_object_get(answer, "until"));

	return until != 0 && clock_now_us(call->account) >= until;
}

/* Makes room: what is expired goes, and if that is not enough the oldest goes too. */
static void purge(const struct call *call)
{
	json_t *answers = call->account->idempotent;
	const char *key;
	json_t *answer;
	void *next;

	if (json_object_size(answers) < ANSWERS_MAX)
		return;
	json_object_foreach_safe(answers, next, key, answer)
	{
		if (is_expired(call, answer))
			json_object_del(answers, key);
	}
	if (json_object_size(answers) >= ANSWERS_MAX)
		json_object_del(answers, json_object_iter_key(json_object_iter(answers)));
}

enum idempotency idempotency_begin(struct call *call, const char *key)
{
	json_t *answer = json_object_get(call->account->idempotent, key);
	json_t *fingerprint;

	if (key[0] == '\0' || strlen(key) > KEY_MAX) {
		api_refuse(call, 400, NULL, "The idempotency key must have 1 to 255 characters");
		return IDEMPOTENCY_REFUSED;
	}
	fingerprint = fingerprint_of(call);
	if (answer && is_expired(call, answer)) {
		json_object_del(call->account->idempotent, key);
		answer = NULL;
	}
	if (!answer) {
		purge(call);
		answer = json_object();
		json_object_set_new(answer, "fingerprint", fingerprint);
		json_object_set_new(call->account->idempotent, key, answer);
		return IDEMPOTENCY_NEW;
	}
	if (!json_equal(fingerprint, json_object_get(answer, "fingerprint"))) {
		json_decref(fingerprint);
		api_refuse(call, 400, NULL,
			   "The idempotency key was used for a request with other parameters");
		return IDEMPOTENCY_REFUSED;
	}
	json_decref(fingerprint);
	if (!json_object_get(answer, "status")) {
		api_refuse(call, 409, NULL, "A request with this idempotency key is running");
		return IDEMPOTENCY_REFUSED;
	}
	api_answer(call, (int)json_integer_value(json_object_get(answer, "status")),
		   json_deep_copy(json_object_get(answer, "body")));
	return IDEMPOTENCY_REPLAYED;
}

void idempotency_end(struct call *call, const char *key)
{
	json_t *answer = json_object_get(call->account->idempotent, key);

	if (!answer) /* The store was reset meanwhile. */
		return;
	json_object_set_new(answer, "status", json_integer(call->status));
	if (call->output)
		json_object_set(answer, "body", call->output);
	json_object_set_new(
	    answer, "until",
	    json_integer(clock_now_us(call->account) +
			 (int64_t)call->simulator->settings.idempotency_s * 1000000));
}
