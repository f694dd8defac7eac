/* SPDX-License-Identifier: Apache-2.0 */
/* The gRPC core in this process: its life, its arguments, its transport credentials. */
#pragma once

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>

#include <stdint.h>

/*
 * Begins to use the core, once per server and upstream; what the core itself has to say goes to our
 * log as JSON lines. Ended by core_end as often as it was begun.
 */
void core_begin(void);
void core_end(void);

/* An argument of a channel or server; the number is cut to what an int holds. */
grpc_arg core_integer(const char *key, int64_t value);

/*
 * How connections are protected; both are released by the caller. Plaintext: between hosts the
 * suite runs inside one network.
 */
grpc_server_credentials *rpc_server_credentials(void);
grpc_channel_credentials *rpc_channel_credentials(void);
