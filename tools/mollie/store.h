/* SPDX-License-Identifier: Apache-2.0 */
/* The simulator's memory: accounts (one per API key) and their objects, as Mollie would show them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct simulator;

#define STORE_ACCOUNT_MAX 1000
#define STORE_OBJECT_MAX 50000 /* of one kind in one account */
#define STORE_ID_SIZE 16       /* "tr_" and 10 characters, NUL */

enum kind {
	KIND_CUSTOMER,
	KIND_MANDATE,
	KIND_PAYMENT,
	KIND_REFUND,
	KIND_CHARGEBACK,
	KIND_COUNT,
};

/* What happens to an object by itself at its `due_us`. */
enum due {
	DUE_NOTHING,
	DUE_EXPIRE,	/* an open payment that nobody completed */
	DUE_SETTLE,	/* a pending payment or refund ends as planned */
	DUE_CHARGEBACK, /* a paid payment comes back */
};

/*
 * One object. `body` is what the API shows, without _links and _embedded: those are added when it
 * is shown. Objects are never freed before the store is reset; a deleted one is marked.
 */
struct object {
	char id[STORE_ID_SIZE];
	enum kind kind;
	bool is_deleted;
	struct account *account; /* borrowed */
	struct object *customer; /* borrowed; of mandates and payments */
	struct object *mandate;	 /* borrowed; of payments */
	struct object *payment;	 /* borrowed; of refunds and chargebacks */
	json_t *body;		 /* owned */
	enum due due;
	int64_t due_us;	       /* the account's time */
	json_t *plan;	       /* owned; outcome to come: status, reason, chargebackDays */
	bool is_method_forced; /* the payment was created with one method */
};

struct account {
	char key[80];
	char profile[STORE_ID_SIZE];
	struct account *next;		     /* owned */
	struct object **objects[KIND_COUNT]; /* owned, in order of creation */
	size_t counts[KIND_COUNT];
	size_t capacities[KIND_COUNT];
	bool has_clock; /* the clock was set and stands still */
	int64_t clock_us;
	int64_t next_due_us; /* nothing is due before; 0 for never */
	json_t *idempotent;  /* owned; key -> answer */
};

/* Forgets accounts, outcomes and faults. */
void store_reset(struct simulator *simulator);

/* The account of a key, made when it is new; NULL when there are too many. */
struct account *store_account(struct simulator *simulator, const char *key);

/* A new object with a new id and members resource, id (and mode); NULL when there are too many. */
struct object *store_create(struct account *account, enum kind kind);

/* The object of that id in one account / in any; NULL when there is none (deleted ones are found).
 */
struct object *store_find(const struct account *account, enum kind kind, const char *id);
struct object *store_find_anywhere(const struct simulator *simulator, enum kind kind,
				   const char *id);

/* A member of the object's body as text, "" when it is absent or none. */
const char *store_text(const struct object *object, const char *name);

/* Puts a member; the value's reference is taken. */
void store_set(struct object *object, const char *name, json_t *value);

/* The name of a kind in answers: "payment". */
const char *store_kind_name(enum kind kind);
