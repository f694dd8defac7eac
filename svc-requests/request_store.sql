-- The lock of a request and its store.

-- name: lock_request :one in: ServiceRequest out: ServiceRequest
SELECT id AS "name.service_request", version AS "etag", client AS "client.client",
	item AS "item.item", item_title AS "terms.title", price_policy AS "terms.price_policy",
	price_minor AS "terms.price.minor", price_currency AS "terms.price.currency",
	vat_basis_points AS "terms.vat_basis_points", postcode, commune, street, note,
	start_us AS "start_time", end_us AS "end_time", billing_method, origin, status, fulfilment,
	required_applications, offer_count, application_count, refusal_count,
	provider AS "provider.provider", distribution, distributing,
	distribute_us AS "distribute_time",
	create_us AS "create_time"
  FROM service_request
 WHERE platform = :platform AND id = :name.service_request AND (:owner IS NULL OR client = :owner)
   FOR UPDATE;

-- name: set_request :exec1 in: ServiceRequest
UPDATE service_request SET billing_method = :billing_method, status = :status,
	fulfilment = :fulfilment, required_applications = :required_applications,
	offer_count = :offer_count, application_count = :application_count,
	refusal_count = :refusal_count, provider = :provider.provider, distributing = :distributing,
	distribute_us = :distribute_time, version = version + 1
 WHERE platform = :platform AND id = :name.service_request AND version = :etag;

