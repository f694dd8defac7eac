-- Deactivations: what they go back to, and the work that was open (P9). The provider is locked before.

-- name: put_closing :exec in: ClosingRow
INSERT INTO closing (platform, provider, former, version)
VALUES (:platform, :provider.provider, :former, :version)
ON DUPLICATE KEY UPDATE former = VALUES(former), version = VALUES(version);

-- name: find_closing :one in: CompleteDeactivationRequest out: ClosingRow
SELECT provider AS "provider.provider", former, version FROM closing
 WHERE platform = :platform AND provider = :name.provider;

-- name: list_open_work :many in: Provider out: Provider.open_work cap: 50
SELECT name AS "open_work" FROM open_work
 WHERE platform = :platform AND provider = :name.provider ORDER BY position;

-- name: drop_open_work :exec in: Provider
DELETE FROM open_work WHERE platform = :platform AND provider = :name.provider;

-- name: add_open_work :each in: Provider.open_work,Provider
INSERT INTO open_work (platform, provider, position, name)
VALUES (:platform, :name.provider, :position, :open_work);
