-- What was put on its way once: no cause mails a person twice.

-- name: add_notice :exec in: NoticeRow
-- unique: PRIMARY = ALREADY_EXISTS
INSERT INTO notice (platform, recipient, cause, template, create_us)
VALUES (:platform, :recipient, :cause, :template, :real);

-- name: find_sender :one out: PlatformRow
SELECT p.display_name, l.language
  FROM platform p JOIN platform_language l ON l.platform = p.platform AND l.position = 0
 WHERE p.platform = :platform;

-- name: list_group :many in: SendNoticeRequest out: ListStaffResponse.staff cap: 1000
SELECT id AS "name.staff", email, language FROM staff
 WHERE platform = :platform AND (role = 2 OR :group = 2) ORDER BY id;
