/* SPDX-License-Identifier: Apache-2.0 */
/* One channel per upstream - more cost more - and the spare queues of all of them. */
#include "rpc/upstream.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "rpc/core.h"
#include "rpc/speaker.h"

/* Retries are for what never reached a server or met one that is leaving; mutations carry a
 * request_id, so a second arrival has no second effect. */
#define SERVICE_CONFIG                                                                             \
	"{\"loadBalancingConfig\":[{\"round_robin\":{}}],"                                         \
	"\"methodConfig\":[{\"name\":[{}],\"retryPolicy\":{\"maxAttempts\":3,"                     \
	"\"initialBackoff\":\"0.05s\",\"maxBackoff\":\"0.5s\",\"backoffMultiplier\":2,"            \
	"\"retryableStatusCodes\":[\"UNAVAILABLE\"]}}],"                                           \
	"\"retryThrottling\":{\"maxTokens\":100,\"tokenRatio\":0.1}}"

#define SPARE_QUEUES 256

static struct {
	pthread_mutex_t lock;
	grpc_completion_queue *queues[SPARE_QUEUES];
	size_t count;
	size_t upstreams;
} spare = {.lock = PTHREAD_MUTEX_INITIALIZER};

static grpc_channel *create_channel(const char *target)
{
	grpc_channel_credentials *credentials = rpc_channel_credentials();
	grpc_arg arguments[] = {
	    {.type = GRPC_ARG_STRING,
	     .key = (char *)(uintptr_t)GRPC_ARG_SERVICE_CONFIG,
	     .value.string = (char *)(uintptr_t)SERVICE_CONFIG},
	    core_integer(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1),
	    core_integer(GRPC_ARG_ENABLE_HTTP_PROXY, 0),
	    core_integer(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 200),
	    core_integer(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 1000),
	    core_integer(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5000),
	    core_integer(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, 5000),
	    core_integer(GRPC_ARG_KEEPALIVE_TIME_MS, 60 * 1000),
	    core_integer(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20 * 1000),
	    core_integer(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1),
	    core_integer(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0),
	    core_integer(GRPC_ARG_MAX_RECEIVE_MESSAGE_LENGTH, 4 * 1024 * 1024),
	    core_integer(GRPC_ARG_MAX_METADATA_SIZE, 32 * 1024),
	};
	grpc_channel_args list = {.num_args = ARRAY_COUNT(arguments), .args = arguments};
	grpc_channel *channel = grpc_channel_create(target, credentials, &list);

	grpc_channel_credentials_release(credentials);
	return channel;
}

struct rpc_upstream *rpc_upstream_create(const char *name, const char *target)
{
	struct rpc_upstream *upstream = fatal_calloc(1, sizeof(*upstream));

	core_begin();
	upstream->name = fatal_copy(name, strlen(name));
	upstream->channel = create_channel(target);
	upstream->speaker = speaker_create();
	pthread_mutex_lock(&spare.lock);
	spare.upstreams++;
	pthread_mutex_unlock(&spare.lock);
	return upstream;
}

void rpc_upstream_limit(struct rpc_upstream *upstream, int most_waiting)
{
	upstream->most_waiting = most_waiting;
}

static void destroy_queue(grpc_completion_queue *queue)
{
	grpc_completion_queue_shutdown(queue);
	grpc_completion_queue_destroy(queue);
}

/* The last upstream takes the spare queues with it. */
static void leave(void)
{
	pthread_mutex_lock(&spare.lock);
	if (--spare.upstreams == 0)
		while (spare.count > 0)
			destroy_queue(spare.queues[--spare.count]);
	pthread_mutex_unlock(&spare.lock);
}

void rpc_upstream_destroy(struct rpc_upstream *upstream)
{
	if (!upstream)
		return;
	assert(atomic_load(&upstream->waiting) == 0);
	grpc_channel_destroy(upstream->channel);
	speaker_destroy(upstream->speaker);
	free(upstream->name);
	free(upstream);
	leave();
	core_end();
}

grpc_completion_queue *upstream_queue_take(void)
{
	grpc_completion_queue *queue = NULL;

	pthread_mutex_lock(&spare.lock);
	if (spare.count > 0)
		queue = spare.queues[--spare.count];
	pthread_mutex_unlock(&spare.lock);
	return queue ? queue : grpc_completion_queue_create_for_pluck(NULL);
}

void upstream_queue_return(grpc_completion_queue *queue)
{
	bool kept = false;

	pthread_mutex_lock(&spare.lock);
	if (spare.count < SPARE_QUEUES && spare.upstreams > 0) {
		spare.queues[spare.count++] = queue;
		kept = true;
	}
	pthread_mutex_unlock(&spare.lock);
	if (!kept)
		destroy_queue(queue);
}
