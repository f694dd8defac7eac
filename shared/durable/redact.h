/* SPDX-License-Identifier: Apache-2.0 */
/* A copy of a message in which no personal text can be read: what goes into changes and feeds. */
#pragma once

#include <protobuf-c/protobuf-c.h>

#include "base/status.h"

struct db_session;

/*
 * A copy of `message` (the same one when it has nothing personal) whose personal texts are sealed
 * with their person's key, as base64url; secrets are left out. Destroying the key erases them in
 * every copy.
 */
struct status redact_message(struct db_session *session, ProtobufCMessage *message,
			     ProtobufCMessage **redacted);
