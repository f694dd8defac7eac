/* SPDX-License-Identifier: Apache-2.0 */
/* The payment methods that the simulator knows. */
#pragma once

#include <stdbool.h>

bool methods_knows(const char *id);
