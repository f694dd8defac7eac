/* SPDX-License-Identifier: Apache-2.0 */
/* Files of keys: read whole and bounded, and parsed as strict JSON (RFC 8259). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct arena;

#define KEY_FILE_MAX 65536 /* bytes */

/*
 * The text of the file, NUL-terminated, in the arena; NULL with the cause in `error` when it can't
 * be read or is larger than KEY_FILE_MAX.
 */
char *key_file_read(const char *path, struct arena *arena, size_t *length, const char **error);

/*
 * The object of a JWKS document: {"keys": [...]}, no member twice, nothing behind it. The caller
 * releases it with json_decref; NULL with the cause in `error` (arena).
 */
json_t *key_file_parse(const char *text, size_t length, struct arena *arena, const char **error);

/* Member `name` as text of 1 to `longest` characters out of printable ASCII; else NULL. */
const char *key_file_text(const json_t *key, const char *name, size_t longest);

/* Member `name` as exactly `length` bytes in base64url without padding; false when it is not. */
bool key_file_bytes(const json_t *key, const char *name, uint8_t *bytes, size_t length);
