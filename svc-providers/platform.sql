-- Platforms, their modules and languages.

-- part: columns
platform AS "name.platform", version AS "etag", display_name, edition, time_zone, currency,
	first_manager AS "first_manager.staff", create_us AS "create_time", update_us AS "update_time";

-- name: add_platform :exec in: Platform
-- unique: PRIMARY = ALREADY_EXISTS
INSERT INTO platform (platform, display_name, edition, time_zone, currency, first_manager, version,
	create_us, update_us)
VALUES (:platform, :display_name, :edition, :time_zone, :currency, :first_manager.staff, 1, :now,
	:now);

-- name: get_platform :one out: Platform
SELECT {columns} FROM platform WHERE platform = :platform;

-- name: hold_platform :one out: Platform
SELECT {columns} FROM platform WHERE platform = :platform FOR UPDATE;

-- name: list_platforms :many in: PageCursor out: ListPlatformsResponse.platforms cap: 201
-- scope: shard
SELECT platform AS "name.platform", version AS "etag", display_name, edition, time_zone, currency,
	first_manager AS "first_manager.staff", platform AS "first_manager.platform",
	create_us AS "create_time", update_us AS "update_time"
  FROM platform WHERE platform > :id ORDER BY platform LIMIT :limit;

-- name: set_platform :exec1 in: Platform
UPDATE platform SET display_name = :display_name, edition = :edition, time_zone = :time_zone,
	version = version + 1, update_us = :now
 WHERE platform = :platform;

-- name: list_allowed_modules :many out: Platform.allowed_modules cap: 20
SELECT module AS "allowed_modules" FROM platform_module
 WHERE platform = :platform ORDER BY module;

-- name: list_modules :many out: Platform.modules cap: 20
SELECT module AS "modules" FROM platform_module
 WHERE platform = :platform AND is_on = 1 ORDER BY module;

-- name: drop_modules :exec
DELETE FROM platform_module WHERE platform = :platform;

-- name: add_modules :each in: Platform.allowed_modules
INSERT INTO platform_module (platform, module, is_on) VALUES (:platform, :allowed_modules, 0);

-- name: switch_modules_on :exec in: Platform
UPDATE platform_module SET is_on = 1 WHERE platform = :platform AND module IN (:modules...20);

-- name: list_languages :many out: Platform.languages cap: 10
SELECT language AS "languages" FROM platform_language WHERE platform = :platform ORDER BY position;

-- name: drop_languages :exec
DELETE FROM platform_language WHERE platform = :platform;

-- name: add_languages :each in: Platform.languages
INSERT INTO platform_language (platform, position, language)
VALUES (:platform, :position, :languages);
