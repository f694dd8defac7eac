/* SPDX-License-Identifier: Apache-2.0 */
/* Personal and secret fields: sealed on their way to a row, opened on their way back. */
#pragma once

#include <protobuf-c/protobuf-c.h>

#include "base/status.h"

struct db_session;
struct path;
struct place;
struct value;

/*
 * Seals the field's text, bytes or packed message, as base64; under the key of the person that
 * the path's `subject` names (made when missing), or the service's. Empty stays empty.
 */
struct status value_seal(struct db_session *session, const struct path *path,
			 const ProtobufCMessage *root, const struct place *place,
			 struct value *value);

/*
 * Opens a sealed column into its place in `root`, whose subject must be set. A person whose key was
 * destroyed leaves the field empty.
 */
struct status value_open(struct db_session *session, const struct path *path,
			 ProtobufCMessage *root, const struct value *value);
