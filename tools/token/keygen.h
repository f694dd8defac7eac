/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the development keys of a checkout. */
#pragma once

#include <stdbool.h>

/*
 * Makes the folder with NAME.key (private, mode 0600) for the callers ("dev.key") and every server
 * that signs, and keys.json with all public keys. All or nothing: an existing folder that is not
 * empty stays as it is and the result is false, with a line on stderr.
 */
bool keygen(const char *folder);
