/* SPDX-License-Identifier: Apache-2.0 */
/* The platform's payment key, for those who speak to the payment provider. */
#pragma once

#include "base/status.h"

struct call;

/* The key as it was given, in the call's arena, or PAYMENT_KEY_MISSING. Never to be logged. */
struct status payment_key_read(struct call *call, const char **key);
