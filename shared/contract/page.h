/* SPDX-License-Identifier: Apache-2.0 */
/* Page tokens of List methods (AIP-158): our own message under a keyed MAC. */
#pragma once

#include <protobuf-c/protobuf-c.h>

#include "base/status.h"
#include "entremise/common/v1/page_token.pb-c.h"

#define PAGE_SIZE_DEFAULT 50
#define PAGE_SIZE_MAX 200

struct arena;
struct crypto_key;
struct method_rule;

/*
 * Reads page_size (0 = default, above the maximum = the maximum, negative = INVALID_ARGUMENT) and
 * page_token of a List request into `cursor`: where to go on, and in `limit` one row more than the
 * page has. A token that is not ours, or of another method, caller or filter: PAGE_TOKEN_INVALID.
 */
struct status page_open(struct arena *arena, const struct crypto_key *key,
			const struct method_rule *method, const ProtobufCMessage *request,
			const char *caller, PageCursor *cursor);

/*
 * `reply` has a repeated message field (the first) and next_page_token. Drops the row beyond the
 * page and sets the token from the last row kept: its name's last part, its `time_field` (a
 * Timestamp; NULL = not sorted by time) and its `text_field` (NULL = not sorted by text).
 */
void page_close(struct arena *arena, const struct crypto_key *key, const PageCursor *cursor,
		ProtobufCMessage *reply, const char *time_field, const char *text_field);
