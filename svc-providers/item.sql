-- The catalogue: items, and their prices by zone.

-- part: columns
id AS "name.item", version AS "etag", display_name, kind, price_policy,
	vat_bp AS "vat_basis_points", duration_minutes, deposit_minor AS "deposit.minor",
	deposit_currency AS "deposit.currency", create_us AS "create_time", update_us AS "update_time";

-- name: add_item :exec in: Item
-- unique: PRIMARY = ALREADY_EXISTS
INSERT INTO item (platform, id, display_name, kind, price_policy, vat_bp, duration_minutes,
	deposit_minor, deposit_currency, version, create_us, update_us)
VALUES (:platform, :name.item, :display_name, :kind, :price_policy, :vat_basis_points,
	:duration_minutes, :deposit.minor, :deposit.currency, 1, :now, :now);

-- name: get_item :one in: GetItemRequest out: Item
SELECT {columns} FROM item WHERE platform = :platform AND id = :name.item;

-- name: hold_item :one in: Item out: Item
SELECT {columns} FROM item WHERE platform = :platform AND id = :name.item FOR UPDATE;

-- name: list_items :many in: PageCursor,ListItemsRequest out: ListItemsResponse.items cap: 201
SELECT {columns} FROM item WHERE platform = :platform AND id > :id AND (:kind = 0 OR kind = :kind)
 ORDER BY id LIMIT :limit;

-- name: set_item :exec1 in: Item
UPDATE item SET display_name = :display_name, price_policy = :price_policy,
	vat_bp = :vat_basis_points, duration_minutes = :duration_minutes,
	deposit_minor = :deposit.minor, deposit_currency = :deposit.currency, version = version + 1,
	update_us = :now
 WHERE platform = :platform AND id = :name.item;

-- name: list_zones :many in: Item out: Item.price_zones cap: 100
SELECT prefix, price_minor AS "price.minor", price_currency AS "price.currency" FROM item_zone
 WHERE platform = :platform AND item = :name.item ORDER BY prefix;

-- name: drop_zones :exec in: Item
DELETE FROM item_zone WHERE platform = :platform AND item = :name.item;

-- name: add_zones :each in: Item.price_zones,Item
-- unique: PRIMARY = PRICE_ZONE_TWICE
INSERT INTO item_zone (platform, item, prefix, price_minor, price_currency)
VALUES (:platform, :name.item, :prefix, :price.minor, :price.currency);

-- The longest prefix wins.
-- name: find_price :maybe in: MatchQuery out: ItemPrice
SELECT prefix, price_minor AS "price.minor", price_currency AS "price.currency" FROM item_zone
 WHERE platform = :platform AND item = :item AND prefix IN (:prefixes...9)
 ORDER BY CHAR_LENGTH(prefix) DESC LIMIT 1;

-- name: find_zone :maybe in: MatchQuery out: PriceZone
SELECT prefix FROM item_zone WHERE platform = :platform AND item = :item LIMIT 1;

-- name: share_currency :one out: Platform
SELECT currency FROM platform WHERE platform = :platform LOCK IN SHARE MODE;
