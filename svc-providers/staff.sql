-- The people who run a platform; personal columns are sealed with the person's own key.
-- unique: staff_email = ALREADY_EXISTS

-- part: columns
id AS "name.staff", version AS "etag", display_name, email, role, language,
	create_us AS "create_time";

-- name: add_staff :exec in: Staff
INSERT INTO staff (platform, id, display_name, email, email_index, role, language, version, create_us)
VALUES (:platform, :name.staff, FROM_BASE64(:display_name), FROM_BASE64(:email), :email::index, :role,
	:language, 1, :now);

-- name: get_staff :one in: GetStaffRequest out: Staff
SELECT {columns} FROM staff WHERE platform = :platform AND id = :name.staff;

-- name: list_staff :many in: PageCursor out: ListStaffResponse.staff cap: 201
SELECT {columns} FROM staff WHERE platform = :platform AND id > :id ORDER BY id LIMIT :limit;

-- All managers, locked in one order: none of them can go while one is judged to be the last.
-- name: hold_managers :many out: ListStaffResponse.staff cap: 1000
SELECT id AS "name.staff", version AS "etag" FROM staff
 WHERE platform = :platform AND role = 2 ORDER BY id FOR UPDATE;

-- name: hold_staff :one in: DeleteStaffRequest out: Staff
SELECT {columns} FROM staff WHERE platform = :platform AND id = :name.staff FOR UPDATE;

-- name: drop_staff :exec1 in: Staff
DELETE FROM staff WHERE platform = :platform AND id = :name.staff;
