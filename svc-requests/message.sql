-- Conversations; texts are sealed with the client's key.

-- name: add_message :exec in: Message
INSERT INTO message (platform, request, id, version, client, author, text, create_us)
VALUES (:platform, :name.service_request, :name.message, 1, :client.client, :author,
	FROM_BASE64(:text), :now);

-- name: list_messages :many in: ListMessagesRequest,PageCursor out: ListMessagesResponse.messages cap: 201
SELECT request AS "name.service_request", id AS "name.message", version AS "etag",
	client AS "client.client", author, text, create_us AS "create_time"
  FROM message
 WHERE platform = :platform AND request = :parent.service_request AND id > :id
   AND (:owner IS NULL OR client = :owner)
 ORDER BY id LIMIT :limit;
