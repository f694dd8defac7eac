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
 * ranges, formats, closed sets, known enum values, resource names that fit their pattern. Fields
 * marked OUTPUT_ONLY are cleared at every depth, as AIP-203 asks. `context` fields: set by anybody
 * but a service (`from_service`) they are refused. Of an Update's resource only what its mask names
 * is held to REQUIRED. All violations are collected, at most 16, each as a status_detail (path,
 * text).
 */
struct status validate_request(struct arena *arena, const struct method_rule *method,
			       ProtobufCMessage *request, bool from_service);

/*
 * The platform that the request's names speak of, into *platform ("" when it names none). Names of
 * different platforms are NOT_FOUND, as is a name of a platform other than `expected` unless that
 * is "*".
 */
struct status validate_platform(struct arena *arena, const struct method_rule *method,
				const ProtobufCMessage *request, const char *expected,
				const char **platform);
