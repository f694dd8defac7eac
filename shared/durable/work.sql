-- Work that leaves the process: added within a mutation, leased, reported under its fence.

-- name: add_work :exec in: Work
-- unique: work_once = ALREADY_EXISTS
INSERT INTO work (platform, id, lane, kind, cause, resource, payload, state, due_us, fence, attempts,
	last_error, create_us)
VALUES (:platform, :id, :lane, :kind, NULLIF(:cause, ''), :resource, FROM_BASE64(:payload), :state,
	:due_time, :fence, :attempts, '', :real);

-- name: find_due_work :many in: Work,LeaseWorkRequest out: LeaseWorkResponse.work cap: 50
-- scope: shard
SELECT platform, id, lane, kind, cause, resource, fence, attempts, state,
	due_us AS "due_time" FROM work
 WHERE lane = :lane AND state = 1 AND due_us <= :real ORDER BY due_us LIMIT :limit;

-- name: take_work :exec1 in: Work
UPDATE work SET fence = fence + 1, attempts = attempts + 1, due_us = :due_time
 WHERE platform = :platform AND id = :id AND fence = :fence AND state = 1;

-- name: read_payload :one in: Work out: Work
SELECT payload FROM work WHERE platform = :platform AND id = :id;

-- name: finish_work :exec1 in: WorkLease
UPDATE work SET state = 2, payload = '' WHERE platform = :platform AND id = :id AND fence = :fence
	AND state = 1;

-- name: lock_work :one in: WorkLease out: Work
SELECT id, lane, kind, resource, state, fence, attempts FROM work
 WHERE platform = :platform AND id = :id AND fence = :fence FOR UPDATE;

-- name: postpone_work :exec1 in: Work
UPDATE work SET due_us = :due_time, last_error = :last_error, state = :state
 WHERE platform = :platform AND id = :id AND fence = :fence AND state = 1;
