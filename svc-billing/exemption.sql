-- Providers that need no subscription (S6); the id is the provider's.

-- part: columns
id AS "name.exemption", id AS "provider.provider", version AS "etag", note,
	create_us AS "create_time", end_us AS "end_time";

-- name: lock_exemption :maybe in: Exemption out: Exemption
SELECT {columns} FROM exemption WHERE platform = :platform AND id = :name.exemption FOR UPDATE;

-- name: put_exemption :exec in: Exemption
INSERT INTO exemption (platform, id, version, note, create_us, end_us)
VALUES (:platform, :name.exemption, 1, FROM_BASE64(:note), :now, NULL)
ON DUPLICATE KEY UPDATE version = version + 1, note = VALUES(note), create_us = VALUES(create_us),
	end_us = NULL;

-- name: get_exemption :one in: GetExemptionRequest out: Exemption
SELECT {columns} FROM exemption WHERE platform = :platform AND id = :name.exemption;

-- name: end_exemption :exec1 in: Exemption
UPDATE exemption SET end_us = :end_time, version = version + 1
 WHERE platform = :platform AND id = :name.exemption AND version = :etag;
