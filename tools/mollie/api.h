/* SPDX-License-Identifier: Apache-2.0 */
/* One call of the API: what handlers get, and the forms of their answers. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "store.h"

struct arena;
struct http_request;
struct http_response;

/* A call in hand; the simulator's lock is held while a handler runs. */
struct call {
	struct simulator *simulator;	    /* borrowed */
	struct account *account;	    /* borrowed */
	const struct http_request *request; /* borrowed */
	struct arena *arena;		    /* borrowed */
	const char *ids[2];		    /* the variable parts of the path */
	json_t *input;			    /* owned; {} without a body */
	int status;			    /* of the answer; 0 until there is one */
	json_t *output;			    /* owned; NULL for none */
};

/* Serves everything below /v2/. */
void api_serve(struct simulator *simulator, const struct http_request *request,
	       struct http_response *response);

/* Answers with a document, whose reference is taken; NULL for a status without one (204). */
void api_answer(struct call *call, int status, json_t *document);

/* Refuses as Mollie does; `field` NULL for none. Formats are printf's. */
void api_refuse(struct call *call, int status, const char *field, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* 404 in Mollie's words, for an object of that kind. */
void api_not_found(struct call *call, enum kind kind, const char *id);

/* Refuses the first member of the input that is not among `names` (ended by NULL); true if all are.
 */
bool api_knows_members(struct call *call, const char *const *names);

/* A member of the input as text; false, and refused with 422, when it is there and is none. */
bool api_input_text(struct call *call, const char *name, const char **text);

/* An amount of the input in minor units, {"currency": "EUR", "value": "10.00"}; or refuses. */
bool api_input_amount(struct call *call, const char *owner, int64_t *minor, const char **currency);

/* The same the other way round, and read from an object's member (0 when absent). */
json_t *api_amount(int64_t minor, const char *currency);
int64_t api_amount_minor(const json_t *amount);

/* {"href": base + path, "type": type}; api_link puts it under `name` into `links`. */
void api_link(const struct simulator *simulator, json_t *links, const char *name, const char *type,
	      const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Puts the link to the documentation. */
void api_link_documentation(json_t *links, const char *page);

/* Shows one object; the caller releases it. */
json_t *api_show(const struct simulator *simulator, const struct object *object);

/*
 * Answers with a page of the account's objects of one kind, newest first, of those `is_wanted`
 * (NULL: all) takes; `path` is the list's own ("payments"). Reads from, limit and sort.
 */
void api_answer_page(struct call *call, enum kind kind, const char *path,
		     bool (*is_wanted)(const struct object *object, const void *context),
		     const void *context);
