/* SPDX-License-Identifier: Apache-2.0 */
/* Offers and the gates of their providers, as every decision locks and stores them. */
#pragma once

#include <stddef.h>

#include "base/status.h"
#include "entremise/requests/v1/row.pb-c.h"
#include "offer_state.h"

struct call;

/* The name of a provider's offer for a request; both are resource names. */
const char *offer_name(struct call *call, const char *request, const char *provider);

/*
 * Makes the gates of these providers, where missing, and locks them in share mode, before anything
 * else is locked: none of them closes meanwhile. *open has those which are not closed to new work
 * (P9), in the order given.
 */
struct status gates_share(struct call *call, char **providers, size_t count, char ***open,
			  size_t *open_count);

/* Makes the gate of a provider, where missing, and locks it, before anything else is locked. */
struct status gate_hold(struct call *call, const char *provider, GateRow *gate);

/* Writes offers to those who have none; the request is locked. *added tells how many were new. */
struct status offers_add(struct call *call, const ServiceRequest *request, char **providers,
			 size_t count, size_t *added);

/*
 * Locks, in the suite's order, the gate, the request and the offer of this name. NOT_FOUND when
 * there is none, or the caller is neither its provider nor the request's client. What an offer
 * shows of its request is filled in.
 */
struct status application_lock(struct call *call, const char *name, ApplicationRow **row);

/* Moves the offer by the table (STATE_CONFLICT), stores and publishes it, corrects the counts. */
struct status offer_move(struct call *call, ApplicationRow *row, enum offer_event event);

/*
 * Another was chosen (`chosen` is kept), or all were rejected (NULL): those who had applied are
 * told. Corrects the request's counts, which the caller stores.
 */
struct status offers_pass_over(struct call *call, ServiceRequest *request, const Offer *chosen);

/* The request ended: every offer that stands is closed, who had applied or was chosen is told. */
struct status offers_end(struct call *call, ServiceRequest *request);
