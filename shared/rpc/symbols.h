/* SPDX-License-Identifier: Apache-2.0 */
/* Which file of the descriptor sets declares what, for reflection. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct rpc_symbols;

/* Reads packed FileDescriptorSets, which must outlive the symbols. A file of two sets counts once.
 */
struct rpc_symbols *rpc_symbols_create(const struct text *sets, size_t count);
void rpc_symbols_destroy(struct rpc_symbols *symbols);

/* Instead of an extension's number, which is positive. */
#define SYMBOL_FILE (-1)
#define SYMBOL_DECLARED 0

/*
 * The packed FileDescriptorProto of that name (SYMBOL_FILE), that declares the symbol
 * (SYMBOL_DECLARED), or that declares extension `number` of a message. Empty when there is none.
 */
struct text rpc_symbols_find(const struct rpc_symbols *symbols, const char *name, int32_t number);

/* The numbers of a message's extensions, at most `most`; returns how many it gave. */
size_t rpc_symbols_extensions(const struct rpc_symbols *symbols, const char *type, int32_t *numbers,
			      size_t most);
