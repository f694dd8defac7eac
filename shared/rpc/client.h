/* SPDX-License-Identifier: Apache-2.0 */
/* Typed calls to other servers: several at once, with deadline, actor and trace inherited. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "base/status.h"
#include "base/text.h"

struct call;
struct rpc_upstream;

/* One server that this one calls: one channel, shared by all threads. `target`: "127.0.0.1:5001".
 */
struct rpc_upstream *rpc_upstream_create(const char *name, const char *target);
void rpc_upstream_destroy(struct rpc_upstream *upstream);

/*
 * At most so many calls wait for answers of this upstream at once; beyond, a call is refused with
 * OVERLOADED unsent: one slow server must not hold every worker. 0 = any number. Before threads
 * start.
 */
void rpc_upstream_limit(struct rpc_upstream *upstream, int most_waiting);

/*
 * A service of the upstream, bound to the call: protobuf-c's own client stubs (`offers__get_offer`)
 * start the RPC and return at once; call_await waits. Lives in the call's arena. The RPC carries
 * the call's deadline less a margin, trace, and a token that says: this server, acting for
 * call->actor. Asserts that no transaction is open. The service was given to contract_add_service
 * at start.
 */
ProtobufCService *call_remote(struct call *call, struct rpc_upstream *upstream,
			      const ProtobufCServiceDescriptor *service);

/*
 * Starts one RPC whose answer goes to *reply (an output pointer of the reply's type, NULL until it
 * has come and while it failed):
 *   OfferService offers = ...; Offer *offer;
 *   RPC_SEND(service, offer_service__get_offer, &request, &offer);
 * A wrong reply type is a compile error: the closure's type is made from it.
 */
#define RPC_SEND(service, stub, request, reply)                                                    \
	do {                                                                                       \
		void (*rpc_closure_)(const __typeof__(**(reply)) *, void *) = NULL;                \
		*(reply) = NULL;                                                                   \
		(stub)((service), (request), rpc_closure_, (reply));                               \
	} while (0)

/*
 * Waits for everything sent since the last wait. OK when all succeeded, else the first failure in
 * order of sending, with reason, text and details as the other server gave them (unknown ones and
 * an unasked CANCELLED become UNAVAILABLE or INTERNAL).
 */
struct status call_await(struct call *call);

/* As call_await, but failures of single RPCs are no failure: their replies stay NULL. */
void call_await_any(struct call *call);

/* The status of the RPC that was sent as number `index` since the last wait before this one. */
struct status call_sent_status(const struct call *call, size_t index);

/* Passes request bytes on to `path` and waits; the answer's bytes live in the arena. */
struct status call_forward(struct call *call, struct rpc_upstream *upstream, const char *path,
			   const uint8_t *request, size_t length, const uint8_t **reply,
			   size_t *reply_length);

/* The packed LeaseWorkResponse that came with the last awaited RPCs; empty when there is none. */
struct text call_leased_work(const struct call *call);
