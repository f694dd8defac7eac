/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes, and the one-time start of the cryptographic library. */
#include "crypto/random.h"

#include <pthread.h>
#include <sodium.h>

#include "base/fatal.h"

static pthread_once_t started = PTHREAD_ONCE_INIT;

static void start(void)
{
	if (sodium_init() < 0)
		fatal("the cryptographic library does not start: no source of randomness");
}

void crypto_ready(void)
{
	pthread_once(&started, start);
}

void crypto_random(void *bytes, size_t length)
{
	crypto_ready();
	randombytes_buf(bytes, length);
}
