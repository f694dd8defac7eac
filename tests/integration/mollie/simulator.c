/* SPDX-License-Identifier: Apache-2.0 */
/* Starts the simulator and a shop, and talks to them. */
#include "simulator.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "http/http_client.h"
#include "http/http_server.h"

static void copy_header(char *to, size_t size, const struct http_request *request, const char *name)
{
	const char *value = http_request_header(request, name);

	snprintf(to, size, "%s", value ? value : "");
}

/* The shop: notes each ping, answers 500 as often as it is told, else 200. */
static void take_ping(void *context, const struct http_request *request,
		      struct http_response *response)
{
	struct simulator_fixture *fixture = context;
	struct shop_ping *ping;
	int status = 200;

	pthread_mutex_lock(&fixture->lock);
	if (fixture->ping_count < SIMULATOR_PINGS_MAX) {
		ping = &fixture->pings[fixture->ping_count++];
		snprintf(ping->method, sizeof(ping->method), "%s", request->method);
		snprintf(ping->path, sizeof(ping->path), "%s", request->path);
		snprintf(ping->body, sizeof(ping->body), "%s", request->body);
		copy_header(ping->content_type, sizeof(ping->content_type), request,
			    "Content-Type");
		copy_header(ping->agent, sizeof(ping->agent), request, "User-Agent");
	}
	if (fixture->failing > 0) {
		fixture->failing--;
		status = 500;
	}
	pthread_cond_broadcast(&fixture->arrived);
	pthread_mutex_unlock(&fixture->lock);
	http_response_text(response, status, "text/plain", "");
}

static void start_process(struct simulator_fixture *fixture, const char *const *options)
{
	const char *port_file = arena_text(fixture->arena, "%s/port", fixture->folder);
	const char *arguments[12] = {MOLLIE_PATH, "--port-file", port_file};
	time_t until = time(NULL) + 30;
	unsigned port = 0;

	for (size_t i = 0; options[i]; i++)
		arguments[3 + i] = options[i];
	fixture->process = fork();
	assert_true(fixture->process >= 0);
	if (fixture->process == 0) {
		if (!freopen("/dev/null", "w", stdout))
			_exit(126);
		execv(MOLLIE_PATH, (char *const *)(uintptr_t)arguments);
		_exit(127);
	}
	while (port == 0 && time(NULL) < until) {
		FILE *file = fopen(port_file, "r");

		assert_int_equal(waitpid(fixture->process, NULL, WNOHANG), 0);
		if (!file) {
			nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
			continue;
		}
		assert_int_equal(fscanf(file, "%u", &port), 1);
		fclose(file);
	}
	assert_true(port != 0);
	snprintf(fixture->base, sizeof(fixture->base), "http://127.0.0.1:%u", port);
}

struct simulator_fixture *simulator_start(const char *const *options)
{
	struct simulator_fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	fixture->arena = arena_create();
	snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/entremise-mollie-XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	/* The folder's random part makes the key this test's own. */
	snprintf(fixture->key, sizeof(fixture->key), "test_%s%024d",
		 fixture->folder + strlen("/tmp/entremise-mollie-"), 0);
	pthread_mutex_init(&fixture->lock, NULL);
	pthread_cond_init(&fixture->arrived, NULL);
	fixture->client = http_client_create(&(struct http_client_options){.allow_plain = true});
	start_process(fixture, options);
	fixture->shop = http_server_start(
	    &(struct http_server_options){.threads = 2, .handler = take_ping, .context = fixture});
	assert_non_null(fixture->shop);
	snprintf(fixture->webhook, sizeof(fixture->webhook), "http://127.0.0.1:%u/hook",
		 http_server_port(fixture->shop));
	return fixture;
}

void simulator_stop(struct simulator_fixture *fixture)
{
	int status = 0;

	kill(fixture->process, SIGTERM);
	assert_int_equal(waitpid(fixture->process, &status, 0), fixture->process);
	/* A sanitizer's finding, a leak too, shows here. */
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	http_server_stop(fixture->shop, 1000);
	http_client_destroy(fixture->client);
	unlink(arena_text(fixture->arena, "%s/port", fixture->folder));
	rmdir(fixture->folder);
	arena_destroy(fixture->arena);
	pthread_cond_destroy(&fixture->arrived);
	pthread_mutex_destroy(&fixture->lock);
	free(fixture);
}

int simulator_set_up(void **state)
{
	static const char *const options[] = {"--allow-loopback-webhooks", "--retry-scale",
					      "0.0005", NULL};

	*state = simulator_start(options);
	return 0;
}

int simulator_tear_down(void **state)
{
	simulator_stop(*state);
	return 0;
}

static json_t *exchange(struct simulator_fixture *fixture, const struct http_outgoing *outgoing,
			int status)
{
	struct http_answer answer;
	json_t *document;

	if (http_client_send(fixture->client, outgoing, fixture->arena, &answer) != HTTP_ANSWERED)
		fail_msg("%s %s: %s", outgoing->method, outgoing->url, answer.cause);
	if (answer.status != status)
		fail_msg("%s %s: %d %s", outgoing->method, outgoing->url, answer.status,
			 answer.body);
	fixture->replayed = http_answer_header(&answer, "idempotent-replayed");
	fixture->retry_after = http_answer_header(&answer, "retry-after");
	fixture->type = http_answer_header(&answer, "content-type");
	document = json_loadb(answer.body, answer.body_length, JSON_REJECT_DUPLICATES, NULL);
	return document ? document : json_null();
}

static json_t *send_json(struct simulator_fixture *fixture, const char *method, const char *path,
			 const char *idempotency_key, json_t *body, int status)
{
	char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	const char *authorization = arena_text(fixture->arena, "Bearer %s", fixture->key);
	struct http_header headers[] = {
	    {"Authorization", authorization},
	    {"Content-Type", "application/json"},
	    {"Idempotency-Key", idempotency_key},
	};
	struct http_outgoing outgoing = {
	    .method = method,
	    .url = arena_text(fixture->arena, "%s%s%s", fixture->base, path[0] == '/' ? "" : "/v2/",
			      path),
	    .headers = headers,
	    .header_count = idempotency_key ? 3 : 2,
	    .body = text,
	    .body_length = text ? strlen(text) : 0,
	    .timeout_ms = 10000,
	};
	json_t *answer = exchange(fixture, &outgoing, status);

	free(text);
	json_decref(body);
	return answer;
}

json_t *simulator_call(struct simulator_fixture *fixture, const char *method, const char *path,
		       json_t *body, int status)
{
	return send_json(fixture, method, path, NULL, body, status);
}

json_t *simulator_post_once(struct simulator_fixture *fixture, const char *key, const char *path,
			    json_t *body, int status)
{
	return send_json(fixture, "POST", path, key, body, status);
}

static const json_t *find(const json_t *object, const char *path)
{
	char name[64];
	size_t length;

	while (*path) {
		length = strcspn(path, ".");
		snprintf(name, sizeof(name), "%.*s", (int)length, path);
		object = json_is_array(object) ? json_array_get(object, strtoul(name, NULL, 10))
					       : json_object_get(object, name);
		path += length + (path[length] == '.');
	}
	return object;
}

const char *simulator_text(const json_t *object, const char *path)
{
	const char *text = json_string_value(find(object, path));

	return text ? text : "";
}

json_int_t simulator_number(const json_t *object, const char *path)
{
	return json_integer_value(find(object, path));
}

void simulator_checkout(struct simulator_fixture *fixture, const char *payment, const char *form,
			int status)
{
	struct http_header headers[] = {{"Content-Type", "application/x-www-form-urlencoded"}};
	struct http_outgoing outgoing = {
	    .method = "POST",
	    .url = arena_text(fixture->arena, "%s/checkout/%s", fixture->base, payment),
	    .headers = headers,
	    .header_count = 1,
	    .body = form,
	    .body_length = strlen(form),
	    .timeout_ms = 10000,
	};

	json_decref(exchange(fixture, &outgoing, status));
}

const char *simulator_customer(struct simulator_fixture *fixture)
{
	json_t *customer = simulator_call(
	    fixture, "POST", "customers",
	    json_pack("{s:s, s:s}", "name", "Camille", "email", "camille@example.org"), 201);
	const char *id = arena_text(fixture->arena, "%s", simulator_text(customer, "id"));

	json_decref(customer);
	return id;
}

json_t *simulator_payment(struct simulator_fixture *fixture, const char *sequence,
			  const char *customer, const char *value)
{
	json_t *input =
	    json_pack("{s:{s:s, s:s}, s:s, s:s, s:s, s:{s:s}}", "amount", "currency", "EUR",
		      "value", value, "description", "Subscription", "sequenceType", sequence,
		      "webhookUrl", fixture->webhook, "metadata", "obligation", "subscription-1");

	if (strcmp(sequence, "recurring") != 0)
		json_object_set_new(input, "redirectUrl", json_string("https://example.org/back"));
	if (customer)
		json_object_set_new(input, "customerId", json_string(customer));
	return input;
}

void simulator_await_pings(struct simulator_fixture *fixture, size_t count)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 10;
	pthread_mutex_lock(&fixture->lock);
	while (fixture->ping_count < count)
		if (pthread_cond_timedwait(&fixture->arrived, &fixture->lock, &until) != 0)
			break;
	pthread_mutex_unlock(&fixture->lock);
	if (fixture->ping_count < count)
		fail_msg("%zu of %zu pings came", fixture->ping_count, count);
}

void simulator_await_silence(struct simulator_fixture *fixture)
{
	json_int_t waiting = 1;

	for (int i = 0; i < 2000 && waiting > 0; i++) {
		json_t *log = simulator_call(fixture, "GET", "/control/pings", NULL, 200);

		waiting = simulator_number(log, "waiting");
		json_decref(log);
		if (waiting > 0)
			nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
	}
	assert_int_equal(waiting, 0);
}

size_t simulator_pings_of(struct simulator_fixture *fixture, const char *payment)
{
	size_t count = 0;

	pthread_mutex_lock(&fixture->lock);
	for (size_t i = 0; i < fixture->ping_count; i++)
		count += strncmp(fixture->pings[i].body, "id=", 3) == 0 &&
			 strcmp(fixture->pings[i].body + 3, payment) == 0;
	pthread_mutex_unlock(&fixture->lock);
	return count;
}

void simulator_set_clock(struct simulator_fixture *fixture, const char *time)
{
	json_decref(simulator_call(fixture, "POST", "/control/clock",
				   json_pack("{s:s, s:s}", "key", fixture->key, "time", time),
				   200));
}
