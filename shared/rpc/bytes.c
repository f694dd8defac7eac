/* SPDX-License-Identifier: Apache-2.0 */
/* One copy at most between the wire and a message. */
#include "rpc/bytes.h"

#include <grpc/byte_buffer_reader.h>

#include <assert.h>

struct text rpc_slice_text(const grpc_slice *slice)
{
	return (struct text){(const char *)GRPC_SLICE_START_PTR(*slice), GRPC_SLICE_LENGTH(*slice)};
}

struct text rpc_buffer_text(grpc_byte_buffer *buffer, grpc_slice *hold)
{
	grpc_byte_buffer_reader reader;

	*hold = grpc_empty_slice();
	if (!buffer)
		return (struct text){"", 0};
	assert(buffer->type == GRPC_BB_RAW);
	if (buffer->data.raw.compression == GRPC_COMPRESS_NONE &&
	    buffer->data.raw.slice_buffer.count == 1)
		return rpc_slice_text(&buffer->data.raw.slice_buffer.slices[0]);
	if (!grpc_byte_buffer_reader_init(&reader, buffer))
		return (struct text){"", 0};
	*hold = grpc_byte_buffer_reader_readall(&reader);
	grpc_byte_buffer_reader_destroy(&reader);
	return rpc_slice_text(hold);
}

static grpc_byte_buffer *buffer_of_slice(grpc_slice slice)
{
	grpc_byte_buffer *buffer = grpc_raw_byte_buffer_create(&slice, 1);

	grpc_slice_unref(slice);
	return buffer;
}

grpc_byte_buffer *rpc_buffer_of(const void *bytes, size_t length)
{
	return buffer_of_slice(grpc_slice_from_copied_buffer(bytes ? bytes : "", length));
}

grpc_byte_buffer *rpc_buffer_of_message(const ProtobufCMessage *message)
{
	grpc_slice slice = grpc_slice_malloc(protobuf_c_message_get_packed_size(message));

	protobuf_c_message_pack(message, GRPC_SLICE_START_PTR(slice));
	return buffer_of_slice(slice);
}
