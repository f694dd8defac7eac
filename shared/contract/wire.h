/* SPDX-License-Identifier: Apache-2.0 */
/* One walk over foreign bytes before they are unpacked: what protobuf-c does not bound. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#define WIRE_DEPTH_MAX 16
#define WIRE_ITEMS_MAX 20000

enum wire_result { WIRE_OK, WIRE_MALFORMED, WIRE_TOO_DEEP, WIRE_TOO_MANY, WIRE_NOT_UTF8 };

/*
 * Walks `bytes` as a message of this type: well-formed, at most WIRE_DEPTH_MAX deep, at most
 * WIRE_ITEMS_MAX fields and packed items, strings valid UTF-8 without NUL.
 */
enum wire_result wire_check(const ProtobufCMessageDescriptor *descriptor, const uint8_t *bytes,
			    size_t length);
