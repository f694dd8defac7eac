/* SPDX-License-Identifier: Apache-2.0 */
/* The cases of test_arena with the chunks of a release build, whatever this build is. */
#undef ENTREMISE_DEBUG
#include "shared/base/arena.c"
#include "tests/unit/base/test_arena.c"
