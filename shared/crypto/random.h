/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes from the operating system, for keys, identifiers and nonces. */
#pragma once

#include <stddef.h>

/*
 * Fills `bytes` with `length` unpredictable bytes. Never fails: a process without a source of
 * randomness ends with a line. Safe from any thread.
 */
void crypto_random(void *bytes, size_t length);

/* Makes the library ready; every function of this folder that needs it calls it by itself. */
void crypto_ready(void);
