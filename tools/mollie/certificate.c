/* SPDX-License-Identifier: Apache-2.0 */
/* Makes a certificate in a private folder, reads it, and leaves nothing behind. */
#include "certificate.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"

static bool run_openssl(const char *key_path, const char *certificate_path)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		int nothing = open("/dev/null", O_WRONLY);

		dup2(nothing, STDERR_FILENO);
		execlp("openssl", "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
		       "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj",
		       "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
		       "-keyout", key_path, "-out", certificate_path, (char *)NULL);
		_exit(127);
	}
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

static const char *read_text(const char *path, struct arena *arena)
{
	FILE *file = fopen(path, "r");
	char *text;

	if (!file)
		return NULL;
	text = arena_alloc(arena, 16384);
	text[fread(text, 1, 16383, file)] = '\0';
	fclose(file);
	return text[0] != '\0' ? text : NULL;
}

static bool write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	bool is_written;

	if (!file)
		return false;
	is_written = fputs(text, file) >= 0;
	return fclose(file) == 0 && is_written;
}

bool certificate_make(const char *copy_path, struct arena *arena, const char **certificate,
		      const char **private_key)
{
	char folder[] = "/tmp/mollie-XXXXXX";
	const char *key_path;
	const char *certificate_path;
	bool is_made;

	if (!mkdtemp(folder)) {
		perror("mollie: /tmp");
		return false;
	}
	key_path = arena_text(arena, "%s/key.pem", folder);
	certificate_path = arena_text(arena, "%s/certificate.pem", folder);
	is_made = run_openssl(key_path, certificate_path);
	*private_key = read_text(key_path, arena);
	*certificate = read_text(certificate_path, arena);
	unlink(key_path);
	unlink(certificate_path);
	rmdir(folder);
	if (!is_made || !*private_key || !*certificate ||
	    (copy_path && !write_text(copy_path, *certificate))) {
		fputs("mollie: no certificate could be made; is openssl installed?\n", stderr);
		return false;
	}
	return true;
}
