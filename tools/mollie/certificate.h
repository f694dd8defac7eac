/* SPDX-License-Identifier: Apache-2.0 */
/* A certificate for HTTPS, signed by itself, for localhost. */
#pragma once

#include <stdbool.h>

struct arena;

/*
 * Makes a key and a certificate of a day by the command openssl, as PEM texts in the arena; writes
 * the certificate also to `copy_path` when it is not NULL. False, with a line on stderr, on
 * failure.
 */
bool certificate_make(const char *copy_path, struct arena *arena, const char **certificate,
		      const char **private_key);
