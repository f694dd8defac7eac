-- Labels by which staff sort requests (B2).
-- unique: label_title = ALREADY_EXISTS

-- name: add_label :exec in: Label
INSERT INTO label (platform, id, version, title, active_title, color, state, create_us)
VALUES (:platform, :name.label, 1, :title, :title, :color, :state, :now);

-- name: get_label :one in: GetLabelRequest out: Label
SELECT id AS "name.label", version AS "etag", title, color, state, create_us AS "create_time"
  FROM label WHERE platform = :platform AND id = :name.label;

-- name: list_labels :many in: PageCursor out: ListLabelsResponse.labels cap: 201
SELECT id AS "name.label", version AS "etag", title, color, state, create_us AS "create_time"
  FROM label WHERE platform = :platform AND active_title > :text ORDER BY active_title LIMIT :limit;

-- name: lock_label :one in: Label out: Label
SELECT id AS "name.label", version AS "etag", title, color, state, create_us AS "create_time"
  FROM label WHERE platform = :platform AND id = :name.label FOR UPDATE;

-- name: set_label :exec1 in: Label
UPDATE label SET title = :title, active_title = :title, color = :color, version = version + 1
 WHERE platform = :platform AND id = :name.label;

-- name: delete_label :exec1 in: Label
UPDATE label SET state = :state, active_title = NULL, version = version + 1
 WHERE platform = :platform AND id = :name.label;
