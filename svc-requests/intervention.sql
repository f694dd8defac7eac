-- The planned work as staff, providers and clients see it.

-- part: columns
id AS "name.intervention", version AS "etag", request AS "service_request.service_request",
	provider AS "provider.provider", client AS "client.client", state, start_us AS "start_time",
	end_us AS "end_time", postcode, commune, street, client_first_name, client_last_name,
	client_phone, client_email, note, create_us AS "create_time";

-- name: get_intervention :one in: GetInterventionRequest out: Intervention
SELECT {columns} FROM intervention WHERE platform = :platform AND id = :name.intervention
   AND (:owner IS NULL OR provider = :owner OR client = :owner);

-- Who asks decides which key is read in order: one statement for staff, providers, clients each.
-- name: list_interventions :many in: ListInterventionsRequest,PageCursor out: ListInterventionsResponse.interventions cap: 201
SELECT {columns} FROM intervention
 WHERE platform = :platform AND start_us >= COALESCE(NULLIF(:time_us, 0), :after_time, :now)
   AND (start_us > :time_us OR id > :id) AND (:before_time IS NULL OR start_us < :before_time)
   AND (:provider.provider IS NULL OR provider = :provider.provider) AND :owner IS NULL
 ORDER BY start_us, id LIMIT :limit;

-- name: list_interventions_of_provider :many in: ListInterventionsRequest,PageCursor out: ListInterventionsResponse.interventions cap: 201
SELECT {columns} FROM intervention
 WHERE platform = :platform AND start_us >= COALESCE(NULLIF(:time_us, 0), :after_time, :now)
   AND (start_us > :time_us OR id > :id) AND (:before_time IS NULL OR start_us < :before_time)
   AND provider = :owner AND (:provider.provider IS NULL OR provider = :provider.provider)
 ORDER BY start_us, id LIMIT :limit;

-- name: list_interventions_of_client :many in: ListInterventionsRequest,PageCursor out: ListInterventionsResponse.interventions cap: 201
SELECT {columns} FROM intervention
 WHERE platform = :platform AND start_us >= COALESCE(NULLIF(:time_us, 0), :after_time, :now)
   AND (start_us > :time_us OR id > :id) AND (:before_time IS NULL OR start_us < :before_time)
   AND client = :owner AND (:provider.provider IS NULL OR provider = :provider.provider)
 ORDER BY start_us, id LIMIT :limit;
