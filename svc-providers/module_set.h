/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of modules, and which of them a platform may switch on. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "entremise/common/v1/platform.pb-c.h"

/* More than the contract has modules. */
#define MODULE_SET_MAX 20

/* The set of listed modules: one bit per module, at its number. Repetitions count once. */
uint32_t module_set_of(const Module *modules, size_t count);

/* Writes the modules of a set in ascending order to `modules`; returns how many. */
size_t module_set_list(uint32_t set, Module modules[MODULE_SET_MAX]);

/* The modules that an edition includes; a higher one includes more. */
uint32_t module_set_of_edition(Edition edition);

/* What is to happen to a platform's modules. */
struct module_switch {
	uint32_t on; /* On now. */
	uint32_t allowed;
	Edition edition;
	uint32_t enable;
	uint32_t disable; /* Wins over `enable`. */
};

/*
 * Decides a switch. Returns 0 with the new set in *next, or the reason of the refusal
 * (MODULE_NOT_ALLOWED, EDITION_TOO_LOW) with the first module it is about in *culprit.
 */
int module_set_switch(const struct module_switch *wanted, uint32_t *next, Module *culprit);

/* The name of a module without prefix, "INDEPENDENT_PROVIDERS"; "" for an unknown number. */
const char *module_set_name(Module module);
