/* SPDX-License-Identifier: Apache-2.0 */
/* Update masks (AIP-134, AIP-161) applied to a stored resource. */
#pragma once

#include <protobuf-c/protobuf-c.h>

#include "base/status.h"

struct arena;

/*
 * `request` is an Update request: a resource field, `update_mask`, optionally an etag in the
 * resource. Applies the named fields (all set ones when the mask is absent; "*" = all that may be
 * written) of the request's resource to `stored`. Paths may go into sub-messages
 * ("settings.distribution"). An etag that is set and differs: ETAG_MISMATCH. Paths that are
 * unknown, OUTPUT_ONLY, the name or IMMUTABLE (these two if the value differs): INVALID_ARGUMENT,
 * each as a violation `update_mask`; `stored` is then half written and must not be kept. Without a
 * path of its own a name is ignored; `etag` always is. Sub-messages are copied, text is shared with
 * the request.
 */
struct status mask_apply(struct arena *arena, const ProtobufCMessage *request,
			 ProtobufCMessage *stored);
