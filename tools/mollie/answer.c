/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of answers: documents of HAL, refusals, amounts, links and pages. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api.h"
#include "base/arena.h"
#include "handlers.h"
#include "http/http_server.h"
#include "simulator.h"

static const char *title_of(int status)
{
	static const struct {
		int status;
		const char *title;
	} titles[] = {
	    {400, "Bad Request"},
	    {401, "Unauthorized Request"},
	    {403, "Forbidden"},
	    {404, "Not Found"},
	    {405, "Method Not Allowed"},
	    {409, "Conflict"},
	    {410, "Gone"},
	    {415, "Unsupported Media Type"},
	    {422, "Unprocessable Entity"},
	    {429, "Too Many Requests"},
	    {503, "Service Unavailable"},
	};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (titles[i].status == status)
			return titles[i].title;
	return "Error";
}

void api_answer(struct call *call, int status, json_t *document)
{
	call->status = status;
	json_decref(call->output);
	call->output = document;
}

void api_refuse(struct call *call, int status, const char *field, const char *format, ...)
{
	json_t *document = json_object();
	json_t *links = json_object();
	char detail[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(detail, sizeof(detail), format, arguments);
	va_end(arguments);
	json_object_set_new(document, "status", json_integer(status));
	json_object_set_new(document, "title", json_string(title_of(status)));
	json_object_set_new(document, "detail", json_string(detail));
	if (field)
		json_object_set_new(document, "field", json_string(field));
	api_link_documentation(links, "overview/handling-errors");
	json_object_set_new(document, "_links", links);
	api_answer(call, status, document);
}

void api_not_found(struct call *call, enum kind kind, const char *id)
{
	api_refuse(call, 404, NULL, "No %s exists with token %.40s.", store_kind_name(kind), id);
}

bool api_knows_members(struct call *call, const char *const *names)
{
	const char *member;
	json_t *value;

	json_object_foreach(call->input, member, value)
	{
		size_t i = 0;

		while (names[i] && strcmp(names[i], member) != 0)
			i++;
		if (!names[i]) {
			api_refuse(call, 422, member,
				   "Non-existent body parameter \"%.100s\" for this API call.",
				   member);
			return false;
		}
	}
	return true;
}

bool api_input_text(struct call *call, const char *name, const char **text)
{
	const json_t *value = json_object_get(call->input, name);

	*text = NULL;
	if (!value || json_is_null(value))
		return true;
	*text = json_string_value(value);
	if (!*text)
		api_refuse(call, 422, name, "The %s is not a string", name);
	return *text != NULL;
}

/* Digits, a point, two digits; at most 100 million. */
static bool read_value(const char *value, int64_t *minor)
{
	size_t digits = strspn(value, "0123456789");
	char *end;
	long long units;

	if (digits == 0 || digits > 9 || value[digits] != '.' ||
	    strspn(value + digits + 1, "0123456789") != 2 || value[digits + 3] != '\0')
		return false;
	units = strtoll(value, &end, 10);
	*minor = units * 100 + strtoll(end + 1, NULL, 10);
	return true;
}

bool api_input_amount(struct call *call, const char *owner, int64_t *minor, const char **currency)
{
	const json_t *amount = json_object_get(call->input, "amount");
	const char *value = json_string_value(json_object_get(amount, "value"));

	*currency = json_string_value(json_object_get(amount, "currency"));
	if (!amount) {
		api_refuse(call, 422, "amount", "The amount is required for %s", owner);
	} else if (!*currency || strlen(*currency) != 3 ||
		   strspn(*currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3) {
		api_refuse(call, 422, "amount.currency", "The amount contains an invalid currency");
	} else if (!value || !read_value(value, minor)) {
		api_refuse(call, 422, "amount",
			   "The amount contains an invalid value, expecting two decimals");
	} else {
		return true;
	}
	return false;
}

json_t *api_amount(int64_t minor, const char *currency)
{
	json_t *amount = json_object();
	char value[32];

	snprintf(value, sizeof(value), "%s%lld.%02lld", minor < 0 ? "-" : "",
		 (long long)(llabs(minor) / 100), (long long)(llabs(minor) % 100));
	json_object_set_new(amount, "value", json_string(value));
	json_object_set_new(amount, "currency", json_string(currency));
	return amount;
}

int64_t api_amount_minor(const json_t *amount)
{
	const char *value = json_string_value(json_object_get(amount, "value"));
	int64_t minor = 0;

	if (value && *value == '-')
		return read_value(value + 1, &minor) ? -minor : 0;
	return value && read_value(value, &minor) ? minor : 0;
}

void api_link(const struct simulator *simulator, json_t *links, const char *name, const char *type,
	      const char *format, ...)
{
	json_t *link = json_object();
	char url[1024];
	int length = snprintf(url, sizeof(url), "%s", simulator->settings.base_url);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(url + length, sizeof(url) - (size_t)length, format, arguments);
	va_end(arguments);
	json_object_set_new(link, "href", json_string(url));
	json_object_set_new(link, "type", json_string(type));
	json_object_set_new(links, name, link);
}

void api_link_documentation(json_t *links, const char *page)
{
	json_t *link = json_object();

	json_object_set_new(link, "href", json_sprintf("https://docs.mollie.com/%s", page));
	json_object_set_new(link, "type", json_string("text/html"));
	json_object_set_new(links, "documentation", link);
}

json_t *api_show(const struct simulator *simulator, const struct object *object)
{
	static json_t *(*const shows[KIND_COUNT])(const struct simulator *,
						  const struct object *) = {
	    [KIND_CUSTOMER] = customers_show,	  [KIND_MANDATE] = mandates_show,
	    [KIND_PAYMENT] = payments_show,	  [KIND_REFUND] = refunds_show,
	    [KIND_CHARGEBACK] = chargebacks_show,
	};

	return shows[object->kind](simulator, object);
}

/* What a page was asked for. */
struct page {
	size_t limit;
	bool is_ascending;
	const char *from;
};

static bool read_page(struct call *call, struct page *page)
{
	const char *limit = http_request_query(call->request, "limit");
	const char *sort = http_request_query(call->request, "sort");

	page->from = http_request_query(call->request, "from");
	page->limit = limit ? strtoul(limit, NULL, 10) : 50;
	page->is_ascending = sort && strcmp(sort, "asc") == 0;
	if (page->limit >= 1 && page->limit <= 250 &&
	    (!limit || strspn(limit, "0123456789") == strlen(limit)))
		return true;
	api_refuse(call, 400, "limit", "Invalid limit, expecting a value between 1 and 250");
	return false;
}

/* The account's objects that are wanted, in the order of the page; `count` of them, borrowed. */
static const struct object **select_objects(struct call *call, enum kind kind,
					    bool (*is_wanted)(const struct object *object,
							      const void *context),
					    const void *context, bool is_ascending, size_t *count)
{
	size_t all = call->account->counts[kind];
	const struct object **selected = arena_new(call->arena, const struct object *, all + 1);

	*count = 0;
	for (size_t i = 0; i < all; i++) {
		size_t at = is_ascending ? i : all - 1 - i;
		const struct object *object = call->account->objects[kind][at];

		if (!object->is_deleted && (!is_wanted || is_wanted(object, context)))
			selected[(*count)++] = object;
	}
	return selected;
}

static void link_page(const struct call *call, json_t *links, const char *name, const char *path,
		      const struct page *page, const struct object *from)
{
	if (!from) {
		json_object_set_new(links, name, json_null());
		return;
	}
	api_link(call->simulator, links, name, "application/hal+json", "/v2/%s?from=%s&limit=%zu%s",
		 path, from->id, page->limit, page->is_ascending ? "&sort=asc" : "");
}

void api_answer_page(struct call *call, enum kind kind, const char *path,
		     bool (*is_wanted)(const struct object *object, const void *context),
		     const void *context)
{
	struct page page;
	size_t count = 0;
	size_t start = 0;
	const struct object **objects;
	json_t *items = json_array();
	json_t *links = json_object();

	if (!read_page(call, &page)) {
		json_decref(items);
		json_decref(links);
		return;
	}
	objects = select_objects(call, kind, is_wanted, context, page.is_ascending, &count);
	while (page.from && start < count && strcmp(objects[start]->id, page.from) != 0)
		start++;
	if (page.from && start == count) {
		json_decref(items);
		json_decref(links);
		api_refuse(call, 400, "from", "No %s exists with token %.40s.",
			   store_kind_name(kind), page.from);
		return;
	}
	for (size_t i = start; i < count && i < start + page.limit; i++)
		json_array_append_new(items, api_show(call->simulator, objects[i]));
	link_page(call, links, "self", path, &page, start < count ? objects[start] : NULL);
	link_page(call, links, "previous", path, &page,
		  start == 0	       ? NULL
		  : start > page.limit ? objects[start - page.limit]
				       : objects[0]);
	link_page(call, links, "next", path, &page,
		  start + page.limit < count ? objects[start + page.limit] : NULL);
	if (count == 0)
		api_link(call->simulator, links, "self", "application/hal+json", "/v2/%s?limit=%zu",
			 path, page.limit);
	api_link_documentation(links, "reference/list");
	api_answer(call, 200,
		   json_pack("{s:I, s:{s:o}, s:o}", "count", (json_int_t)json_array_size(items),
			     "_embedded", arena_text(call->arena, "%ss", store_kind_name(kind)),
			     items, "_links", links));
}
