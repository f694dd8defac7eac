-- The public tokens with which providers sign up.

-- part: columns
id AS "name.sign_up_token", version AS "etag", title, state, create_us AS "create_time",
	expire_us AS "expire_time";

-- name: add_token :exec in: SignUpToken
INSERT INTO sign_up_token (platform, id, title, state, version, create_us, expire_us)
VALUES (:platform, :name.sign_up_token, :title, :state, 1, :now, :expire_time);

-- name: get_token :one in: GetSignUpTokenRequest out: SignUpToken
SELECT {columns} FROM sign_up_token WHERE platform = :platform AND id = :name.sign_up_token;

-- A sign-up stands as long as the token does: revoking waits for it, or it sees the revocation.
-- name: share_token :maybe in: GetSignUpTokenRequest out: SignUpToken
SELECT state FROM sign_up_token WHERE platform = :platform AND id = :name.sign_up_token
  LOCK IN SHARE MODE;

-- name: list_tokens :many in: PageCursor out: ListSignUpTokensResponse.sign_up_tokens cap: 201
SELECT {columns} FROM sign_up_token WHERE platform = :platform AND (:id = '' OR id < :id)
 ORDER BY id DESC LIMIT :limit;

-- name: hold_token :one in: RevokeSignUpTokenRequest out: SignUpToken
SELECT {columns} FROM sign_up_token WHERE platform = :platform AND id = :name.sign_up_token FOR UPDATE;

-- name: set_token_state :exec1 in: SignUpToken
UPDATE sign_up_token SET state = :state, version = version + 1
 WHERE platform = :platform AND id = :name.sign_up_token;
