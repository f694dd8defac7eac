/* SPDX-License-Identifier: Apache-2.0 */
/* Client and server of HTTP against each other, and against a peer that breaks off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "http/http_client.h"
#include "http/http_server.h"

struct fixture {
	struct arena *arena;
	struct http_server *server;
	struct http_client *client;
	sem_t entered; /* posted by "/wait" */
	sem_t leave;   /* awaited by "/wait" */
};

static void handle(void *context, const struct http_request *request,
		   struct http_response *response)
{
	struct fixture *fixture = context;
	const char *agent = http_request_header(request, "user-agent");
	const char *item = http_request_query(request, "item");

	if (strcmp(request->path, "/drop") == 0)
		return;
	if (strcmp(request->path, "/wait") == 0) {
		sem_post(&fixture->entered);
		sem_wait(&fixture->leave);
	}
	if (strcmp(request->path, "/large") == 0) {
		char *body = arena_alloc(request->arena, 5001);

		memset(body, 'x', 5000);
		http_response_text(response, 200, "text/plain", body);
		return;
	}
	if (strcmp(request->path, "/redirect") == 0) {
		http_response_text(response, 302, "text/plain", "");
		http_response_header(response, "Location", "/elsewhere");
		return;
	}
	http_response_text(response, strcmp(request->path, "/missing") == 0 ? 404 : 200,
			   "text/plain; charset=utf-8",
			   arena_text(request->arena, "%s %s item=%s agent=%s x=%s length=%zu %s",
				      request->method, request->path, item ? item : "-",
				      agent ? agent : "-",
				      http_request_header(request, "X-Test")
					  ? http_request_header(request, "X-Test")
					  : "-",
				      request->body_length, request->body));
	http_response_header(response, "X-Answer", "yes");
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	fixture->arena = arena_create();
	sem_init(&fixture->entered, 0, 0);
	sem_init(&fixture->leave, 0, 0);
	fixture->server = http_server_start(&(struct http_server_options){
	    .threads = 2, .body_max = 1000, .handler = handle, .context = fixture});
	assert_non_null(fixture->server);
	fixture->client = http_client_create(
	    &(struct http_client_options){.allow_plain = true, .max_body = 2000});
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	http_client_destroy(fixture->client);
	http_server_stop(fixture->server, 1000);
	arena_destroy(fixture->arena);
	sem_destroy(&fixture->entered);
	sem_destroy(&fixture->leave);
	free(fixture);
	return 0;
}

static const char *url(struct fixture *fixture, const char *path)
{
	return arena_text(fixture->arena, "http://127.0.0.1:%d%s",
			  http_server_port(fixture->server), path);
}

static enum http_result send_request(struct fixture *fixture, const char *method, const char *path,
				     const char *body, struct http_answer *answer)
{
	struct http_outgoing outgoing = {
	    .method = method,
	    .url = url(fixture, path),
	    .headers = (struct http_header[]){{"X-Test", "a: b"}},
	    .header_count = 1,
	    .body = body,
	    .body_length = body ? strlen(body) : 0,
	    .timeout_ms = 5000,
	};

	return http_client_send(fixture->client, &outgoing, fixture->arena, answer);
}

static void test_a_request_arrives_whole_and_so_does_its_answer(void **state)
{
	struct http_answer answer;

	assert_int_equal(send_request(*state, "POST", "/a%20b?item=1%262", "id=tr_1", &answer),
			 HTTP_ANSWERED);
	assert_int_equal(answer.status, 200);
	assert_string_equal(answer.body,
			    "POST /a b item=1&2 agent=entremise x=a: b length=7 id=tr_1");
	assert_int_equal(answer.body_length, strlen(answer.body));
	assert_string_equal(http_answer_header(&answer, "x-answer"), "yes");
	assert_string_equal(http_answer_header(&answer, "content-type"),
			    "text/plain; charset=utf-8");
	assert_null(http_answer_header(&answer, "x-absent"));
	assert_null(answer.cause);
}

static void test_each_method_is_sent_as_itself(void **state)
{
	static const struct {
		const char *method;
		const char *body;
		const char *begins;
	} cases[] = {
	    {"GET", NULL, "GET / item=- agent=entremise x=a: b length=0 "},
	    {"POST", NULL, "POST / item=- agent=entremise x=a: b length=0 "},
	    {"DELETE", NULL, "DELETE / item=- agent=entremise x=a: b length=0 "},
	    {"PATCH", "{}", "PATCH / item=- agent=entremise x=a: b length=2 {}"},
	    {"DELETE", "{}", "DELETE / item=- agent=entremise x=a: b length=2 {}"},
	    {"GET", NULL, "GET / item=- agent=entremise x=a: b length=0 "},
	};
	struct http_answer answer;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(send_request(*state, cases[i].method, "/", cases[i].body, &answer),
				 HTTP_ANSWERED);
		assert_string_equal(answer.body, cases[i].begins);
	}
	assert_int_equal(send_request(*state, "HEAD", "/", NULL, &answer), HTTP_ANSWERED);
	assert_int_equal(answer.body_length, 0);
	assert_int_equal(send_request(*state, "GET", "/", NULL, &answer), HTTP_ANSWERED);
	assert_true(answer.body_length > 0);
}

static void test_an_error_status_is_an_answer(void **state)
{
	struct http_answer answer;

	assert_int_equal(send_request(*state, "GET", "/missing", NULL, &answer), HTTP_ANSWERED);
	assert_int_equal(answer.status, 404);
}

static void test_a_redirect_is_not_followed(void **state)
{
	struct http_answer answer;

	assert_int_equal(send_request(*state, "GET", "/redirect", NULL, &answer), HTTP_ANSWERED);
	assert_int_equal(answer.status, 302);
	assert_string_equal(http_answer_header(&answer, "location"), "/elsewhere");
}

static void test_a_body_that_is_too_large_is_refused(void **state)
{
	struct http_answer answer;
	char body[1002];

	memset(body, 'x', sizeof(body));
	body[1000] = '\0';
	assert_int_equal(send_request(*state, "POST", "/", body, &answer), HTTP_ANSWERED);
	assert_int_equal(answer.status, 200);
	body[1000] = 'x';
	body[1001] = '\0';
	assert_int_equal(send_request(*state, "POST", "/", body, &answer), HTTP_ANSWERED);
	assert_int_equal(answer.status, 413);
}

static void test_an_answer_that_is_too_large_is_cut_off(void **state)
{
	struct http_answer answer;

	assert_int_equal(send_request(*state, "GET", "/large", NULL, &answer), HTTP_UNKNOWN);
	assert_string_equal(answer.cause, "the answer is too large");
	assert_null(answer.body);
}

static void test_a_connection_closed_without_answer_leaves_the_outcome_open(void **state)
{
	struct http_answer answer;

	assert_int_equal(send_request(*state, "POST", "/drop", "x", &answer), HTTP_UNKNOWN);
	assert_non_null(answer.cause);
}

static void test_a_timeout_after_sending_leaves_the_outcome_open(void **state)
{
	struct fixture *fixture = *state;
	struct http_answer answer;
	struct http_outgoing outgoing = {
	    .method = "POST", .url = url(fixture, "/wait"), .timeout_ms = 200};

	assert_int_equal(http_client_send(fixture->client, &outgoing, fixture->arena, &answer),
			 HTTP_UNKNOWN);
	sem_wait(&fixture->entered);
	sem_post(&fixture->leave);
}

static void test_nobody_listening_means_not_sent(void **state)
{
	struct fixture *fixture = *state;
	struct http_answer answer;
	struct http_outgoing outgoing = {.method = "POST", .timeout_ms = 1000};
	struct http_server *gone = http_server_start(
	    &(struct http_server_options){.threads = 1, .handler = handle, .context = fixture});

	outgoing.url = arena_text(fixture->arena, "http://127.0.0.1:%d/", http_server_port(gone));
	http_server_stop(gone, 0);
	assert_int_equal(http_client_send(fixture->client, &outgoing, fixture->arena, &answer),
			 HTTP_NOT_SENT);
	assert_non_null(answer.cause);
}

static void test_plain_http_is_refused_unless_allowed(void **state)
{
	struct fixture *fixture = *state;
	struct http_client *strict = http_client_create(&(struct http_client_options){0});
	struct http_outgoing outgoing = {
	    .method = "GET", .url = url(fixture, "/"), .timeout_ms = 1000};
	struct http_answer answer;

	assert_int_equal(http_client_send(strict, &outgoing, fixture->arena, &answer),
			 HTTP_NOT_SENT);
	outgoing.url = "file:///etc/hostname";
	assert_int_equal(http_client_send(strict, &outgoing, fixture->arena, &answer),
			 HTTP_NOT_SENT);
	assert_int_equal(http_client_send(fixture->client, &outgoing, fixture->arena, &answer),
			 HTTP_NOT_SENT);
	http_client_destroy(strict);
}

static void test_a_header_with_a_line_break_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct http_header header = {"X-Test", "a\r\nX-Other: b"};
	struct http_outgoing outgoing = {.method = "GET",
					 .url = url(fixture, "/"),
					 .headers = &header,
					 .header_count = 1,
					 .timeout_ms = 1000};
	struct http_answer answer;

	assert_int_equal(http_client_send(fixture->client, &outgoing, fixture->arena, &answer),
			 HTTP_NOT_SENT);
	header = (struct http_header){"X: y", "a"};
	assert_int_equal(http_client_send(fixture->client, &outgoing, fixture->arena, &answer),
			 HTTP_NOT_SENT);
}

static void *stop_server(void *data)
{
	http_server_stop(data, 5000);
	return NULL;
}

static void *send_waiting(void *data)
{
	struct fixture *fixture = data;
	struct arena *arena = arena_create();
	struct http_client *client =
	    http_client_create(&(struct http_client_options){.allow_plain = true});
	struct http_answer answer;
	struct http_outgoing outgoing = {
	    .method = "POST",
	    .url = arena_text(arena, "http://127.0.0.1:%d/wait", http_server_port(fixture->server)),
	    .timeout_ms = 10000};
	intptr_t status;

	status = http_client_send(client, &outgoing, arena, &answer) == HTTP_ANSWERED
		     ? answer.status
		     : 0;
	http_client_destroy(client);
	arena_destroy(arena);
	return (void *)status;
}

static bool can_connect(uint16_t port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons(port),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int connection = socket(AF_INET, SOCK_STREAM, 0);
	bool connected = connect(connection, (struct sockaddr *)&address, sizeof(address)) == 0;

	close(connection);
	return connected;
}

static void test_a_stop_lets_the_request_in_hand_finish_and_takes_no_other(void **state)
{
	struct fixture *fixture = *state;
	uint16_t port = http_server_port(fixture->server);
	struct http_server *server = fixture->server;
	pthread_t sender;
	pthread_t stopper;
	void *status = NULL;

	assert_int_equal(pthread_create(&sender, NULL, send_waiting, fixture), 0);
	sem_wait(&fixture->entered);
	assert_int_equal(pthread_create(&stopper, NULL, stop_server, server), 0);
	while (can_connect(port))
		sched_yield();
	sem_post(&fixture->leave);
	pthread_join(sender, &status);
	pthread_join(stopper, NULL);
	assert_int_equal((intptr_t)status, 200);
	fixture->server = NULL;
}

/* Sends bytes as they are and returns what comes back until the end. */
static const char *talk(struct fixture *fixture, const char *bytes, size_t length)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons(http_server_port(fixture->server)),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	char *text = arena_alloc(fixture->arena, 4096);
	size_t got = 0;
	ssize_t part;
	int connection = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(connect(connection, (struct sockaddr *)&address, sizeof(address)), 0);
	while (length > 0) {
		part = send(connection, bytes, length, MSG_NOSIGNAL);
		if (part <= 0)
			break;
		bytes += part;
		length -= (size_t)part;
	}
	shutdown(connection, SHUT_WR);
	while (got < 4095 && (part = recv(connection, text + got, 4095 - got, 0)) > 0)
		got += (size_t)part;
	close(connection);
	return text;
}

static void test_an_endless_chunked_body_ends_the_connection(void **state)
{
	static const char head[] =
	    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
	struct fixture *fixture = *state;
	size_t length = strlen(head);
	char *bytes = arena_alloc(fixture->arena, length + 2000 * 9 + 6);

	memcpy(bytes, head, length);
	for (int i = 0; i < 2000; i++) {
		memcpy(bytes + length, "4\r\nabcd\r\n", 9);
		length += 9;
	}
	memcpy(bytes + length, "0\r\n\r\n", 5);
	assert_null(strstr(talk(fixture, bytes, length + 5), " 200 "));
}

static void test_what_is_not_http_gets_no_handler(void **state)
{
	struct fixture *fixture = *state;
	static const char garbage[] = "\x16\x03\x01\x02garbage\r\n\r\n";

	assert_null(strstr(talk(fixture, garbage, sizeof(garbage) - 1), " 200 "));
	assert_non_null(
	    strstr(talk(fixture, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
			strlen("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")),
		   " 200 "));
}

static void test_a_taken_port_is_refused(void **state)
{
	struct fixture *fixture = *state;

	assert_null(http_server_start(
	    &(struct http_server_options){.port = http_server_port(fixture->server),
					  .threads = 1,
					  .handler = handle,
					  .context = fixture}));
	assert_null(http_server_start(&(struct http_server_options){
	    .address = "localhost", .threads = 1, .handler = handle, .context = fixture}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_request_arrives_whole_and_so_does_its_answer),
	    cmocka_unit_test(test_each_method_is_sent_as_itself),
	    cmocka_unit_test(test_an_error_status_is_an_answer),
	    cmocka_unit_test(test_a_redirect_is_not_followed),
	    cmocka_unit_test(test_a_body_that_is_too_large_is_refused),
	    cmocka_unit_test(test_an_answer_that_is_too_large_is_cut_off),
	    cmocka_unit_test(test_a_connection_closed_without_answer_leaves_the_outcome_open),
	    cmocka_unit_test(test_a_timeout_after_sending_leaves_the_outcome_open),
	    cmocka_unit_test(test_nobody_listening_means_not_sent),
	    cmocka_unit_test(test_plain_http_is_refused_unless_allowed),
	    cmocka_unit_test(test_a_header_with_a_line_break_is_refused),
	    cmocka_unit_test(test_an_endless_chunked_body_ends_the_connection),
	    cmocka_unit_test(test_what_is_not_http_gets_no_handler),
	    cmocka_unit_test(test_a_taken_port_is_refused),
	    cmocka_unit_test(test_a_stop_lets_the_request_in_hand_finish_and_takes_no_other),
	};

	return cmocka_run_group_tests_name("http", tests, set_up, tear_down);
}
