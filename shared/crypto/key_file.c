/* SPDX-License-Identifier: Apache-2.0 */
/* Reads files of keys, bounded, and takes their members apart. */
#include "crypto/key_file.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

char *key_file_read(const char *path, struct arena *arena, size_t *length, const char **error)
{
	FILE *file = fopen(path, "rbe");
	char *text = NULL;

	if (file) {
		setvbuf(file, NULL, _IONBF, 0); /* So that no copy of a secret stays behind. */
		text = arena_alloc(arena, KEY_FILE_MAX + 2);
		*length = fread(text, 1, KEY_FILE_MAX + 1, file);
	}
	if (!file || ferror(file))
		*error = arena_text(arena, "%s: %s", path, strerror(errno));
	else if (*length > KEY_FILE_MAX)
		*error = arena_text(arena, "%s: larger than %d bytes", path, KEY_FILE_MAX);
	else
		*error = NULL;
	if (file)
		fclose(file);
	return *error ? NULL : text;
}

json_t *key_file_parse(const char *text, size_t length, struct arena *arena, const char **error)
{
	json_error_t fault;
	json_t *document = json_loadb(text, length, JSON_REJECT_DUPLICATES, &fault);

	if (!document) {
		/* The position, not the library's text: that one quotes what it stumbled over. */
		*error = arena_text(arena, "not strict JSON at byte %d", fault.position);
		return NULL;
	}
	if (!json_is_array(json_object_get(document, "keys"))) {
		*error = "no array \"keys\"";
		json_decref(document);
		return NULL;
	}
	return document;
}

const char *key_file_text(const json_t *key, const char *name, size_t longest)
{
	const char *text = json_string_value(json_object_get(key, name));

	if (!text || text[0] == '\0' || strlen(text) > longest)
		return NULL;
	for (const char *at = text; *at; at++)
		if (*at <= ' ' || *at > '~')
			return NULL;
	return text;
}

bool key_file_bytes(const json_t *key, const char *name, uint8_t *bytes, size_t length)
{
	const json_t *member = json_object_get(key, name);
	size_t written = 0;

	return json_is_string(member) &&
	       sodium_base642bin(bytes, length, json_string_value(member),
				 json_string_length(member), NULL, &written, NULL,
				 sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
	       written == length;
}
