/* SPDX-License-Identifier: Apache-2.0 */
/* Reads files of keys, bounded, and takes their members apart. */
#include "crypto/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

static struct key_file_version version_of(const struct stat *facts)
{
	return (struct key_file_version){
	    .device = (uint64_t)facts->st_dev,
	    .inode = (uint64_t)facts->st_ino,
	    .size = (int64_t)facts->st_size,
	    .changed_ns = (int64_t)facts->st_mtim.tv_sec * 1000000000 + facts->st_mtim.tv_nsec,
	};
}

/* Reads until the end or until the buffer is full; -1 with errno set. */
static ssize_t read_all(int file, char *buffer, size_t size)
{
	size_t length = 0;

	while (length < size) {
		ssize_t got = read(file, buffer + length, size - length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		length += (size_t)got;
	}
	return (ssize_t)length;
}

char *key_file_read(const char *path, struct arena *arena, size_t *length,
		    struct key_file_version *version, const char **error)
{
	struct stat facts;
	char *text;
	ssize_t got = -1;
	int file = open(path, O_RDONLY | O_CLOEXEC);

	if (file < 0 || fstat(file, &facts) != 0) {
		*error = arena_text(arena, "%s: %s", path, strerror(errno));
		if (file >= 0)
			close(file);
		return NULL;
	}
	text = arena_alloc(arena, KEY_FILE_MAX + 1);
	got = read_all(file, text, KEY_FILE_MAX + 1);
	if (got < 0)
		*error = arena_text(arena, "%s: %s", path, strerror(errno));
	else if (got > KEY_FILE_MAX)
		*error = arena_text(arena, "%s: larger than %d bytes", path, KEY_FILE_MAX);
	close(file);
	if (got < 0 || got > KEY_FILE_MAX)
		return NULL;
	text[got] = '\0';
	*length = (size_t)got;
	if (version)
		*version = version_of(&facts);
	return text;
}

bool key_file_look(const char *path, struct key_file_version *version)
{
	struct stat facts;

	if (stat(path, &facts) != 0)
		return false;
	*version = version_of(&facts);
	return true;
}

bool key_file_same(const struct key_file_version *one, const struct key_file_version *other)
{
	return one->device == other->device && one->inode == other->inode &&
	       one->size == other->size && one->changed_ns == other->changed_ns;
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
