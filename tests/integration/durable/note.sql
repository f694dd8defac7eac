-- The tests' own resource.
-- unique: PRIMARY = ALREADY_EXISTS

-- name: add_note :exec in: Note
INSERT INTO note (platform, id, version, person, text, touches)
VALUES (:platform, :name.note, 1, :person, FROM_BASE64(:text), 0);

-- name: get_note :one in: GetNoteRequest out: Note
SELECT id AS "name.note", version AS "etag", person, text, touches
  FROM note WHERE platform = :platform AND id = :name.note;

-- name: lock_note :one in: TouchNoteRequest out: Note
SELECT id AS "name.note", version AS "etag", person, text, touches
  FROM note WHERE platform = :platform AND id = :name.note FOR UPDATE;

-- name: touch_note :exec1 in: TouchNoteRequest
UPDATE note SET touches = touches + 1, version = version + 1
 WHERE platform = :platform AND id = :name.note;
