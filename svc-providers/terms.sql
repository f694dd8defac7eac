-- The versions of the terms of use.

-- Numbers are given one by one under the platform's row.
-- part: columns
CAST(number AS CHAR) AS "name.terms", version AS "etag", number, title, body AS "text",
	create_us AS "create_time";

-- name: hold_numbers :one out: Platform
SELECT version AS "etag" FROM platform WHERE platform = :platform FOR UPDATE;

-- name: find_newest :maybe out: Terms
SELECT {columns} FROM terms WHERE platform = :platform ORDER BY number DESC LIMIT 1;

-- name: get_terms :one in: GetTermsRequest out: Terms
SELECT {columns} FROM terms WHERE platform = :platform AND number = :name.terms;

-- name: add_terms :exec in: Terms
INSERT INTO terms (platform, number, title, body, version, create_us)
VALUES (:platform, :number, :title, :text, 1, :now);
