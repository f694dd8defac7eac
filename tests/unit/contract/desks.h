/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the contract's folder share: the example contract and messages of it. */
#pragma once

#include <string.h>

#include "base/arena.h"
#include "base/status.h"
#include "contract/contract.h"
#include "contract/field.h"
#include "entremise/test/v1/desk.pb-c.h"

#define DESK "platforms/acme/rooms/blue/desks/d1"
#define ROOM "platforms/acme/rooms/blue"

/* The index of a method in DeskService. */
enum desk_method {
	GET_DESK,
	LIST_DESKS,
	CREATE_DESK,
	UPDATE_DESK,
	MOVE_DESK,
	CHECK_FORMATS,
	OPEN_PLATFORM,
	LIST_ALL_DESKS,
	WATCH_DESKS
};

static inline const struct method_rule *desk_rule(enum desk_method method)
{
	return contract_method(&desk_service__descriptor, method);
}

/* cmocka's setup and teardown: the contract is loaded, *state is an arena. */
static inline int set_up(void **state)
{
	contract_load();
	contract_add_service(&desk_service__descriptor);
	*state = arena_create();
	return 0;
}

static inline int tear_down(void **state)
{
	arena_destroy(*state);
	return 0;
}

/* A new message of the type in the arena, as TYPE *. */
#define NEW(arena, Type, descriptor) ((Type *)(void *)message_new((arena), &(descriptor)))

/* Strings of messages are char *, which nothing under test writes to. */
#define TEXT_OF(literal) ((char *)(uintptr_t)(literal))

static inline Desk *new_desk(struct arena *arena)
{
	Desk *desk = NEW(arena, Desk, desk__descriptor);

	desk->name = TEXT_OF(DESK);
	desk->display_name = TEXT_OF("oak");
	desk->height_mm = 700;
	return desk;
}

static inline Drawer *new_drawer(struct arena *arena, const char *label)
{
	Drawer *drawer = NEW(arena, Drawer, drawer__descriptor);

	drawer->label = TEXT_OF(label);
	drawer->slots = 2;
	return drawer;
}

static inline Google__Protobuf__FieldMask *new_mask(struct arena *arena, size_t count,
						    const char *const *paths)
{
	Google__Protobuf__FieldMask *mask =
	    NEW(arena, Google__Protobuf__FieldMask, google__protobuf__field_mask__descriptor);

	mask->n_paths = count;
	mask->paths = arena_new(arena, char *, count);
	for (size_t i = 0; i < count; i++)
		mask->paths[i] = TEXT_OF(paths[i]);
	return mask;
}

/* The text that a status has for a key; NULL when it has none. */
static inline const char *detail_of(struct status status, const char *key)
{
	for (const struct status_detail *detail = status.details; detail; detail = detail->next) {
		if (strcmp(detail->key, key) == 0)
			return detail->value;
	}
	return NULL;
}
