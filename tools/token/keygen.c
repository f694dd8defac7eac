/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the keys to a new folder beside the wanted one, then renames it. */
#include "keygen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "crypto/token_key.h"

static const struct {
	const char *file;
	const char *issuer;
} signers[] = {
    {"dev", "callers"},	      {"gateway", "gateway"}, {"providers", "providers"},
    {"requests", "requests"}, {"billing", "billing"}, {"quotes", "quotes"},
};

#define SIGNERS (sizeof(signers) / sizeof(signers[0]))

static bool write_file(const char *path, const char *text, mode_t mode)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	size_t length = strlen(text);
	bool written;

	if (file < 0)
		return false;
	written = write(file, text, length) == (ssize_t)length;
	return close(file) == 0 && written;
}

static bool write_keys(const char *folder, struct token_key **keys, struct arena *arena)
{
	for (size_t i = 0; i < SIGNERS; i++) {
		const char *path = arena_text(arena, "%s/%s.key", folder, signers[i].file);

		if (!write_file(path, token_jwks_text(&keys[i], 1, true, arena), 0600))
			return false;
	}
	return write_file(arena_text(arena, "%s/keys.json", folder),
			  token_jwks_text(keys, SIGNERS, false, arena), 0644);
}

bool keygen(const char *folder)
{
	struct arena *arena = arena_create();
	const char *prepared = arena_text(arena, "%s.%ld", folder, (long)getpid());
	struct token_key *keys[SIGNERS];
	bool made;

	for (size_t i = 0; i < SIGNERS; i++)
		keys[i] = token_key_generate(
		    arena_text(arena, "%s%s", TOKEN_KEY_DEVELOPMENT_PREFIX, signers[i].issuer),
		    signers[i].issuer);
	made = mkdir(prepared, 0755) == 0 && write_keys(prepared, keys, arena) &&
	       rename(prepared, folder) == 0;
	if (!made) {
		int cause = errno;

		fprintf(stderr, "token: %s: %s\n", folder, strerror(cause));
		for (size_t i = 0; i < SIGNERS; i++)
			unlink(arena_text(arena, "%s/%s.key", prepared, signers[i].file));
		unlink(arena_text(arena, "%s/keys.json", prepared));
		rmdir(prepared);
	}
	for (size_t i = 0; i < SIGNERS; i++)
		token_key_destroy(keys[i]);
	arena_destroy(arena);
	return made;
}
