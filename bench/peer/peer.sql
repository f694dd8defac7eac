-- The comparison's own tables; they come from its seed, not from a migration.

-- name: lock_row :one in: ApplyRequest out: ApplyReply
SELECT applications AS "application_count", state FROM request
 WHERE platform_id = :platform AND request_id = :request_id FOR UPDATE;

-- name: add_application :exec in: ApplyRequest,ApplyReply
INSERT INTO application (platform_id, application_id, request_id, provider_id, idempotency_key,
	message, price_cents, created_at)
VALUES (:platform, :application_id, :request_id, :provider_id, :idempotency_key, :message,
	:price_cents, FROM_UNIXTIME(:now / 1000000));

-- name: count_application :exec1 in: ApplyRequest
UPDATE request SET applications = applications + 1
 WHERE platform_id = :platform AND request_id = :request_id;
