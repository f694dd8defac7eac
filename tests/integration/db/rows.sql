-- Statements of the database layer's tests.
-- include: row.pb-c.h
-- include: entremise/common/v1/page_token.pb-c.h
-- unique: text_once = ALREADY_APPLIED

-- name: add_row :exec in: Row
-- unique: PRIMARY = ALREADY_EXISTS
INSERT INTO shelf_row (platform, shelf, id, owner, text, data, small, large, unsigned_small, unsigned_large, yes, kind,
	ratio, share, create_us, day, price_minor, price_currency, city, street, word, number, spot_city, token, version)
VALUES (:platform, :name.shelf, :name.row, :owner_name.owner, :text, FROM_BASE64(:data), :small, :large,
	:unsigned_small, :unsigned_large, :yes, :kind, :ratio, :share, :create_time, :day, :price.minor,
	:price.currency, :place.city, :place.street, :word, :number, :spot.city, FROM_BASE64(:token), 1);

-- name: get_row :one in: GetRowRequest out: Row
SELECT shelf AS "name.shelf", id AS "name.row", owner AS "owner_name.owner", text, data, small, large,
	unsigned_small, unsigned_large, yes, kind, ratio, share, create_us AS "create_time", day,
	price_minor AS "price.minor", price_currency AS "price.currency", city AS "place.city",
	street AS "place.street", word, number, spot_city AS "spot.city", token, version AS "etag"
  FROM shelf_row WHERE platform = :platform AND shelf = :name.shelf AND id = :name.row;

-- name: find_row :maybe in: GetRowRequest out: Row
SELECT text FROM shelf_row WHERE platform = :platform AND id = :name.row;

-- name: lock_row :one in: GetRowRequest
SELECT 1 FROM shelf_row WHERE platform = :platform AND id = :name.row FOR UPDATE;

-- name: one_of_many :one out: Row
SELECT text FROM shelf_row WHERE platform = :platform;

-- name: batch_get :many in: BatchGetRowsRequest out: RowList.rows cap: 4
SELECT shelf AS "name.shelf", id AS "name.row", text FROM shelf_row
 WHERE platform = :platform AND id IN (:names.row...) ORDER BY id;

-- name: rows_of_numbers :many in: BatchGetRowsRequest out: RowList.numbers cap: 100
SELECT large AS numbers FROM shelf_row WHERE platform = :platform AND large IN (:numbers...3) ORDER BY large;

-- name: rows_of_items :many in: BatchGetRowsRequest out: RowList.rows cap: 10
SELECT text FROM shelf_row WHERE platform = :platform AND owner IN (:items.owner_name.owner...5) ORDER BY id;

-- name: owners_of_rows :many in: GetRowRequest out: RowList.owners cap: 10
SELECT owner AS "owners.owner" FROM shelf_row WHERE platform = :platform ORDER BY owner;

-- name: list_rows :many in: GetRowRequest,PageCursor out: RowList.rows cap: 201
SELECT id AS "name.row", shelf AS "name.shelf", text FROM shelf_row
 WHERE platform = :platform AND shelf = :name.shelf AND id > :id ORDER BY id LIMIT :limit;

-- name: set_text :exec1 in: Row
UPDATE shelf_row SET text = :text, version = version + 1
 WHERE platform = :platform AND id = :name.row AND (:etag IS NULL OR version = :etag);

-- name: set_same_text :exec1 in: Row
UPDATE shelf_row SET text = text WHERE platform = :platform AND id = :name.row;

-- name: sleep_long :maybe out: Row
SELECT CAST(SLEEP(10) AS CHAR) AS text FROM DUAL WHERE :platform = :platform;

-- name: put_tags :each in: Row.tags,GetRowRequest
INSERT INTO tag (platform, row_id, position, tag) VALUES (:platform, :name.row, :position, :tags)
ON DUPLICATE KEY UPDATE tag = VALUES(tag);

-- name: put_items :each in: Row.items,GetRowRequest
INSERT INTO item (platform, row_id, id, count, price_minor, owner)
VALUES (:platform, :name.row, :id, :count, :price.minor, :owner_name.owner);

-- name: get_tags :many in: GetRowRequest out: Row.tags cap: 500
SELECT tag AS tags FROM tag WHERE platform = :platform AND row_id = :name.row ORDER BY position;

-- name: get_items :many in: GetRowRequest out: Row.items cap: 500
SELECT id, count, price_minor AS "price.minor", owner AS "owner_name.owner" FROM item
 WHERE platform = :platform AND row_id = :name.row ORDER BY id;

-- name: add_owner :exec in: Owner
INSERT INTO owner (platform, id, email, email_index, home, photo, nickname)
VALUES (:platform, :name.owner, FROM_BASE64(:email), :email::index, FROM_BASE64(:home), FROM_BASE64(:photo),
	:nickname);

-- name: find_owner :one in: FindOwnerRequest out: Owner
SELECT id AS "name.owner", email, home, photo, nickname FROM owner
 WHERE platform = :platform AND email_index = :email::index;

-- name: find_card :one in: FindOwnerRequest out: OwnerCard
SELECT id AS "name.owner", email FROM owner WHERE platform = :platform AND email_index = :email::index;

-- name: get_settings :one out: Settings
SELECT platform AS "name.platform", text FROM settings WHERE platform = :platform;

-- name: all_platforms :many out: RowList.rows cap: 10
-- scope: shard
SELECT platform AS "name.platform", shelf AS "name.shelf", id AS "name.row" FROM shelf_row ORDER BY platform;

-- name: session_values :one out: Row
SELECT CAST(:caller AS CHAR) AS text, CAST(:now AS SIGNED) AS large, CAST(:real AS SIGNED) AS number,
	CAST(:owner AS CHAR) AS "place.city" FROM DUAL WHERE :platform = 'acme';
