/* SPDX-License-Identifier: Apache-2.0 */
/* What composed mutations have in common: facts read before, then one write. */
#pragma once

#include "base/status.h"

/*
 * The outcome of a write that was sent although a fact it needs could not be had. The write counts
 * when it succeeded, from a stored answer, or says that the request_id was used otherwise; else
 * what was wrong with the facts is the reason.
 */
struct status write_outcome(struct status facts, struct status write);
