/* SPDX-License-Identifier: Apache-2.0 */
/* The handlers of the API, by resource, and what one resource asks of another. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "api.h"

struct http_request;
struct http_response;

void customers_create(struct call *call);
void customers_list(struct call *call);
void customers_get(struct call *call);
void customers_update(struct call *call);
void customers_delete(struct call *call);
json_t *customers_show(const struct simulator *simulator, const struct object *customer);

/* The customer named in the path; refuses with 404, or 410 for a deleted one. */
struct object *customers_of_call(struct call *call);

void mandates_create(struct call *call);
void mandates_list(struct call *call);
void mandates_get(struct call *call);
void mandates_delete(struct call *call);
json_t *mandates_show(const struct simulator *simulator, const struct object *mandate);

/* The pending mandate that a first payment by `method` brings; NULL for a method that gives none.
 */
struct object *mandates_begin(struct object *customer, const char *method);

/* The customer's newest mandate that may be charged: valid, or else pending; by method if not NULL.
 */
struct object *mandates_usable(const struct object *customer, const char *method);

void payments_create(struct call *call);
void payments_create_for_customer(struct call *call);
void payments_list(struct call *call);
void payments_list_for_customer(struct call *call);
void payments_get(struct call *call);
void payments_update(struct call *call);
void payments_cancel(struct call *call);
json_t *payments_show(const struct simulator *simulator, const struct object *payment);

void refunds_create(struct call *call);
void refunds_list(struct call *call);
void refunds_list_all(struct call *call);
void refunds_get(struct call *call);
void refunds_cancel(struct call *call);
json_t *refunds_show(const struct simulator *simulator, const struct object *refund);

/* A new refund of a paid payment, whose amount the caller has checked; NULL when there are too
 * many. */
struct object *refunds_make(struct object *payment, int64_t minor, const char *description,
			    const json_t *metadata);

/* Moves a refund on (pending -> processing -> refunded | failed); false when it can't go there. */
bool refunds_set_status(struct simulator *simulator, struct object *refund, const char *status);

void chargebacks_list(struct call *call);
void chargebacks_list_all(struct call *call);
void chargebacks_get(struct call *call);
json_t *chargebacks_show(const struct simulator *simulator, const struct object *chargeback);

/* Takes `minor` (0: all) of a paid payment back, with a SEPA reason code or NULL; NULL: it can't.
 */
struct object *chargebacks_make(struct simulator *simulator, struct object *payment, int64_t minor,
				const char *code);

/* The bank's words for a SEPA reason code. */
const char *chargebacks_reason_text(const char *code);

void methods_list(struct call *call);
void methods_get(struct call *call);

/* The test checkout page, and the control paths. */
void checkout_serve(struct simulator *simulator, const struct http_request *request,
		    struct http_response *response);
void control_serve(struct simulator *simulator, const struct http_request *request,
		   struct http_response *response);
