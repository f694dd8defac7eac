/* SPDX-License-Identifier: Apache-2.0 */
/* The adapter of the payment provider: requests, and what their answers mean for us. */
#include "mollie.h"

#include <string.h>

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"
#include "http/http_client.h"
#include "mollie_json.h"

#define TIMEOUT_MS 8000 /* An attempt of three requests ends well within its lease. */

struct mollie {
	struct arena *arena;	    /* borrowed */
	struct http_client *client; /* owned by the arena */
	const char *url;	    /* borrowed */
	const char *authorization;
};

/* One request to come. */
struct inquiry {
	const char *method;
	const char *path;
	const char *idempotency_key; /* NULL for none */
	json_t *body;		     /* owned; NULL for none */
};

static void close_client(void *client)
{
	http_client_destroy(client);
}

static void release_json(void *json)
{
	json_decref(json);
}

struct mollie *mollie_open(struct arena *arena, const char *url, const char *key)
{
	struct mollie *mollie = arena_new(arena, struct mollie, 1);
	const struct http_client_options options = {.allow_plain =
							text_starts_with(text_of(url), "http://")};

	mollie->arena = arena;
	mollie->url = url;
	mollie->authorization = arena_text(arena, "Bearer %s", key);
	mollie->client = http_client_create(&options);
	arena_on_reset(arena, close_client, mollie->client);
	return mollie;
}

static struct mollie_answer later(const char *cause)
{
	return (struct mollie_answer){MOLLIE_LATER, cause};
}

/* Whether the same request would be answered alike again. */
static bool is_definite(int status)
{
	return status == 400 || status == 401 || status == 403 || status == 404 || status == 410 ||
	       status == 415 || status == 422;
}

static struct mollie_answer judge(struct mollie *mollie, const struct http_answer *answer,
				  json_t **json)
{
	const char *cause;

	*json = json_loadb(answer->body, answer->body_length, JSON_REJECT_DUPLICATES, NULL);
	if (*json)
		arena_on_reset(mollie->arena, release_json, *json);
	if ((answer->status == 200 || answer->status == 201) && json_is_object(*json))
		return (struct mollie_answer){MOLLIE_DONE, NULL};
	cause = mollie_json_error(mollie->arena, answer->status, *json);
	return (struct mollie_answer){is_definite(answer->status) ? MOLLIE_REFUSED : MOLLIE_LATER,
				      cause};
}

/* Sends the request; *json is the answer's object, as long as the arena. */
static struct mollie_answer ask(struct mollie *mollie, const struct inquiry *inquiry, json_t **json)
{
	const struct http_header headers[] = {{"Authorization", mollie->authorization},
					      {"Content-Type", "application/json"},
					      {"Idempotency-Key", inquiry->idempotency_key}};
	const char *body = inquiry->body ? mollie_json_dump(mollie->arena, inquiry->body) : NULL;
	const struct http_outgoing outgoing = {
	    .method = inquiry->method,
	    .url = arena_text(mollie->arena, "%s/v2%s", mollie->url, inquiry->path),
	    .headers = headers,
	    .header_count = inquiry->idempotency_key ? 3 : 2,
	    .body = body,
	    .body_length = body ? strlen(body) : 0,
	    .timeout_ms = TIMEOUT_MS};
	struct http_answer answer = {0};

	json_decref(inquiry->body);
	switch (http_client_send(mollie->client, &outgoing, mollie->arena, &answer)) {
	case HTTP_ANSWERED:
		return judge(mollie, &answer, json);
	case HTTP_NOT_SENT:
		return later("the payment provider could not be reached");
	default:
		return later("the payment provider gave no answer");
	}
}

static struct mollie_answer malformed(void)
{
	return later("the payment provider's answer is malformed");
}

struct mollie_answer mollie_create_customer(struct mollie *mollie, const char *idempotency_key,
					    const char *our_name, const char **customer_id)
{
	const struct inquiry inquiry = {"POST", "/customers", idempotency_key,
					mollie_json_of_customer(our_name)};
	json_t *json;
	struct mollie_answer answer = ask(mollie, &inquiry, &json);

	if (answer.result != MOLLIE_DONE)
		return answer;
	if (!mollie_json_is_id(mollie_json_text(json, "id")))
		return malformed();
	*customer_id = mollie_json_text(json, "id");
	return answer;
}

static struct mollie_answer ask_payment(struct mollie *mollie, const struct inquiry *inquiry,
					struct mollie_payment *payment)
{
	json_t *json;
	struct mollie_answer answer = ask(mollie, inquiry, &json);

	if (answer.result == MOLLIE_DONE && !mollie_json_read_payment(json, payment))
		return malformed();
	return answer;
}

struct mollie_answer mollie_create_payment(struct mollie *mollie, const char *idempotency_key,
					   const struct mollie_order *order,
					   struct mollie_payment *payment)
{
	const struct inquiry inquiry = {"POST", "/payments", idempotency_key,
					mollie_json_of_order(mollie->arena, order)};

	return ask_payment(mollie, &inquiry, payment);
}

struct mollie_answer mollie_get_payment(struct mollie *mollie, const char *id,
					struct mollie_payment *payment)
{
	const struct inquiry inquiry = {"GET", arena_text(mollie->arena, "/payments/%s", id), NULL,
					NULL};

	return ask_payment(mollie, &inquiry, payment);
}

struct mollie_answer mollie_find_payment(struct mollie *mollie, const char *customer_id,
					 const char *our_name, struct mollie_payment *payment,
					 bool *found)
{
	const struct inquiry inquiry = {
	    "GET", arena_text(mollie->arena, "/customers/%s/payments?limit=250", customer_id), NULL,
	    NULL};
	struct mollie_payment listed;
	const json_t *item;
	json_t *json;
	size_t index;
	struct mollie_answer answer = ask(mollie, &inquiry, &json);

	*found = false;
	if (answer.result != MOLLIE_DONE)
		return answer;
	json_array_foreach(json_object_get(json_object_get(json, "_embedded"), "payments"), index,
			   item)
	{
		if (!mollie_json_read_payment(item, &listed))
			return malformed();
		if (strcmp(listed.our_name, our_name) != 0)
			continue;
		*payment = listed;
		*found = true;
		break;
	}
	return answer;
}
