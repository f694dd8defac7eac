/* SPDX-License-Identifier: Apache-2.0 */
/* The life of the gRPC core in this process. */
#pragma once

/*
 * Begins to use the core, once per server and upstream; what the core itself has to say goes to our
 * log as JSON lines. Ended by core_end as often as it was begun.
 */
void core_begin(void);
void core_end(void);
