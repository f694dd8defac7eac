-- The records of clients; personal columns are sealed with the client's own key.
-- unique: client_email = ALREADY_EXISTS

-- part: columns
id AS "name.client", version AS "etag", first_name, last_name, email, phone, street, postcode,
	commune, language, create_us AS "create_time";

-- name: add_client :exec in: Client
INSERT INTO client (platform, id, version, first_name, last_name, email, email_index, phone, street,
	postcode, commune, language, create_us)
VALUES (:platform, :name.client, 1, FROM_BASE64(:first_name), FROM_BASE64(:last_name),
	FROM_BASE64(:email), NULLIF(:email::index, ''), FROM_BASE64(:phone), FROM_BASE64(:street),
	:postcode, :commune, :language, :now);

-- name: get_client :one in: GetClientRequest out: Client
SELECT {columns} FROM client WHERE platform = :platform AND id = :name.client AND (:owner IS NULL OR id = :owner);

-- name: read_client :one in: Client out: Client
SELECT {columns} FROM client WHERE platform = :platform AND id = :name.client;

-- name: lock_client :one in: Client out: Client
SELECT {columns} FROM client WHERE platform = :platform AND id = :name.client AND (:owner IS NULL OR id = :owner)
   FOR UPDATE;

-- name: set_client :exec1 in: Client
UPDATE client SET first_name = FROM_BASE64(:first_name), last_name = FROM_BASE64(:last_name),
	email = FROM_BASE64(:email), email_index = NULLIF(:email::index, ''),
	phone = FROM_BASE64(:phone), street = FROM_BASE64(:street), postcode = :postcode,
	commune = :commune, language = :language, version = version + 1
 WHERE platform = :platform AND id = :name.client;
