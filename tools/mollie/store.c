/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps accounts and objects in memory, bounded. */
#include "store.h"
#include "simulator.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static const struct {
	const char *name;
	const char *prefix;
} kinds[KIND_COUNT] = {
    [KIND_CUSTOMER] = {"customer", "cst_"},	[KIND_MANDATE] = {"mandate", "mdt_"},
    [KIND_PAYMENT] = {"payment", "tr_"},	[KIND_REFUND] = {"refund", "re_"},
    [KIND_CHARGEBACK] = {"chargeback", "chb_"},
};

const char *store_kind_name(enum kind kind)
{
	return kinds[kind].name;
}

static void *allocate(size_t size)
{
	void *memory = calloc(1, size);

	if (!memory) {
		fputs("mollie: out of memory\n", stderr);
		abort();
	}
	return memory;
}

/* Ten characters that are hard to confuse, as Mollie's are. */
static void make_id(const char *prefix, char id[STORE_ID_SIZE])
{
	static const char characters[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz";
	unsigned char bytes[10];
	size_t length = strlen(prefix);

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		abort();
	memcpy(id, prefix, length);
	for (size_t i = 0; i < sizeof(bytes); i++)
		id[length + i] = characters[bytes[i] % (sizeof(characters) - 1)];
	id[length + sizeof(bytes)] = '\0';
}

static void free_account(struct account *account)
{
	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		for (size_t i = 0; i < account->counts[kind]; i++) {
			json_decref(account->objects[kind][i]->body);
			json_decref(account->objects[kind][i]->plan);
			free(account->objects[kind][i]);
		}
		free(account->objects[kind]);
	}
	json_decref(account->idempotent);
	free(account);
}

void store_reset(struct simulator *simulator)
{
	while (simulator->accounts) {
		struct account *next = simulator->accounts->next;

		free_account(simulator->accounts);
		simulator->accounts = next;
	}
	simulator->account_count = 0;
	json_decref(simulator->outcomes);
	simulator->outcomes = json_array();
	simulator->faults = (struct faults){0};
}

struct account *store_account(struct simulator *simulator, const char *key)
{
	struct account *account = simulator->accounts;

	while (account && strcmp(account->key, key) != 0)
		account = account->next;
	if (account)
		return account;
	if (simulator->account_count == STORE_ACCOUNT_MAX || strlen(key) >= sizeof(account->key))
		return NULL;
	account = allocate(sizeof(*account));
	memcpy(account->key, key, strlen(key) + 1);
	make_id("pfl_", account->profile);
	account->idempotent = json_object();
	account->next = simulator->accounts;
	simulator->accounts = account;
	simulator->account_count++;
	return account;
}

struct object *store_create(struct account *account, enum kind kind)
{
	size_t count = account->counts[kind];
	struct object *object;

	if (count == STORE_OBJECT_MAX)
		return NULL;
	if (count == account->capacities[kind]) {
		size_t capacity = count == 0 ? 16 : 2 * count;
		struct object **larger = reallocarray(account->objects[kind], capacity,
						      sizeof(account->objects[kind][0]));

		if (!larger)
			abort();
		account->objects[kind] = larger;
		account->capacities[kind] = capacity;
	}
	object = allocate(sizeof(*object));
	make_id(kinds[kind].prefix, object->id);
	object->kind = kind;
	object->account = account;
	object->body = json_object();
	store_set(object, "resource", json_string(kinds[kind].name));
	store_set(object, "id", json_string(object->id));
	if (kind != KIND_CHARGEBACK)
		store_set(object, "mode", json_string("test"));
	account->objects[kind][count] = object;
	account->counts[kind]++;
	return object;
}

/* From the newest on: what is asked for was mostly just made. */
struct object *store_find(const struct account *account, enum kind kind, const char *id)
{
	for (size_t i = account->counts[kind]; i > 0; i--)
		if (strcmp(account->objects[kind][i - 1]->id, id) == 0)
			return account->objects[kind][i - 1];
	return NULL;
}

struct object *store_find_anywhere(const struct simulator *simulator, enum kind kind,
				   const char *id)
{
	for (const struct account *account = simulator->accounts; account;
	     account = account->next) {
		struct object *object = store_find(account, kind, id);

		if (object)
			return object;
	}
	return NULL;
}

const char *store_text(const struct object *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object->body, name));

	return text ? text : "";
}

void store_set(struct object *object, const char *name, json_t *value)
{
	if (json_object_set_new(object->body, name, value) != 0)
		abort();
}
