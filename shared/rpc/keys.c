/* SPDX-License-Identifier: Apache-2.0 */
/* Rotation of verification keys: a new set empties every token cache. */
#include "base/arena.h"
#include "call/call.h"
#include "crypto/token_key.h"
#include "observe/log.h"
#include "rpc/server_state.h"
#include "rpc/token_cache.h"

void rpc_keys_refresh(struct rpc_server *server, struct arena *arena)
{
	struct token_keyset *keys = server->environment->keys;
	const char *error = NULL;

	if (!keys)
		return;
	if (token_keyset_refresh(keys, arena, &error)) {
		for (size_t i = 0; i < server->reactor_count; i++)
			token_cache_clear(server->reactors[i].tokens);
		LOG_INFO("verification keys read again", LOG_INT("keys", token_keyset_count(keys)));
	} else if (error) {
		LOG_WARN("verification keys not read, the old ones stay", LOG_TEXT("cause", error));
	}
}
