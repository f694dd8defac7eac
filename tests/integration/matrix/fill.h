/* SPDX-License-Identifier: Apache-2.0 */
/* Requests made from nothing but the contract's rules. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <protobuf-c/protobuf-c.h>

struct arena;
struct field_rule;
struct method_rule;

/* How a request is filled. */
struct fill {
	struct arena *arena;
	const char *platform;	  /* of every name */
	const char *const *names; /* ended by NULL: resources that exist; their ids are used */
	bool all;		  /* Also what need not be there, but for etags and page tokens. */
	bool contexts;		  /* Also what only a service may say. */
	unsigned seed;		  /* Other seeds give other texts and numbers. */
	const char *request_id;	  /* NULL: none */
	/* This field, and what holds it, even if it is a context field; NULL: none. */
	const struct field_rule *forced;
	const char *forced_platform; /* of `forced`, if it is a name; NULL: `platform` */
};

/*
 * A request that the method's rules accept: every required field, names by their patterns, formats,
 * closed sets, ranges, lengths, one item for a repeated field, "*" for an update mask (which names
 * `forced` instead where that is in the resource). Fields that are OUTPUT_ONLY stay empty, and so
 * do names that the server makes.
 */
ProtobufCMessage *fill_request(const struct fill *fill, const struct method_rule *method);

/*
 * Calls `visit` for every field that a caller can set in the method's request, at any depth, once
 * per place; not for what lies within context fields.
 */
typedef void (*fill_visit)(const struct field_rule *field, void *data);
void fill_visit_fields(const struct method_rule *method, fill_visit visit, void *data);
