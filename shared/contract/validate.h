/* SPDX-License-Identifier: Apache-2.0 */
/* Requests held to the rules of their fields, before a handler sees them. */
#pragma once

#include <stdbool.h>

#include <protobuf-c/protobuf-c.h>

#include "base/status.h"

struct arena;
struct method_rule;

/*
 * Checks `request` against its rules at every depth: REQUIRED, lengths (code points), items,
 * ranges (of a number that is left out, too), formats, closed sets, known enum values, resource
 * names that fit their pattern, texts without outer blanks. All violations are collected, at most
 * 16, each as a status_detail (path, text).
 *
 * Fields marked OUTPUT_ONLY are cleared, as AIP-203 asks, and so are the names of embedded
 * resources, which the server makes; both are left alone within `context` fields, and the name and
 * etag of an Update's resource are what they are for. `context` fields that anybody but a service
 * (`from_service`) has set are refused with PERMISSION_DENIED; in an Update's resource they are
 * cleared instead, unless the mask names them.
 *
 * Of an Update's resource only what its mask names is held to REQUIRED and, if left out, to a
 * range; an absent mask names nothing, "*" everything.
 */
struct status validate_request(struct arena *arena, const struct method_rule *method,
			       ProtobufCMessage *request, bool from_service);

/*
 * The platform that the request's names (or the method's `platform_field`) speak of, into
 * *platform, in the arena; "" when there is none. Names of different platforms are NOT_FOUND, as is
 * a name of a platform other than `expected` unless that is "*". May be called before
 * validate_request: what is no name at all is left to that. A method of `all_platforms` has its
 * names not looked at.
 */
struct status validate_platform(struct arena *arena, const struct method_rule *method,
				const ProtobufCMessage *request, const char *expected,
				const char **platform);
