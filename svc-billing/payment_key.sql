-- The key with which billing speaks to the platform's payment provider.

-- name: lock_payment_key :maybe out: PaymentKey
SELECT version AS "etag", mode, last_characters, update_us AS "update_time"
  FROM payment_key WHERE platform = :platform FOR UPDATE;

-- name: put_payment_key :exec in: PaymentKey,PaymentKeyRow
INSERT INTO payment_key (platform, version, mode, last_characters, sealed_key, update_us)
VALUES (:platform, 1, :mode, :last_characters, FROM_BASE64(:key), :now)
ON DUPLICATE KEY UPDATE version = version + 1, mode = VALUES(mode),
	last_characters = VALUES(last_characters), sealed_key = VALUES(sealed_key),
	update_us = VALUES(update_us);

-- name: get_payment_key :one out: PaymentKey
SELECT version AS "etag", mode, last_characters, update_us AS "update_time"
  FROM payment_key WHERE platform = :platform;

-- name: find_payment_key :maybe out: PaymentKeyRow
SELECT sealed_key AS "key" FROM payment_key WHERE platform = :platform;
