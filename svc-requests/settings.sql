-- The distribution settings: one row per platform, made when first stored.

-- part: columns
version AS "etag", distribution, required_applications, send_after_days, remind_after_days,
	update_us AS "update_time";

-- name: find_settings :maybe out: DistributionSettings
SELECT {columns} FROM distribution_settings WHERE platform = :platform;

-- name: lock_settings :maybe out: DistributionSettings
SELECT {columns} FROM distribution_settings WHERE platform = :platform FOR UPDATE;

-- name: put_settings :exec in: DistributionSettings
INSERT INTO distribution_settings (platform, version, distribution, required_applications,
	send_after_days, remind_after_days, update_us)
VALUES (:platform, 1, :distribution, :required_applications, :send_after_days, :remind_after_days,
	:now)
ON DUPLICATE KEY UPDATE version = version + 1, distribution = VALUES(distribution),
	required_applications = VALUES(required_applications),
	send_after_days = VALUES(send_after_days), remind_after_days = VALUES(remind_after_days),
	update_us = VALUES(update_us);
