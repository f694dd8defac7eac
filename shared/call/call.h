/* SPDX-License-Identifier: Apache-2.0 */
/* One call: who speaks, when it is, its memory, its database session, what it will publish. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <protobuf-c/protobuf-c.h>

#include "base/status.h"
#include "db/session.h"
#include "entremise/common/v1/options.pb-c.h"
#include "entremise/common/v1/reason.pb-c.h"
#include "observe/trace.h"

struct arena;
struct call_change;
struct call_exchange;
struct Google__Protobuf__Timestamp;
struct PageCursor;
struct call_subject;
struct call_work;
struct crypto_key;
struct crypto_keyring;
struct db_connection;
struct method_rule;
struct token_key;
struct token_keyset;

/* What all calls of a process share; made by service_main, read-only while calls run. */
struct call_environment {
	const char *service;	   /* "requests" */
	struct token_keyset *keys; /* callers' tokens and the issuers' statements; locked within */
	const char *audience;	   /* of tokens this service makes; NULL = "entremise" */
	const struct token_key
	    *signing; /* this service's own statements; NULL when it signs none */
	const struct crypto_keyring
	    *ring; /* wraps persons' keys, seals replies; NULL without a database */
	struct crypto_key *page_key;   /* page tokens */
	struct crypto_key *index_key;  /* look-up of sealed columns */
	struct crypto_key *secret_key; /* fields marked `secret` */
	const struct db_subject_keys *subject_keys;
	bool run_twice;	       /* Every mutation runs, is rolled back, and runs again. */
	const char *smtp_url;  /* "smtp://host:port"; NULL: none is sent */
	const char *mail_from; /* the sender of mails */
	void *settings;	       /* The service's own settings struct. */
};

/* Bytes in the call's arena. */
struct call_bytes {
	const uint8_t *bytes;
	size_t length;
};

/* Who the call is for, and who speaks. All text lives as long as the call. */
struct actor {
	Role role;	      /* Of the one it is for; ROLE_ANONYMOUS without a token. */
	const char *subject;  /* Its id: "01jd8w..."; "" when anonymous. */
	const char *platform; /* Its one platform; "*" for an operator or a service on its own. */
	bool by_service;      /* A SERVICE speaks: for itself, or for the actor. */
	const char *speaker;  /* The subject of the token itself: "gateway". */
};

/*
 * Made by the runtime before a handler runs. Handlers read the first five members and call the
 * functions below; the rest is the runtime's.
 */
struct call {
	struct arena *arena;
	int64_t now_us;	      /* Platform time: rules, rows, timers. */
	int64_t real_us;      /* Real time: tokens, leases, retention. */
	const char *platform; /* The platform it acts on; never "*" within a mutation. */
	struct actor actor;

	const struct call_environment *environment;
	const struct method_rule *method;
	struct trace trace;
	int64_t deadline_us; /* Monotonic; 0 = none. */
	struct db_session session;
	struct db_connection *reads; /* NULL without a database */
	struct db_connection *writes;
	const ProtobufCMessage *request;
	ProtobufCMessage *reply;
	struct status status;	     /* What the handler returned. */
	bool finished;		     /* The handler has returned. */
	bool in_transaction;	     /* No other service may be called now. */
	struct call_bytes stored;    /* The packed reply, sent as it is; NULL: pack `reply`. */
	struct call_bytes leased;    /* Packed LeaseWorkResponse for a service that created work. */
	const char *request_id;	     /* Given or made. */
	struct call_change *changes; /* In order of publish; newest last. */
	struct call_change **changes_tail;
	struct call_work *work;		/* What the transaction added, newest first. */
	struct call_subject *subjects;	/* Keys made or read in this call. */
	struct call_exchange *exchange; /* What it has sent to other servers. */
	void *transport;		/* rpc's own record of the call; NULL in the background. */
};

/* Ends the handler's run: keeps its status. Called by RPC_METHOD's adaptor only. */
void call_finish(struct call *call, struct status status);

/* For generated statements: the session of a call. */
struct db_session *call_session(struct call *call);

/* A refusal with one pair of metadata: the variable that its text would name. */
struct status call_refuse(struct call *call, Reason reason, const char *key, const char *value);

/* INVALID_ARGUMENT for one field: path and what is wrong with it ("must be later than start_time").
 */
struct status call_invalid(struct call *call, const char *field, const char *problem);

/* One more pair (or violation) for a status made by one of the above. */
struct status call_detail(struct call *call, struct status status, const char *key,
			  const char *value);

/* "providers/01j...": the actor as rows and logs name it. */
const char *call_caller(struct call *call);

/* The caller's own resource name: platforms/P/providers/S or platforms/P/clients/S; "" for others.
 */
const char *call_self(struct call *call);

/* The last part of a resource name: "01j..." of "platforms/acme/clients/01j...". */
const char *call_id_of(struct call *call, const char *name);

/* A fresh ULID. */
const char *call_new_id(struct call *call);

/* Microseconds and Timestamp messages. NULL reads as 0. */
struct Google__Protobuf__Timestamp *call_timestamp(struct call *call, int64_t instant_us);
int64_t call_instant(const struct Google__Protobuf__Timestamp *timestamp);

/*
 * Buffers one change of a resource: the runtime writes it, with the reply, as the transaction's
 * last statement. The statement that stored it must have raised `version` by one (1 for a new row):
 * the message's etag is set to the new version here, so store first, then publish.
 */
struct status publish(struct call *call, ProtobufCMessage *resource);

/* Applies an Update request's mask to the locked row; see contract/mask.h. */
struct status call_apply_update(struct call *call, ProtobufCMessage *stored);

/* List methods: reads page_size and page_token into a cursor / sets next_page_token. */
struct status call_page(struct call *call, struct PageCursor *cursor);
void call_page_close(struct call *call, const struct PageCursor *cursor, ProtobufCMessage *reply,
		     const char *time_field, const char *text_field);
