/* SPDX-License-Identifier: Apache-2.0 */
/* The addresses at which the payment provider tells of a payment: made and checked here only. */
#include "webhook_path.h"

#include <string.h>

#include "base/arena.h"
#include "base/id.h"
#include "crypto/hash.h"

static const char purpose[] = "webhook";
static const char prefix[] = "/webhooks/";

const char *webhook_path_make(struct arena *arena, const struct crypto_key *key,
			      const char *platform, const char *payment)
{
	const char *tagged = arena_text(arena, "%s/%s", platform, payment);
	char tag[CRYPTO_MAC_TEXT];

	crypto_mac_text(key, purpose, tagged, strlen(tagged), tag);
	return arena_text(arena, "%s%s/%s", prefix, tagged, tag);
}

const char *webhook_path_read(struct arena *arena, const struct crypto_key *key, const char *path,
			      struct text *platform)
{
	struct text rest = text_of(path);
	struct text payment;
	const char *tagged;

	if (!text_starts_with(rest, prefix))
		return NULL;
	rest = text_of(path + strlen(prefix));
	if (!text_next(&rest, '/', platform) || !text_next(&rest, '/', &payment) || !rest.start)
		return NULL;
	if (!id_is_chosen(*platform) || !id_is_valid(payment))
		return NULL;
	tagged = arena_text(arena, "%.*s/%.*s", TEXT_ARGUMENTS(*platform), TEXT_ARGUMENTS(payment));
	if (!crypto_mac_text_verify(key, purpose, tagged, strlen(tagged), rest.start, rest.length))
		return NULL;
	return arena_text(arena, "platforms/%.*s/payments/%.*s", TEXT_ARGUMENTS(*platform),
			  TEXT_ARGUMENTS(payment));
}
