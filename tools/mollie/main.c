/* SPDX-License-Identifier: Apache-2.0 */
/* A simulator of Mollie's payment API (v2), in memory, for development and tests. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "certificate.h"
#include "clock.h"
#include "handlers.h"
#include "http/http_server.h"
#include "payment_state.h"
#include "pings.h"
#include "simulator.h"

static const char usage[] =
    "usage: mollie [OPTION]...\n"
    "Speaks Mollie's v2 paths below /v2/, a test checkout below /checkout/, control below "
    "/control/.\n"
    "  --listen ADDRESS:PORT       where to listen (127.0.0.1:0); port 0 is any free one\n"
    "  --bind ADDRESS --port PORT  the same in two\n"
    "  --port-file FILE            the port is written there once it is open\n"
    "  --base-url URL              how clients reach it, for links (http://ADDRESS:PORT)\n"
    "  --https                     HTTPS with a new certificate signed by itself\n"
    "  --certificate-file FILE     that certificate is written there\n"
    "  --allow-loopback-webhooks   take webhooks on this machine, and plain http\n"
    "  --webhook-ca-file FILE      whose certificates webhooks may have\n"
    "  --retry-scale FACTOR        shortens the pauses between attempts of a ping (1)\n"
    "  --ping-pending              tell webhooks also when a payment becomes pending\n"
    "  --idempotency-seconds N     how long answers to POSTs are kept (3600)\n"
    "  --sepa-days N               business days from a SEPA payment to its debit (2)\n"
    "Keys: test_ and at least 30 letters and digits; each has data of its own.\n";

struct arguments {
	char address[64];
	unsigned port;
	const char *port_file;
	const char *base_url;
	const char *certificate_file;
	bool is_https;
	struct pings_options pings;
	struct settings settings;
};

static const struct option options[] = {
    {"listen", required_argument, NULL, 'l'},
    {"bind", required_argument, NULL, 'b'},
    {"port", required_argument, NULL, 'p'},
    {"port-file", required_argument, NULL, 'f'},
    {"base-url", required_argument, NULL, 'u'},
    {"https", no_argument, NULL, 's'},
    {"certificate-file", required_argument, NULL, 'c'},
    {"allow-loopback-webhooks", no_argument, NULL, 'a'},
    {"webhook-ca-file", required_argument, NULL, 'C'},
    {"retry-scale", required_argument, NULL, 'r'},
    {"ping-pending", no_argument, NULL, 'P'},
    {"idempotency-seconds", required_argument, NULL, 'i'},
    {"sepa-days", required_argument, NULL, 'd'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static _Noreturn void refuse(const char *text)
{
	fprintf(stderr, "mollie: %s\n%s", text, usage);
	exit(2);
}

static unsigned number_of(const char *text, unsigned long most)
{
	char *end = NULL;
	unsigned long number = strtoul(text, &end, 10);

	if (end == text || *end != '\0' || number > most)
		refuse("a number is malformed or too large");
	return (unsigned)number;
}

static void take_listen(const char *text, struct arguments *arguments)
{
	const char *colon = strrchr(text, ':');

	if (!colon || (size_t)(colon - text) >= sizeof(arguments->address))
		refuse("--listen wants ADDRESS:PORT");
	snprintf(arguments->address, sizeof(arguments->address), "%.*s", (int)(colon - text), text);
	arguments->port = number_of(colon + 1, 65535);
}

static void take_option(int letter, const char *value, struct arguments *arguments)
{
	switch (letter) {
	case 'l':
		take_listen(value, arguments);
		break;
	case 'b':
		snprintf(arguments->address, sizeof(arguments->address), "%s", value);
		break;
	case 'p':
		arguments->port = number_of(value, 65535);
		break;
	case 'f':
		arguments->port_file = value;
		break;
	case 'u':
		arguments->base_url = value;
		break;
	case 's':
		arguments->is_https = true;
		break;
	case 'c':
		arguments->certificate_file = value;
		break;
	case 'a':
		arguments->settings.allow_loopback_webhooks = true;
		arguments->pings.allow_plain = true;
		break;
	case 'C':
		arguments->pings.ca_file = value;
		break;
	case 'r':
		arguments->pings.retry_scale = strtod(value, NULL);
		break;
	case 'P':
		arguments->settings.ping_pending = true;
		break;
	case 'i':
		arguments->settings.idempotency_s = number_of(value, 1000000);
		break;
	case 'd':
		arguments->settings.sepa_days = number_of(value, 365);
		break;
	case 'h':
		fputs(usage, stdout);
		exit(0);
	default:
		refuse("unknown option, or one without a value");
	}
}

static void handle(void *context, const struct http_request *request,
		   struct http_response *response)
{
	struct simulator *simulator = context;

	if (strncmp(request->path, "/v2/", 4) == 0)
		api_serve(simulator, request, response);
	else if (strncmp(request->path, "/checkout/", 10) == 0)
		checkout_serve(simulator, request, response);
	else if (strncmp(request->path, "/control/", 9) == 0)
		control_serve(simulator, request, response);
	else if (strcmp(request->path, "/") == 0)
		http_response_text(response, 200, "text/plain", "Mollie, simulated\n");
	else
		http_response_text(response, 404, "text/plain", "there is no such page\n");
}

/* Announces the port in a file (whole or not at all) and on standard output. */
static bool tell_port(const struct arguments *arguments, unsigned port, struct arena *arena)
{
	printf("{\"message\":\"listening on %u\",\"address\":\"%s\",\"port\":%u}\n", port,
	       arguments->address, port);
	fflush(stdout);
	if (arguments->port_file) {
		const char *new_path = arena_text(arena, "%s.new", arguments->port_file);
		FILE *file = fopen(new_path, "w");

		if (!file || fprintf(file, "%u\n", port) < 0 || fclose(file) != 0 ||
		    rename(new_path, arguments->port_file) != 0) {
			perror(arguments->port_file);
			return false;
		}
	}
	return true;
}

/* Once a second, what is due by real time; ends with the signal to stop. */
static void run(struct simulator *simulator, const sigset_t *signals)
{
	while (sigtimedwait(signals, NULL, &(struct timespec){.tv_sec = 1}) < 0) {
		pthread_mutex_lock(&simulator->lock);
		for (struct account *account = simulator->accounts; account;
		     account = account->next)
			if (!account->has_clock)
				payment_run_due(simulator, account, clock_real_us());
		pthread_mutex_unlock(&simulator->lock);
	}
	pthread_mutex_lock(&simulator->lock);
	simulator->is_stopping = true;
	pthread_cond_broadcast(&simulator->changed);
	pthread_mutex_unlock(&simulator->lock);
}

static struct http_server *start_server(struct arguments *arguments, struct simulator *simulator,
					struct arena *arena)
{
	struct http_server_options server_options = {
	    .address = arguments->address,
	    .port = (uint16_t)arguments->port,
	    .connection_max = 256,
	    .handler = handle,
	    .context = simulator,
	};
	struct http_server *server;

	if (arguments->is_https &&
	    !certificate_make(arguments->certificate_file, arena, &server_options.certificate,
			      &server_options.private_key))
		return NULL;
	/* No request is served before the links' base is known. */
	pthread_mutex_lock(&simulator->lock);
	server = http_server_start(&server_options);
	if (!server)
		perror("mollie: cannot listen");
	else if (arguments->base_url)
		snprintf(simulator->settings.base_url, sizeof(simulator->settings.base_url), "%s",
			 arguments->base_url);
	else
		snprintf(simulator->settings.base_url, sizeof(simulator->settings.base_url),
			 "%s://%s:%u", arguments->is_https ? "https" : "http", arguments->address,
			 http_server_port(server));
	pthread_mutex_unlock(&simulator->lock);
	return server;
}

static void init_simulator(struct simulator *simulator, const struct arguments *arguments)
{
	pthread_condattr_t attributes;

	pthread_mutex_init(&simulator->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&simulator->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	simulator->settings = arguments->settings;
	store_reset(simulator);
	simulator->pings = pings_start(&arguments->pings);
}

int main(int count, char **values)
{
	struct arguments arguments = {
	    .address = "127.0.0.1",
	    .pings = {.threads = 4, .retry_scale = 1},
	    .settings = {.idempotency_s = 3600, .sepa_days = 2},
	};
	struct simulator simulator = {0};
	struct arena *arena = arena_create();
	struct http_server *server;
	sigset_t signals;
	int letter;
	bool is_served;

	while ((letter = getopt_long(count, values, "h", options, NULL)) != -1)
		take_option(letter, optarg, &arguments);
	/* Blocked before any thread is made, so that only the main one gets them. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	init_simulator(&simulator, &arguments);
	server = start_server(&arguments, &simulator, arena);
	is_served = server && tell_port(&arguments, http_server_port(server), arena);
	if (is_served)
		run(&simulator, &signals);
	http_server_stop(server, 1000);
	pings_stop(simulator.pings);
	store_reset(&simulator);
	json_decref(simulator.outcomes);
	arena_destroy(arena);
	return is_served ? 0 : 1;
}
