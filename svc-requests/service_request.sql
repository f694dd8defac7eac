-- Requests. Every statement that changes one is preceded by its lock.

-- part: columns
id AS "name.service_request", version AS "etag", client AS "client.client",
	item AS "item.item", item_title AS "terms.title", price_policy AS "terms.price_policy",
	price_minor AS "terms.price.minor", price_currency AS "terms.price.currency",
	vat_basis_points AS "terms.vat_basis_points", postcode, commune, street, note,
	start_us AS "start_time", end_us AS "end_time", billing_method, origin, status, fulfilment,
	required_applications, offer_count, application_count, refusal_count,
	provider AS "provider.provider", distribution, distributing,
	distribute_us AS "distribute_time",
	create_us AS "create_time";

-- name: add_request :exec in: ServiceRequest
INSERT INTO service_request (platform, id, version, client, item, item_title, price_policy,
	price_minor, price_currency, vat_basis_points, postcode, commune, street, note, start_us,
	end_us, billing_method, origin, status, fulfilment, required_applications, offer_count,
	application_count, refusal_count, provider, distribution,
	distributing, distribute_us, create_us)
VALUES (:platform, :name.service_request, 1, :client.client, :item.item, :terms.title,
	:terms.price_policy, :terms.price.minor, :terms.price.currency, :terms.vat_basis_points,
	:postcode, :commune, FROM_BASE64(:street), FROM_BASE64(:note), :start_time, :end_time,
	:billing_method, :origin, :status, :fulfilment, :required_applications, 0, 0, 0, NULL,
	:distribution, :distributing, :distribute_time, :now);

-- name: get_request :one in: GetServiceRequestRequest out: ServiceRequest
SELECT {columns} FROM service_request
 WHERE platform = :platform AND id = :name.service_request AND (:owner IS NULL OR client = :owner);

-- name: list_requests :many in: ListServiceRequestsRequest,PageCursor out: ListServiceRequestsResponse.service_requests cap: 201
SELECT {columns} FROM service_request
 WHERE platform = :platform AND (:id = '' OR id < :id) AND (:status = 0 OR status = :status)
   AND (:fulfilment = 0 OR fulfilment = :fulfilment)
   AND (:client.client IS NULL OR client = :client.client)
   AND (:owner IS NULL OR client = :owner)
 ORDER BY id DESC LIMIT :limit;

-- name: list_requests_by_start :many in: ListServiceRequestsRequest,PageCursor out: ListServiceRequestsResponse.service_requests cap: 201
SELECT {columns} FROM service_request
 WHERE platform = :platform AND start_us >= :time_us AND (start_us > :time_us OR id > :id)
   AND (:status = 0 OR status = :status) AND (:fulfilment = 0 OR fulfilment = :fulfilment)
   AND (:client.client IS NULL OR client = :client.client)
   AND (:owner IS NULL OR client = :owner)
 ORDER BY start_us, id LIMIT :limit;
