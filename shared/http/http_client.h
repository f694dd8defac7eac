/* SPDX-License-Identifier: Apache-2.0 */
/* A client of HTTP: one request at a time, bounded in time and size, its answer in an arena. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;

/*
 * One client is one connection cache and belongs to one thread at a time. Certificates and host
 * names are always checked, redirects never followed, cookies never kept, the environment's
 * proxies not used.
 */
struct http_client;

struct http_client_options {
	const char *ca_file;	/* PEM; NULL for the system's */
	const char *user_agent; /* NULL for "entremise" */
	size_t max_body;	/* bytes of an answer; 0 for 1 MiB */
	bool allow_plain;	/* http:// too; otherwise only https:// */
};

struct http_header {
	const char *name;  /* borrowed */
	const char *value; /* borrowed */
};

/* What to send. Texts are NUL-terminated; a header with a line break in it is refused. */
struct http_outgoing {
	const char *method; /* "GET", "POST", ... */
	const char *url;
	const struct http_header *headers;
	size_t header_count;
	const void *body; /* NULL for none */
	size_t body_length;
	long timeout_ms; /* for the whole exchange; at least 1 */
};

/* What came back; lives in the arena. */
struct http_answer {
	int status;	  /* 200, 404, ... */
	const char *body; /* followed by a NUL that body_length doesn't count */
	size_t body_length;
	const struct http_header *headers; /* names in lower case */
	size_t header_count;
	const char *cause; /* why there is no answer, for a log line; else NULL */
};

/* How an exchange ended. What matters is whether the far side may have acted on it. */
enum http_result {
	HTTP_ANSWERED = 0, /* any status, 500 too */
	HTTP_NOT_SENT,	   /* no byte of the request left: it was certainly not executed */
	HTTP_UNKNOWN,	   /* sent, but no complete answer: it may have been executed */
};

/* Copies the options. Owned by the caller. */
struct http_client *http_client_create(const struct http_client_options *options);

/* Closes the connections. NULL is allowed. */
void http_client_destroy(struct http_client *client);

/*
 * Sends one request and waits for the whole answer. A connection which the far side had closed
 * while it was idle is replaced unseen, so the same request can arrive twice: what must happen
 * once carries a key of its own (Idempotency-Key).
 */
enum http_result http_client_send(struct http_client *client, const struct http_outgoing *outgoing,
				  struct arena *arena, struct http_answer *answer);

/* The first header of that name (lower case), NULL when there is none. */
const char *http_answer_header(const struct http_answer *answer, const char *name);
