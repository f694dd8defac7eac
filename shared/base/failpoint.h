/* SPDX-License-Identifier: Apache-2.0 */
/* Named places where a test makes the process die; nothing at all in a release build. */
#pragma once

/*
 * FAILPOINT("execute: before commit") ends the process as kill -9 would when the test named this
 * place and this is the chosen passage of it. Places stand where an effect could be lost or
 * doubled.
 */
#ifdef ENTREMISE_DEBUG
#define FAILPOINT(name) failpoint_pass(name)
#else
#define FAILPOINT(name) ((void)0)
#endif

/*
 * "NAME" or "NAME:N": the process dies at the N-th passage (1 = the first) of that place; NULL or
 * "" disarms. Before threads start. False when it is malformed.
 */
_Bool failpoint_arm(const char *text);

/* Passes a place; called by the macro only. */
void failpoint_pass(const char *name);
