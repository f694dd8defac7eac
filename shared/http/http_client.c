/* SPDX-License-Identifier: Apache-2.0 */
/* The client of HTTP, over libcurl's easy interface. */
#include "http/http_client.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "http/curl_setup.h"

#define HEADER_MAX 64
#define DEFAULT_BODY_MAX ((size_t)1024 * 1024)
#define CONNECT_TIMEOUT_MS 5000L

struct http_client {
	CURL *curl;	 /* owned */
	size_t max_body; /* bytes */
	bool allow_plain;
};

/* An answer while it comes in. */
struct receiving {
	struct arena *arena;
	char *body;
	size_t length;
	size_t capacity;
	size_t max_body;
	struct http_header *headers;
	size_t header_count;
	bool too_large;
};

struct http_client *http_client_create(const struct http_client_options *options)
{
	struct http_client *client = fatal_calloc(1, sizeof(*client));
	CURL *curl = curl_setup_handle();

	if (options->ca_file)
		CURL_SET(curl, CURLOPT_CAINFO, options->ca_file);
	client->curl = curl;
	client->max_body = options->max_body ? options->max_body : DEFAULT_BODY_MAX;
	client->allow_plain = options->allow_plain;
	CURL_SET(curl, CURLOPT_PROTOCOLS_STR, options->allow_plain ? "http,https" : "https");
	CURL_SET(curl, CURLOPT_FOLLOWLOCATION, 0L);
	CURL_SET(curl, CURLOPT_USERAGENT, options->user_agent ? options->user_agent : "entremise");
	return client;
}

void http_client_destroy(struct http_client *client)
{
	if (!client)
		return;
	curl_easy_cleanup(client->curl);
	free(client);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *data)
{
	struct receiving *receiving = data;
	size_t length = size * count;

	if (length > receiving->max_body - receiving->length) {
		receiving->too_large = true;
		return 0; /* Ends the transfer. */
	}
	if (receiving->length + length + 1 > receiving->capacity) {
		size_t capacity = 2 * (receiving->length + length + 1);
		char *larger = arena_alloc(receiving->arena, capacity);

		if (receiving->length > 0)
			memcpy(larger, receiving->body, receiving->length);
		receiving->body = larger;
		receiving->capacity = capacity;
	}
	memcpy(receiving->body + receiving->length, bytes, length);
	receiving->length += length;
	receiving->body[receiving->length] = '\0';
	return length;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *data)
{
	struct receiving *receiving = data;
	size_t length = size * count;
	const char *colon = memchr(bytes, ':', length);
	size_t start;
	size_t end = length;
	char *name;

	if (length >= 5 && memcmp(bytes, "HTTP/", 5) == 0) {
		receiving->header_count = 0; /* What came before was an interim answer (100). */
		return length;
	}
	if (!colon || receiving->header_count == HEADER_MAX)
		return length;
	start = (size_t)(colon - bytes) + 1;
	while (start < end && (bytes[start] == ' ' || bytes[start] == '\t'))
		start++;
	while (end > start && isspace((unsigned char)bytes[end - 1]))
		end--;
	name = arena_copy(receiving->arena, bytes, (size_t)(colon - bytes));
	for (char *at = name; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	receiving->headers[receiving->header_count].name = name;
	receiving->headers[receiving->header_count].value =
	    arena_copy(receiving->arena, bytes + start, end - start);
	receiving->header_count++;
	return length;
}

/* The list for libcurl; false when a header holds a line break, which would be another header. */
static bool list_headers(const struct http_outgoing *outgoing, struct arena *arena,
			 struct curl_slist **list)
{
	/* Waiting for "100 Continue" would cost a second with servers that never say it. */
	*list = curl_slist_append(NULL, "Expect:");
	for (size_t i = 0; i < outgoing->header_count; i++) {
		const struct http_header *header = &outgoing->headers[i];

		if (strpbrk(header->name, "\r\n:") || strpbrk(header->value, "\r\n"))
			return false;
		/* "name;" is how libcurl is told of an empty value. */
		*list = curl_slist_append(
		    *list, header->value[0] != '\0'
			       ? arena_text(arena, "%s: %s", header->name, header->value)
			       : arena_text(arena, "%s;", header->name));
	}
	if (!*list)
		abort();
	return true;
}

static void set_up_exchange(struct http_client *client, const struct http_outgoing *outgoing,
			    struct receiving *receiving)
{
	CURL *curl = client->curl;
	bool is_get = strcmp(outgoing->method, "GET") == 0;

	CURL_SET(curl, CURLOPT_URL, outgoing->url);
	CURL_SET(curl, CURLOPT_TIMEOUT_MS, outgoing->timeout_ms);
	CURL_SET(curl, CURLOPT_CONNECTTIMEOUT_MS,
		 outgoing->timeout_ms < CONNECT_TIMEOUT_MS ? outgoing->timeout_ms
							   : CONNECT_TIMEOUT_MS);
	CURL_SET(curl, CURLOPT_HTTPGET, 1L);
	if (!is_get && (outgoing->body || strcmp(outgoing->method, "POST") == 0)) {
		CURL_SET(curl, CURLOPT_POST, 1L);
		CURL_SET(curl, CURLOPT_POSTFIELDS, outgoing->body ? outgoing->body : "");
		CURL_SET(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)outgoing->body_length);
	}
	CURL_SET(curl, CURLOPT_CUSTOMREQUEST, is_get ? NULL : outgoing->method);
	CURL_SET(curl, CURLOPT_NOBODY, strcmp(outgoing->method, "HEAD") == 0 ? 1L : 0L);
	CURL_SET(curl, CURLOPT_WRITEFUNCTION, take_body);
	CURL_SET(curl, CURLOPT_WRITEDATA, receiving);
	CURL_SET(curl, CURLOPT_HEADERFUNCTION, take_header);
	CURL_SET(curl, CURLOPT_HEADERDATA, receiving);
}

static enum http_result end_exchange(struct http_client *client, CURLcode code,
				     const struct receiving *receiving, struct arena *arena,
				     struct http_answer *answer)
{
	long status = 0;
	long sent = 0;

	if (code == CURLE_OK) {
		curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
		*answer = (struct http_answer){
		    .status = (int)status,
		    .body = receiving->body ? receiving->body : "",
		    .body_length = receiving->length,
		    .headers = receiving->headers,
		    .header_count = receiving->header_count,
		};
		return HTTP_ANSWERED;
	}
	curl_easy_getinfo(client->curl, CURLINFO_REQUEST_SIZE, &sent);
	*answer = (struct http_answer){
	    .cause = receiving->too_large ? "the answer is too large"
					  : arena_text(arena, "%s", curl_easy_strerror(code)),
	};
	return sent > 0 ? HTTP_UNKNOWN : HTTP_NOT_SENT;
}

enum http_result http_client_send(struct http_client *client, const struct http_outgoing *outgoing,
				  struct arena *arena, struct http_answer *answer)
{
	struct receiving receiving = {.arena = arena, .max_body = client->max_body};
	struct curl_slist *headers = NULL;
	enum http_result result;
	CURLcode code;

	assert(outgoing->timeout_ms >= 1);
	assert(outgoing->body || outgoing->body_length == 0);
	if (!list_headers(outgoing, arena, &headers) || strpbrk(outgoing->method, " \t\r\n")) {
		curl_slist_free_all(headers);
		*answer = (struct http_answer){.cause = "a header or the method is malformed"};
		return HTTP_NOT_SENT;
	}
	receiving.headers = arena_new(arena, struct http_header, HEADER_MAX);
	set_up_exchange(client, outgoing, &receiving);
	CURL_SET(client->curl, CURLOPT_HTTPHEADER, headers);
	code = curl_easy_perform(client->curl);
	result = end_exchange(client, code, &receiving, arena, answer);
	CURL_SET(client->curl, CURLOPT_HTTPHEADER, NULL);
	CURL_SET(client->curl, CURLOPT_POSTFIELDS, NULL);
	curl_slist_free_all(headers);
	return result;
}

const char *http_answer_header(const struct http_answer *answer, const char *name)
{
	for (size_t i = 0; i < answer->header_count; i++)
		if (strcmp(answer->headers[i].name, name) == 0)
			return answer->headers[i].value;
	return NULL;
}
