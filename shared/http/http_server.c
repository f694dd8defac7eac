/* SPDX-License-Identifier: Apache-2.0 */
/* The server of HTTP, over libmicrohttpd with its own threads. */
#include "http/http_server.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fatal.h"

struct http_server {
	struct MHD_Daemon *daemon; /* owned */
	void (*handler)(void *context, const struct http_request *request,
			struct http_response *response);
	void *context; /* borrowed */
	size_t body_max;
	uint16_t port;

	pthread_mutex_t lock;
	pthread_cond_t idle; /* in_hand became 0 */
	unsigned in_hand;    /* requests begun and not completed; below the lock */
};

/* One request, from its first line to its last byte out. */
struct exchange {
	struct arena *arena; /* owned */
	char *body;	     /* in the arena, as long as it may be; NULL while none came */
	size_t length;
};

/* The library's own log says nothing that the handler or the caller doesn't know. */
__attribute__((format(printf, 2, 0))) static void discard_log(void *context, const char *format,
							      va_list arguments)
{
	(void)context;
	(void)format;
	(void)arguments;
}

static enum MHD_Result answer(struct MHD_Connection *connection,
			      const struct http_response *response)
{
	/* The body lives in the arena of the exchange, which outlives the sending. */
	struct MHD_Response *queued = MHD_create_response_from_buffer(
	    response->body_length, (void *)(uintptr_t)response->body, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result;

	if (!queued)
		return MHD_NO;
	if (response->content_type)
		MHD_add_response_header(queued, "Content-Type", response->content_type);
	for (size_t i = 0; i < response->header_count; i++)
		MHD_add_response_header(queued, response->headers[i].name,
					response->headers[i].value);
	result = MHD_queue_response(connection, (unsigned)response->status, queued);
	MHD_destroy_response(queued);
	return result;
}

static struct exchange *begin_exchange(struct http_server *server)
{
	struct exchange *exchange = fatal_calloc(1, sizeof(*exchange));

	exchange->arena = arena_create();
	pthread_mutex_lock(&server->lock);
	server->in_hand++;
	pthread_mutex_unlock(&server->lock);
	return exchange;
}

static void end_exchange(void *data, struct MHD_Connection *connection, void **state,
			 enum MHD_RequestTerminationCode cause)
{
	struct http_server *server = data;
	struct exchange *exchange = *state;

	(void)connection;
	(void)cause;
	if (!exchange)
		return;
	arena_destroy(exchange->arena);
	free(exchange);
	*state = NULL;
	pthread_mutex_lock(&server->lock);
	server->in_hand--;
	if (server->in_hand == 0)
		pthread_cond_broadcast(&server->idle);
	pthread_mutex_unlock(&server->lock);
}

/* True when the header Content-Length announces more than the server takes. */
static bool announces_too_much(const struct http_server *server, struct MHD_Connection *connection)
{
	const char *text = MHD_lookup_connection_value(connection, MHD_HEADER_KIND,
						       MHD_HTTP_HEADER_CONTENT_LENGTH);

	return text && strtoull(text, NULL, 10) > server->body_max;
}

static bool add_body(const struct http_server *server, struct exchange *exchange, const char *bytes,
		     size_t length)
{
	if (length > server->body_max - exchange->length)
		return false;
	if (!exchange->body)
		exchange->body = arena_alloc(exchange->arena, server->body_max + 1);
	memcpy(exchange->body + exchange->length, bytes, length);
	exchange->length += length;
	return true;
}

/* Called by the library when the head is there, for each piece of the body, and at the end. */
static enum MHD_Result step(void *data, struct MHD_Connection *connection, const char *path,
			    const char *method, const char *version, const char *piece,
			    size_t *piece_length, void **state)
{
	struct http_server *server = data;
	struct exchange *exchange = *state;
	struct http_response response = {0};
	struct http_request request;

	(void)version;
	if (!exchange) {
		*state = begin_exchange(server);
		if (!announces_too_much(server, connection))
			return MHD_YES;
		http_response_text(&response, MHD_HTTP_CONTENT_TOO_LARGE, "text/plain",
				   "the body is too large\n");
		return answer(connection, &response);
	}
	if (*piece_length > 0) {
		/* A body that never told its size ends the connection instead: there is no other
		 * moment to answer than after its last byte. */
		if (!add_body(server, exchange, piece, *piece_length))
			return MHD_NO;
		*piece_length = 0;
		return MHD_YES;
	}
	request = (struct http_request){
	    .method = method,
	    .path = path,
	    .body = exchange->body ? exchange->body : "",
	    .body_length = exchange->length,
	    .arena = exchange->arena,
	    .connection = connection,
	};
	server->handler(server->context, &request, &response);
	return response.status == 0 ? MHD_NO : answer(connection, &response);
}

static bool parse_address(const struct http_server_options *options,
			  struct sockaddr_storage *address)
{
	const char *text = options->address ? options->address : "127.0.0.1";
	struct sockaddr_in *four = (struct sockaddr_in *)(void *)address;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)(void *)address;

	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons(options->port);
		return true;
	}
	if (inet_pton(AF_INET6, text, &six->sin6_addr) == 1) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons(options->port);
		return true;
	}
	errno = EINVAL;
	return false;
}

static struct MHD_Daemon *start_daemon(const struct http_server_options *options,
				       struct http_server *server)
{
	unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG;
	unsigned connection_max = options->connection_max ? options->connection_max : 64;
	struct sockaddr_storage address;
	struct MHD_OptionItem items[4] = {0};
	size_t item = 0;

	if (!parse_address(options, &address))
		return NULL;
	if (address.ss_family == AF_INET6)
		flags |= MHD_USE_IPv6;
	if (options->certificate) {
		flags |= MHD_USE_TLS;
		items[item++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0,
							(void *)(uintptr_t)options->certificate};
		items[item++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0,
							(void *)(uintptr_t)options->private_key};
	}
	if (options->threads == 0)
		flags |= MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL;
	else
		flags |= MHD_USE_AUTO;
	/* The library shares the limit out among its threads; a single one is no pool for it. */
	if (options->threads > 1)
		items[item++] = (struct MHD_OptionItem){MHD_OPTION_THREAD_POOL_SIZE,
							(intptr_t)options->threads, NULL};
	if (connection_max < options->threads)
		connection_max = options->threads;
	items[item] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
	return MHD_start_daemon(
	    flags, options->port, NULL, NULL, step, server, MHD_OPTION_EXTERNAL_LOGGER, discard_log,
	    NULL, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_NOTIFY_COMPLETED, end_exchange, server,
	    MHD_OPTION_CONNECTION_LIMIT, connection_max, MHD_OPTION_CONNECTION_TIMEOUT,
	    options->idle_s ? options->idle_s : 30U, MHD_OPTION_STRICT_FOR_CLIENT, 1,
	    MHD_OPTION_ARRAY, items, MHD_OPTION_END);
}

struct http_server *http_server_start(const struct http_server_options *options)
{
	struct http_server *server = fatal_calloc(1, sizeof(*server));
	pthread_condattr_t attributes;

	server->handler = options->handler;
	server->context = options->context;
	server->body_max = options->body_max ? options->body_max : HTTP_SERVER_BODY_MAX;
	pthread_mutex_init(&server->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&server->idle, &attributes);
	pthread_condattr_destroy(&attributes);
	server->daemon = start_daemon(options, server);
	if (!server->daemon) {
		int cause = errno;

		http_server_stop(server, 0);
		errno = cause;
		return NULL;
	}
	server->port = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
	return server;
}

uint16_t http_server_port(const struct http_server *server)
{
	return server->port;
}

static void drain(struct http_server *server, unsigned drain_ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += drain_ms / 1000;
	until.tv_nsec += (long)(drain_ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&server->lock);
	while (server->in_hand > 0)
		if (pthread_cond_timedwait(&server->idle, &server->lock, &until) == ETIMEDOUT)
			break;
	pthread_mutex_unlock(&server->lock);
}

void http_server_stop(struct http_server *server, unsigned drain_ms)
{
	if (!server)
		return;
	if (server->daemon) {
		MHD_socket listener = MHD_quiesce_daemon(server->daemon);

		/* Refuses new connections at once; the descriptor stays until no thread can use it.
		 */
		if (listener != MHD_INVALID_SOCKET)
			shutdown(listener, SHUT_RDWR);
		drain(server, drain_ms);
		MHD_stop_daemon(server->daemon);
		if (listener != MHD_INVALID_SOCKET)
			close(listener);
	}
	pthread_cond_destroy(&server->idle);
	pthread_mutex_destroy(&server->lock);
	free(server);
}

const char *http_request_header(const struct http_request *request, const char *name)
{
	return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *http_request_query(const struct http_request *request, const char *name)
{
	return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

void http_response_text(struct http_response *response, int status, const char *content_type,
			const char *text)
{
	response->status = status;
	response->content_type = content_type;
	response->body = text;
	response->body_length = strlen(text);
}

void http_response_header(struct http_response *response, const char *name, const char *value)
{
	assert(response->header_count < 8);
	response->headers[response->header_count].name = name;
	response->headers[response->header_count].value = value;
	response->header_count++;
}
