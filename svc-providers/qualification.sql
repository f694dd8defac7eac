-- Which services a provider is accepted for. A pair without a row is in state NONE (1).

-- name: find_own_provider :one in: ListQualificationsRequest out: Provider
SELECT id AS "name.provider" FROM provider
 WHERE platform = :platform AND id = :parent.provider AND (:owner IS NULL OR id = :owner);

-- name: list_qualifications :many in: PageCursor,ListQualificationsRequest out: ListQualificationsResponse.qualifications cap: 201
SELECT p.id AS "name.provider", i.id AS "name.qualification", COALESCE(q.version, 0) AS "etag",
	i.id AS "item.item", i.display_name, COALESCE(q.state, 1) AS "state",
	q.update_us AS "update_time"
  FROM item i JOIN provider p ON p.platform = i.platform AND p.id = :parent.provider
  LEFT JOIN qualification q ON q.platform = i.platform AND q.provider = p.id AND q.item = i.id
 WHERE i.platform = :platform AND i.kind = 1 AND i.id > :id ORDER BY i.id LIMIT :limit;

-- Whoever proposes goes by the provider as it stands, until the transaction ends.
-- name: share_provider :one in: Qualification out: Provider
SELECT id AS "name.provider", relation FROM provider
 WHERE platform = :platform AND id = :name.provider AND (:owner IS NULL OR id = :owner)
  LOCK IN SHARE MODE;

-- Makes the row of a provider and a service that both exist, so that it can be locked.
-- name: seed_qualification :exec in: Qualification
INSERT INTO qualification (platform, provider, item, state, version, update_us)
SELECT p.platform, p.id, i.id, 1, 0, :now
  FROM provider p JOIN item i ON i.platform = p.platform
 WHERE p.platform = :platform AND p.id = :name.provider AND (:owner IS NULL OR p.id = :owner)
	AND i.id = :name.qualification AND i.kind = 1
ON DUPLICATE KEY UPDATE version = qualification.version;

-- name: hold_qualification :one in: Qualification out: Qualification
SELECT provider AS "name.provider", item AS "name.qualification", version AS "etag",
	item AS "item.item", state, update_us AS "update_time"
  FROM qualification WHERE platform = :platform AND provider = :name.provider
	AND item = :name.qualification AND (:owner IS NULL OR provider = :owner) FOR UPDATE;

-- name: set_qualification :exec1 in: Qualification
UPDATE qualification SET state = :state, version = version + 1, update_us = :now
 WHERE platform = :platform AND provider = :name.provider AND item = :name.qualification;
