/* SPDX-License-Identifier: Apache-2.0 */
/* A small server of HTTP: a handler per request, bounded connections and bodies, a clean stop. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct http_server;

#define HTTP_SERVER_BODY_MAX 65536 /* bytes of a request's body, unless told otherwise */

/* A request, whole. Everything lives until the handler's response is sent. */
struct http_request {
	const char *method; /* "GET", "POST", ... */
	const char *path;   /* unescaped, without the query */
	const char *body;   /* followed by a NUL that body_length doesn't count */
	size_t body_length;
	struct arena *arena; /* of this request; responses may be built in it */
	void *connection;    /* the library's; for the functions below */
};

/* The response; zeroed before the handler runs. `body` is borrowed until it is sent (arena). */
struct http_response {
	int status;		  /* 0 closes the connection without a response */
	const char *content_type; /* NULL for none */
	const char *body;
	size_t body_length;
	struct {
		const char *name;
		const char *value;
	} headers[8];
	size_t header_count;
};

struct http_server_options {
	const char *address;	 /* numeric IPv4 or IPv6; NULL for 127.0.0.1 */
	uint16_t port;		 /* 0 for any free one */
	unsigned threads;	 /* 0 for one per connection */
	unsigned connection_max; /* 0 for 64; more wait in the kernel */
	unsigned idle_s;	 /* a connection without traffic is closed; 0 for 30 */
	size_t body_max;	 /* 0 for HTTP_SERVER_BODY_MAX; larger ones get 413 */
	const char *certificate; /* PEM text; NULL for plain HTTP */
	const char *private_key; /* PEM text */
	/* Runs on a thread of the server, several at a time. */
	void (*handler)(void *context, const struct http_request *request,
			struct http_response *response);
	void *context; /* borrowed; handed to the handler */
};

/* Binds and serves. NULL, with errno set where the system said why, when it can't. */
struct http_server *http_server_start(const struct http_server_options *options);

/* The port that is served, also when any was asked for. */
uint16_t http_server_port(const struct http_server *server);

/*
 * Stops listening, lets the requests in hand finish for at most `drain_ms`, then closes the rest
 * and frees everything. A handler that still runs then is waited for. NULL is allowed.
 */
void http_server_stop(struct http_server *server, unsigned drain_ms);

/* A header / an item of the query (unescaped); NULL when absent. Names in any case / exactly. */
const char *http_request_header(const struct http_request *request, const char *name);
const char *http_request_query(const struct http_request *request, const char *name);

/* Fills the response with text of `content_type`; adds one header (at most 8, more is a bug). */
void http_response_text(struct http_response *response, int status, const char *content_type,
			const char *text);
void http_response_header(struct http_response *response, const char *name, const char *value);
