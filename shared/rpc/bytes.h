/* SPDX-License-Identifier: Apache-2.0 */
/* The core's slices and buffers as views, and back; nothing above touches a slice. */
#pragma once

#include <grpc/byte_buffer.h>
#include <grpc/slice.h>

#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "base/text.h"

/* A view of a slice's bytes; `slice` must stay where it is, short ones hold their bytes inside. */
struct text rpc_slice_text(const grpc_slice *slice);

/*
 * The whole message as one run. `hold` keeps what had to be copied; unref it when done, the buffer
 * must live as long. A NULL buffer is empty.
 */
struct text rpc_buffer_text(grpc_byte_buffer *buffer, grpc_slice *hold);

/* A buffer of the caller's with a copy of the bytes / of the packed message. */
grpc_byte_buffer *rpc_buffer_of(const void *bytes, size_t length);
grpc_byte_buffer *rpc_buffer_of_message(const ProtobufCMessage *message);
