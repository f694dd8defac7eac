-- The settings of provider subscriptions (S1): one row per platform, made when first stored.

-- part: columns
version AS "etag", enabled, enforced_from_us AS "enforced_from", require_card_at_signup,
	apply_new_prices_to_existing, grace_days, price_notice_days, vat_bp AS "vat_basis_points",
	update_us AS "update_time";

-- name: find_subscription_settings :maybe out: SubscriptionSettings
SELECT {columns} FROM subscription_settings WHERE platform = :platform;

-- name: lock_subscription_settings :maybe out: SubscriptionSettings
SELECT {columns} FROM subscription_settings WHERE platform = :platform FOR UPDATE;

-- name: put_subscription_settings :exec in: SubscriptionSettings
INSERT INTO subscription_settings (platform, version, enabled, enforced_from_us,
	require_card_at_signup, apply_new_prices_to_existing, grace_days, price_notice_days, vat_bp,
	update_us)
VALUES (:platform, 1, :enabled, :enforced_from, :require_card_at_signup,
	:apply_new_prices_to_existing, :grace_days, :price_notice_days, :vat_basis_points, :now)
ON DUPLICATE KEY UPDATE version = version + 1, enabled = VALUES(enabled),
	enforced_from_us = VALUES(enforced_from_us),
	require_card_at_signup = VALUES(require_card_at_signup),
	apply_new_prices_to_existing = VALUES(apply_new_prices_to_existing),
	grace_days = VALUES(grace_days), price_notice_days = VALUES(price_notice_days),
	vat_bp = VALUES(vat_bp), update_us = VALUES(update_us);
