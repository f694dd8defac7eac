/* SPDX-License-Identifier: Apache-2.0 */
/* Passes bytes between clients and the database, a thread per connection, packets looked at. */
#include "proxy.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/fatal.h"

#define PACKET_MAX (1 << 20)
#define HEADER 4
#define COM_QUERY 3

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static enum proxy_fate fate;
static int commits, connections;
static bool released; /* A held COMMIT may go on. */
static int listener;
static pthread_t thread;
static struct sockaddr_un server = {.sun_family = AF_UNIX}, own = {.sun_family = AF_UNIX};

static bool write_all(int to, const uint8_t *bytes, size_t length)
{
	while (length > 0) {
		ssize_t written = send(to, bytes, length, MSG_NOSIGNAL);

		if (written <= 0)
			return false;
		bytes += written;
		length -= (size_t)written;
	}
	return true;
}

static bool read_all(int from, uint8_t *bytes, size_t length)
{
	while (length > 0) {
		ssize_t got = recv(from, bytes, length, 0);

		if (got <= 0)
			return false;
		bytes += got;
		length -= (size_t)got;
	}
	return true;
}

/* Reads one packet of the protocol: 3 bytes of length, a number, the payload. 0 at the end. */
static size_t read_packet(int from, uint8_t *packet)
{
	size_t length;

	if (!read_all(from, packet, HEADER))
		return 0;
	length = (size_t)packet[0] | (size_t)packet[1] << 8 | (size_t)packet[2] << 16;
	if (length > PACKET_MAX - HEADER || !read_all(from, packet + HEADER, length))
		return 0;
	return HEADER + length;
}

static bool is_commit(const uint8_t *packet, size_t length)
{
	return length == HEADER + 1 + 6 && packet[HEADER] == COM_QUERY &&
	       memcmp(packet + HEADER + 1, "COMMIT", 6) == 0;
}

static enum proxy_fate take_fate(void)
{
	enum proxy_fate taken;

	pthread_mutex_lock(&lock);
	taken = fate;
	fate = PROXY_PASS;
	commits++;
	pthread_mutex_unlock(&lock);
	return taken;
}

static void wait_for_release(void)
{
	pthread_mutex_lock(&lock);
	while (!released)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

/* Does to a COMMIT what is its fate; false when the connection has ended with it. */
static bool pass_commit(int client, int database, uint8_t *packet, size_t length)
{
	switch (take_fate()) {
	case PROXY_PASS:
		return write_all(database, packet, length);
	case PROXY_CUT_BEFORE:
		return false;
	case PROXY_HOLD:
		shutdown(client, SHUT_RDWR);
		wait_for_release();
		break;
	case PROXY_CUT_AFTER:
		break;
	}
	if (write_all(database, packet, length))
		read_packet(database, packet);
	pthread_mutex_lock(&lock);
	released = false;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	return false;
}

static bool pass_answer(int client, int database, uint8_t *bytes)
{
	ssize_t got = recv(database, bytes, PACKET_MAX, 0);

	return got > 0 && write_all(client, bytes, (size_t)got);
}

static bool pass_question(int client, int database, uint8_t *packet)
{
	size_t length = read_packet(client, packet);

	if (length == 0)
		return false;
	if (is_commit(packet, length))
		return pass_commit(client, database, packet, length);
	return write_all(database, packet, length);
}

static void *serve(void *data)
{
	int client = (int)(intptr_t)data;
	int database = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	uint8_t *packet = fatal_calloc(1, PACKET_MAX);
	struct pollfd ends[] = {{.fd = client, .events = POLLIN},
				{.fd = database, .events = POLLIN}};
	bool open = connect(database, (const struct sockaddr *)&server, sizeof(server)) == 0;

	while (open) {
		if (poll(ends, 2, -1) < 0 && errno != EINTR)
			break;
		if (ends[1].revents)
			open = pass_answer(client, database, packet);
		if (open && ends[0].revents)
			open = pass_question(client, database, packet);
	}
	close(client);
	close(database);
	free(packet);
	pthread_mutex_lock(&lock);
	connections--;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void *listen_on(void *data)
{
	int client;

	(void)data;
	while ((client = accept(listener, NULL, NULL)) >= 0) {
		pthread_t own_thread;

		pthread_mutex_lock(&lock);
		connections++;
		pthread_mutex_unlock(&lock);
		if (pthread_create(&own_thread, NULL, serve, (void *)(intptr_t)client) != 0)
			fatal("proxy: no thread");
		pthread_detach(own_thread);
	}
	return NULL;
}

const char *proxy_start(const char *server_socket)
{
	snprintf(server.sun_path, sizeof(server.sun_path), "%s", server_socket);
	snprintf(own.sun_path, sizeof(own.sun_path), "%s.proxy", server_socket);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(listener, (const struct sockaddr *)&own, sizeof(own)) != 0 ||
	    listen(listener, 50) != 0)
		fatal("proxy: no socket");
	if (pthread_create(&thread, NULL, listen_on, NULL) != 0)
		fatal("proxy: no thread");
	return own.sun_path;
}

void proxy_stop(void)
{
	shutdown(listener, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(listener);
	unlink(own.sun_path);
	pthread_mutex_lock(&lock);
	while (connections > 0) /* Their clients have hung up. */
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

void proxy_next_commit(enum proxy_fate next)
{
	pthread_mutex_lock(&lock);
	fate = next;
	pthread_mutex_unlock(&lock);
}

int proxy_commits(void)
{
	int seen;

	pthread_mutex_lock(&lock);
	seen = commits;
	pthread_mutex_unlock(&lock);
	return seen;
}

void proxy_release(void)
{
	pthread_mutex_lock(&lock);
	released = true;
	pthread_cond_broadcast(&changed);
	while (released)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}
