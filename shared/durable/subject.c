/* SPDX-License-Identifier: Apache-2.0 */
/* Finds, makes and remembers the keys under which personal fields are sealed. */
#include "durable/subject.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "call/call.h"
#include "contract/field.h"
#include "crypto/hash.h"
#include "crypto/key.h"
#include "crypto/keyring.h"
#include "db/statement.h"
#include "entremise/common/v1/row.pb-c.h"

#include "subject.sql.h"

#define CACHE_ENTRIES 1024 /* Direct-mapped: a collision costs one read. */

/* A key known to this call; one made here is not shared before its transaction is through. */
struct call_subject {
	const char *subject;
	struct crypto_key key;
	struct call_subject *next;
};

struct cached {
	uint8_t name[CRYPTO_DIGEST_SHORT];
	struct crypto_key key;
	int64_t until_us; /* Monotonic; 0 = empty. */
};

static struct cached cache[CACHE_ENTRIES];
static pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;

void subject_forget_all(void)
{
	pthread_mutex_lock(&cache_lock);
	for (size_t i = 0; i < CACHE_ENTRIES; i++) {
		crypto_key_wipe(&cache[i].key);
		cache[i].until_us = 0;
	}
	pthread_mutex_unlock(&cache_lock);
}

static struct cached *cache_slot(const char *subject, uint8_t name[CRYPTO_DIGEST_SHORT])
{
	uint32_t index;

	crypto_digest(subject, strlen(subject), name, CRYPTO_DIGEST_SHORT);
	memcpy(&index, name, sizeof(index));
	return &cache[index % CACHE_ENTRIES];
}

static bool cache_find(const char *subject, struct crypto_key *key)
{
	uint8_t name[CRYPTO_DIGEST_SHORT];
	struct cached *slot = cache_slot(subject, name);
	bool found;

	pthread_mutex_lock(&cache_lock);
	found = slot->until_us > time_monotonic_us() && memcmp(slot->name, name, sizeof(name)) == 0;
	if (found)
		*key = slot->key;
	pthread_mutex_unlock(&cache_lock);
	return found;
}

static void cache_keep(const char *subject, const struct crypto_key *key)
{
	uint8_t name[CRYPTO_DIGEST_SHORT];
	struct cached *slot = cache_slot(subject, name);

	pthread_mutex_lock(&cache_lock);
	memcpy(slot->name, name, sizeof(name));
	slot->key = *key;
	slot->until_us = time_monotonic_us() + SUBJECT_CACHE_US;
	pthread_mutex_unlock(&cache_lock);
}

static void wipe_key(void *key)
{
	crypto_key_wipe(key);
}

static struct call_subject *remember(struct call *call, const char *subject)
{
	struct call_subject *entry = arena_new(call->arena, struct call_subject, 1);

	entry->subject = arena_text(call->arena, "%s", subject);
	entry->next = call->subjects;
	call->subjects = entry;
	arena_on_reset(call->arena, wipe_key, &entry->key);
	return entry;
}

static struct status make(struct call *call, SubjectKey *row, const struct crypto_key **key)
{
	struct call_subject *entry = remember(call, row->subject);
	struct status status;

	row->wrapped.data = crypto_subject_key_create(call->environment->ring, row->subject,
						      &entry->key, call->arena, &row->wrapped.len);
	*key = &entry->key;
	status = sql_add_subject_key(call, row);
	if (status.reason == REASON__REASON_CONFLICT && call->session.broken == 0) {
		/* Another call has just made it: run again, this one finds it. */
		call->session.broken = status.reason;
		call->session.retry = true;
	}
	return status;
}

static struct status find(struct db_session *session, const char *subject, bool create,
			  const struct crypto_key **key)
{
	struct call *call =
	    (struct call *)(void *)((char *)session - offsetof(struct call, session));
	SubjectKey *row = (SubjectKey *)(void *)message_new(call->arena, &subject_key__descriptor);
	struct crypto_key opened;
	bool found;

	*key = NULL;
	for (const struct call_subject *known = call->subjects; known; known = known->next)
		if (strcmp(known->subject, subject) == 0) {
			*key = &known->key;
			return STATUS_OK;
		}
	if (!cache_find(subject, &opened)) {
		row->subject = arena_text(call->arena, "%s", subject);
		TRY(sql_find_subject_key(call, row, row, &found));
		if (!found)
			return create ? make(call, row, key) : STATUS_OK;
		if (!crypto_subject_key_open(call->environment->ring, subject, row->wrapped.data,
					     row->wrapped.len, &opened))
			return status_of(REASON__REASON_INTERNAL);
		cache_keep(subject, &opened);
	}
	remember(call, subject)->key = opened;
	*key = &call->subjects->key;
	crypto_key_wipe(&opened);
	return STATUS_OK;
}

const struct db_subject_keys subject_keys = {.find = find};
