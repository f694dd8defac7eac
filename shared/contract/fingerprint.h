/* SPDX-License-Identifier: Apache-2.0 */
/* What makes two calls the same call: keys and fingerprints of requests. */
#pragma once

#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#define FINGERPRINT_BYTES 16

struct arena;
struct method_rule;

/*
 * BLAKE2b-128 of the request re-packed without unknown fields, `context` fields (any depth) and
 * `request_id`: two sendings of one wish have the same.
 */
void fingerprint_request(struct arena *arena, const struct method_rule *method,
			 const ProtobufCMessage *request, uint8_t out[FINGERPRINT_BYTES]);

/* The same without page_size and page_token, for page tokens; the caller's identity is added. */
void fingerprint_list(struct arena *arena, const struct method_rule *method,
		      const ProtobufCMessage *request, const char *caller,
		      uint8_t out[FINGERPRINT_BYTES]);

/* BLAKE2b-128 of platform, caller, method path and request_id: the key under which a mutation's
 * answer is kept. */
void fingerprint_key(const char *platform, const char *caller, const struct method_rule *method,
		     const char *request_id, uint8_t out[FINGERPRINT_BYTES]);
