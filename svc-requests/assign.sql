-- The planned work: found, written, cancelled under the lock of the provider's gate (X7).

-- name: find_clash :maybe in: ClashRow out: Intervention
SELECT id AS "name.intervention", start_us AS "start_time", end_us AS "end_time" FROM intervention
 WHERE platform = :platform AND provider = :provider.provider AND start_us < :end_time
   AND start_us > :start_time - 86400000000 AND end_us > :start_time AND state IN (1, 2)
 ORDER BY start_us LIMIT 1;

-- name: add_intervention :exec in: Intervention
INSERT INTO intervention (platform, id, version, request, provider, client, state, start_us, end_us,
	postcode, commune, street, client_first_name, client_last_name, client_phone, client_email,
	note, create_us)
VALUES (:platform, :name.intervention, 1, :service_request.service_request, :provider.provider,
	:client.client, :state, :start_time, :end_time, :postcode, :commune, FROM_BASE64(:street),
	FROM_BASE64(:client_first_name), FROM_BASE64(:client_last_name),
	FROM_BASE64(:client_phone), FROM_BASE64(:client_email), FROM_BASE64(:note), :now);

-- name: lock_interventions :many in: ServiceRequest out: ListInterventionsResponse.interventions cap: 200
SELECT id AS "name.intervention", version AS "etag", request AS "service_request.service_request",
	provider AS "provider.provider", client AS "client.client", state, start_us AS "start_time",
	end_us AS "end_time", postcode, commune, street, client_first_name, client_last_name,
	client_phone, client_email, note, create_us AS "create_time"
  FROM intervention WHERE platform = :platform AND request = :name.service_request
 ORDER BY id FOR UPDATE;

-- name: set_intervention_state :exec1 in: Intervention
UPDATE intervention SET state = :state, version = version + 1
 WHERE platform = :platform AND id = :name.intervention;
