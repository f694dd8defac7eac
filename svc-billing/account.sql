-- What billing knows of one provider.

-- name: touch_account :exec in: BillingAccount
INSERT INTO billing_account (platform, provider, version, customer_id, mandate_id, create_us)
VALUES (:platform, :provider.provider, 1, '', '', :now)
ON DUPLICATE KEY UPDATE version = version + 1;

-- name: set_customer :exec1 in: BillingAccount
UPDATE billing_account SET customer_id = :customer_id, version = version + 1
 WHERE platform = :platform AND provider = :provider.provider;

-- name: set_mandate :exec1 in: BillingAccount
UPDATE billing_account SET mandate_id = :mandate_id, version = version + 1
 WHERE platform = :platform AND provider = :provider.provider;
