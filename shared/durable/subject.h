/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of persons: wrapped in the database, opened for at most a minute in memory. */
#pragma once

#include "db/session.h"

/* Opened keys are kept for so long; an erased person's fields are unreadable after it. */
#define SUBJECT_CACHE_US (60 * INT64_C(1000000))

/* Forgets all opened keys: at an erasure, and when a test or the process ends. */
void subject_forget_all(void);

/*
 * The session's way to keys (see struct db_subject_keys), which environment->ring wraps; sessions
 * must be part of a struct call.
 */
extern const struct db_subject_keys subject_keys;
