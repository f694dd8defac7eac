-- The rows of changes, and the answers kept with them.

-- name: add_changes :each in: ChangeBatch.changes
-- unique: request_once = REQUEST_ID_REUSED
INSERT INTO change_log (platform, id, change_us, record_us, resource, version, type, method, actor,
	speaker, trace, data, request_key, fingerprint, reply)
VALUES (:platform, :id, :change_time, :record_time, :resource, :version, :type, :method, :actor,
	:speaker, :trace, FROM_BASE64(:data), NULLIF(FROM_BASE64(:request_key), ''),
	NULLIF(FROM_BASE64(:fingerprint), ''), NULLIF(FROM_BASE64(:reply), ''));

-- name: find_reply :maybe in: Change out: Change
SELECT fingerprint, reply FROM change_log
 WHERE platform = :platform AND request_key = FROM_BASE64(:request_key);
