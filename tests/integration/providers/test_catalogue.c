/* SPDX-License-Identifier: Apache-2.0 */
/* The catalogue: items, zones of which the longest wins, what has no price. */
#include "world.h"

#include <string.h>

static const char *const zones[] = {"75", "75011", "92"};

static PriceItemRequest price_of(const char *item, const char *postcode)
{
	PriceItemRequest request = PRICE_ITEM_REQUEST__INIT;

	request.name = arena_text(arena, "platforms/" PLATFORM "/items/%s", item);
	request.postcode = arena_text(arena, "%s", postcode);
	return request;
}

static void check_price(const char *postcode, int64_t minor, const char *prefix)
{
	PriceItemRequest request = price_of("menage", postcode);
	ItemPrice *price = world_ok(agent, METHOD("CatalogueService", "PriceItem"), &request.base);

	assert_int_equal(price->price->minor, minor);
	assert_string_equal(price->price->currency, "EUR");
	assert_string_equal(price->prefix, prefix);
	assert_int_equal(price->vat_basis_points, 2000);
	assert_string_equal(price->display_name, "The menage");
}

static void test_the_longest_prefix_decides_the_price(void **state)
{
	PriceItemRequest outside = price_of("menage", "69001");

	(void)state;
	world_item("menage", zones, 3);
	check_price("75010", 1000, "75");
	check_price("75011", 1001, "75011");
	check_price("92100", 1002, "92");
	world_refused(REASON__REASON_POSTCODE_NOT_COVERED, agent,
		      METHOD("CatalogueService", "PriceItem"), &outside.base);
}

static void test_an_item_without_zones_has_no_price(void **state)
{
	PriceItemRequest request = price_of("bricolage", "75011");
	PriceItemRequest unknown = price_of("rien", "75011");

	(void)state;
	world_item("bricolage", NULL, 0);
	world_refused(REASON__REASON_NO_PRICE, agent, METHOD("CatalogueService", "PriceItem"),
		      &request.base);
	world_refused(REASON__REASON_NOT_FOUND, agent, METHOD("CatalogueService", "PriceItem"),
		      &unknown.base);
}

static void test_an_item_keeps_to_its_rules(void **state)
{
	CreateItemRequest request = CREATE_ITEM_REQUEST__INIT;
	Item *item;

	(void)state;
	item = world_item("vitres", zones, 3);
	request.parent = PARENT;
	request.item = item;
	request.item_id = (char *)"vitres";
	world_refused(REASON__REASON_ALREADY_EXISTS, manager,
		      METHOD("CatalogueService", "CreateItem"), &request.base);
	request.item_id = (char *)"vitres-2";
	item->price_zones[1]->prefix = (char *)"75";
	world_refused(REASON__REASON_PRICE_ZONE_TWICE, manager,
		      METHOD("CatalogueService", "CreateItem"), &request.base);
	item->price_zones[1]->prefix = (char *)"93";
	item->price_zones[1]->price->currency = (char *)"USD";
	world_refused(REASON__REASON_INVALID_ARGUMENT, manager,
		      METHOD("CatalogueService", "CreateItem"), &request.base);
}

static void test_an_update_replaces_all_zones(void **state)
{
	UpdateItemRequest request = UPDATE_ITEM_REQUEST__INIT;
	GetItemRequest get = GET_ITEM_REQUEST__INIT;
	Item *item = world_item("repassage", zones, 3);

	(void)state;
	item->price_zones[0]->prefix = (char *)"94";
	item->n_price_zones = 1;
	item->display_name = (char *)"Not named by the mask";
	request.item = item;
	request.update_mask = world_mask("price_zones");
	world_ok(manager, METHOD("CatalogueService", "UpdateItem"), &request.base);
	get.name = item->name;
	item = world_ok(agent, METHOD("CatalogueService", "GetItem"), &get.base);
	assert_int_equal(item->n_price_zones, 1);
	assert_string_equal(item->price_zones[0]->prefix, "94");
	assert_string_equal(item->display_name, "The repassage");
	assert_string_equal(item->etag, "2");
	world_refused(REASON__REASON_ETAG_MISMATCH, manager,
		      METHOD("CatalogueService", "UpdateItem"), &request.base);
}

static void test_items_are_listed_page_by_page(void **state)
{
	ListItemsRequest request = LIST_ITEMS_REQUEST__INIT;
	ListItemsResponse *page;
	char *before = (char *)"";
	size_t count = 0;

	(void)state;
	request.parent = PARENT;
	request.page_size = 2;
	do {
		page = world_ok(agent, METHOD("CatalogueService", "ListItems"), &request.base);
		for (size_t i = 0; i < page->n_items; i++) {
			assert_true(strcmp(before, page->items[i]->name) < 0);
			before = page->items[i]->name;
			count++;
		}
		request.page_token = page->next_page_token;
	} while (*request.page_token);
	assert_int_equal(count, world_count("SELECT COUNT(*) FROM item"));
	request.kind = ITEM_KIND__ITEM_KIND_PRODUCT;
	page = world_ok(agent, METHOD("CatalogueService", "ListItems"), &request.base);
	assert_int_equal(page->n_items, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_longest_prefix_decides_the_price),
	    cmocka_unit_test(test_an_item_without_zones_has_no_price),
	    cmocka_unit_test(test_an_item_keeps_to_its_rules),
	    cmocka_unit_test(test_an_update_replaces_all_zones),
	    cmocka_unit_test(test_items_are_listed_page_by_page),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
