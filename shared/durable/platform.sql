-- What a service knows of its platforms.

-- name: find_platform :maybe out: PlatformRow
SELECT version, display_name, edition, modules, time_zone, currency, language
  FROM platform_setting WHERE platform = :platform;

-- name: lock_platform :maybe out: PlatformRow
SELECT version FROM platform_setting WHERE platform = :platform FOR UPDATE;

-- name: put_platform :exec in: PlatformRow
INSERT INTO platform_setting (platform, version, display_name, edition, modules, time_zone, currency,
	language)
VALUES (:platform, :version, :display_name, :edition, :modules, :time_zone, :currency, :language)
ON DUPLICATE KEY UPDATE version = VALUES(version), display_name = VALUES(display_name),
	edition = VALUES(edition), modules = VALUES(modules), time_zone = VALUES(time_zone),
	currency = VALUES(currency), language = VALUES(language);
