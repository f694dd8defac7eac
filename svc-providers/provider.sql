-- Providers and their zones; personal columns are sealed with the person's own key.
-- unique: provider_email = ALREADY_EXISTS

-- part: columns
id AS "name.provider", version AS "etag", kind, company, first_name, last_name, email, phone,
	presentation, language, relation, CAST(accepted_terms AS CHAR) AS "accepted_terms.terms",
	accept_terms_us AS "accept_terms_time", refusal, create_us AS "create_time",
	update_us AS "update_time";

-- name: add_provider :exec in: Provider
INSERT INTO provider (platform, id, kind, company, first_name, last_name, email, email_index, phone,
	presentation, language, relation, accepted_terms, accept_terms_us, refusal, version, create_us,
	update_us)
VALUES (:platform, :name.provider, :kind, FROM_BASE64(:company), FROM_BASE64(:first_name),
	FROM_BASE64(:last_name), FROM_BASE64(:email), :email::index, FROM_BASE64(:phone),
	FROM_BASE64(:presentation), :language, :relation, :accepted_terms.terms, :accept_terms_time,
	FROM_BASE64(:refusal), 1, :now, :now);

-- name: get_provider :one in: GetProviderRequest out: Provider
SELECT {columns} FROM provider WHERE platform = :platform AND id = :name.provider
	AND (:owner IS NULL OR id = :owner);

-- name: hold_provider :one in: GetProviderRequest out: Provider
SELECT {columns} FROM provider WHERE platform = :platform AND id = :name.provider
	AND (:owner IS NULL OR id = :owner) FOR UPDATE;

-- name: batch_get_providers :many in: BatchGetProvidersRequest out: BatchGetProvidersResponse.providers cap: 200
SELECT {columns} FROM provider WHERE platform = :platform AND id IN (:names.provider...200) ORDER BY id;

-- name: list_providers :many in: PageCursor,ListProvidersRequest out: ListProvidersResponse.providers cap: 201
SELECT {columns} FROM provider WHERE platform = :platform AND (:id = '' OR id < :id)
	AND ((:relation = 0 AND relation IN (1, 2, 3)) OR relation = :relation)
 ORDER BY id DESC LIMIT :limit;

-- name: set_provider :exec1 in: Provider
UPDATE provider SET company = FROM_BASE64(:company), first_name = FROM_BASE64(:first_name),
	last_name = FROM_BASE64(:last_name), email = FROM_BASE64(:email), email_index = :email::index,
	phone = FROM_BASE64(:phone), presentation = FROM_BASE64(:presentation), language = :language,
	version = version + 1, update_us = :now
 WHERE platform = :platform AND id = :name.provider;

-- name: set_relation :exec1 in: Provider
UPDATE provider SET relation = :relation, refusal = FROM_BASE64(:refusal), version = version + 1,
	update_us = :now
 WHERE platform = :platform AND id = :name.provider;

-- name: set_accepted_terms :exec1 in: Provider
UPDATE provider SET accepted_terms = :accepted_terms.terms, accept_terms_us = :accept_terms_time,
	version = version + 1, update_us = :now
 WHERE platform = :platform AND id = :name.provider;

-- name: touch_provider :exec1 in: Provider
UPDATE provider SET version = version + 1, update_us = :now
 WHERE platform = :platform AND id = :name.provider;

-- name: list_own_zone :many in: Provider out: Provider.zone_prefixes cap: 500
SELECT prefix AS "zone_prefixes" FROM provider_zone
 WHERE platform = :platform AND provider = :name.provider AND is_excluded = 0 ORDER BY prefix;

-- name: list_exclusions :many in: Provider out: Provider.excluded_prefixes cap: 500
SELECT prefix AS "excluded_prefixes" FROM provider_zone
 WHERE platform = :platform AND provider = :name.provider AND is_excluded = 1 ORDER BY prefix;

-- name: drop_own_zone :exec in: Provider
DELETE FROM provider_zone
 WHERE platform = :platform AND provider = :name.provider AND is_excluded = 0;

-- name: drop_exclusions :exec in: Provider
DELETE FROM provider_zone
 WHERE platform = :platform AND provider = :name.provider AND is_excluded = 1;

-- name: add_own_zone :each in: Provider.zone_prefixes,Provider
INSERT INTO provider_zone (platform, provider, is_excluded, prefix)
VALUES (:platform, :name.provider, 0, :zone_prefixes);

-- name: add_exclusions :each in: Provider.excluded_prefixes,Provider
INSERT INTO provider_zone (platform, provider, is_excluded, prefix)
VALUES (:platform, :name.provider, 1, :excluded_prefixes);
