/* SPDX-License-Identifier: Apache-2.0 */
/* Checks a sign-up token: signed here, for this platform, not expired, not revoked. */
#pragma once

#include "base/status.h"

struct call;

/*
 * SIGN_UP_TOKEN_INVALID unless `token` is one of the call's platform. Within a mutation its row
 * stays locked in share mode until the transaction ends.
 */
struct status sign_up_token_check(struct call *call, const char *token);
